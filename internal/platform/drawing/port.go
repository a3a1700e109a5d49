package drawing

import (
	"cmp"
	"slices"
)

// ports says where lines leave their nodes: in the middle of the side; side by side where several join the same two
// nodes; and spread along the side where lines are orthogonal.
func (r *router) ports() {
	n := len(r.chains)
	r.out, r.in, r.side = make([]float64, n), make([]float64, n), make([]int, n)
	same := map[[2]int][]int{}
	for i, c := range r.chains {
		if c.kind != loop {
			k := r.ends(c)
			same[k] = append(same[k], i)
		}
	}
	for i, c := range r.chains {
		if c.kind == loop {
			continue
		}
		all := same[r.ends(c)]
		r.side[i] = len(all)
		off := float64(slices.Index(all, i)) - float64(len(all)-1)/2
		if c.kind == flat {
			r.out[i] = off
			continue
		}
		room := func(v int) float64 {
			return off * min(lineRoom, r.items[v].height/float64(len(all)+1))
		}
		a, b := c.items[0], c.items[len(c.items)-1]
		r.out[i], r.in[i] = r.items[a].y+room(a), r.items[b].y+room(b)
	}
	if r.o.Style == Orthogonal {
		r.spread()
	}
}

// ends returns the nodes that a line joins, whichever way.
func (r *router) ends(c chain) [2]int {
	a, b := c.items[0], c.items[len(c.items)-1]
	return [2]int{min(a, b), max(a, b)}
}

// spread gives each orthogonal line an end of its own, in the order of where it goes.
func (r *router) spread() {
	type port struct {
		chain int
		y     float64
	}
	behind, ahead := make([][]port, len(r.g.Nodes)), make([][]port, len(r.g.Nodes))
	for i, c := range r.chains {
		if c.kind == across || c.kind == outside {
			k := len(c.items) - 1
			ahead[c.items[0]] = append(ahead[c.items[0]], port{i, r.items[c.items[1]].y})
			behind[c.items[k]] = append(behind[c.items[k]], port{i, r.items[c.items[k-1]].y})
		}
	}
	set := func(v int, ps []port, to []float64) {
		slices.SortStableFunc(ps, func(a, b port) int { return cmp.Compare(a.y, b.y) })
		for i, p := range ps {
			to[p.chain] = r.items[v].y + r.items[v].height*(float64(i+1)/float64(len(ps)+1)-0.5)
		}
	}
	for v := range r.g.Nodes {
		set(v, ahead[v], r.out)
		set(v, behind[v], r.in)
	}
}
