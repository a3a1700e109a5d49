package gate

import (
	"errors"
	"fmt"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// many gathers the placeholders of a statement that speaks of several releases.
type many struct{ args []any }

func (m *many) arg(v any) string {
	m.args = append(m.args, v)
	return fmt.Sprintf("$%d", len(m.args))
}

// of returns the condition that column is one of the releases.
func (m *many) of(column string, rs []plan.Release) string {
	ps := make([]string, len(rs))
	for i, r := range rs {
		ps[i] = m.arg(r.ID)
	}
	return column + " IN (" + strings.Join(ps, ", ") + ")"
}

// until returns the condition that a row is of one of the releases and not later than the instant of which its verdict is told.
func (m *many) until(release, at string, rs []plan.Release, now db.Time) string {
	frozen := false
	for _, r := range rs {
		frozen = frozen || asOf(r, now) != now
	}
	if !frozen {
		return m.of(release, rs)
	}
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = "(" + release + " = " + m.arg(r.ID) + " AND " + at + " <= " + m.arg(asOf(r, now)) + ")"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

type criterionRow struct {
	Criterion
	SpecText db.JSON `db:"spec"`
}

const criterionColumns = `id, release, key, position, spec, since, rev, changed_at, changed_by`

func (r criterionRow) criterion() (Criterion, error) {
	c := r.Criterion
	err := r.SpecText.Decode(&c.Spec)
	return c, err
}

// criteriaOf returns the criteria of each release, by position and key. Lists of releases go through it, so it scans by place.
func criteriaOf(tx *db.Tx, rs []plan.Release) (map[id.Release][]Criterion, error) {
	out := make(map[id.Release][]Criterion, len(rs))
	if len(rs) == 0 {
		return out, nil
	}
	var m many
	specs := map[string]plan.CriterionSpec{} // releases of one template share their statements
	err := tx.Each(`SELECT `+criterionColumns+` FROM criterion WHERE `+m.of("release", rs)+` ORDER BY release, position, key`, m.args, func(scan func(dst ...any) error) error {
		var c Criterion
		var text string
		if err := scan(&c.ID, &c.Release, &c.Key, &c.Position, &text, &c.Since, &c.Rev, &c.ChangedAt, &c.ChangedBy); err != nil {
			return err
		}
		spec, known := specs[text]
		if !known {
			if err := db.JSON(text).Decode(&spec); err != nil {
				return err
			}
			specs[text] = spec
		}
		c.Spec = spec
		out[c.Release] = append(out[c.Release], c)
		return nil
	})
	return out, err
}

// criterionBy returns one criterion by key. It fails with errs.NotFound.
func criterionBy(tx *db.Tx, r id.Release, key string) (Criterion, error) {
	var row criterionRow
	err := tx.Get(&row, `SELECT `+criterionColumns+` FROM criterion WHERE release = $1 AND key = $2`, r, key)
	if errors.Is(err, db.ErrNone) {
		return Criterion{}, auth.Unseen("criterion")
	}
	if err != nil {
		return Criterion{}, err
	}
	return row.criterion()
}

func insertCriterion(tx *db.Tx, c Criterion) error {
	spec, err := db.Canonical(c.Spec)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO criterion (`+criterionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Release, c.Key, c.Position, spec, c.Since, c.Rev, c.ChangedAt, c.ChangedBy)
	return err
}

// updateCriterion writes a criterion over the version before it and reports whether that was still there.
func updateCriterion(tx *db.Tx, c Criterion) (bool, error) {
	spec, err := db.Canonical(c.Spec)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(`UPDATE criterion SET position = $1, spec = $2, since = $3, rev = $4, changed_at = $5, changed_by = $6 WHERE id = $7 AND rev = $8`,
		c.Position, spec, c.Since, c.Rev, c.ChangedAt, c.ChangedBy, c.ID, c.Rev-1)
	return n == 1, err
}

func deleteCriterion(tx *db.Tx, c Criterion) error {
	_, err := tx.Exec(`DELETE FROM criterion WHERE id = $1`, c.ID)
	return err
}

func lastPosition(tx *db.Tx, r id.Release) (int, error) {
	var n int
	err := tx.Get(&n, `SELECT COALESCE(MAX(position), 0) FROM criterion WHERE release = $1`, r)
	return n, err
}

// Change is one recorded change of a criterion, as canonical JSON of what it was before and after. Before is null where it
// was added, After where it was dropped.
type Change struct {
	ID        string     `json:"id"`
	Release   id.Release `json:"release"`
	Criterion string     `json:"criterion"` // key
	At        db.Time    `json:"at"`
	By        string     `json:"by" db:"changed_by"` // the actor
	Person    id.Person  `json:"person,omitempty"`   // the author; none for what came from a template
	Before    db.JSON    `json:"before"`
	After     db.JSON    `json:"after"`
	Reason    string     `json:"reason,omitempty"`
}

const changeColumns = `id, release, criterion, at, changed_by, person, before, after, reason`

func insertChange(tx *db.Tx, c Change) error {
	_, err := tx.Exec(`INSERT INTO criterion_change (`+changeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Release, c.Criterion, c.At, c.By, c.Person, c.Before, c.After, c.Reason)
	return err
}

// Authors returns who changed the criteria of a release after an instant, each once; the zero instant is the beginning. What
// came from the template has no author. It checks no permission.
func Authors(tx *db.Tx, r id.Release, since db.Time) ([]id.Person, error) {
	var out []id.Person
	err := tx.All(&out, `SELECT DISTINCT person FROM criterion_change WHERE release = $1 AND at > $2 AND person <> '' ORDER BY person`, r, int64(since))
	return out, err
}

// ChangesSince returns the changes of a release's criteria after an instant, oldest first, 200 at most. It checks no permission.
func ChangesSince(tx *db.Tx, r id.Release, since db.Time) ([]Change, error) {
	return changes(tx, r, ChangeFilter{Since: since, Limit: 200})
}

func changes(tx *db.Tx, r id.Release, f ChangeFilter) ([]Change, error) {
	var w db.Where
	w.And("release = ?", r)
	if f.Criterion != "" {
		w.And("criterion = ?", f.Criterion)
	}
	if !f.Since.IsZero() {
		w.And("at > ?", f.Since)
	}
	order, behind := "at, id", ">"
	if f.Newest {
		order, behind = "at DESC, id DESC", "<"
	}
	if f.AfterID != "" {
		w.And("(at "+behind+" ? OR (at = ? AND id "+behind+" ?))", f.AfterAt, f.AfterAt, f.AfterID)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	var out []Change
	err := tx.All(&out, `SELECT `+changeColumns+` FROM criterion_change`+w.String()+` ORDER BY `+order+` LIMIT `+w.Arg(min(limit, 201)), w.Args...)
	return out, err
}
