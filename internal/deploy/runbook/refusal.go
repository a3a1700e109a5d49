package runbook

import "fmt"

// Refusal says why an event does not apply. The run is then unchanged. Compare with errors.Is and the variables below.
type Refusal struct {
	Reason string // stable dotted word
	Msg    string // a sentence
}

func (r *Refusal) Error() string { return r.Msg }

// Is reports whether target is a refusal for the same reason.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Reason == r.Reason
}

// The refusals.
var (
	ErrStale         = &Refusal{"run.stale_result", "The result belongs to another attempt, so nothing was changed."}
	ErrUnknownStep   = &Refusal{"run.unknown_step", "The run has no such step."}
	ErrUnknownEvent  = &Refusal{"run.unknown_event", "The run engine does not know this event."}
	ErrNotNow        = &Refusal{"run.not_now", "The step is not in a state that allows this."}
	ErrInFlight      = &Refusal{"run.in_flight", "An attempt of the step is in flight."}
	ErrPaused        = &Refusal{"run.paused", "The run is paused: nothing new starts until it is resumed."}
	ErrEnded         = &Refusal{"run.ended", "The run has ended."}
	ErrNotStarted    = &Refusal{"run.not_started", "The run has not started."}
	ErrMissing       = &Refusal{"run.missing", "Something that this event needs is missing."}
	ErrNoBackOut     = &Refusal{"run.no_back_out", "The runbook has no back-out steps."}
	ErrPastNoReturn  = &Refusal{"run.past_no_return", "A point of no return has begun."}
	ErrRollingBack   = &Refusal{"run.rolling_back", "The run is rolling back."}
	ErrOtherRunbook  = &Refusal{"run.other_runbook", "The run does not belong to this runbook."}
	ErrWrongQuestion = &Refusal{"run.other_question", "The step asks something else by now. Look at it again."}
)

func (r *Refusal) because(format string, args ...any) error {
	return &Refusal{r.Reason, fmt.Sprintf(format, args...)}
}
