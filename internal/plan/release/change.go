package release

import (
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

func (f ChangeFilter) limit() int { return Limited(f.Limit) }

// Limited bounds a page; one more than the greatest page lets a caller see that there is another.
func Limited(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 201)
}

// Delta is what an operation changed of a section.
type Delta struct {
	Section       string
	Before, After any // nil: nothing was, nothing is
}

// Record writes the change row of a section.
func Record(tx *db.Tx, r id.Release, d Delta, reason string) error {
	a := ledger.ActorOf(tx.Context())
	c := Change{ID: id.New[string](), Release: r, Section: d.Section, At: tx.Now, By: a.ID, Person: a.For, Reason: reason}
	var err error
	if d.Before != nil {
		if c.Before, err = db.Canonical(d.Before); err != nil {
			return err
		}
	}
	if d.After != nil {
		if c.After, err = db.Canonical(d.After); err != nil {
			return err
		}
	}
	return insertChange(tx, c)
}

// Actor returns who acts in the transaction, as rows name them.
func Actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

// Sections returns the names of the sections that differ.
func Sections(diffs []Delta) []string {
	out := make([]string, len(diffs))
	for i, d := range diffs {
		out[i] = d.Section
	}
	return out
}

// Summary returns what differs as an entry has it.
func Summary(diffs []Delta) []map[string]any {
	out := make([]map[string]any, len(diffs))
	for i, d := range diffs {
		out[i] = map[string]any{"section": d.Section, "before": d.Before, "after": d.After}
	}
	return out
}
