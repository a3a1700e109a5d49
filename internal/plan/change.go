package plan

import (
	"context"

	"slipway/internal/id"
	"slipway/internal/plan/compare"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Change is one recorded change of a section: what differed before and after, as canonical JSON. Before is null where
// the section was first written.
type Change struct {
	ID      string     `json:"id"`
	Release id.Release `json:"release"`
	Section string     `json:"section"`
	At      db.Time    `json:"at"`
	By      string     `json:"by" db:"changed_by"` // the actor
	Person  id.Person  `json:"person,omitempty"`   // on whose behalf: the author
	Before  db.JSON    `json:"before"`
	After   db.JSON    `json:"after"`
	Reason  string     `json:"reason,omitempty"`
}

// Difference is one value of a section that differs.
type Difference = compare.Line

// Differences returns what differs, value by value, as pages show it.
func (c Change) Differences() []Difference { return compare.JSON(c.Before, c.After) }

// ChangeFilter narrows the history of a release, newest first.
type ChangeFilter struct {
	Section  string  // "" is every section
	BeforeAt db.Time // with BeforeID the change behind which the page starts
	BeforeID string
	Limit    int // 1 to 201; 0 means 50
}

func (f ChangeFilter) limit() int { return limited(f.Limit) }

// limited bounds a page; one more than the greatest page lets a caller see that there is another.
func limited(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 201)
}

// Changes returns one page of the recorded changes of a release, newest first. It fails with errs.NotFound if the caller
// may not see the release.
func (p *Plans) Changes(ctx context.Context, ref string, f ChangeFilter) ([]Change, error) {
	var out []Change
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = changes(tx, r.ID, f)
		return err
	})
	return out, err
}

// difference is what an operation changed of a section.
type difference struct {
	section       string
	before, after any // nil: nothing was, nothing is
}

// record writes the change row of a section.
func record(tx *db.Tx, r id.Release, d difference, reason string) error {
	a := ledger.ActorOf(tx.Context())
	c := Change{ID: id.New[string](), Release: r, Section: d.section, At: tx.Now, By: a.ID, Person: a.For, Reason: reason}
	var err error
	if d.before != nil {
		if c.Before, err = db.Canonical(d.before); err != nil {
			return err
		}
	}
	if d.after != nil {
		if c.After, err = db.Canonical(d.after); err != nil {
			return err
		}
	}
	return insertChange(tx, c)
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }
