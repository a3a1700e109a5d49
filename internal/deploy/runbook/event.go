package runbook

import "time"

// EventKind says what has happened.
type EventKind string

// The events. The comment names the fields each needs beside Kind and At.
const (
	Started           EventKind = "started"            //
	Claimed           EventKind = "claimed"            // Step, Attempt, Token (fresh): an executor took the offer
	Adopted           EventKind = "adopted"            // Step, Attempt, Token, NewToken (fresh): another executor took over a living attempt
	AttemptSucceeded  EventKind = "attempt_succeeded"  // Step, Attempt, Token
	AttemptFailed     EventKind = "attempt_failed"     // Step, Attempt, Token, Reason; Final rules out retries
	AttemptUnknown    EventKind = "attempt_unknown"    // Step, Attempt, Token, Reason
	LeaseExpired      EventKind = "lease_expired"      // Step, Attempt, Token: the executor is gone
	ConditionResolved EventKind = "condition_resolved" // Step, Holds; or Reason if it could not be evaluated
	Confirmed         EventKind = "confirmed"          // Step, By; Asked if known
	Refused           EventKind = "refused"            // Step, By, Reason; Asked if known
	Retried           EventKind = "retried"            // Step, By
	Skipped           EventKind = "skipped"            // Step, By, Reason
	Stopped           EventKind = "stopped"            // Step, By, Reason: the attempt in flight shall end as failed
	Paused            EventKind = "paused"             // By; Reason if given
	Resumed           EventKind = "resumed"            // By
	Aborted           EventKind = "aborted"            // By; Reason if given
	RollbackRequested EventKind = "rollback_requested" // By; Reason if given (it may be asked afterwards); PastNoReturn
	Ticked            EventKind = "ticked"             // time has passed
)

// Event is something that happened to a run. At is the instant of the transaction that applies it.
type Event struct {
	Kind         EventKind
	At           time.Time
	Step         string
	Attempt      int
	Token        string
	NewToken     string
	Asked        int // number of the question that the person saw; 0 stands for the open one
	By           string
	Reason       string
	Holds        bool
	Final        bool
	PastNoReturn bool // the person knows that a point of no return has begun
}

// EffectKind says what the caller must do.
type EffectKind string

// The effects. They are hints: all that matters is in the run, and Outstanding derives them again.
const (
	EffectStart    EffectKind = "start"    // offer the attempt to an executor, which claims it: Step, Attempt, Round
	EffectCheck    EffectKind = "check"    // offer the check of an unknown outcome, likewise: Step, Attempt, Round
	EffectEvaluate EffectKind = "evaluate" // evaluate the condition and answer ConditionResolved: Step, Text
	EffectAsk      EffectKind = "ask"      // ask a person: Step, Question, Asked, Role
	EffectWithdraw EffectKind = "withdraw" // the question needs no answer any more: Step, Question, Asked
	EffectCancel   EffectKind = "cancel"   // end the attempt and report how it ended: Step, Attempt, Token, At (until when)
	EffectWake     EffectKind = "wake"     // send Ticked at At
	EffectNotify   EffectKind = "notify"   // tell people: Notice, Step, Text
	EffectFinish   EffectKind = "finish"   // the run has ended: State
)

// NoticeKind says what people are told of a run by itself.
type NoticeKind string

// The notices.
const (
	NoticeStepFailed   NoticeKind = "step_failed"
	NoticeStepUnknown  NoticeKind = "step_unknown"
	NoticeRollback     NoticeKind = "rollback_begun"
	NoticePastNoReturn NoticeKind = "past_no_return" // a verification failed where no roll back starts by itself
)

// Effect is something that the caller must do once the run is stored.
type Effect struct {
	Kind     EffectKind
	Step     string
	Attempt  int
	Round    int
	Token    string
	Question Question
	Asked    int
	Role     string
	Notice   NoticeKind
	Text     string
	State    State
	At       time.Time
}
