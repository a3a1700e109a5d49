package runbook

import "time"

// person applies what a person does to a step.
func (t *turn) person(i int, s *StepRun, def *Step) error {
	if t.r.Aborting {
		return ErrEnded.because("The run is being aborted.")
	}
	if from, to := t.span(); i < from || i >= to {
		if t.r.RollingBack {
			return ErrRollingBack.because("The run is rolling back; step %s is not part of the back-out.", s.Key)
		}
		return ErrNotNow.because("Step %s belongs to the back-out, which has not begun.", s.Key)
	}
	if t.ev.By == "" {
		return ErrMissing.because("It must be known who does this.")
	}
	var err error
	switch t.ev.Kind {
	case Confirmed:
		err = t.confirm(s)
	case Refused:
		err = t.refuse(s, def)
	case Retried:
		err = t.retry(s)
	case Skipped:
		err = t.skip(s)
	default:
		err = t.halt(s, def)
	}
	if err == nil {
		s.By = t.ev.By
	}
	return err
}

// asked fails unless the step asks the question that the person saw.
func (t *turn) asked(s *StepRun) error {
	switch {
	case s.Question == "":
		return ErrNotNow.because("Step %s asks nothing: it is %s.", s.Key, s.State)
	case t.ev.Asked != 0 && t.ev.Asked != s.Asked:
		return ErrWrongQuestion
	}
	return nil
}

func (t *turn) confirm(s *StepRun) error {
	if err := t.asked(s); err != nil {
		return err
	}
	if s.Question == QuestionGo {
		t.withdraw(s)
		s.Went, s.State = true, StepReady
		return nil
	}
	t.end(s, StepSucceeded, "")
	return nil
}

func (t *turn) refuse(s *StepRun, def *Step) error {
	if err := t.asked(s); err != nil {
		return err
	}
	if t.ev.Reason == "" {
		return ErrMissing.because("A refusal needs its reason.")
	}
	judged := s.Question != QuestionGo
	t.fail(s, def, t.ev.Reason, judged)
	return nil
}

func (t *turn) retry(s *StepRun) error {
	switch {
	case s.State == StepReady && !s.Due.IsZero():
	case s.State == StepFailed, s.State == StepUnknown && s.Question == QuestionOutcome:
		if s.Condition == ConditionFailed {
			s.Condition = ""
		}
		t.withdraw(s)
	case s.State == StepRunning, s.Checking:
		return ErrInFlight.because("An attempt of step %s is in flight. Wait for its result, or stop it first.", s.Key)
	default:
		return ErrNotNow.because("Step %s cannot be retried: it is %s.", s.Key, s.State)
	}
	s.State, s.Failures, s.Due, s.Again, s.EndedAt, s.Reason = StepReady, 0, time.Time{}, false, time.Time{}, ""
	return nil
}

func (t *turn) skip(s *StepRun) error {
	switch {
	case t.ev.Reason == "":
		return ErrMissing.because("A skip needs its reason.")
	case s.State == StepRunning, s.Checking && !s.Offered:
		return ErrInFlight.because("An attempt of step %s is in flight. Wait for its result, or stop it first.", s.Key)
	case s.State.Done(), s.State == StepCancelled:
		return ErrNotNow.because("Step %s cannot be skipped: it is %s.", s.Key, s.State)
	}
	t.end(s, StepSkipped, t.ev.Reason)
	s.ByHand = true
	return nil
}

// halt ends an attempt in flight, or a check, or a wait.
func (t *turn) halt(s *StepRun, def *Step) error {
	switch {
	case t.ev.Reason == "":
		return ErrMissing.because("Stopping an attempt needs its reason.")
	case s.Stopping:
		return ErrInFlight.because("Step %s is being stopped already.", s.Key)
	case s.Checking:
		s.Reason = t.ev.Reason
		t.askOutcome(s, def)
	case s.State != StepRunning:
		return ErrNotNow.because("Step %s has no attempt in flight: it is %s.", s.Key, s.State)
	case def.Kind == Wait:
		t.fail(s, def, t.ev.Reason, true)
	default:
		s.Reason = t.ev.Reason
		t.stop(s)
	}
	return nil
}
