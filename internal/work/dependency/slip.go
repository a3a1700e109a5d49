package dependency

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Slip says by how much a release comes later than its window says; one of the two is given.
type Slip struct {
	Release string        // key or identifier
	By      time.Duration // later; negative is earlier
	To      db.Time       // the new start of the window
}

// Step is one dependency on the way from what slips to who is hit.
type Step struct {
	Key   string `json:"key"`
	What  string `json:"what"`
	Giver Party  `json:"giver"`
	Taker Party  `json:"taker"`
}

// Hit is somebody who has to move because something slips.
type Hit struct {
	Party   Party   `json:"party"`
	By      int64   `json:"by"`                // minutes by which it has to move in all; 0 where the time between suffices
	Before  int64   `json:"before,omitempty"`  // minutes of these that it had to move already
	Spare   int64   `json:"spare,omitempty"`   // minutes that are left, where it does not have to move
	Start   db.Time `json:"start,omitzero"`    // of its window now
	Becomes db.Time `json:"becomes,omitzero"`  // the earliest start of its window then
	Guessed bool    `json:"guessed,omitempty"` // a date on the way is not stated: the whole delay is passed on
	Path    []Step  `json:"path"`              // from what slips to here
}

// Hits returns everybody whom a slip hits, however far away, with by how much and through which path; and the nearest who
// are spared, with what is left. The worst come first. It fails with errs.NotFound for a release that the caller does not
// see, and with errs.Invalid for a new date where the release has no window.
func (s *Dependencies) Hits(ctx context.Context, in Slip) ([]Hit, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Hit, error) { return HitsOf(tx, in) })
}

// HitsOf is Dependencies.Hits inside the caller's snapshot.
func HitsOf(tx *db.Tx, in Slip) ([]Hit, error) {
	all, scopes, err := auth.Scopes(tx, "dependency.read")
	if err != nil {
		return nil, err
	}
	r, err := plan.ReleaseByRef(tx, in.Release)
	if err != nil {
		return nil, err
	}
	by := in.By
	if !in.To.IsZero() {
		if r.Window.IsZero() {
			return nil, errs.InvalidField("to", "dependency.no_window", "%s has no window that could move. Say by how much it slips.", r.Name)
		}
		by = in.To.Sub(r.Window.Start)
	}
	if by > slipMax || by < -slipMax {
		return nil, errs.InvalidField("to", "dependency.slip_too_long", "At most ten years.")
	}
	hits, err := WouldHit(tx, r.ID, by)
	if err != nil {
		return nil, err
	}
	for i := range hits {
		hits[i].veil(all, scopes)
	}
	return hits, nil
}

const slipMax = 10 * 366 * 24 * time.Hour

// veil takes away what the caller may not see of parties that are neither end of something the caller sees.
func (h *Hit) veil(all bool, scopes []auth.Scope) {
	if all {
		return
	}
	hidden := func(p *Party) {
		if p.Product != "" && !slices.Contains(scopes, plan.ScopeOf(p.Product)) {
			*p = Party{Kind: p.Kind, Name: "A " + string(p.Kind) + " that you may not see"}
		}
	}
	hidden(&h.Party)
	if h.Party.ID == "" {
		h.Start, h.Becomes = 0, 0
	}
	for i := range h.Path {
		hidden(&h.Path[i].Giver)
		hidden(&h.Path[i].Taker)
		if h.Path[i].Giver.ID == "" && h.Path[i].Taker.ID == "" {
			h.Path[i].Key, h.Path[i].What = "", ""
		}
	}
}

// WouldHit is HitsOf for areas that ask for nobody in particular. It checks no permission.
func WouldHit(tx *db.Tx, r id.Release, by time.Duration) ([]Hit, error) {
	rows, err := binding(tx)
	if err != nil {
		return nil, err
	}
	n := networkOf(rows, nil)
	start := node{Release, string(r), ""}
	return n.hits(start, n.shifts(nil), n.shifts(map[node]time.Duration{start: by})), nil
}

// node is a party as the network sees it: a release, or somebody who works for one.
type node struct {
	kind Kind
	id   string
	forR id.Release // of those that are no release
}

// arc leads from who gives to who takes; without a dependency from who works for a release to the release.
type arc struct {
	from, to node
	d        *Dependency
}

// network is what binds whom.
type network struct {
	arcs  []arc
	out   map[node][]int
	nodes []node // in the order in which they are met
	party map[node]Party
}

// networkOf joins what binds. One of the rows may be replaced by how it would be.
func networkOf(rows []Dependency, instead *Dependency) *network {
	n := &network{out: map[node][]int{}, party: map[node]Party{}}
	done := instead == nil
	for i := range rows {
		d := &rows[i]
		if instead != nil && d.ID == instead.ID {
			d, done = instead, true
		}
		n.add(d)
	}
	if !done {
		n.add(instead)
	}
	return n
}

func (n *network) add(d *Dependency) {
	if !d.binds() {
		return
	}
	at := d.forRelease()
	of := func(p Party) node {
		x := node{p.Kind, p.ID, at}
		if p.Kind == Release {
			x.forR = ""
		}
		if _, known := n.party[x]; !known {
			n.nodes = append(n.nodes, x)
			n.party[x] = p
		}
		return x
	}
	from, to := of(d.Giver), of(d.Taker)
	n.join(arc{from, to, d})
	if d.Taker.Kind != Release && d.Release != "" {
		n.join(arc{to, of(Party{Kind: Release, ID: string(d.Release), Key: d.ReleaseKey, Name: d.ReleaseName, Product: d.ReleaseProduct, Start: d.ReleaseStart, End: d.ReleaseEnd}), nil})
	}
}

func (n *network) join(a arc) {
	n.out[a.from] = append(n.out[a.from], len(n.arcs))
	n.arcs = append(n.arcs, a)
}

// circle returns the parties of a circle that the dependency closes, from its taker back to its taker, each waiting for the
// next; nil if there is none.
func (n *network) circle(d *Dependency) []Party {
	at := d.forRelease()
	of := func(p Party) node {
		if p.Kind == Release {
			return node{p.Kind, p.ID, ""}
		}
		return node{p.Kind, p.ID, at}
	}
	giver, taker := of(d.Giver), of(d.Taker)
	via := map[node]int{}
	queue := []node{taker}
	seen := map[node]bool{taker: true}
	for len(queue) > 0 && !seen[giver] {
		v := queue[0]
		queue = queue[1:]
		for _, i := range n.out[v] {
			if to := n.arcs[i].to; !seen[to] {
				seen[to], via[to] = true, i
				queue = append(queue, to)
			}
		}
	}
	if !seen[giver] {
		return nil
	}
	out := []Party{n.party[taker]}
	for v := giver; v != taker; v = n.arcs[via[v]].from {
		out = append(out, n.party[v])
	}
	return append(out, n.party[taker])
}

// shift is by how much a node has to move, and the arc that makes it.
type shift struct {
	by      time.Duration
	via     int // -1 where it begins
	guessed bool
}

// shifts returns by how much each node has to move, where some are moved: the longest way, each arc first using up the time
// between what is expected and what is needed. Nodes of a circle, which nothing lets in, stay.
func (n *network) shifts(moved map[node]time.Duration) map[node]shift {
	left := map[node]int{}
	for _, a := range n.arcs {
		left[a.to]++
	}
	out := map[node]shift{}
	var queue []node
	for _, v := range n.nodes {
		if left[v] == 0 {
			queue = append(queue, v)
		}
	}
	for v, by := range moved {
		out[v] = shift{by: by, via: -1}
	}
	for i := 0; i < len(queue); i++ {
		v := queue[i]
		for _, k := range n.out[v] {
			a := n.arcs[k]
			if left[a.to]--; left[a.to] == 0 {
				queue = append(queue, a.to)
			}
			if _, fixed := moved[a.to]; fixed {
				continue
			}
			if s := a.push(out[v]); s.by > out[a.to].by {
				s.via = k
				out[a.to] = s
			}
		}
	}
	return out
}

// push returns by how much an arc moves who takes, where who gives moves.
func (a arc) push(from shift) shift {
	switch {
	case a.d == nil:
		return from
	case a.d.NeedBy.IsZero() || a.d.Expected.IsZero():
		return shift{by: from.by, guessed: true}
	}
	return shift{by: a.d.Expected.Sub(a.d.NeedBy) + from.by, guessed: from.guessed}
}

// hits compares two states of the network and returns who has to move more because of the start, and who is spared next to it.
func (n *network) hits(start node, before, after map[node]shift) []Hit {
	var out []Hit
	for _, v := range n.nodes {
		s := after[v]
		if v == start || s.by <= before[v].by {
			continue
		}
		h := Hit{Party: n.party[v], By: minutes(s.by), Before: minutes(before[v].by), Start: n.party[v].Start, Guessed: s.guessed}
		if !h.Start.IsZero() {
			h.Becomes = h.Start.Add(s.by)
		}
		from := v
		for from != start && after[from].via >= 0 && len(h.Path) <= len(n.arcs) {
			a := n.arcs[after[from].via]
			if a.d != nil {
				h.Path = append(h.Path, Step{a.d.Key, a.d.What, a.d.Giver, a.d.Taker})
			}
			from = a.from
		}
		slices.Reverse(h.Path)
		if from == start {
			out = append(out, h)
		}
	}
	out = append(out, n.spared(start, after)...)
	slices.SortStableFunc(out, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.By, a.By), cmp.Compare(len(a.Path), len(b.Path)), strings.Compare(a.Party.Name, b.Party.Name))
	})
	return out
}

// spared returns those next to the start that do not have to move.
func (n *network) spared(start node, after map[node]shift) []Hit {
	var out []Hit
	met := map[node]bool{}
	for _, k := range n.out[start] {
		a := n.arcs[k]
		if met[a.to] || after[a.to].by > 0 || a.d == nil || a.d.NeedBy.IsZero() || a.d.Expected.IsZero() {
			continue
		}
		met[a.to] = true
		spare := a.d.NeedBy.Sub(a.d.Expected) - after[start].by
		out = append(out, Hit{Party: n.party[a.to], Spare: int64(spare / time.Minute), Start: n.party[a.to].Start, Path: []Step{{a.d.Key, a.d.What, a.d.Giver, a.d.Taker}}})
	}
	return out
}

// minutes rounds up: what is hit by half a minute is hit.
func minutes(d time.Duration) int64 { return int64((d + time.Minute - 1) / time.Minute) }
