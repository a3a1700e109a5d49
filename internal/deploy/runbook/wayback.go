package runbook

import (
	"slices"
	"time"
)

// backOutCourse computes the course of the back-out steps that a roll back of this run runs, or has run.
func (e *Engine) backOutCourse(r *Run, expected map[string]time.Duration) Plan {
	zero := e.withoutUnneeded(expected, func(i int) bool { return e.needed(r, i) })
	return e.course(e.forward, len(e.defs), zero)
}

// withoutUnneeded returns expected with zero for each back-out step that would be skipped.
func (e *Engine) withoutUnneeded(expected map[string]time.Duration, needed func(i int) bool) map[string]time.Duration {
	out := make(map[string]time.Duration, len(expected)+len(e.defs)-e.forward)
	for k, v := range expected {
		out[k] = v
	}
	for i := e.forward; i < len(e.defs); i++ {
		if !needed(i) {
			out[e.defs[i].Key] = 0
		}
	}
	return out
}

// wayBack fills in what a roll back takes, now and at the end of each step that is still to end.
func (e *Engine) wayBack(f *Forecast, r *Run, in ForecastInput) {
	if e.forward == len(e.defs) {
		return
	}
	if r.RollingBack {
		if !r.State.Ended() && f.End.After(in.Now) {
			f.BackOut = f.End.Sub(in.Now)
		}
	} else {
		f.BackOut = e.backOutCourse(r, in.Cautious).Length
	}
	if !in.WindowEnd.IsZero() {
		f.BackOutDeadline = in.WindowEnd.Add(-f.BackOut)
	}
	if r.RollingBack || r.State.Ended() {
		return
	}
	left := make([]int, 0, e.forward)
	for i := range e.forward {
		if s := r.Steps[i].State; !s.Done() && s != StepCancelled {
			left = append(left, i)
		}
	}
	slices.SortStableFunc(left, func(a, b int) int { return f.Steps[a].End.Compare(f.Steps[b].End) })
	begun := func(at time.Time, j int) bool {
		return r.Steps[j].Touched || r.Steps[j].ByHand || !f.Steps[j].Start.IsZero() && !r.Steps[j].State.Done() && f.Steps[j].Start.Before(at)
	}
	known := map[string]time.Duration{} // lengths by the set of needed steps
	set := make([]byte, len(e.defs)-e.forward)
	for _, i := range left {
		x := &f.Steps[i]
		for b := range set {
			set[b] = '1'
			if u := e.undone[e.forward+b]; len(u) > 0 && !slices.ContainsFunc(u, func(j int) bool { return j == i || begun(x.End, j) }) {
				set[b] = '0'
			}
		}
		length, ok := known[string(set)]
		if !ok {
			length = e.course(e.forward, len(e.defs), e.withoutUnneeded(in.Cautious, func(b int) bool { return set[b-e.forward] == '1' })).Length
			known[string(set)] = length
		}
		x.BackOut = length
		if !in.WindowEnd.IsZero() {
			x.Fits = !x.End.Add(length).After(in.WindowEnd)
			if !x.Fits && f.LastChance == "" {
				f.LastChance = x.Key
			}
		}
	}
}
