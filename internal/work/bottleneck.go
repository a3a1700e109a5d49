package work

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Wait is an open task on which something waits: it is blocked, it is late, or other tasks could go on if it were done and
// nothing keeps it from being done.
type Wait struct {
	Task       string     `json:"task"`
	Key        string     `json:"key"`
	Name       string     `json:"name"`
	Release    id.Release `json:"release"`
	ReleaseKey string     `json:"releaseKey"`
	Phase      string     `json:"phase,omitempty"`
	phaseName  string
	On         id.Person `json:"on,omitempty"`    // whom it waits for: who removes the blocker, otherwise its owner
	Party      string    `json:"party,omitempty"` // or the outside party
	Why        string    `json:"why"`             // blocked, holds or late
	Since      db.Time   `json:"since"`
	Holds      int64     `json:"holds"` // open tasks that wait for it
}

// Bottleneck is a person, outside party, team or phase that work waits for.
type Bottleneck struct {
	Kind    string `json:"kind"`          // owner, party, team or phase
	Key     string `json:"key,omitempty"` // of a person or team; of a phase, or the name of a party; none for tasks without an owner
	Name    string `json:"name"`
	Waits   int    `json:"waits"`
	Holds   int64  `json:"holds"`   // open tasks behind the waits
	Hours   int64  `json:"hours"`   // sum of the waits until now, around the clock
	Longest Wait   `json:"longest"` // the wait that has lasted longest
}

// BottleneckFilter narrows where waits are looked for.
type BottleneckFilter struct {
	Release string // key or identifier; "" for every release that the caller may see and that has not ended
	Limit   int    // how many of each kind at most; 0 means 10
}

// bottlenecksMax bounds how many of each kind are returned, waitsMax how many waits are looked at, the oldest first.
const (
	bottlenecksMax = 100
	waitsMax       = 20_000
)

// Bottlenecks names those that work waits for, by owner, outside party, team and phase, each by its longest wait. It fails with
// errs.NotFound if the caller may not see the release.
func (s *Tasks) Bottlenecks(ctx context.Context, f BottleneckFilter) ([]Bottleneck, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Bottleneck, error) { return Bottlenecks(tx, f) })
}

// Bottlenecks is Tasks.Bottlenecks inside the caller's snapshot.
func Bottlenecks(tx *db.Tx, f BottleneckFilter) ([]Bottleneck, error) {
	waits, err := waitsOf(tx, f.Release)
	if err != nil {
		return nil, err
	}
	g := gathering{now: tx.Now, at: map[[2]string]int{}}
	if err := g.people(tx, waits); err != nil {
		return nil, err
	}
	for _, w := range waits {
		g.add(w)
	}
	if f.Limit <= 0 {
		f.Limit = 10
	}
	return g.most(min(f.Limit, bottlenecksMax)), nil
}

func waitsOf(tx *db.Tx, release string) ([]Wait, error) {
	var w db.Where
	if release == "" {
		all, scopes, err := auth.Scopes(tx, "work.read")
		if err != nil {
			return nil, err
		}
		auth.Seen(&w, "r.product", "product", all, scopes)
	} else {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return nil, err
		}
		if err := auth.CheckSeen(tx, "work.read", plan.Scope(r), "release"); err != nil {
			return nil, err
		}
		w.And("t.release = ?", r.ID)
	}
	rows, err := openRows(tx, w)
	var out []Wait
	for _, r := range rows {
		if x, waits := r.wait(tx.Now); waits {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b Wait) int { return cmp.Compare(a.Since, b.Since) })
	return out[:min(len(out), waitsMax)], err
}

// wait says whether something waits for an open task, and since when.
func (r openRow) wait(now db.Time) (Wait, bool) {
	w := Wait{Task: r.ID, Key: r.Key, Name: r.Name, Release: r.Release, ReleaseKey: r.ReleaseKey, Phase: r.Phase, phaseName: r.PhaseName, On: r.Owner, Holds: r.Holds}
	ready := max(r.CreatedAt, r.ReadyAt, r.NotBefore)
	switch {
	case r.Status == Blocked:
		w.Why, w.Since = "blocked", r.StatusAt
		if r.WaitsFor != "" {
			w.On = r.WaitsFor
		}
		if r.WaitsParty != "" {
			w.On, w.Party = "", r.WaitsParty
		}
	case r.Givers > 0:
		return w, false // it waits itself
	case r.Holds > 0 && ready.Before(now):
		w.Why, w.Since = "holds", ready
	case !r.Due.IsZero() && r.Due.Before(now):
		w.Why, w.Since = "late", r.Due
	default:
		return w, false
	}
	return w, true
}

// gathering adds waits up.
type gathering struct {
	now   db.Time
	at    map[[2]string]int
	found []Bottleneck
	names map[id.Person]auth.Person
	teams map[id.Person][]auth.Team
}

func (g *gathering) people(tx *db.Tx, waits []Wait) error {
	seen := map[id.Person]bool{}
	var ids []id.Person
	for _, w := range waits {
		if w.On != "" && !seen[w.On] {
			seen[w.On] = true
			ids = append(ids, w.On)
		}
	}
	var err error
	if g.names, err = auth.PeopleByID(tx, ids...); err != nil {
		return err
	}
	teams, err := auth.EachTeam(tx)
	g.teams = map[id.Person][]auth.Team{}
	for _, t := range teams {
		for _, m := range t.Members {
			if seen[m] {
				g.teams[m] = append(g.teams[m], t)
			}
		}
	}
	return err
}

// add counts a wait; they come from the longest on.
func (g *gathering) add(w Wait) {
	switch {
	case w.Party != "":
		g.count("party", w.Party, w.Party, w)
	case w.On != "":
		p := g.names[w.On]
		g.count("owner", p.Key, p.Name, w)
		for _, t := range g.teams[w.On] {
			g.count("team", t.Key, t.Name, w)
		}
	default:
		g.count("owner", "", "Nobody", w)
	}
	if w.Phase != "" {
		g.count("phase", w.Phase, w.phaseName, w)
	}
}

func (g *gathering) count(kind, key, name string, w Wait) {
	at, known := g.at[[2]string{kind, key}]
	if !known {
		at = len(g.found)
		g.at[[2]string{kind, key}] = at
		g.found = append(g.found, Bottleneck{Kind: kind, Key: key, Name: name, Longest: w})
	}
	b := &g.found[at]
	b.Waits++
	b.Holds += w.Holds
	b.Hours += int64(g.now.Sub(w.Since).Hours())
}

// most keeps the worst of each kind, in the order owner, party, phase, team.
func (g *gathering) most(limit int) []Bottleneck {
	slices.SortStableFunc(g.found, func(a, b Bottleneck) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), cmp.Compare(a.Longest.Since, b.Longest.Since), cmp.Compare(b.Hours, a.Hours), strings.Compare(a.Key, b.Key))
	})
	out := []Bottleneck{}
	count := map[string]int{}
	for _, b := range g.found {
		if count[b.Kind]++; count[b.Kind] <= limit {
			out = append(out, b)
		}
	}
	return out
}
