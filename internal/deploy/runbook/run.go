package runbook

import "time"

// State is the state of a run.
type State string

// The states of a run. A roll back in progress is StateRunning with RollingBack set.
const (
	StateNew        State = "" // not started
	StateRunning    State = "running"
	StatePaused     State = "paused"
	StateSucceeded  State = "succeeded"   // every step succeeded or was skipped
	StateFailed     State = "failed"      // a roll back was aborted: neither forward nor back
	StateAborted    State = "aborted"     // stopped, nothing undone
	StateRolledBack State = "rolled-back" // the back-out went through
)

// Ended reports whether the run is over. Only a roll back leaves an ended run.
func (s State) Ended() bool {
	return s == StateSucceeded || s == StateFailed || s == StateAborted || s == StateRolledBack
}

// StepState is the state of a step of a run.
type StepState string

// The states of a step.
const (
	StepWaiting   StepState = "waiting"
	StepReady     StepState = "ready"
	StepRunning   StepState = "running"
	StepAwaiting  StepState = "awaiting"
	StepSucceeded StepState = "succeeded"
	StepFailed    StepState = "failed"
	StepSkipped   StepState = "skipped"
	StepCancelled StepState = "cancelled"
	StepUnknown   StepState = "unknown"
)

// Done reports whether what needs the step may go on.
func (s StepState) Done() bool { return s == StepSucceeded || s == StepSkipped }

// Question is what a person is asked about a step.
type Question string

// The questions.
const (
	QuestionGo      Question = "go"      // may the point of no return begin?
	QuestionDone    Question = "done"    // is the manual step done?
	QuestionOutcome Question = "outcome" // did the attempt of unknown outcome take effect?
)

// Condition is how far the condition of a step has come.
type Condition string

// The states of a condition. The zero value has not been asked yet.
const (
	ConditionAsked  Condition = "asked"
	ConditionHolds  Condition = "holds"
	ConditionNot    Condition = "not"    // the step is skipped
	ConditionFailed Condition = "failed" // could not be evaluated; the step has failed
)

// Run is the whole state of one execution of a runbook. It is plain data: its JSON form is what is stored.
type Run struct {
	State       State     `json:"state"`
	RollingBack bool      `json:"rollingBack,omitempty"` // the back-out is under way, or has been
	Aborting    bool      `json:"aborting,omitempty"`    // waits for the end of cancelled attempts
	Reason      string    `json:"reason,omitempty"`      // of the pause that is on, or of the abort
	By          string    `json:"by,omitempty"`          // who asked for it; "" is Slipway
	StartedAt   time.Time `json:"startedAt,omitzero"`
	RollbackAt  time.Time `json:"rollbackAt,omitzero"` // when the newest roll back began
	FinishedAt  time.Time `json:"finishedAt,omitzero"`
	Steps       []StepRun `json:"steps"` // the runbook's steps, then those of the back-out, in the order of the file

	RollbackReason string `json:"rollbackReason,omitempty"` // of the newest roll back that was given one
	RollbackBy     string `json:"rollbackBy,omitempty"`     // who asked for the newest; "" is Slipway
}

// StepRun is the state of one step.
type StepRun struct {
	Key       string    `json:"key"`
	State     StepState `json:"state"`
	Attempt   int       `json:"attempt,omitempty"`   // number of the newest attempt; 0 before the first
	Round     int       `json:"round,omitempty"`     // how often that attempt was begun again because its outcome was unknown
	Token     string    `json:"token,omitempty"`     // of the claim in force; "" if none is
	Failures  int       `json:"failures,omitempty"`  // failed attempts since the first or the last retry by hand
	Condition Condition `json:"condition,omitempty"` //
	Question  Question  `json:"question,omitempty"`  // open towards a person
	Asked     int       `json:"asked,omitempty"`     // number of the newest question
	Went      bool      `json:"went,omitempty"`      // the go for the point of no return was given
	Offered   bool      `json:"offered,omitempty"`   // the attempt (or check) waits for its claim
	Again     bool      `json:"again,omitempty"`     // the next offer is the same attempt once more
	Checking  bool      `json:"checking,omitempty"`  // the outcome is being checked
	Stopping  bool      `json:"stopping,omitempty"`  // cancelled, and its end is waited for until Due
	Touched   bool      `json:"touched,omitempty"`   // something of it may have happened
	Due       time.Time `json:"due,omitzero"`        // end of a wait, of the wait before a retry, of StopGrace
	ReadyAt   time.Time `json:"readyAt,omitzero"`
	StartedAt time.Time `json:"startedAt,omitzero"` // of the first attempt or question
	EndedAt   time.Time `json:"finishedAt,omitzero"`
	By        string    `json:"by,omitempty"`     // the person who last answered, skipped, retried or stopped it
	Reason    string    `json:"reason,omitempty"` // of a failure, refusal, skip or unknown outcome
	ByHand    bool      `json:"byHand,omitempty"` // skipped by a person, who may have done its work
}

// Step returns the state of the step with the key, and whether there is one.
func (r *Run) Step(key string) (StepRun, bool) {
	for i := range r.Steps {
		if r.Steps[i].Key == key {
			return r.Steps[i], true
		}
	}
	return StepRun{}, false
}
