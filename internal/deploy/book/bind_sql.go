package book

import (
	"bytes"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

const bindingColumns = `release, runbook, version, parameters, rev, changed_at, changed_by`

type bindingRow struct {
	Binding
	Parameters db.JSON
}

func (r bindingRow) binding() (Binding, error) {
	b := r.Binding
	return b, r.Parameters.Decode(&b.Parameters)
}

func bindingOf(tx *db.Tx, r id.Release) (Binding, error) {
	var row bindingRow
	if err := tx.Get(&row, `SELECT `+bindingColumns+` FROM release_runbook WHERE release = $1`, r); err != nil {
		return Binding{}, err
	}
	return row.binding()
}

func awaiting(tx *db.Tx, key string) ([]Binding, error) {
	var rows []bindingRow
	if err := tx.All(&rows, `SELECT `+bindingColumns+` FROM release_runbook WHERE runbook = $1 AND version = 0`, key); err != nil {
		return nil, err
	}
	out := make([]Binding, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.binding(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func putBinding(tx *db.Tx, b Binding) error {
	params, err := db.Canonical(some(b.Parameters))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO release_runbook (`+bindingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (release) DO UPDATE SET runbook = excluded.runbook, version = excluded.version, parameters = excluded.parameters, rev = excluded.rev,
		changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
		b.Release, b.Runbook, b.Version, params, b.Rev, b.ChangedAt, b.ChangedBy)
	return err
}

// some stores a missing mapping as an empty one.
func some[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

// recordChange writes the change row of a section and reports whether its content changed.
func recordChange(tx *db.Tx, section string, was, n Binding, before, after any, reason string) (bool, error) {
	b, err := db.Canonical(before)
	if err != nil {
		return false, err
	}
	a, err := db.Canonical(after)
	if err != nil || bytes.Equal(a, b) {
		return false, err
	}
	who := ledger.ActorOf(tx.Context())
	from := 0
	if was.Runbook == n.Runbook {
		from = was.Version
	}
	_, err = tx.Exec(`INSERT INTO release_runbook_change (id, release, section, at, changed_by, person, runbook, from_version, to_version, before, after, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, id.New[string](), n.Release, section, tx.Now, who.ID, who.For, n.Runbook, from, n.Version, b, a, reason)
	return true, err
}

// Authors returns who changed a section of a release after an instant, each once: who chose the runbook, and who wrote the
// versions of it that came in. The zero instant is the beginning. It checks no permission.
func Authors(tx *db.Tx, r id.Release, section string, since db.Time) ([]id.Person, error) {
	var out []id.Person
	err := tx.All(&out, `SELECT person FROM release_runbook_change WHERE release = $1 AND section = $2 AND at > $3 AND person <> ''
		UNION SELECT v.person FROM release_runbook_change c JOIN runbook_version v ON v.runbook = c.runbook AND v.version <= c.to_version AND (v.version > c.from_version OR v.version = c.to_version)
		WHERE c.release = $4 AND c.section = $5 AND c.at > $6 AND v.person <> '' ORDER BY person`, r, section, int64(since), r, section, int64(since))
	return out, err
}

// Change is one recorded change of a section: its content before and after, as canonical JSON.
type Change struct {
	ID      string     `json:"id"`
	Release id.Release `json:"release"`
	Section string     `json:"section"`
	At      db.Time    `json:"at"`
	By      string     `json:"by" db:"changed_by"`
	Person  id.Person  `json:"person,omitempty"`
	Before  db.JSON    `json:"before"`
	After   db.JSON    `json:"after"`
	Reason  string     `json:"reason,omitempty"`
}

// ChangesSince returns the changes of a section after an instant, oldest first, 200 at most; "" is both sections. It checks
// no permission.
func ChangesSince(tx *db.Tx, r id.Release, section string, since db.Time) ([]Change, error) {
	q, args := `SELECT id, release, section, at, changed_by, person, before, after, reason FROM release_runbook_change WHERE release = $1 AND at > $2`, []any{r, int64(since)}
	if section != "" {
		q, args = q+` AND section = $3`, append(args, section)
	}
	var out []Change
	err := tx.All(&out, q+` ORDER BY at, id LIMIT 200`, args...)
	return out, err
}

// rehearsed returns when the back-out of a version was last carried out by a rehearsal of a release; none if never.
func rehearsed(tx *db.Tx, r id.Release, b Binding) (db.Time, error) {
	var at db.Time
	err := tx.Get(&at, `SELECT MAX(finished_at) FROM run WHERE release = $1 AND mode = $2 AND runbook = $3 AND version = $4 AND state = 'rolled-back'`,
		r, "rehearsal", b.Runbook, b.Version)
	return at, err
}
