package ledger

import (
	"database/sql"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

type exportColumns struct {
	Seq        int64
	Header     string
	Salt       []byte
	Payload    db.JSON
	RedactedBy sql.NullString `db:"redacted_by"`
}

func exportRows(tx *db.Tx, release id.Release, from, to int64, limit int) (cs []exportColumns, err error) {
	q, args := `SELECT e.seq, e.header, p.salt, p.payload, p.redacted_by FROM ledger_entry e
LEFT JOIN ledger_payload p ON p.seq = e.seq AND p.seq >= $1 WHERE e.seq >= $1 AND e.seq < $2`, []any{from, to, limit}
	if release != "" {
		q += ` AND e.release = $4`
		args = append(args, release)
	}
	err = tx.All(&cs, q+` ORDER BY e.seq LIMIT $3`, args...)
	return cs, err
}
