package runbook

import "time"

func (t *turn) pause() error {
	switch {
	case t.r.Aborting:
		return ErrEnded.because("The run is being aborted.")
	case t.r.State == StatePaused:
		return ErrPaused.because("The run is paused already.")
	}
	t.r.State, t.r.By, t.r.Reason = StatePaused, t.ev.By, t.ev.Reason
	return nil
}

// resume lets the run go on; what was offered and not claimed is offered again by advance.
func (t *turn) resume() error {
	if t.r.State != StatePaused {
		return ErrNotNow.because("The run is not paused.")
	}
	t.r.State, t.r.By, t.r.Reason = StateRunning, "", ""
	from, to := t.span()
	for i := from; i < to; i++ {
		if s := &t.r.Steps[i]; s.Offered && !s.Checking {
			t.emit(Effect{Kind: EffectStart, Step: s.Key, Attempt: s.Attempt, Round: s.Round})
		}
	}
	return nil
}

func (t *turn) abort() error {
	if t.r.Aborting {
		return ErrEnded.because("The run is being aborted already.")
	}
	t.r.State, t.r.Aborting, t.r.By, t.r.Reason = StateRunning, true, t.ev.By, t.ev.Reason
	from, to := t.span()
	t.cancel(from, to)
	return nil
}

func (t *turn) rollback() error {
	r := t.r
	switch {
	case t.e.forward == len(t.e.defs):
		return ErrNoBackOut
	case r.State == StateRolledBack:
		return ErrEnded.because("The run is rolled back already.")
	case r.RollingBack && !r.State.Ended() && !r.Aborting:
		return ErrRollingBack.because("The run is rolling back already.")
	}
	if p := t.e.passed(r); p != "" && !t.ev.PastNoReturn {
		return ErrPastNoReturn.because("The point of no return %q has begun, so the fix-forward plan applies. Say that you know it to roll back all the same.", p)
	}
	t.beginRollback(t.ev.By, t.ev.Reason)
	return nil
}

// beginRollback turns the run round, from any state. A pause or an abort is over with it, and so is their reason.
func (t *turn) beginRollback(by, reason string) {
	r := t.r
	r.Aborting, r.By, r.Reason, r.RollbackBy = false, "", "", by
	if reason != "" {
		r.RollbackReason = reason
	}
	if !r.RollingBack {
		t.cancel(0, t.e.forward)
	}
	r.State, r.RollingBack, r.RollbackAt, r.FinishedAt = StateRunning, true, t.now, time.Time{}
	for i := t.e.forward; i < len(t.e.defs); i++ {
		s := &r.Steps[i]
		switch {
		case s.Stopping, s.State.Done():
		case !t.e.needed(r, i):
			t.end(s, StepSkipped, "There is nothing to undo.")
		case s.State == StepUnknown:
			t.unknown(s, t.e.defs[i], s.Reason)
		default:
			*s = StepRun{Key: s.Key, State: StepWaiting, Attempt: s.Attempt, Asked: s.Asked, Touched: s.Touched}
		}
	}
	t.emit(Effect{Kind: EffectNotify, Notice: NoticeRollback, Text: reason})
}

// because is why what was under way is cancelled: the abort, or the roll back.
func (t *turn) because() string {
	if t.r.Aborting {
		return t.r.Reason
	}
	return t.r.RollbackReason
}

// cancel ends what is in flight among the steps from up to to, and what has not begun.
func (t *turn) cancel(from, to int) {
	for i := from; i < to; i++ {
		s := &t.r.Steps[i]
		switch s.State {
		case StepRunning:
			switch {
			case s.Stopping:
			case t.e.defs[i].Kind == Wait:
				t.end(s, StepCancelled, t.because())
			default:
				t.stop(s)
			}
		case StepWaiting, StepReady, StepAwaiting:
			state := StepCancelled
			if s.Again { // its last attempt may have taken effect
				state = StepUnknown
			}
			t.end(s, state, t.because())
		case StepUnknown:
			if s.Checking && s.Token != "" {
				t.emit(Effect{Kind: EffectCancel, Step: s.Key, Attempt: s.Attempt, Round: s.Round, Token: s.Token, At: t.now})
			}
			t.end(s, StepUnknown, s.Reason)
		}
	}
}

// tick applies what has come due.
func (t *turn) tick() {
	for i := range t.r.Steps {
		s, def := &t.r.Steps[i], t.e.defs[i]
		switch {
		case s.Due.IsZero() || s.Due.After(t.now):
		case s.Stopping:
			t.ev.Kind, t.ev.Reason = AttemptUnknown, "The attempt was told to stop and did not report its end."
			t.stopped(s, def)
		case s.State == StepRunning && def.Kind == Wait:
			t.end(s, StepSucceeded, "")
		}
	}
}

// passed returns the title of a point of no return that has begun, or "".
func (e *Engine) passed(r *Run) string {
	for i := range e.forward {
		if e.defs[i].PointOfNoReturn && r.Steps[i].Touched {
			return e.defs[i].Title()
		}
	}
	return ""
}

// needed reports whether a roll back runs the back-out step at i.
func (e *Engine) needed(r *Run, i int) bool {
	if len(e.undone[i]) == 0 {
		return true
	}
	for _, j := range e.undone[i] {
		if r.Steps[j].Touched || r.Steps[j].ByHand {
			return true
		}
	}
	return false
}
