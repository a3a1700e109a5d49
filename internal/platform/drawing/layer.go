package drawing

import (
	"cmp"
	"slices"
)

// Room that lines and labels take.
const (
	lineRoom  = 10.0 // height of a line among others
	labelRoom = 5.0  // beside the label, for its line
	laneRoom  = 8.0  // between lines around everything
)

// dummiesMost bounds the places that lines take in ranks they pass. Longer lines beyond it run around everything.
const dummiesMost = 20_000

// kind says how a line is routed.
type kind byte

const (
	across  kind = iota // from one rank to a later one, through a place in each layer between
	flat                // within a rank
	loop                // from a node to itself
	outside             // around everything
)

// item is a node, or the place of a line or of its label, in one layer.
type item struct {
	node          int // -1 for a place of a line
	layer         int
	width, height float64
	y             float64 // of the centre
	behind, ahead []int   // items of the layer before and after that lines lead to
}

// chain is an edge with its places, from the lower rank to the higher.
type chain struct {
	kind  kind
	back  bool
	items []int // with the nodes at both ends
	label int   // the item that keeps room for the label; -1 without one
}

// layered is a graph in layers: one for each rank, and one between two ranks where labels stand.
type layered struct {
	g      Graph
	o      Options
	rank   []int
	layer  []int // of each rank
	labels []bool
	items  []item // first the nodes
	chains []chain
	order  [][]int // the items of each layer
	at     []int   // the place of each item in its layer
}

func layersOf(g Graph, rank []int, o Options) *layered {
	l := &layered{g: g, o: o, rank: rank, chains: make([]chain, len(g.Edges))}
	ranks := 0
	for _, r := range rank {
		ranks = max(ranks, r+1)
	}
	labelled := l.sort(ranks)
	for r := range ranks {
		l.layer = append(l.layer, len(l.labels))
		l.labels = append(l.labels, false)
		if labelled[r] {
			l.labels = append(l.labels, true)
		}
	}
	for v, n := range g.Nodes {
		l.items = append(l.items, item{node: v, layer: l.layer[rank[v]], width: n.Width, height: n.Height})
	}
	l.bound()
	for i := range l.chains {
		l.link(i)
	}
	return l
}

// sort says how each edge is routed and returns behind which ranks labels stand.
func (l *layered) sort(ranks int) []bool {
	labelled := make([]bool, ranks)
	for i, e := range l.g.Edges {
		c := chain{label: -1}
		from, to := l.rank[e.From], l.rank[e.To]
		switch {
		case e.From == e.To:
			c.kind = loop
		case from == to:
			c.kind = flat
		case from > to:
			c.back = true
		}
		if e.labelled() {
			labelled[l.gap(e)] = true
		}
		l.chains[i] = c
	}
	return labelled
}

// gap returns the rank behind which an edge has its label: in the middle of its way.
func (l *layered) gap(e Edge) int {
	low, high := min(l.rank[e.From], l.rank[e.To]), max(l.rank[e.From], l.rank[e.To])
	return low + max(high-low-1, 0)/2
}

// bound sends the longest lines around everything once there would be too many places.
func (l *layered) bound() {
	var long []int
	span := func(i int) int {
		e := l.g.Edges[i]
		a, b := l.layer[l.rank[e.From]], l.layer[l.rank[e.To]]
		return max(a, b) - min(a, b)
	}
	for i, c := range l.chains {
		if c.kind == across && span(i) > 1 {
			long = append(long, i)
		}
	}
	slices.SortStableFunc(long, func(a, b int) int { return cmp.Compare(span(a), span(b)) })
	left := dummiesMost
	for _, i := range long {
		if left -= span(i) - 1; left < 0 {
			l.chains[i].kind = outside
		}
	}
}

// link makes the places of an edge and joins them.
func (l *layered) link(i int) {
	c, e := &l.chains[i], l.g.Edges[i]
	from, to := e.From, e.To
	if c.back {
		from, to = to, from
	}
	labels := l.layer[l.gap(e)] + 1
	if c.kind != across {
		c.items = []int{from, to}
		if !e.labelled() {
			return
		}
		c.label = l.add(item{node: -1, layer: labels, width: e.LabelWidth, height: e.LabelHeight + labelRoom})
		if c.kind != outside {
			l.join(from, c.label)
		}
		if c.kind == flat {
			l.join(to, c.label)
		}
		return
	}
	c.items = append(c.items, from)
	last := from
	for k := l.layer[l.rank[from]] + 1; k < l.layer[l.rank[to]]; k++ {
		d := item{node: -1, layer: k, height: lineRoom}
		if e.labelled() && k == labels {
			d.width, d.height = e.LabelWidth, e.LabelHeight+labelRoom
		}
		n := l.add(d)
		if d.width > 0 {
			c.label = n
		}
		l.join(last, n)
		c.items = append(c.items, n)
		last = n
	}
	l.join(last, to)
	c.items = append(c.items, to)
}

func (l *layered) add(i item) int {
	l.items = append(l.items, i)
	return len(l.items) - 1
}

func (l *layered) join(a, b int) {
	l.items[a].ahead = append(l.items[a].ahead, b)
	l.items[b].behind = append(l.items[b].behind, a)
}

// apart returns how far the centres of two items are from each other at least, where b stands next to a.
func (l *layered) apart(a, b int) float64 {
	x, y := &l.items[a], &l.items[b]
	gap := lineRoom / 2
	if x.node >= 0 && y.node >= 0 {
		gap = l.o.NodeGap
	} else if x.node >= 0 || y.node >= 0 {
		gap = max(l.o.NodeGap/3, lineRoom/2)
	}
	return (x.height+y.height)/2 + gap
}
