package ledger

import (
	"database/sql"
	"errors"

	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/leaf"
)

// verifyColumns is a row of ledger_entry with its payload.
type verifyColumns struct {
	Seq        int64
	ID         string
	Header     string
	Nodes      []byte
	At         int64
	Action     string
	Person     sql.NullString
	Machine    sql.NullString
	Subject    string
	Release    sql.NullString
	Scope      string
	HasPayload bool `db:"has_payload"`
	Salt       []byte
	Payload    db.JSON
	RedactedBy sql.NullString `db:"redacted_by"`
}

// differs returns the first column that does not repeat the header, or "".
func (c verifyColumns) differs(h leaf.Header) string {
	want := columnsOf(h)
	same := func(n sql.NullString, s string) bool { return n.Valid == (s != "") && n.String == s }
	switch {
	case c.ID != h.ID:
		return "id"
	case c.At != want.at:
		return "at"
	case c.Action != want.action:
		return "action"
	case !same(c.Person, want.person):
		return "person"
	case !same(c.Machine, want.machine):
		return "machine"
	case c.Subject != want.subject:
		return "subject"
	case !same(c.Release, want.release):
		return "release"
	case c.Scope != want.scp:
		return "scope"
	}
	return ""
}

// verifyRows bounds both tables, or PostgreSQL merges the payloads from the first one for every page.
func verifyRows(tx *db.Tx, from int64, limit int) (cs []verifyColumns, err error) {
	err = tx.All(&cs, `
SELECT e.seq, e.id, e.header, e.nodes, e.at, e.action, e.person, e.machine, e.subject, e.release, e.scope,
	p.seq IS NOT NULL AS has_payload, p.salt, p.payload, p.redacted_by
FROM ledger_entry e LEFT JOIN ledger_payload p ON p.seq = e.seq AND p.seq >= $1
WHERE e.seq >= $1 ORDER BY e.seq LIMIT $2`, from, limit)
	return cs, err
}

func counts(tx *db.Tx) (entries, pending int64, err error) {
	if err = tx.Get(&entries, `SELECT count(*) FROM ledger_entry`); err != nil {
		return 0, 0, err
	}
	err = tx.Get(&pending, `SELECT count(*) FROM ledger_pending`)
	return entries, pending, err
}

// leafElsewhere finds the entry whose stored leaf is this one. It reads every entry.
func leafElsewhere(tx *db.Tx, leaf []byte, but int64) (seq int64, found bool, err error) {
	return one(tx, `SELECT seq FROM ledger_entry WHERE substr(nodes, 1, 32) = $1 AND seq <> $2 ORDER BY seq LIMIT 1`, leaf, but)
}

// youngerThanNext reports whether the next entry was made before this one. Identifiers hold their instant.
func youngerThanNext(tx *db.Tx, seq int64) (bool, error) {
	_, found, err := one(tx, `SELECT a.seq FROM ledger_entry a JOIN ledger_entry b ON b.seq = a.seq + 1 WHERE a.seq = $1 AND a.id > b.id`, seq)
	return found, err
}

func strayPayload(tx *db.Tx, size int64) (seq int64, found bool, err error) {
	return one(tx, `SELECT seq FROM ledger_payload WHERE seq < 0 OR seq >= $1 ORDER BY seq LIMIT 1`, size)
}

func pendingHeader(tx *db.Tx, id string) (header string, found bool, err error) {
	err = tx.Get(&header, `SELECT header FROM ledger_pending WHERE id = $1`, id)
	if errors.Is(err, db.ErrNone) {
		return "", false, nil
	}
	return header, err == nil, err
}

func one(tx *db.Tx, query string, args ...any) (n int64, found bool, err error) {
	err = tx.Get(&n, query, args...)
	if errors.Is(err, db.ErrNone) {
		return 0, false, nil
	}
	return n, err == nil, err
}
