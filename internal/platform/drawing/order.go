package drawing

import (
	"cmp"
	"slices"
)

// Bounds of the search for an order with few crossings.
const (
	sweeps     = 24
	patience   = 6          // sweeps without a better order
	stepsOrder = 30_000_000 // comparisons, about; beyond it the best order so far stands
)

// arrange sets the order of the items in each layer and returns the crossings that are left.
func (l *layered) arrange() int {
	l.order = make([][]int, len(l.labels))
	l.at = make([]int, len(l.items))
	steps := stepsOrder
	best, fewest := [][]int(nil), -1
	for _, forward := range []bool{true, false} {
		l.start(forward)
		l.improve(&steps, func(n int) {
			if fewest < 0 || n < fewest {
				best, fewest = clone(l.order), n
			}
		})
	}
	l.order = best
	l.number()
	return max(fewest, 0)
}

func (l *layered) improve(steps *int, found func(int)) {
	last := l.crossings(steps)
	found(last)
	for i, idle := 0, 0; i < sweeps && idle < patience && last > 0 && *steps > 0; i++ {
		l.sweep(i%2 == 0, i%4 < 2, steps)
		l.transpose(steps)
		n := l.crossings(steps)
		found(n)
		if idle++; n < last {
			last, idle = n, 0
		}
	}
}

func clone(order [][]int) [][]int {
	out := make([][]int, len(order))
	for i, x := range order {
		out[i] = slices.Clone(x)
	}
	return out
}

func (l *layered) number() {
	for _, layer := range l.order {
		for i, v := range layer {
			l.at[v] = i
		}
	}
}

// start walks through the graph in depth, one connected part after another, and puts the items into their layers as it
// meets them: what hangs together stands together.
func (l *layered) start(forward bool) {
	for i := range l.order {
		l.order[i] = l.order[i][:0]
	}
	beside := make([][]int, len(l.items))
	for _, c := range l.chains {
		if c.kind == flat {
			a, b := c.items[0], c.items[1]
			beside[a], beside[b] = append(beside[a], b), append(beside[b], a)
		}
	}
	seen := make([]bool, len(l.items))
	roots := make([]int, len(l.items))
	for i := range roots {
		roots[i] = i
	}
	slices.SortStableFunc(roots, func(a, b int) int {
		if forward {
			return cmp.Compare(l.items[a].layer, l.items[b].layer)
		}
		return cmp.Compare(l.items[b].layer, l.items[a].layer)
	})
	for _, root := range roots {
		stack := []int{root}
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[v] {
				continue
			}
			seen[v] = true
			l.order[l.items[v].layer] = append(l.order[l.items[v].layer], v)
			next := [][]int{l.items[v].behind, beside[v], l.items[v].ahead}
			if !forward {
				next[0], next[2] = next[2], next[0]
			}
			for _, list := range next { // what is pushed last is met first
				for _, w := range slices.Backward(list) {
					if !seen[w] {
						stack = append(stack, w)
					}
				}
			}
		}
	}
	l.number()
}

// sweep orders each layer by the median of its neighbours in the layer before, or after when it goes back. Items without
// neighbours keep their place; later decides between equals.
func (l *layered) sweep(forward, later bool, steps *int) {
	n := len(l.order)
	median := make([]float64, len(l.items))
	var places []int
	var moving []int
	for k := 1; k < n; k++ {
		i := k
		if !forward {
			i = n - 1 - k
		}
		moving = moving[:0]
		for _, v := range l.order[i] {
			next := l.items[v].behind
			if !forward {
				next = l.items[v].ahead
			}
			*steps -= len(next) + 1
			if len(next) == 0 {
				median[v] = -1
				continue
			}
			places = places[:0]
			for _, w := range next {
				places = append(places, l.at[w])
			}
			slices.Sort(places)
			median[v] = middle(places)
			moving = append(moving, v)
		}
		if later {
			slices.Reverse(moving)
		}
		slices.SortStableFunc(moving, func(a, b int) int { return cmp.Compare(median[a], median[b]) })
		m := 0
		for p, v := range l.order[i] {
			if median[v] >= 0 {
				l.order[i][p] = moving[m]
				m++
			}
		}
		for p, v := range l.order[i] {
			l.at[v] = p
		}
	}
}

// middle returns the median of sorted places; of an even number it leans to where they stand closer, as Gansner et al. say.
func middle(p []int) float64 {
	m := len(p) / 2
	switch {
	case len(p)%2 == 1:
		return float64(p[m])
	case len(p) == 2:
		return float64(p[0]+p[1]) / 2
	}
	left, right := float64(p[m-1]-p[0]), float64(p[len(p)-1]-p[m])
	if left+right == 0 {
		return float64(p[m-1]+p[m]) / 2
	}
	return (float64(p[m-1])*right + float64(p[m])*left) / (left + right)
}

// transpose exchanges neighbours of a layer as long as that takes crossings away.
func (l *layered) transpose(steps *int) {
	for better := true; better && *steps > 0; {
		better = false
		for _, layer := range l.order {
			for i := 0; i+1 < len(layer) && *steps > 0; i++ {
				v, w := layer[i], layer[i+1]
				a, b := &l.items[v], &l.items[w]
				*steps -= len(a.behind)*len(b.behind) + len(a.ahead)*len(b.ahead) + 1
				now, then := l.between(a.behind, b.behind)
				now2, then2 := l.between(a.ahead, b.ahead)
				if now+now2 > then+then2 {
					layer[i], layer[i+1] = w, v
					l.at[v], l.at[w] = i+1, i
					better = true
				}
			}
		}
	}
}

// between counts the crossings of the lines of two neighbours as they stand and exchanged.
func (l *layered) between(a, b []int) (now, then int) {
	for _, x := range a {
		for _, y := range b {
			switch {
			case l.at[x] > l.at[y]:
				now++
			case l.at[x] < l.at[y]:
				then++
			}
		}
	}
	return now, then
}

// crossings counts the crossings between neighbouring layers with a tree of sums, after Barth, Jünger and Mutzel.
func (l *layered) crossings(steps *int) int {
	total := 0
	var ends []int
	var tree []int
	for i := 0; i+1 < len(l.order); i++ {
		ends = ends[:0]
		for _, v := range l.order[i] {
			from := len(ends)
			for _, w := range l.items[v].ahead {
				ends = append(ends, l.at[w])
			}
			slices.Sort(ends[from:])
		}
		size := 1
		for size < len(l.order[i+1]) {
			size *= 2
		}
		tree = append(tree[:0], make([]int, 2*size)...)
		for _, e := range ends {
			*steps -= 4
			k := e + size
			tree[k]++
			for k > 1 {
				if k%2 == 0 {
					total += tree[k+1]
				}
				k /= 2
				tree[k]++
			}
		}
	}
	return total
}
