package level

// prover asks whether a schedule can end by a given time. It narrows, for every task, the window of starts by rules that lose no
// schedule; a window that becomes empty is a proof that there is none. This is the destructive improvement of Klein and Scholl (1999).
type prover struct {
	*network
	end      int
	est, lst []int // earliest and latest start
	p        profile
	pairs    []int // two tasks each that can never run at once, although no link says which is first
	users    [][]use
	avail    [][]int // per resource, capacity summed up to each time; nil when there are too many times
	slope    []int
	isEnd    []bool
	work     int // steps made, to bound the effort in a way that repeats
	limit    int
	expired  func() bool
	stopped  bool
}

type use struct{ task, units int }

// Beyond these sizes the costlier rules are left out.
const (
	pairsAtMost = 1 << 18
	timesAtMost = 1 << 15
)

func newProver(n *network, expired func() bool) *prover {
	v := &prover{network: n, est: make([]int, n.size), lst: make([]int, n.size), p: copyOf(n.tracks), expired: expired}
	v.users = make([][]use, len(n.capacity))
	for j := range n.size {
		for k := n.needAt[j]; k < n.needAt[j+1]; k++ {
			v.users[n.needRes[k]] = append(v.users[n.needRes[k]], use{j, n.needUnits[k]})
		}
	}
	v.pair()
	if n.span <= timesAtMost && n.span*len(n.capacity) <= cellsAtMost {
		v.sum()
	}
	return v
}

// pair finds the pairs of tasks whose needs together exceed a capacity at all times.
func (v *prover) pair() {
	if v.size > 1_000 {
		return
	}
	together := make([]bool, v.size*v.size)
	for r, users := range v.users {
		most := v.capacity[r].largest()
		for i, a := range users {
			for _, b := range users[i+1:] {
				if a.units+b.units <= most || together[a.task*v.size+b.task] {
					continue
				}
				together[a.task*v.size+b.task] = true
				if len(v.pairs) < pairsAtMost {
					v.pairs = append(v.pairs, a.task, b.task)
				}
			}
		}
	}
}

func (v *prover) sum() {
	v.slope, v.isEnd = make([]int, v.span+2), make([]bool, v.span+2)
	v.avail = make([][]int, len(v.capacity))
	for r, c := range v.capacity {
		total := make([]int, v.span+1)
		now, next := c.Capacity, 0
		for t := range v.span {
			for next < len(c.Steps) && c.Steps[next].At <= t {
				now = c.Steps[next].Capacity
				next++
			}
			total[t+1] = total[t] + now
		}
		v.avail[r] = total
	}
}

// begin sets the windows of a schedule that ends by a time.
func (v *prover) begin(end int) {
	v.end = end
	copy(v.est, v.head)
	for j := range v.size {
		v.lst[j] = min(v.late[j], end-v.tail[j])
	}
}

// over says that the effort allowed is spent.
func (v *prover) over() bool {
	if !v.stopped && (v.work > v.limit || v.expired != nil && v.expired()) {
		v.stopped = true
	}
	return v.stopped
}

// narrow applies all rules until none narrows a window, or effort ends. It returns false when a window is empty.
func (v *prover) narrow() bool {
	for {
		if !v.byLinks() {
			return false
		}
		changed, ok := v.byProfile()
		if !ok {
			return false
		}
		if !changed {
			if changed, ok = v.byPairs(); !ok {
				return false
			}
		}
		if !changed {
			if changed, ok = v.byEnergy(); !ok {
				return false
			}
		}
		if !changed || v.over() {
			return true
		}
	}
}

func (v *prover) byLinks() bool {
	for j := range v.size {
		t := v.est[j]
		for k := v.predAt[j]; k < v.predAt[j+1]; k++ {
			t = max(t, v.est[v.pred[k]]+v.predLag[k])
		}
		v.est[j] = t
	}
	for j := v.size - 1; j >= 0; j-- {
		t := v.lst[j]
		for k := v.succAt[j]; k < v.succAt[j+1]; k++ {
			t = min(t, v.lst[v.succ[k]]-v.succLag[k])
		}
		v.lst[j] = t
		if t < v.est[j] {
			return false
		}
	}
	v.work += v.size + len(v.pred)
	return true
}

// byProfile is time-tabling: what a task surely uses, between its latest start and its earliest end, is not there for others; and
// where capacity itself is too small a task cannot run.
func (v *prover) byProfile() (changed, ok bool) {
	v.p.reset()
	for j := range v.size {
		if a, d := v.lst[j], v.est[j]+v.dur[j]-v.lst[j]; d > 0 {
			need := v.demand[v.demandAt[j]:v.demandAt[j+1]]
			if v.p.earliestUntil(a, a, d, need) != a {
				return false, false
			}
			v.p.take(a, d, need)
		}
	}
	for j := range v.size {
		need := v.demand[v.demandAt[j]:v.demandAt[j+1]]
		if v.est[j] == v.lst[j] || v.dur[j] == 0 || len(need) == 0 {
			continue
		}
		v.work += 10
		if d := v.est[j] + v.dur[j] - v.lst[j]; d > 0 {
			v.p.give(v.lst[j], d, need)
		}
		e := v.p.earliestUntil(v.est[j], v.lst[j], v.dur[j], need)
		if e < 0 {
			return false, false
		}
		l := v.p.latest(v.lst[j], e, v.dur[j], need)
		if e != v.est[j] || l != v.lst[j] {
			v.est[j], v.lst[j], changed = e, l, true
		}
		if d := e + v.dur[j] - l; d > 0 {
			v.p.take(l, d, need)
		}
	}
	v.work += v.size
	return changed, true
}

// byPairs orders two tasks that cannot run at once when only one order is left.
func (v *prover) byPairs() (changed, ok bool) {
	v.work += len(v.pairs)
	for k := 0; k < len(v.pairs); k += 2 {
		a, b := v.pairs[k], v.pairs[k+1]
		first, second := v.est[a]+v.dur[a] <= v.lst[b], v.est[b]+v.dur[b] <= v.lst[a] // a before b, b before a
		if first && second {
			continue
		}
		if !first && !second {
			return false, false
		}
		if second {
			a, b = b, a
		}
		if t := v.est[a] + v.dur[a]; t > v.est[b] {
			v.est[b], changed = t, true
		}
		if t := v.lst[b] - v.dur[a]; t < v.lst[a] {
			v.lst[a], changed = t, true
		}
		if v.est[a] > v.lst[a] || v.est[b] > v.lst[b] {
			return false, false
		}
	}
	return changed, true
}
