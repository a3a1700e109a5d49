package home

import (
	"cmp"
	"slices"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Kind says what an item waits for.
type Kind string

// The kinds of items.
const (
	KindVerdict   Kind = "verdict"   // a release that cannot go as it stands
	KindConflict  Kind = "conflict"  // two plans that do not go together
	KindAnswer    Kind = "answer"    // an open go/no-go
	KindStep      Kind = "step"      // a step of a run that asks somebody
	KindTrouble   Kind = "trouble"   // a run that does not go on without a decision
	KindApproval  Kind = "approval"  // a signature
	KindVoid      Kind = "void"      // a signature that a change has voided
	KindCriterion Kind = "criterion" // a criterion to confirm
	KindEvidence  Kind = "evidence"  // a criterion that lacks its proof
	KindCondition Kind = "condition" // a condition of a go-if
	KindTask      Kind = "task"
	KindAction    Kind = "action"  // of the register
	KindNotice    Kind = "notice"  // that users are owed
	KindRisk      Kind = "risk"    // a review
	KindReading   Kind = "reading" // a published calendar
	KindState     Kind = "state"   // a release that waits for its owner
)

// Weight says how much an item presses.
type Weight int

// The weights, the heaviest first.
const (
	Stops   Weight = iota // something cannot go on or will not go
	Presses               // late, or somebody waits now
	Waits
)

// Item is one thing that waits for somebody.
type Item struct {
	Kind   Kind
	Weight Weight
	Title  string
	Why    string
	Who    string // role or person that it waits for, in words
	Mine   bool   // it waits for the caller
	Due    db.Time
	DueFor string // what is due then: "window", or "" for the item itself

	Release string // key, "" without one
	Ref     string // of what it is about: role, key of a criterion or task, identifier of a run or risk
	Poll    bool   // the go/no-go of the release is open
}

const (
	near     = 14 * 24 * time.Hour // a window this near is worked towards
	pressing = 48 * time.Hour
	nearMost = 40 // releases that are looked at in full
)

// gathering collects items for one caller.
type gathering struct {
	h     *Home
	tx    *db.Tx
	me    auth.Identity
	items []Item
	polls map[id.Release]bool
	names map[id.Person]string
}

// Attention returns what waits for anybody in the releases that the caller may see, the most pressing first. Mine tells
// what waits for the caller. It looks at the 40 releases whose windows are nearest, and costs some 30 statements for each.
func (h *Home) Attention(tx *db.Tx) ([]Item, error) {
	me, may, err := viewer(tx)
	if err != nil || !may {
		return nil, err
	}
	g := &gathering{h: h, tx: tx, me: me, polls: map[id.Release]bool{}, names: map[id.Person]string{}}
	for _, step := range []func() error{g.rounds, g.releases, g.runs, g.tasks, g.promises, g.notices, g.reading, g.reviews} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(g.items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), cmp.Compare(late(a.Due), late(b.Due)), cmp.Compare(a.Title, b.Title))
	})
	return g.items, nil
}

// late puts what has no date last.
func late(t db.Time) db.Time {
	if t.IsZero() {
		return 1 << 62
	}
	return t
}

func (g *gathering) add(i Item) { g.items = append(g.items, i) }

// within reports whether an instant lies ahead by at most d, or has passed.
func (g *gathering) within(t db.Time, d time.Duration) bool {
	return !t.IsZero() && t.Sub(g.tx.Now) <= d
}

// holds reports whether the caller is who a role's or person's key names.
func (g *gathering) holds(owner string, scope auth.Scope) (bool, error) {
	if owner == "" || owner == g.me.Key || owner == string(g.me.Person) {
		return owner != "", nil
	}
	return auth.Holds(g.tx, g.me.Person, owner, scope)
}

// name returns the name of a person.
func (g *gathering) name(p id.Person) (string, error) {
	if n, ok := g.names[p]; ok || p == "" {
		return n, nil
	}
	who, err := auth.PeopleByID(g.tx, p)
	g.names[p] = who[p].Name
	return g.names[p], err
}

// releases looks at every release that is worked on towards a near window.
func (g *gathering) releases() error {
	open := false
	rs, err := plan.Releases(g.tx, plan.Filter{Ended: &open, Limit: 200})
	if err != nil {
		return err
	}
	looked := 0
	for _, r := range rs {
		if err := g.state(r); err != nil {
			return err
		}
		promised := r.State == plan.Planned || r.State == plan.Active || r.State == plan.Approved
		if !promised || looked == nearMost || !r.Window.IsZero() && !g.within(r.Window.Start, near) && r.State == plan.Planned {
			continue
		}
		looked++
		for _, look := range []func(plan.Release) error{g.gate, g.signatures, g.conflicts} {
			if err := look(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// state asks the owner of a release that stands still.
func (g *gathering) state(r plan.Release) error {
	i := Item{Kind: KindState, Weight: Presses, Release: r.Key, Mine: r.Owner == g.me.Person}
	switch r.State {
	case plan.Deployed:
		i.Title, i.Why, i.Weight = r.Name+" is to be verified", "It was deployed "+"and nobody has said yet that it works.", Waits
	case plan.RolledBack:
		i.Title, i.Why = r.Name+" was rolled back", "Retarget it with another manifest or window, or close it."
	default:
		return nil
	}
	var err error
	i.Who, err = g.name(r.Owner)
	g.add(i)
	return err
}
