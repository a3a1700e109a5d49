package runbook

import "time"

// advance starts what may start and ends the run if nothing is left. One pass in the order of needs is enough, since a step
// can only free steps behind it.
func (t *turn) advance() {
	r := t.r
	from, to := t.span()
	stopping := false
	for i := range r.Steps {
		stopping = stopping || r.Steps[i].Stopping
	}
	switch {
	case r.State == StateRunning && r.Aborting:
		if stopping {
			return
		}
		r.Aborting = false
		if r.RollingBack {
			t.finish(StateFailed)
		} else {
			t.finish(StateAborted)
		}
		return
	case r.State != StateRunning:
		return
	case r.RollingBack && t.forwardStopping():
		return
	}
	left := false
	// A step that was skipped ahead of its turn frees what needs it only when its own needs are met, or else skipping b in
	// a → b → c would start c beside a.
	free := make([]bool, len(r.Steps))
	for _, i := range t.e.order {
		if i < from || i >= to {
			continue
		}
		s, def, met := &r.Steps[i], t.e.defs[i], true
		for _, j := range t.e.needs[i] {
			met = met && free[j]
		}
		if s.State == StepWaiting && met {
			s.State, s.ReadyAt = StepReady, t.now
		}
		if s.State == StepReady && !s.Offered {
			t.begin(s, def)
		}
		free[i] = s.State == StepSucceeded || s.State == StepSkipped && met
		left = left || !s.State.Done()
	}
	if left {
		return
	}
	if r.RollingBack {
		t.finish(StateRolledBack)
	} else {
		t.finish(StateSucceeded)
	}
}

func (t *turn) forwardStopping() bool {
	for i := range t.e.forward {
		if t.r.Steps[i].Stopping {
			return true
		}
	}
	return false
}

// begin takes a ready step as far as it goes without the world.
func (t *turn) begin(s *StepRun, def *Step) {
	switch {
	case s.Condition == ConditionAsked:
		return
	case def.When != "" && s.Condition == "":
		s.Condition = ConditionAsked
		t.emit(Effect{Kind: EffectEvaluate, Step: s.Key, Text: def.When})
		return
	case def.PointOfNoReturn && !s.Went:
		s.State = StepAwaiting
		t.ask(s, def, QuestionGo)
		return
	case s.Due.After(t.now):
		return
	}
	s.Due, s.EndedAt = time.Time{}, time.Time{}
	if s.Again {
		s.Round++
	} else {
		s.Attempt++
		s.Round = 0
	}
	s.Again = false
	switch def.Kind {
	case Manual:
		t.open(s, StepAwaiting)
		t.ask(s, def, QuestionDone)
	case Wait:
		t.open(s, StepRunning)
		s.Due = t.now.Add(def.Wait)
		t.emit(Effect{Kind: EffectWake, At: s.Due})
	default:
		s.Offered = true
		t.emit(Effect{Kind: EffectStart, Step: s.Key, Attempt: s.Attempt, Round: s.Round})
	}
}

// open begins a step that nobody claims.
func (t *turn) open(s *StepRun, state StepState) {
	s.State, s.Touched = state, true
	if s.StartedAt.IsZero() {
		s.StartedAt = t.now
	}
}

func (t *turn) finish(s State) {
	t.r.State, t.r.FinishedAt = s, t.now
	t.emit(Effect{Kind: EffectFinish, State: s})
}
