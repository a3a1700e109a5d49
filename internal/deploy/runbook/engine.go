package runbook

import (
	"fmt"
	"slices"
	"time"
)

// StopGrace is how long the end of a cancelled attempt is waited for before its outcome counts as unknown.
const StopGrace = 30 * time.Second

// Engine runs one runbook. It holds no state of a run and is safe for concurrent use.
type Engine struct {
	book    *Runbook
	defs    []*Step // steps, then back-out steps
	at      map[string]int
	forward int     // how many of defs are steps of the runbook
	needs   [][]int // positions in defs
	takers  [][]int
	order   []int   // each after its needs; the two graphs apart
	undone  [][]int // for a back-out step the steps that name it
}

// Compile prepares a runbook for running. The runbook must not change afterwards. It fails if Validate finds a fault; the
// error names the first.
func Compile(r *Runbook) (*Engine, error) {
	if f := Validate(r); len(f) > 0 {
		return nil, fmt.Errorf("runbook %s has %d faults; the first is at %s: %s", clip(r.Key), len(f), f[0].Path, f[0].Msg)
	}
	e := &Engine{book: r, at: map[string]int{}, forward: len(r.Steps)}
	for i := range r.Steps {
		e.defs = append(e.defs, &r.Steps[i])
	}
	for i := range r.BackOut.Steps {
		e.defs = append(e.defs, &r.BackOut.Steps[i])
	}
	for i, d := range e.defs {
		e.at[d.Key] = i
	}
	e.needs, e.takers, e.undone = make([][]int, len(e.defs)), make([][]int, len(e.defs)), make([][]int, len(e.defs))
	for i, d := range e.defs {
		for _, n := range d.Needs {
			j := e.at[n]
			e.needs[i] = append(e.needs[i], j)
			e.takers[j] = append(e.takers[j], i)
		}
		if j, ok := e.at[d.BackOut]; ok && i < e.forward {
			e.undone[j] = append(e.undone[j], i)
		}
	}
	e.order = order(e.needs)
	return e, nil
}

// Runbook returns what the engine runs.
func (e *Engine) Runbook() *Runbook { return e.book }

// Definition returns the step of either graph with the key, or nil, and whether it belongs to the back-out.
func (e *Engine) Definition(key string) (s *Step, backout bool) {
	i, ok := e.at[key]
	if !ok {
		return nil, false
	}
	return e.defs[i], i >= e.forward
}

// New returns a run that has not started.
func (e *Engine) New() Run {
	r := Run{Steps: make([]StepRun, len(e.defs))}
	for i, d := range e.defs {
		r.Steps[i] = StepRun{Key: d.Key, State: StepWaiting}
	}
	return r
}

// Next applies an event to a run and returns the run after it and the effects to carry out, in order. The run given is not
// changed. An event that does not apply returns the run as it was and a *Refusal. Every event that is accepted changes the
// run, but for Ticked, which may find nothing due. It costs time linear in steps and needs.
func (e *Engine) Next(run Run, ev Event) (Run, []Effect, error) {
	if !e.fits(&run) {
		return run, nil, ErrOtherRunbook
	}
	next := run
	next.Steps = slices.Clone(run.Steps)
	t := turn{e: e, r: &next, ev: ev, now: ev.At}
	if err := t.apply(); err != nil {
		return run, nil, err
	}
	t.advance()
	return next, t.out, nil
}

func (e *Engine) fits(r *Run) bool {
	if len(r.Steps) != len(e.defs) {
		return false
	}
	for i, d := range e.defs {
		if r.Steps[i].Key != d.Key {
			return false
		}
	}
	return true
}

// turn is one application of an event.
type turn struct {
	e   *Engine
	r   *Run
	ev  Event
	now time.Time
	out []Effect
}

func (t *turn) emit(f Effect) { t.out = append(t.out, f) }

// span returns the positions of the graph that is being run.
func (t *turn) span() (from, to int) {
	if t.r.RollingBack {
		return t.e.forward, len(t.e.defs)
	}
	return 0, t.e.forward
}

func (t *turn) apply() error {
	r, ev := t.r, t.ev
	if ev.At.IsZero() {
		return ErrMissing.because("The event has no instant.")
	}
	switch {
	case ev.Kind == Started:
		if r.State != StateNew {
			return ErrNotNow.because("The run has started already.")
		}
		r.State, r.StartedAt = StateRunning, t.now
		return nil
	case r.State == StateNew:
		return ErrNotStarted
	case ev.Kind == RollbackRequested:
		return t.rollback()
	case r.State.Ended():
		return ErrEnded.because("The run has ended: %s.", r.State)
	}
	switch ev.Kind {
	case Paused:
		return t.pause()
	case Resumed:
		return t.resume()
	case Aborted:
		return t.abort()
	case Ticked:
		t.tick()
		return nil
	}
	i, ok := t.e.at[ev.Step]
	if !ok {
		return ErrUnknownStep.because("The run has no step %q.", clip(ev.Step))
	}
	s, def := &r.Steps[i], t.e.defs[i]
	switch ev.Kind {
	case Claimed, Adopted, AttemptSucceeded, AttemptFailed, AttemptUnknown, LeaseExpired:
		return t.attempt(s, def)
	case ConditionResolved:
		return t.condition(s, def)
	case Confirmed, Refused, Retried, Skipped, Stopped:
		return t.person(i, s, def)
	}
	return ErrUnknownEvent.because("The run engine does not know the event %q.", clip(string(ev.Kind)))
}

// end puts a step into a state in which it stays, or waits for a person.
func (t *turn) end(s *StepRun, state StepState, reason string) {
	t.withdraw(s)
	s.State, s.Reason, s.EndedAt = state, reason, t.now
	s.Token, s.Offered, s.Again, s.Checking, s.Stopping, s.Due = "", false, false, false, false, time.Time{}
}

func (t *turn) withdraw(s *StepRun) {
	if s.Question != "" {
		t.emit(Effect{Kind: EffectWithdraw, Step: s.Key, Question: s.Question, Asked: s.Asked})
		s.Question = ""
	}
}

func (t *turn) ask(s *StepRun, def *Step, q Question) {
	s.Question = q
	s.Asked++
	t.emit(Effect{Kind: EffectAsk, Step: s.Key, Question: q, Asked: s.Asked, Role: def.Role(q)})
}
