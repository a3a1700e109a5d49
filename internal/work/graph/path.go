package graph

import (
	"slices"
	"time"
)

// Timing is when a task runs if everything starts as early as it may, measured from the common start.
type Timing struct {
	ID       string
	Start    time.Duration // earliest
	Finish   time.Duration // earliest
	Float    time.Duration // how much later it may finish without moving the end
	Critical bool          // Float is zero
}

// Path is the outcome of the critical path method (Kelley and Walker 1959) over finish-start dependencies.
type Path struct {
	Length   time.Duration
	Critical []string // one chain that decides the length, in order; of several the one of the tasks given first
	Timings  []Timing // in the order of the tasks given
}

// CriticalPath computes earliest times, float and the critical chain. Cost is linear in tasks and needs.
func (g *Graph) CriticalPath() Path {
	n := len(g.tasks)
	p := Path{Timings: make([]Timing, n)}
	last := -1
	for _, i := range g.order {
		t := &p.Timings[i]
		t.ID = g.tasks[i].ID
		for _, j := range g.needs[i] {
			t.Start = max(t.Start, p.Timings[j].Finish)
		}
		t.Finish = t.Start + g.tasks[i].Duration
		p.Length = max(p.Length, t.Finish)
	}
	late := make([]time.Duration, n)
	for i := range late {
		late[i] = p.Length
	}
	for k := n - 1; k >= 0; k-- {
		i := g.order[k]
		for _, j := range g.needs[i] {
			late[j] = min(late[j], late[i]-g.tasks[i].Duration)
		}
	}
	for i := range p.Timings {
		t := &p.Timings[i]
		t.Float = late[i] - t.Finish
		t.Critical = t.Float == 0
		if t.Finish == p.Length && (last < 0 || g.tasks[last].Duration == 0 && g.tasks[i].Duration > 0) {
			last = i
		}
	}
	for i := last; i >= 0; {
		p.Critical = append(p.Critical, g.tasks[i].ID)
		before := -1
		for _, j := range g.needs[i] {
			if p.Timings[j].Finish == p.Timings[i].Start && before < 0 {
				before = j
			}
		}
		i = before
	}
	slices.Reverse(p.Critical)
	return p
}
