package drawing

import (
	"cmp"
	"math"
	"slices"
)

// tracksMost bounds the tracks of a gap; above as many parts, they share tracks.
const tracksMost = 1_000

// vertical is the vertical part of an orthogonal line in the gap behind a layer.
type vertical struct {
	chain, part int
	from, to    float64
}

func (v vertical) meets(w vertical) bool {
	const near = 3
	return min(v.from, v.to) < max(w.from, w.to)+near && min(w.from, w.to) < max(v.from, v.to)+near
}

// tracks gives the vertical parts of orthogonal lines tracks such that none runs on another, and returns how many each gap
// has. Of two that lead down, the one that begins lower runs before the other: then they do not cross.
func (r *router) tracks() []int {
	parts := make([][]vertical, len(r.order))
	r.track = make([][]int, len(r.chains))
	for i, c := range r.chains {
		r.track[i] = make([]int, max(len(c.items), 2))
		put := func(layer, part int, from, to float64) {
			if math.Abs(from-to) >= 1e-6 {
				parts[layer] = append(parts[layer], vertical{i, part, from, to})
			}
		}
		a := r.items[c.items[0]]
		switch c.kind {
		case across:
			y := r.out[i]
			for k, v := range c.items[:len(c.items)-1] {
				next := r.height(c.items[k+1])
				if k+2 == len(c.items) {
					next = r.in[i]
				}
				put(r.items[v].layer, k, y, next)
				y = next
			}
		case flat, loop:
			b := r.items[c.items[1]]
			if c.label >= 0 {
				put(a.layer, 0, a.y, r.height(c.label))
				put(a.layer, 1, r.height(c.label), b.y)
			} else if c.kind == flat {
				put(a.layer, 0, a.y, b.y)
			}
		}
	}
	out := make([]int, len(parts))
	for k, vs := range parts {
		out[k] = r.lay(vs)
	}
	return out
}

func (r *router) lay(vs []vertical) int {
	slices.SortStableFunc(vs, func(a, b vertical) int {
		if down, other := a.to > a.from, b.to > b.from; down != other {
			if down {
				return -1
			}
			return 1
		} else if down {
			return cmp.Compare(b.from, a.from)
		}
		return cmp.Compare(a.from, b.from)
	})
	n := 0
	for i, v := range vs {
		t := 0
		if len(vs) > tracksMost {
			t = i % tracksMost
		} else {
			for k, w := range vs[:i] {
				if v.meets(w) {
					t = max(t, r.track[vs[k].chain][vs[k].part]+1)
				}
			}
		}
		r.track[v.chain][v.part] = t
		n = max(n, t+1)
	}
	return n
}
