package drawing

import (
	"math"
	"slices"
)

// place gives every item its y: four times aligned with the middle of its neighbours, from either side and to either end,
// and between the two middle ones of the four, as Brandes and Köpf do. Distances between the blocks of aligned items are
// those of longest paths, so that boxes of any height keep apart; each of the four keeps them, and so does their middle.
func (l *layered) place() {
	n := len(l.items)
	if n == 0 {
		return
	}
	var ys [4][]float64
	crossed := l.conflicts()
	for k := range ys {
		a := alignment{l: l, crossed: crossed, forward: k < 2, upward: k%2 == 1}
		ys[k] = a.run()
	}
	narrowest, least := 0, math.Inf(1)
	for k := range ys {
		if w := slices.Max(ys[k]) - slices.Min(ys[k]); w < least-1e-9 {
			narrowest, least = k, w
		}
	}
	low, high := slices.Min(ys[narrowest]), slices.Max(ys[narrowest])
	for k := range ys {
		shift := low - slices.Min(ys[k])
		if k%2 == 1 {
			shift = high - slices.Max(ys[k])
		}
		for v := range ys[k] {
			ys[k][v] += shift
		}
	}
	for v := range l.items {
		four := [4]float64{ys[0][v], ys[1][v], ys[2][v], ys[3][v]}
		slices.Sort(four[:])
		l.items[v].y = (four[1] + four[2]) / 2
	}
	l.settle()
}

// settle removes what is left of rounding and moves everything below the margin.
func (l *layered) settle() {
	top := math.Inf(1)
	for _, layer := range l.order {
		for i, v := range layer {
			x := &l.items[v]
			if i > 0 {
				x.y = max(x.y, l.items[layer[i-1]].y+l.apart(layer[i-1], v))
			}
			top = min(top, x.y-x.height/2)
		}
	}
	for v := range l.items {
		l.items[v].y += l.o.Margin + l.o.Head - top
	}
}

// conflicts returns the lines between layers that cross a line between two places: long lines stay straight, others yield.
func (l *layered) conflicts() map[[2]int]bool {
	out := map[[2]int]bool{}
	inner := func(v int) int { // the place before a place, -1 without one
		if l.items[v].node >= 0 || len(l.items[v].behind) != 1 {
			return -1
		}
		if u := l.items[v].behind[0]; l.items[u].node < 0 {
			return u
		}
		return -1
	}
	for i := 1; i < len(l.order); i++ {
		upper, layer := l.order[i-1], l.order[i]
		from, done := 0, 0
		for p, v := range layer {
			u := inner(v)
			if u < 0 && p < len(layer)-1 {
				continue
			}
			to := len(upper) - 1
			if u >= 0 {
				to = l.at[u]
			}
			for ; done <= p; done++ {
				w := layer[done]
				for _, x := range l.items[w].behind {
					if k := l.at[x]; (k < from || k > to) && inner(w) != x {
						out[[2]int{x, w}] = true
					}
				}
			}
			from = to
		}
	}
	return out
}

// alignment is one of the four.
type alignment struct {
	l       *layered
	crossed map[[2]int]bool
	forward bool // aligned with the layer before; else with the one after
	upward  bool // from the last item of a layer to the first, with y reversed
	order   [][]int
	root    []int // of the block of each item
	next    []int // the next item of the block, around
}

func (a *alignment) run() []float64 {
	l := a.l
	a.order = l.order
	if a.upward {
		a.order = clone(l.order)
		for _, layer := range a.order {
			slices.Reverse(layer)
		}
	}
	a.align()
	y := a.compact()
	if a.upward {
		for v := range y {
			y[v] = -y[v]
		}
	}
	return y
}

// align joins each item with the middle one of its neighbours where no line is crossed.
func (a *alignment) align() {
	l := a.l
	a.root, a.next = make([]int, len(l.items)), make([]int, len(l.items))
	place := make([]int, len(l.items))
	for _, layer := range a.order {
		for p, v := range layer {
			a.root[v], a.next[v], place[v] = v, v, p
		}
	}
	var near []int
	for k := 1; k < len(a.order); k++ {
		i := k
		if !a.forward {
			i = len(a.order) - 1 - k
		}
		last := -1
		for _, v := range a.order[i] {
			next := l.items[v].behind
			if !a.forward {
				next = l.items[v].ahead
			}
			if len(next) == 0 {
				continue
			}
			near = append(near[:0], next...)
			slices.SortFunc(near, func(x, y int) int { return place[x] - place[y] })
			for m := (len(near) - 1) / 2; m <= len(near)/2; m++ {
				u := near[m]
				if a.next[v] == v && last < place[u] && !a.crosses(u, v) {
					a.next[u], a.root[v], a.next[v] = v, a.root[u], a.root[u]
					last = place[u]
				}
			}
		}
	}
}

func (a *alignment) crosses(u, v int) bool {
	if !a.forward {
		u, v = v, u
	}
	return a.crossed[[2]int{u, v}]
}

// compact places the blocks: as early as their distances allow, then as late as what follows allows, so that a block
// without anything before it stands beside what comes after it.
func (a *alignment) compact() []float64 {
	type arc struct {
		to   int
		room float64
	}
	l := a.l
	onward, back, left := make([][]arc, len(l.items)), make([][]arc, len(l.items)), make([]int, len(l.items))
	for _, layer := range a.order {
		for p := 1; p < len(layer); p++ {
			u, v := layer[p-1], layer[p]
			room := l.apart(u, v)
			onward[a.root[u]] = append(onward[a.root[u]], arc{a.root[v], room})
			back[a.root[v]] = append(back[a.root[v]], arc{a.root[u], room})
			left[a.root[v]]++
		}
	}
	order := make([]int, 0, len(l.items))
	for v := range l.items {
		if a.root[v] == v && left[v] == 0 {
			order = append(order, v)
		}
	}
	y := make([]float64, len(l.items))
	for i := 0; i < len(order); i++ {
		v := order[i]
		for _, b := range back[v] {
			y[v] = max(y[v], y[b.to]+b.room)
		}
		for _, f := range onward[v] {
			if left[f.to]--; left[f.to] == 0 {
				order = append(order, f.to)
			}
		}
	}
	for _, v := range slices.Backward(order) {
		if len(onward[v]) == 0 {
			continue
		}
		late := math.Inf(1)
		for _, f := range onward[v] {
			late = min(late, y[f.to]-f.room)
		}
		y[v] = max(y[v], late)
	}
	for v := range l.items {
		y[v] = y[a.root[v]]
	}
	return y
}
