package runbook

import "time"

// attempt applies what an executor, or the sweeper of leases, reports.
func (t *turn) attempt(s *StepRun, def *Step) error {
	ev := t.ev
	if ev.Attempt != s.Attempt {
		return ErrStale.because("Attempt %d of step %s is not the newest; that is %d.", ev.Attempt, s.Key, s.Attempt)
	}
	if ev.Kind == Claimed {
		return t.claim(s)
	}
	if s.Token == "" || ev.Token != s.Token {
		return ErrStale.because("The token is not the one that holds attempt %d of step %s.", ev.Attempt, s.Key)
	}
	if ev.Kind == Adopted {
		if ev.NewToken == "" || ev.NewToken == s.Token {
			return ErrMissing.because("Taking over an attempt needs a fresh token.")
		}
		s.Token = ev.NewToken
		return nil
	}
	switch {
	case s.Checking:
		t.checked(s, def)
	case s.Stopping:
		t.stopped(s, def)
	case ev.Kind == AttemptSucceeded:
		t.end(s, StepSucceeded, "")
	case ev.Kind == AttemptFailed:
		t.failedAttempt(s, def)
	default:
		t.unknown(s, def, t.lost())
	}
	return nil
}

// lost says why an outcome is not known.
func (t *turn) lost() string {
	if t.ev.Reason != "" {
		return t.ev.Reason
	}
	return "The executor of the attempt is gone and left no result."
}

func (t *turn) claim(s *StepRun) error {
	switch {
	case t.ev.Token == "":
		return ErrMissing.because("A claim needs a token.")
	case !s.Offered:
		return ErrStale.because("Attempt %d of step %s is not on offer.", t.ev.Attempt, s.Key)
	case t.r.State == StatePaused && !s.Checking:
		return ErrPaused
	}
	s.Offered, s.Token = false, t.ev.Token
	if s.Checking {
		return nil
	}
	s.State, s.Touched = StepRunning, true
	if s.StartedAt.IsZero() {
		s.StartedAt = t.now
	}
	return nil
}

// failedAttempt plans the next attempt, or ends the step.
func (t *turn) failedAttempt(s *StepRun, def *Step) {
	s.Failures++
	if t.ev.Final || s.Failures > def.Retries {
		t.fail(s, def, t.ev.Reason, true)
		return
	}
	s.State, s.Token, s.Reason = StepReady, "", t.ev.Reason
	s.Due = t.now.Add(def.Backoff(s.Failures))
	t.emit(Effect{Kind: EffectWake, At: s.Due})
}

// fail ends a step as failed. If work was judged by it, a failed verification may begin the roll back.
func (t *turn) fail(s *StepRun, def *Step, reason string, judged bool) {
	t.end(s, StepFailed, reason)
	t.emit(Effect{Kind: EffectNotify, Notice: NoticeStepFailed, Step: s.Key, Text: reason})
	if !judged || !def.Verification || !t.e.book.RollbackOnFailedVerification || t.r.RollingBack || t.r.Aborting {
		return
	}
	if p := t.e.passed(t.r); p != "" {
		t.emit(Effect{Kind: EffectNotify, Notice: NoticePastNoReturn, Step: s.Key, Text: p})
		return
	}
	t.beginRollback("", "Verification failed: "+def.Title()+".")
}

// unknown follows the step's on_unknown.
func (t *turn) unknown(s *StepRun, def *Step, reason string) {
	s.Token, s.Reason = "", reason
	switch {
	case !def.Kind.Outside() || def.OnUnknown == Repeat:
		s.State, s.Again, s.Due = StepReady, true, time.Time{}
	case def.OnUnknown == Check:
		s.State = StepUnknown
		t.offerCheck(s)
	default:
		t.askOutcome(s, def)
	}
}

func (t *turn) offerCheck(s *StepRun) {
	s.Checking, s.Offered, s.Token = true, true, ""
	t.emit(Effect{Kind: EffectCheck, Step: s.Key, Attempt: s.Attempt, Round: s.Round})
}

func (t *turn) askOutcome(s *StepRun, def *Step) {
	s.State, s.Checking, s.Offered, s.Token, s.Stopping, s.Due = StepUnknown, false, false, "", false, time.Time{}
	t.ask(s, def, QuestionOutcome)
	t.emit(Effect{Kind: EffectNotify, Notice: NoticeStepUnknown, Step: s.Key, Text: s.Reason})
}

// checked applies the result of a check: success means that the attempt took effect, failure that it did not.
func (t *turn) checked(s *StepRun, def *Step) {
	switch t.ev.Kind {
	case AttemptSucceeded:
		t.end(s, StepSucceeded, "")
	case AttemptFailed:
		s.State, s.Checking, s.Token, s.Again = StepReady, false, "", true
	case LeaseExpired:
		t.offerCheck(s)
	default:
		s.Reason = t.lost()
		t.askOutcome(s, def)
	}
}

// stopped applies the end of an attempt that was cancelled. A success stays a success.
func (t *turn) stopped(s *StepRun, def *Step) {
	_, backout := t.e.Definition(s.Key)
	ending := t.r.Aborting || t.r.RollingBack && !backout
	switch {
	case t.ev.Kind == AttemptSucceeded:
		t.end(s, StepSucceeded, "")
	case t.ev.Kind == AttemptFailed && ending:
		t.end(s, StepCancelled, t.because())
	case t.ev.Kind == AttemptFailed:
		t.fail(s, def, s.Reason, true)
	case ending:
		t.end(s, StepUnknown, t.lost())
	default:
		s.Reason = t.lost()
		t.askOutcome(s, def)
	}
}

// stop asks for the end of a running attempt.
func (t *turn) stop(s *StepRun) {
	s.Stopping, s.Due = true, t.now.Add(StopGrace)
	t.emit(Effect{Kind: EffectCancel, Step: s.Key, Attempt: s.Attempt, Round: s.Round, Token: s.Token, At: s.Due})
	t.emit(Effect{Kind: EffectWake, At: s.Due})
}

// condition applies the value of a step's condition.
func (t *turn) condition(s *StepRun, def *Step) error {
	if s.State != StepReady || s.Condition != ConditionAsked {
		return ErrStale.because("The condition of step %s is not asked for.", s.Key)
	}
	switch {
	case t.ev.Reason != "":
		s.Condition = ConditionFailed
		t.fail(s, def, t.ev.Reason, false)
	case t.ev.Holds:
		s.Condition = ConditionHolds
	default:
		s.Condition = ConditionNot
		t.end(s, StepSkipped, "The condition does not hold.")
	}
	return nil
}
