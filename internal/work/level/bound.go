package level

import "slices"

// raise lifts the bound by bisection over end times, each refuted by the rules or not, within an effort. It
// starts from the bound there is: the critical path, by links and absences alone, and the work on each resource.
func (s *search) raise(limit int) {
	low, high := s.bound, s.best.finish // below low is refuted, high is not
	for step := 1; low < high; step *= 2 {
		end := min(low+step-1, high-1)
		if s.over() {
			return
		}
		if !s.prover.refuted(end, limit) {
			high = end
			break
		}
		low = end + 1
		s.bound = low
	}
	for low < high && !s.over() {
		mid := low + (high-low)/2
		if s.prover.refuted(mid, limit) {
			low = mid + 1
			s.bound = low
		} else {
			high = mid
		}
	}
}

// shave lifts the bound by one as long as the bound itself is refuted by shaving, within an effort for all of it.
func (s *search) shave(effort int) {
	for effort > 0 && s.bound < s.best.finish && !s.over() && s.prover.shaved(s.bound, effort) {
		s.bound++
		effort -= s.prover.work
	}
}

// exact asks whether the best schedule can be improved, as long as the answer comes within an effort. Without an improvement the best
// is proven.
func (s *search) exact(limit int) {
	for s.bound < s.best.finish && !s.over() {
		switch s.prover.decide(s.best.finish-1, limit) {
		case no:
			s.bound = s.best.finish
		case yes:
			s.adopt(s.prover.est)
		default:
			return
		}
	}
}

// byWork lifts the bound by the work on each resource: tasks that have at least a head before them and at least a tail after them
// cannot end, all together, before the capacity since the head has done their work and the tail has passed.
func (s *search) byWork() {
	tasks := make([]int, 0, s.size)
	for r := range s.capacity {
		tasks = tasks[:0]
		units := map[int]int{}
		for j := range s.size {
			for k := s.needAt[j]; k < s.needAt[j+1]; k++ {
				if s.needRes[k] == r {
					tasks = append(tasks, j)
					units[j] = s.needUnits[k]
				}
			}
		}
		slices.SortFunc(tasks, func(a, b int) int { return s.tail[b] - s.dur[b] - s.tail[a] + s.dur[a] })
		heads := make([]int, 0, len(tasks))
		for _, j := range tasks {
			heads = append(heads, s.head[j])
		}
		slices.Sort(heads)
		heads = slices.Compact(heads)
		every := 1 + len(heads)/headsAtMost
		for i := 0; i < len(heads); i += every {
			busy := s.capacity[r].busy(heads[i])
			for _, j := range tasks { // by falling tail: the last one added has the smallest
				if s.head[j] >= heads[i] {
					s.bound = max(s.bound, busy.add(units[j]*s.dur[j])+s.tail[j]-s.dur[j])
				}
			}
		}
	}
}

// headsAtMost bounds the heads that are tried for each resource.
const headsAtMost = 200

// filler does work on a resource from a time on, as fast as its capacity allows.
type filler struct {
	r      Resource
	next   int // step
	t, now int // since when the capacity is what it is now
	spent  int // work since then
	from   int
}

func (r Resource) busy(from int) filler {
	f := filler{r: r, t: from, now: r.Capacity, from: from}
	for f.next < len(r.Steps) && r.Steps[f.next].At <= from {
		f.now = r.Steps[f.next].Capacity
		f.next++
	}
	return f
}

// add does more work and returns the time at which it is done; where it began when the resource has gone before.
func (f *filler) add(work int) int {
	f.spent += work
	for f.next < len(f.r.Steps) && f.spent > f.now*(f.r.Steps[f.next].At-f.t) {
		s := f.r.Steps[f.next]
		f.spent -= f.now * (s.At - f.t)
		f.t, f.now = s.At, s.Capacity
		f.next++
	}
	if f.now == 0 {
		return f.from
	}
	return f.t + (f.spent+f.now-1)/f.now
}
