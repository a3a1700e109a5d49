package level

// answer is what a question about an end time comes to.
type answer int

const (
	unknown answer = iota
	no             // no schedule ends by the time
	yes            // one was found; its starts are in est
)

// refuted says that no schedule ends by a time, by the rules alone, with effort up to a limit.
func (v *prover) refuted(end, limit int) bool {
	v.work, v.limit, v.stopped = 0, limit, false
	v.begin(end)
	return !v.narrow()
}

// shaved is refuted with shaving (Martin and Shmoys 1996; the global operations of Dorndorf, Pesch and Phan-Huy 2000): when the rules
// refute that a task starts in one part of its window, the window is the other part.
func (v *prover) shaved(end, limit int) bool {
	v.work, v.limit, v.stopped = 0, limit, false
	v.begin(end)
	if !v.narrow() {
		return true
	}
	est, lst := make([]int, v.size), make([]int, v.size)
	for changed := true; changed && !v.over(); {
		changed = false
		for j := range v.size {
			for _, side := range []side{left, right} {
				c, ok := v.shaveTask(j, side, est, lst)
				if !ok {
					return true
				}
				changed = changed || c
			}
		}
	}
	return false
}

// side is an end of a window.
type side int

const (
	left side = iota
	right
)

// shaveTask tries to cut off a side of a task's window, half of it or less. It returns false when nothing is left of some window.
// est and lst are room for the windows of now.
func (v *prover) shaveTask(j int, s side, est, lst []int) (changed, ok bool) {
	for part := v.lst[j] - v.est[j]; part > 0 && !v.over(); {
		part /= 2
		copy(est, v.est)
		copy(lst, v.lst)
		cut := v.est[j] + part
		if s == left {
			v.lst[j] = cut
		} else {
			cut = v.lst[j] - part
			v.est[j] = cut
		}
		empty := !v.narrow()
		copy(v.est, est)
		copy(v.lst, lst)
		if !empty {
			continue
		}
		if s == left {
			v.est[j] = cut + 1
		} else {
			v.lst[j] = cut - 1
		}
		return true, v.est[j] <= v.lst[j] && v.narrow()
	}
	return false, true
}

// decide searches for a schedule that ends by a time: it halves the window of a task, the part that may be earlier first.
func (v *prover) decide(end, limit int) answer {
	v.work, v.limit, v.stopped = 0, limit, false
	v.begin(end)
	return v.branch()
}

func (v *prover) branch() answer {
	if !v.narrow() {
		return no
	}
	if v.over() {
		return unknown
	}
	pick, best := -1, 0
	for j := range v.size {
		if w := v.lst[j] - v.est[j]; w > 0 && (pick < 0 || v.est[j] < best) {
			pick, best = j, v.est[j]
		}
	}
	if pick < 0 {
		return yes
	}
	est, lst := append([]int(nil), v.est...), append([]int(nil), v.lst...)
	mid := v.est[pick] + (v.lst[pick]-v.est[pick])/2
	v.lst[pick] = mid
	if first := v.branch(); first != no {
		return first
	}
	copy(v.est, est)
	copy(v.lst, lst)
	v.est[pick] = mid + 1
	return v.branch()
}
