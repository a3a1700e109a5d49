package tally

import (
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/leaf"
)

// Tally is how many entries are committed, those that wait for their number among them. It grows with every commit that
// writes entries and never otherwise, so that equal tallies mean that nothing changed between two snapshots.
type Tally struct {
	Size    int64 // entries with a number
	Pending int64 // entries without
}

// Entries returns the number of committed entries.
func (t Tally) Entries() int64 { return t.Size + t.Pending }

// Of returns the tally as the transaction sees it. It costs one statement.
func Of(tx *db.Tx) (Tally, error) {
	var t Tally
	err := tx.Get(&t, `SELECT size, (SELECT count(*) FROM ledger_pending) AS pending FROM ledger_head WHERE one = 1`)
	return t, err
}

// Since returns what was touched by the entries behind the first size numbered ones and by all that wait for their
// number, at most limit; more tells that there are others. What was pending when size was read comes again.
func Since(tx *db.Tx, size int64, limit int) (es []ledger.Committed, more bool, err error) {
	var rows []struct{ Action, Subject, Release, Scope string }
	if err := tx.All(&rows, `SELECT action, subject, coalesce(release, '') AS release, scope FROM ledger_entry WHERE seq >= $1 ORDER BY seq LIMIT $2`, size, limit+1); err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		kind, ref, _ := strings.Cut(r.Subject, "/")
		es = append(es, ledger.Committed{Action: r.Action, Subject: ledger.Subject{Kind: kind, ID: ref}, Release: id.Release(r.Release), Scope: r.Scope})
	}
	var waiting []string
	if err := tx.All(&waiting, `SELECT header FROM ledger_pending LIMIT $1`, limit+1); err != nil {
		return nil, false, err
	}
	for _, w := range waiting {
		h, err := leaf.Parse([]byte(w))
		if err != nil {
			return nil, false, errs.Internal("ledger.pending_malformed", err)
		}
		es = append(es, ledger.Committed{Action: h.Action, Subject: ledger.Subject(h.Subject), Release: id.Release(h.Release), Scope: h.Scope})
	}
	return es, len(es) > limit, nil
}
