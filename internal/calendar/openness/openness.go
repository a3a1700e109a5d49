package openness

import "time"

// State is what holds for an environment at an instant.
type State string

// The states.
const (
	Open          State = "open"
	Closed        State = "closed"
	NeedsApproval State = "needs-approval" // a soft freeze is active; its owner may let the deployment pass
)

// rank orders the states from closed to open.
func (s State) rank() int {
	switch s {
	case Open:
		return 2
	case NeedsApproval:
		return 1
	}
	return 0
}

// Kind tells a window from a freeze.
type Kind string

// The kinds.
const (
	Window Kind = "window"
	Freeze Kind = "freeze"
)

// Times says when a period is active. recur.Rule answers it by computing, Spans by looking up.
type Times interface {
	// ActiveUntil returns the instant up to which the period is active without a break, if it is active at t. It may
	// stop short of the true end, never go beyond it.
	ActiveUntil(t time.Time) (time.Time, bool)
	// NextStart returns the first start strictly after t.
	NextStart(t time.Time) (time.Time, bool)
}

// Period is a window or freeze that matches the service and environment in question.
type Period struct {
	ID    string
	Name  string
	Owner string // who edits it and, for a soft freeze, who lets a deployment pass
	Kind  Kind
	Hard  bool // of a freeze
	Times Times
	// Passed is set when the owner of a soft freeze has let this deployment pass.
	Passed *Pass
}

// Pass is a freeze owner's permission.
type Pass struct {
	By    string
	Until time.Time // zero: as long as the freeze lasts
}

// Input is one question.
type Input struct {
	At      time.Time
	Default State // Open or Closed; anything else counts as Closed
	Periods []Period
	// Horizon is the instant up to which Periods are known and up to which the next opening is looked for. Zero is At and Days.
	Horizon time.Time
}

// Days is how far a next opening is looked for when Input.Horizon is zero.
const Days = 400

// Reason is one cause of the answer.
type Reason struct {
	Code   string    `json:"code"` // calendar.freeze_hard, freeze_soft, freeze_passed, window_none_active, window_active, default_open, default_closed
	Text   string    `json:"text"`
	Period string    `json:"period,omitempty"`
	Owner  string    `json:"owner,omitempty"`
	Until  time.Time `json:"until,omitzero"`
}

// InForce is a period that is active at the instant.
type InForce struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Kind  Kind      `json:"kind"`
	Hard  bool      `json:"hard,omitempty"`
	Owner string    `json:"owner,omitempty"`
	Until time.Time `json:"until"`
}

// Opening is a later stretch with a better state.
type Opening struct {
	At    time.Time `json:"at"`
	Until time.Time `json:"until"` // up to which the state does not change, or the horizon
	State State     `json:"state"`
}

// Result is the answer.
type Result struct {
	State   State
	Reasons []Reason  // at least one: what decides first, then everything else in force, each by name
	Windows []InForce // active windows, by end and identifier
	Freezes []InForce // active freezes, hard ones first
	// Next is the first instant at which the state is better than now: open or needs-approval when closed, open when it
	// needs approval. It is nil when open, and when there is none up to Searched.
	Next     *Opening
	Searched time.Time
	// ValidUntil is the instant up to which nothing of this answer but Next changes by time alone. It is never behind At.
	ValidUntil time.Time
}
