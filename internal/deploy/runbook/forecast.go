package runbook

import (
	"slices"
	"time"
)

// ForecastInput is what a forecast is made from, beside the run.
type ForecastInput struct {
	Now       time.Time
	WindowEnd time.Time                // zero if no window binds the run
	Expected  map[string]time.Duration // replaces planned times, for example P50 of rehearsals; nil for none
	Cautious  map[string]time.Duration // replaces planned times of the back-out, for example P90; nil for none
}

// StepForecast is one step beside its plan. Times of what has happened are actual.
type StepForecast struct {
	Key          string
	PlannedStart time.Time // zero for steps of the back-out while none runs
	PlannedEnd   time.Time
	Start        time.Time // actual or forecast; zero for a step that will not run
	End          time.Time
	Overdue      time.Duration // how long a running or awaiting step is past its planned time
	BackOut      time.Duration // how long a roll back takes if it begins when this step ends; steps of the runbook only
	Fits         bool          // the roll back that begins then still ends inside the window; true without a window
}

// Forecast is where a run is heading.
type Forecast struct {
	PlannedEnd      time.Time
	End             time.Time     // of the graph that runs now; of the run once it has ended
	Late            time.Duration // End − PlannedEnd; negative is early
	Steps           []StepForecast
	Critical        []string      // the steps still to come that decide End, in order
	BackOut         time.Duration // how long a roll back takes if it begins now; what is left of it if one runs
	BackOutDeadline time.Time     // WindowEnd − BackOut: from then on it does not fit; zero without a window
	LastChance      string        // the first step still to end after which a roll back no longer fits; "" if all fit
}

// Forecast tells when a run ends if every step that is left takes its expected time and starts as soon as its needs are met,
// people answer at once, conditions hold, and failed or unknown steps are tried again now. A run that has not started is
// forecast as if it started now. It costs one pass over the graph for each step.
func (e *Engine) Forecast(r Run, in ForecastInput) Forecast {
	if !e.fits(&r) {
		return Forecast{}
	}
	start := r.StartedAt
	if start.IsZero() {
		start = in.Now
	}
	plan := e.Plan(nil)
	f := Forecast{Steps: make([]StepForecast, len(e.defs)), PlannedEnd: start.Add(plan.Length)}
	for i, p := range plan.Steps {
		f.Steps[i].PlannedStart, f.Steps[i].PlannedEnd = start.Add(p.Start), start.Add(p.End)
	}
	from, to, began := 0, e.forward, start
	if r.RollingBack {
		from, to, began = e.forward, len(e.defs), r.RollbackAt
		back := e.backOutCourse(&r, nil)
		for i, p := range back.Steps {
			f.Steps[from+i].PlannedStart, f.Steps[from+i].PlannedEnd = began.Add(p.Start), began.Add(p.End)
		}
		f.PlannedEnd = began.Add(back.Length)
	}
	for i := range e.defs {
		f.Steps[i].Key, f.Steps[i].Fits = e.defs[i].Key, true
		if i < from || i >= to {
			f.actual(i, &r)
		}
	}
	expected := in.Expected
	if r.RollingBack {
		expected = in.Cautious
	}
	f.End = began
	last := -1
	for _, i := range e.order {
		if i < from || i >= to {
			continue
		}
		e.foresee(&f, i, &r, in.Now, expected)
		if end := f.Steps[i].End; !end.Before(f.End) {
			f.End, last = end, i
		}
	}
	if r.State.Ended() {
		f.End = r.FinishedAt
	}
	f.Late = f.End.Sub(f.PlannedEnd)
	f.Critical = e.decisive(&f, &r, last)
	e.wayBack(&f, &r, in)
	return f
}

// actual fills in what is known of a step that the live graph does not hold.
func (f *Forecast) actual(i int, r *Run) {
	f.Steps[i].Start, f.Steps[i].End = r.Steps[i].StartedAt, r.Steps[i].EndedAt
}

// foresee places one step after its needs.
func (e *Engine) foresee(f *Forecast, i int, r *Run, now time.Time, expected map[string]time.Duration) {
	s, x, d := &r.Steps[i], &f.Steps[i], takes(e.defs[i], expected)
	free := now
	if r.State == StateNew || s.State == StepSkipped || s.State == StepCancelled {
		free = time.Time{}
	}
	for _, j := range e.needs[i] {
		if f.Steps[j].End.After(free) {
			free = f.Steps[j].End
		}
	}
	switch {
	case s.State == StepSucceeded || s.State == StepFailed && r.State.Ended():
		x.Start, x.End = s.StartedAt, s.EndedAt
	case s.State == StepSkipped || s.State == StepCancelled || r.State.Ended():
		x.End = free // passes the time of its needs on
		if !s.EndedAt.IsZero() && s.EndedAt.After(free) && !s.StartedAt.IsZero() {
			x.Start, x.End = s.StartedAt, s.EndedAt
		}
	case (s.State == StepRunning || s.State == StepAwaiting) && !s.StartedAt.IsZero():
		x.Start, x.End = s.StartedAt, s.StartedAt.Add(d)
		if s.State == StepRunning && e.defs[i].Kind == Wait && !s.Due.IsZero() {
			x.End = s.Due
		}
		if x.End.Before(now) {
			x.Overdue, x.End = now.Sub(x.End), now
		}
	default:
		if s.Due.After(free) {
			free = s.Due
		}
		if free.IsZero() {
			free = now
		}
		x.Start, x.End = free, free.Add(d)
	}
}

// decisive walks back from the step that ends last over the steps still to end.
func (e *Engine) decisive(f *Forecast, r *Run, last int) []string {
	var out []string
	for i := last; i >= 0; {
		if s := r.Steps[i].State; s.Done() || s == StepCancelled {
			break
		}
		out = append(out, e.defs[i].Key)
		next := -1
		for _, j := range e.needs[i] {
			if !f.Steps[j].End.Before(f.Steps[i].Start) && (next < 0 || f.Steps[j].End.After(f.Steps[next].End)) {
				next = j
			}
		}
		i = next
	}
	slices.Reverse(out)
	return out
}
