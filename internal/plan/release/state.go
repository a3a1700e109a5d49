package release

import "slices"

// State is where a release stands.
type State string

// The states of a release.
const (
	Draft      State = "draft"
	Planned    State = "planned"
	Active     State = "active"
	Approved   State = "approved"
	Deploying  State = "deploying"
	Deployed   State = "deployed"
	Verified   State = "verified"
	Closed     State = "closed"
	Held       State = "held"
	Cancelled  State = "cancelled"
	RolledBack State = "rolled-back"
)

// States returns every state, in the order of a release's life.
func States() []State {
	return []State{Draft, Planned, Active, Approved, Deploying, Deployed, Verified, Closed, Held, Cancelled, RolledBack}
}

// Ended reports whether nothing follows the state.
func (s State) Ended() bool { return s == Closed || s == Cancelled }

// Known reports whether the state is one of a release.
func (s State) Known() bool { return slices.Contains(States(), s) }

// Words returns the state as a sentence has it.
func (s State) Words() string {
	switch s {
	case Held:
		return "on hold"
	case RolledBack:
		return "rolled back"
	}
	return string(s)
}

// Transition is one way from a state to another.
type Transition struct {
	From, To State
	Verb     string // what a person or an area calls it
	By       string // who moves it: the permission, or the area that marks it
	Needs    string // what must be so, in words
	Reason   bool   // a reason must be given
}

// transitions is the table of ADR 10. Held stands for every state that can be held as the goal of Resume, which leads to
// HeldFrom alone.
var transitions = []Transition{
	{Draft, Planned, "plan", "plan.advance", "a window, at least one manifest item, an owner and an environment", false},
	{Planned, Active, "activate", "plan.advance", "a window that is not over", false},
	{Active, Approved, "approve", "decide", "the decision GO, or every required approval where the template has no poll", false},
	{Approved, Active, "reopen", "plan, decide, gate, deploy", "a change of content", true},
	{Active, Deploying, "start", "deploy", "clearance or a recorded override", false},
	{Approved, Deploying, "start", "deploy", "clearance or a recorded override", false},
	{Deploying, Deployed, "finish", "deploy", "the live run succeeded", false},
	{Deploying, RolledBack, "roll back", "deploy", "the live run was rolled back", true},
	{Deploying, Active, "stop", "deploy", "the live run failed or was aborted without a back-out", true},
	{Deployed, Verified, "verify", "plan.advance, or deploy when the verification steps succeeded", "", false},
	{Deployed, RolledBack, "roll back", "deploy", "the live run was rolled back", true},
	{Verified, RolledBack, "roll back", "deploy", "the live run was rolled back after all", true},
	{Verified, Closed, "close", "plan.advance", "", false},
	{RolledBack, Active, "retarget", "plan.edit", "another manifest or window", true},
	{RolledBack, Closed, "close", "plan.advance", "", false},
	{Draft, Held, "hold", "plan.hold", "", true},
	{Planned, Held, "hold", "plan.hold", "", true},
	{Active, Held, "hold", "plan.hold", "", true},
	{Approved, Held, "hold", "plan.hold", "", true},
	{Held, Draft, "resume", "plan.hold", "held from there", false},
	{Held, Planned, "resume", "plan.hold", "held from there", false},
	{Held, Active, "resume", "plan.hold", "held from there", false},
	{Held, Approved, "resume", "plan.hold", "held from there", false},
	{Draft, Cancelled, "cancel", "plan.cancel", "", true},
	{Planned, Cancelled, "cancel", "plan.cancel", "", true},
	{Active, Cancelled, "cancel", "plan.cancel", "", true},
	{Approved, Cancelled, "cancel", "plan.cancel", "", true},
	{Held, Cancelled, "cancel", "plan.cancel", "", true},
}

// Transitions returns the table of the transitions of a release.
func Transitions() []Transition { return slices.Clone(transitions) }

// Leads reports whether a way leads from one state to another. held is where a held release came from.
func Leads(from, held, to State) bool {
	if from == Held && to != Cancelled && to != held {
		return false
	}
	for _, t := range transitions {
		if t.From == from && t.To == to {
			return true
		}
	}
	return false
}
