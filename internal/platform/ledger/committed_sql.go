package ledger

import (
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// TallyOf returns the tally as the transaction sees it. It costs one statement.
func TallyOf(tx *db.Tx) (Tally, error) {
	var t Tally
	err := tx.Get(&t, `SELECT size, (SELECT count(*) FROM ledger_pending) AS pending FROM ledger_head WHERE one = 1`)
	return t, err
}

// TouchedSince returns what was touched by the entries behind the first size numbered ones and by all that wait for their
// number, at most limit; more tells that there are others. What was pending when size was read comes again.
func TouchedSince(tx *db.Tx, size int64, limit int) (es []Committed, more bool, err error) {
	var rows []struct{ Action, Subject, Release, Scope string }
	if err := tx.All(&rows, `SELECT action, subject, coalesce(release, '') AS release, scope FROM ledger_entry WHERE seq >= $1 ORDER BY seq LIMIT $2`, size, limit+1); err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		kind, ref, _ := strings.Cut(r.Subject, "/")
		es = append(es, Committed{r.Action, Subject{kind, ref}, id.Release(r.Release), r.Scope})
	}
	var waiting []pendingColumns
	if err := tx.All(&waiting, `SELECT tx, ordinal, id, header, salt, payload FROM ledger_pending LIMIT $1`, limit+1); err != nil {
		return nil, false, err
	}
	for _, r := range waiting {
		p, err := r.parsed()
		if err != nil {
			return nil, false, err
		}
		es = append(es, Committed{p.head.Action, Subject(p.head.Subject), id.Release(p.head.Release), p.head.Scope})
	}
	return es, len(es) > limit, nil
}
