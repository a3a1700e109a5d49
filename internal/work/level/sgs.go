package level

import "math/bits"

// generator makes schedules from orders of tasks. An order respects links: each task comes after those it is linked from.
type generator struct {
	*network
	p     profile
	stuck int // the task for which the last generation that failed found no place

	// of the parallel scheme
	from  []int    // no start before this
	at    []int    // place in the order
	waits []int    // links from tasks that have no start yet
	free  []uint64 // places of tasks that may start now
	later []int    // tasks that wait for nothing but a time
}

func newGenerator(n *network) *generator {
	return &generator{
		network: n, p: copyOf(n.tracks), from: make([]int, n.size), at: make([]int, n.size), waits: make([]int, n.size),
		free: make([]uint64, (n.size+63)/64), later: make([]int, 0, n.size),
	}
}

func (g *generator) demands(j int) []demand { return g.demand[g.demandAt[j]:g.demandAt[j+1]] }

// unplaced marks a task without a start yet.
const unplaced = -1

// serial is the serial schedule generation scheme (Kelley 1963; Kolisch 1996): in the order given, each task starts as early as
// links and what is left of the resources allow. It fills start and returns the finish, or -1 when a task finds no place. Without
// negative lags some order leads to an earliest possible finish. A link with a negative lag may stand against the order; the task
// that comes later then has to start in time for the one already placed.
func (g *generator) serial(order, start []int) int {
	g.p.reset()
	if g.loose {
		fill(start, unplaced)
	}
	finish := 0
	for _, j := range order {
		t := g.head[j]
		for k := g.predAt[j]; k < g.predAt[j+1]; k++ {
			if s := start[g.pred[k]]; s != unplaced {
				t = max(t, s+g.predLag[k])
			}
		}
		d := g.dur[j]
		need := g.demands(j)
		if t = g.p.earliest(t, d, need); t < 0 || g.loose && t > g.limit(j, start) {
			g.stuck = j
			return -1
		}
		g.p.take(t, d, need)
		start[j] = t
		finish = max(finish, t+d)
	}
	return finish
}

func fill(a []int, v int) {
	for i := range a {
		a[i] = v
	}
}

// limit is the latest start that the tasks already placed after j allow.
func (g *generator) limit(j int, start []int) int {
	t := g.late[j]
	for k := g.succAt[j]; k < g.succAt[j+1]; k++ {
		if s := start[g.succ[k]]; s != unplaced {
			t = min(t, s-g.succLag[k])
		}
	}
	return t
}

// floor is the earliest start that the tasks already placed before j allow.
func (g *generator) floor(j int, start []int) int {
	t := g.head[j]
	if !g.loose {
		return t
	}
	for k := g.predAt[j]; k < g.predAt[j+1]; k++ {
		if s := start[g.pred[k]]; s != unplaced {
			t = max(t, s+g.predLag[k])
		}
	}
	return t
}

// backward is the serial scheme with time reversed: in the order given, which has each task after those it links to, each task
// starts as late as links, the finish and what is left of the resources allow. It returns false when a task finds no place.
func (g *generator) backward(order, start []int, finish int) bool {
	g.p.reset()
	if g.loose {
		fill(start, unplaced)
	}
	for _, j := range order {
		d := g.dur[j]
		t := min(finish-d, g.late[j])
		for k := g.succAt[j]; k < g.succAt[j+1]; k++ {
			if s := start[g.succ[k]]; s != unplaced {
				t = min(t, s-g.succLag[k])
			}
		}
		need := g.demands(j)
		if t = g.p.latest(t, g.floor(j, start), d, need); t < 0 {
			return false
		}
		g.p.take(t, d, need)
		start[j] = t
	}
	return true
}

// parallel is the parallel schedule generation scheme (Bedworth and Bailey 1982; Kolisch 1996): time goes from change to change, and
// at each the tasks that are free to start are tried in the order given. Its schedules are non-delay ones, often better than those of
// the serial scheme and not always among them the best. A task that a negative lag frees for a time already passed takes the first gap
// since then. It fills start and returns the finish, or -1 when a task finds no place.
func (g *generator) parallel(order, start []int) int {
	g.p.reset()
	clear(g.free)
	g.later = g.later[:0]
	copy(g.from, g.head)
	for i, j := range order {
		g.at[j] = i
		if g.waits[j] = g.predAt[j+1] - g.predAt[j]; g.waits[j] == 0 {
			g.later = append(g.later, j)
		}
	}
	finish, left := 0, g.size
	for t := 0; ; {
		next := g.release(t)
		for w := 0; w < len(g.free); w++ {
			for b := g.free[w]; b != 0; b &= b - 1 {
				i := w*64 + bits.TrailingZeros64(b)
				j := order[i]
				s := g.p.earliestUntil(g.from[j], t, g.dur[j], g.demands(j))
				if s < 0 {
					g.from[j] = t + 1
					continue
				}
				g.p.take(s, g.dur[j], g.demands(j))
				g.free[w] &^= 1 << (i & 63)
				start[j] = s
				finish = max(finish, s+g.dur[j])
				left--
				// A task freed at once stands later in the order, so this sweep still meets it.
				if f := g.follow(j, s, t); f >= 0 && (next < 0 || f < next) {
					next = f
				}
				b |= g.free[w] &^ (1<<(i&63) | (1<<(i&63) - 1))
			}
		}
		if left == 0 {
			return finish
		}
		if c := g.p.change(t); c >= 0 && (next < 0 || c < next) {
			next = c
		}
		if next < 0 {
			g.stuck = g.anyFree(order)
			return -1
		}
		t = next
	}
}

// release frees the tasks whose time has come and returns the time of the next, or -1.
func (g *generator) release(t int) int {
	next, kept := -1, g.later[:0]
	for _, j := range g.later {
		if f := g.from[j]; f <= t {
			g.free[g.at[j]>>6] |= 1 << (g.at[j] & 63)
		} else {
			kept = append(kept, j)
			if next < 0 || f < next {
				next = f
			}
		}
	}
	g.later = kept
	return next
}

// follow tells the tasks after j that it starts at s. It returns the earliest time after t at which one of them is free, or -1.
func (g *generator) follow(j, s, t int) int {
	next := -1
	for k := g.succAt[j]; k < g.succAt[j+1]; k++ {
		o := g.succ[k]
		g.from[o] = max(g.from[o], s+g.succLag[k])
		if g.waits[o]--; g.waits[o] > 0 {
			continue
		}
		if f := g.from[o]; f > t {
			g.later = append(g.later, o)
			if next < 0 || f < next {
				next = f
			}
		} else {
			g.free[g.at[o]>>6] |= 1 << (g.at[o] & 63)
		}
	}
	return next
}

func (g *generator) anyFree(order []int) int {
	for w, b := range g.free {
		if b != 0 {
			return order[w*64+bits.TrailingZeros64(b)]
		}
	}
	return order[0]
}
