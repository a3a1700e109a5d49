package runbook

import (
	"slices"
	"time"
)

// PlannedStep is one step on the planned time axis, as offsets from the start of its graph.
type PlannedStep struct {
	Key      string
	Start    time.Duration
	End      time.Duration
	Float    time.Duration // how late it may end without moving the end of the whole
	Critical bool          // Float is zero
}

// Plan is the planned course of a graph if every step takes its time and nothing waits but for its needs.
type Plan struct {
	Steps    []PlannedStep // in the order of the file
	Length   time.Duration
	Critical []string // keys of one longest path in order
}

// Plan computes the course of the runbook's steps by the critical path method (Kelley and Walker 1959). expected replaces
// the planned time of the keys that it holds; nil for none.
func (e *Engine) Plan(expected map[string]time.Duration) Plan {
	return e.course(0, e.forward, expected)
}

// BackOutPlan computes the course of the whole back-out, as if every step of it were needed.
func (e *Engine) BackOutPlan(expected map[string]time.Duration) Plan {
	return e.course(e.forward, len(e.defs), expected)
}

// takes is how long a step is expected to take: the given figure, else the plan, else the time that a wait waits.
func takes(d *Step, expected map[string]time.Duration) time.Duration {
	if x, ok := expected[d.Key]; ok && x >= 0 {
		return x
	}
	if d.Kind == Wait {
		return max(d.Planned, d.Wait)
	}
	return d.Planned
}

func (e *Engine) course(from, to int, expected map[string]time.Duration) Plan {
	p := Plan{Steps: make([]PlannedStep, to-from)}
	last := -1
	for _, i := range e.order {
		if i < from || i >= to {
			continue
		}
		s := &p.Steps[i-from]
		s.Key = e.defs[i].Key
		for _, j := range e.needs[i] {
			s.Start = max(s.Start, p.Steps[j-from].End)
		}
		s.End = s.Start + takes(e.defs[i], expected)
		if last < 0 || s.End > p.Length {
			last, p.Length = i, max(p.Length, s.End)
		}
	}
	for _, i := range slices.Backward(e.order) {
		if i < from || i >= to {
			continue
		}
		s, latest := &p.Steps[i-from], p.Length
		for _, j := range e.takers[i] {
			n := p.Steps[j-from]
			latest = min(latest, n.End+n.Float-takes(e.defs[j], expected))
		}
		s.Float = latest - s.End
		s.Critical = s.Float == 0
	}
	for i := last; i >= 0; {
		p.Critical = append(p.Critical, e.defs[i].Key)
		next := -1
		for _, j := range e.needs[i] {
			if p.Steps[j-from].End == p.Steps[i-from].Start && (next < 0 || p.Steps[j-from].Start < p.Steps[next-from].Start) {
				next = j
			}
		}
		i = next
	}
	slices.Reverse(p.Critical)
	return p
}
