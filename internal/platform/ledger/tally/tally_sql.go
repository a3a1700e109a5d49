package tally

import (
	"math"
	"strconv"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// lookRow is the head and the present snapshot, with one entry that waits for its number if there is any.
type lookRow struct {
	Size   int64
	Seen   string
	ID     id.Entry
	Header string
}

// look returns at least one row: the head beside each entry without a number that the snapshot seen does not hold. Every
// transaction below a snapshot's xmin had ended when it was taken, so that the search in the index begins there
// (PostgreSQL 15, 9.27, "Transaction ID and Snapshot Information Functions").
func look(tx *db.Tx, seen string, limit int) (rows []lookRow, err error) {
	from := int64(math.MaxInt64)
	if seen == "" {
		seen = "1:1:"
	} else {
		xmin, _, _ := strings.Cut(seen, ":")
		if from, err = strconv.ParseInt(xmin, 10, 64); err != nil {
			return nil, err
		}
	}
	err = tx.All(&rows, `SELECT h.size, pg_current_snapshot()::text AS seen, coalesce(p.id, '') AS id, coalesce(p.header, '') AS header
		FROM ledger_head h LEFT JOIN (
			SELECT id, header FROM ledger_pending
			WHERE tx >= $1 AND NOT pg_visible_in_snapshot(tx::text::xid8, $2::text::pg_snapshot) LIMIT $3) p ON true
		WHERE h.one = 1`, from, seen, limit)
	if err == nil && len(rows) == 0 {
		err = db.ErrNone
	}
	return rows, err
}

type numberedRow struct {
	ID                              id.Entry
	Action, Subject, Release, Scope string
}

func numbered(tx *db.Tx, from int64, limit int) (rows []numberedRow, err error) {
	err = tx.All(&rows, `SELECT id, action, subject, coalesce(release, '') AS release, scope FROM ledger_entry WHERE seq >= $1 ORDER BY seq LIMIT $2`, from, limit)
	return rows, err
}
