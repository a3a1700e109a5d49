package level

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// feasible fails the test unless the result keeps everything that the problem asks, and its figures agree with its starts.
func feasible(t testing.TB, p Problem, r Result) {
	t.Helper()
	if len(r.Start) != len(p.Tasks) {
		t.Fatalf("%d starts for %d tasks", len(r.Start), len(p.Tasks))
	}
	finish := 0
	for i, task := range p.Tasks {
		if r.Start[i] < max(0, task.NotBefore) {
			t.Fatalf("task %d starts at %d, before %d", i, r.Start[i], task.NotBefore)
		}
		finish = max(finish, r.Start[i]+task.Duration)
	}
	if finish != r.Finish || r.LowerBound > finish || r.Proven != (r.LowerBound == finish) {
		t.Fatalf("the last task ends at %d; finish %d, bound %d, proven %v", finish, r.Finish, r.LowerBound, r.Proven)
	}
	for _, l := range p.Links {
		if r.Start[l.To] < r.Start[l.From]+l.Lag {
			t.Fatalf("task %d starts at %d, task %d at %d: the lag %d is broken", l.From, r.Start[l.From], l.To, r.Start[l.To], l.Lag)
		}
	}
	for k := range p.Resources {
		if at, used, free := overload(p, r.Start, k); used > free {
			t.Fatalf("resource %d: %d used of %d at %d", k, used, free, at)
		}
	}
}

// overload returns a time at which more of a resource is used than there is.
func overload(p Problem, start []int, k int) (at, used, free int) {
	type event struct{ at, used, capacity int } // change of use, and the capacity from then on or -1
	events := []event{{0, 0, p.Resources[k].Capacity}}
	for _, s := range p.Resources[k].Steps {
		events = append(events, event{max(0, s.At), 0, s.Capacity})
	}
	for i, task := range p.Tasks {
		for _, n := range task.Needs {
			if n.Resource == k && task.Duration > 0 {
				events = append(events, event{start[i], n.Units, -1}, event{start[i] + task.Duration, -n.Units, -1})
			}
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at - b.at })
	for i, e := range events {
		used += e.used
		if e.capacity >= 0 {
			free = e.capacity
		}
		if (i+1 == len(events) || events[i+1].at > e.at) && used > free {
			return e.at, used, free
		}
	}
	return 0, 0, 0
}

// tiny makes a problem small enough to be solved by trying everything. Everything that a problem can have occurs in some.
func tiny(rng *rand.Rand) Problem {
	var p Problem
	for range 1 + rng.IntN(2) {
		r := Resource{Capacity: 1 + rng.IntN(3)}
		if rng.IntN(2) == 0 {
			at := rng.IntN(4) - 1
			for range 1 + rng.IntN(3) {
				r.Steps = append(r.Steps, Step{At: at, Capacity: rng.IntN(4)})
				at += 1 + rng.IntN(3)
			}
			if rng.IntN(4) > 0 {
				r.Steps = append(r.Steps, Step{At: at, Capacity: 2})
			}
		}
		p.Resources = append(p.Resources, r)
	}
	for range 2 + rng.IntN(4) {
		t := Task{Duration: rng.IntN(4)}
		if rng.IntN(4) == 0 {
			t.NotBefore = rng.IntN(6) - 1
		}
		for k := range p.Resources {
			if rng.IntN(3) > 0 {
				t.Needs = append(t.Needs, Need{Resource: k, Units: rng.IntN(3)})
			}
		}
		p.Tasks = append(p.Tasks, t)
	}
	number := rng.Perm(len(p.Tasks)) // links do not follow the order of the list
	for i := range p.Tasks {
		for j := i + 1; j < len(p.Tasks); j++ {
			if rng.IntN(3) == 0 {
				lag := p.Tasks[number[i]].Duration
				if rng.IntN(2) == 0 {
					lag = rng.IntN(7) - 3
				}
				p.Links = append(p.Links, Link{From: number[i], To: number[j], Lag: lag})
			}
		}
	}
	return p
}

// optimum tries every start of every task up to a horizon and returns the earliest finish, or -1.
func optimum(p Problem, horizon int) int {
	start := make([]int, len(p.Tasks))
	best := -1
	var try func(i, finish int)
	try = func(i, finish int) {
		if best >= 0 && finish >= best {
			return
		}
		if i == len(p.Tasks) {
			best = finish
			return
		}
		for s := max(0, p.Tasks[i].NotBefore); s+p.Tasks[i].Duration <= horizon; s++ {
			start[i] = s
			if fitsSoFar(p, start[:i+1]) {
				try(i+1, max(finish, s+p.Tasks[i].Duration))
			}
		}
	}
	try(0, 0)
	return best
}

func fitsSoFar(p Problem, start []int) bool {
	for _, l := range p.Links {
		if l.From < len(start) && l.To < len(start) && start[l.To] < start[l.From]+l.Lag {
			return false
		}
	}
	part := Problem{Tasks: p.Tasks[:len(start)], Resources: p.Resources}
	for k := range p.Resources {
		if _, used, free := overload(part, start, k); used > free {
			return false
		}
	}
	return true
}
