package runbook

import "time"

// Outstanding derives from the run alone what is still to be carried out: offers, checks, conditions, questions, cancels and
// the next wake. It serves a start of the server and a restore, where no effect of the past is at hand.
func (e *Engine) Outstanding(r Run) []Effect {
	if r.State == StateNew || r.State.Ended() || !e.fits(&r) {
		return nil
	}
	var out []Effect
	for i := range r.Steps {
		s, def := &r.Steps[i], e.defs[i]
		f := Effect{Step: s.Key, Attempt: s.Attempt, Round: s.Round}
		switch {
		case s.Offered && s.Checking:
			f.Kind = EffectCheck
		case s.Offered && r.State == StateRunning:
			f.Kind = EffectStart
		case s.State == StepReady && s.Condition == ConditionAsked:
			f = Effect{Kind: EffectEvaluate, Step: s.Key, Text: def.When}
		case s.Question != "":
			f = Effect{Kind: EffectAsk, Step: s.Key, Question: s.Question, Asked: s.Asked, Role: def.Role(s.Question)}
		case s.Stopping:
			f.Kind, f.Token, f.At = EffectCancel, s.Token, s.Due
		default:
			continue
		}
		out = append(out, f)
	}
	if at, ok := NextWake(r); ok {
		out = append(out, Effect{Kind: EffectWake, At: at})
	}
	return out
}

// NextWake returns the earliest instant at which Ticked would find something due, and whether there is one.
func NextWake(r Run) (time.Time, bool) {
	var at time.Time
	if r.State == StateNew || r.State.Ended() {
		return at, false
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		held := s.State == StepReady && r.State == StatePaused
		if !s.Due.IsZero() && !held && (at.IsZero() || s.Due.Before(at)) {
			at = s.Due
		}
	}
	return at, !at.IsZero()
}

// Attention is one thing in a run that does not go on without a person's decision. Open go and done questions are not
// among them: those are planned.
type Attention struct {
	Step string
	Code string // "step.failed", "step.unknown"
	Text string // a sentence or two
	Next string // what the person can do
}

// Attentions returns what a run waits for a person to decide, in the order of the file; nil for an ended run. The run
// needs attention if there is any.
func (e *Engine) Attentions(r Run) []Attention {
	if r.State == StateNew || r.State.Ended() || r.Aborting || !e.fits(&r) {
		return nil
	}
	from, to := 0, e.forward
	if r.RollingBack {
		from, to = e.forward, len(e.defs)
	}
	var out []Attention
	for i := from; i < to; i++ {
		s, title := &r.Steps[i], e.defs[i].Title()
		switch {
		case s.State == StepFailed:
			a := Attention{Step: s.Key, Code: "step.failed", Text: title + " failed. " + s.Reason, Next: "Retry it, skip it with a reason, roll back or abort."}
			if p := e.passed(&r); p != "" && e.defs[i].Verification && !r.RollingBack {
				a.Text += " The point of no return has begun: " + p + "."
				a.Next = "Fix forward and retry it, or roll back knowing what is lost."
			}
			out = append(out, a)
		case s.State == StepUnknown && s.Question == QuestionOutcome:
			out = append(out, Attention{Step: s.Key, Code: "step.unknown", Text: "It is not known whether " + title + " took effect. " + s.Reason,
				Next: "Look at the target, then confirm that it happened, refuse, retry or skip it."})
		}
	}
	return out
}
