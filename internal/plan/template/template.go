package template

import (
	"slipway/internal/platform/db"
)

// Template is what a release is made from. A change makes another version; a release keeps the one it was made from.
type Template struct {
	Key             string            `json:"key" yaml:"key"`
	Name            string            `json:"name" yaml:"name"`
	Text            string            `json:"text,omitempty" yaml:"text,omitempty"`
	Objectives      []string          `json:"objectives,omitempty" yaml:"objectives,omitempty"`
	SuccessCriteria []string          `json:"successCriteria,omitempty" yaml:"successCriteria,omitempty"`
	Phases          []PhaseSpec       `json:"phases,omitempty" yaml:"phases,omitempty"`
	Milestones      []MilestoneSpec   `json:"milestones,omitempty" yaml:"milestones,omitempty"`
	Deliverables    []DeliverableSpec `json:"deliverables,omitempty" yaml:"deliverables,omitempty"`
	Tasks           []TaskSpec        `json:"tasks,omitempty" yaml:"tasks,omitempty"`
	Criteria        []CriterionSpec   `json:"criteria,omitempty" yaml:"criteria,omitempty"`
	Approvals       []ApprovalSpec    `json:"approvals,omitempty" yaml:"approvals,omitempty"`
	Poll            *PollSpec         `json:"poll,omitempty" yaml:"poll,omitempty"`
	Runbook         string            `json:"runbook,omitempty" yaml:"runbook,omitempty"`
	Policy          Policy            `json:"policy,omitzero" yaml:"policy,omitempty"`

	Version   int     `json:"-" yaml:"-"`
	ChangedAt db.Time `json:"-" yaml:"-"`
	ChangedBy string  `json:"-" yaml:"-"`
}

// PhaseSpec is a phase of a template. Phases without a start lie end to end: each ends where the next begins, the last
// where the window begins.
type PhaseSpec struct {
	Key   string   `json:"key" yaml:"key"`
	Name  string   `json:"name" yaml:"name"`
	Days  int      `json:"days,omitempty" yaml:"days,omitempty"`
	Start Offset   `json:"start,omitempty" yaml:"start,omitempty"` // from the window's start
	Entry []string `json:"entry,omitempty" yaml:"entry,omitempty"` // what holds at the gate into it, in words
	Exit  []string `json:"exit,omitempty" yaml:"exit,omitempty"`
}

// MilestoneSpec is a milestone of a template, or one that a person states: by its distance from the window's start or by
// its date.
type MilestoneSpec struct {
	Key    string  `json:"key" yaml:"key"`
	Name   string  `json:"name" yaml:"name"`
	Owner  string  `json:"owner,omitempty" yaml:"owner,omitempty"`
	Offset Offset  `json:"offset,omitempty" yaml:"offset,omitempty"`
	At     db.Time `json:"at,omitzero" yaml:"at,omitempty"`
}

// DeliverableSpec is a deliverable of a template, or one that a person states.
type DeliverableSpec struct {
	Key   string           `json:"key" yaml:"key"`
	Name  string           `json:"name" yaml:"name"`
	Owner string           `json:"owner,omitempty" yaml:"owner,omitempty"`
	State DeliverableState `json:"state,omitempty" yaml:"state,omitempty"`
	URL   string           `json:"url,omitempty" yaml:"url,omitempty"`
}

// TaskSpec is a task that every release of the template gets. The area work makes it.
type TaskSpec struct {
	Key      string        `json:"key" yaml:"key"`
	Name     string        `json:"name" yaml:"name"`
	Text     string        `json:"text,omitempty" yaml:"text,omitempty"`
	Owner    string        `json:"owner,omitempty" yaml:"owner,omitempty"` // a person's key
	Role     string        `json:"role,omitempty" yaml:"role,omitempty"`   // whose work it is, where nobody is named yet
	Phase    string        `json:"phase,omitempty" yaml:"phase,omitempty"`
	Hours    int           `json:"hours,omitempty" yaml:"hours,omitempty"`       // estimate, where one number is enough
	Estimate *EstimateSpec `json:"estimate,omitempty" yaml:"estimate,omitempty"` // in place of hours
	Due      Offset        `json:"due,omitempty" yaml:"due,omitempty"`           // from the window's start
	Needs    []string      `json:"needs,omitempty" yaml:"needs,omitempty"`       // keys of tasks that end before it starts
	After    []LinkSpec    `json:"after,omitempty" yaml:"after,omitempty"`       // links of other types, or with a lag
}

// EstimateSpec is a three-point estimate in hours of work.
type EstimateSpec struct {
	Low    int `json:"low" yaml:"low"`
	Likely int `json:"likely" yaml:"likely"`
	High   int `json:"high" yaml:"high"`
}

// LinkSpec says how a task hangs on another of its template.
type LinkSpec struct {
	Task    string `json:"task" yaml:"task"`
	Type    string `json:"type,omitempty" yaml:"type,omitempty" enum:"FS,SS,FF,SF"` // FS unless stated
	Lag     Offset `json:"lag,omitempty" yaml:"lag,omitempty"`                      // of working time, "4h", "-1d"; none unless stated
	Elapsed bool   `json:"elapsed,omitempty" yaml:"elapsed,omitempty"`              // the lag runs around the clock
}

// The types of links: which end of the first task the other's start or finish waits for.
const (
	FinishStart  = "FS"
	StartStart   = "SS"
	FinishFinish = "FF"
	StartFinish  = "SF"
)

// LinkTypes returns the types of links.
func LinkTypes() []string { return []string{FinishStart, StartStart, FinishFinish, StartFinish} }

// Effort returns the estimate of the task in hours, the same three times where one number is stated, zero without any.
func (t TaskSpec) Effort() EstimateSpec {
	if t.Estimate != nil {
		return *t.Estimate
	}
	return EstimateSpec{t.Hours, t.Hours, t.Hours}
}

// Links returns everything that the task hangs on, those of Needs as finish to start, each with its type.
func (t TaskSpec) Links() []LinkSpec {
	var out []LinkSpec
	for _, n := range t.Needs {
		out = append(out, LinkSpec{Task: n, Type: FinishStart})
	}
	for _, l := range t.After {
		if l.Type == "" {
			l.Type = FinishStart
		}
		out = append(out, l)
	}
	return out
}

// CriterionSpec is one condition of a gate. The area gate makes it for every release and judges it.
type CriterionSpec struct {
	Key       string        `json:"key" yaml:"key"`
	Name      string        `json:"name" yaml:"name"`
	Text      string        `json:"text,omitempty" yaml:"text,omitempty"`
	Group     string        `json:"group,omitempty" yaml:"group,omitempty"`         // as pages group them: Quality
	Question  string        `json:"question,omitempty" yaml:"question,omitempty"`   // traceable, secure, tested, authorised
	Kind      string        `json:"kind" yaml:"kind"`                               // one of CriterionKinds
	Phase     string        `json:"phase,omitempty" yaml:"phase,omitempty"`         // whose gate it belongs to; "" is the gate to production
	Point     string        `json:"point,omitempty" yaml:"point,omitempty"`         // entry or exit of the phase; exit unless stated
	Owner     string        `json:"owner,omitempty" yaml:"owner,omitempty"`         // role or key of a person
	Mandatory *bool         `json:"mandatory,omitempty" yaml:"mandatory,omitempty"` // true unless stated
	Due       Offset        `json:"due,omitempty" yaml:"due,omitempty"`             // from the window's start
	Next      string        `json:"next,omitempty" yaml:"next,omitempty"`           // what to do about it, in a sentence
	Evidence  *EvidenceSpec `json:"evidence,omitempty" yaml:"evidence,omitempty"`   // of kinds junit and fact
	Condition string        `json:"condition,omitempty" yaml:"condition,omitempty"` // of kind fact: CEL over fact
	Role      string        `json:"role,omitempty" yaml:"role,omitempty"`           // of kinds approval and confirmation
	Count     int           `json:"count,omitempty" yaml:"count,omitempty"`         // how many different people; 1 unless stated
	Rehearsed Span          `json:"rehearsed,omitempty" yaml:"rehearsed,omitempty"` // of kind backout: rehearsed within this, "14d"
}

// IsMandatory reports whether the criterion must be met.
func (c CriterionSpec) IsMandatory() bool { return c.Mandatory == nil || *c.Mandatory }

// EvidenceSpec says what evidence must show. A limit that is absent is zero for failures and errors and none for skipped.
type EvidenceSpec struct {
	Subject     string   `json:"subject,omitempty" yaml:"subject,omitempty"`   // manifest (stale when it changes) or release; manifest unless stated
	Services    []string `json:"services,omitempty" yaml:"services,omitempty"` // each needs its own
	MinTests    int      `json:"minTests,omitempty" yaml:"minTests,omitempty"`
	MaxFailures int      `json:"maxFailures,omitempty" yaml:"maxFailures,omitempty"`
	MaxErrors   int      `json:"maxErrors,omitempty" yaml:"maxErrors,omitempty"`
	MaxSkipped  *int     `json:"maxSkipped,omitempty" yaml:"maxSkipped,omitempty"`
	MaxAge      Span     `json:"maxAge,omitempty" yaml:"maxAge,omitempty"` // "7d", "12h"
}

// ApprovalSpec is a signature that a release needs.
type ApprovalSpec struct {
	Role     string   `json:"role" yaml:"role"`
	Name     string   `json:"name,omitempty" yaml:"name,omitempty"`
	Sections []string `json:"sections,omitempty" yaml:"sections,omitempty"` // all unless stated
	Order    int      `json:"order,omitempty" yaml:"order,omitempty"`       // lower ones sign first; equal ones in any order
}

// PollSpec is the go/no-go poll that a release is decided by.
type PollSpec struct {
	Roles  []PollRole `json:"roles" yaml:"roles"`
	Quorum int        `json:"quorum,omitempty" yaml:"quorum,omitempty"` // answers needed; all mandatory roles unless stated
}

// PollRole is a role that answers a poll.
type PollRole struct {
	Role      string `json:"role" yaml:"role"`
	Name      string `json:"name,omitempty" yaml:"name,omitempty"`
	Mandatory bool   `json:"mandatory,omitempty" yaml:"mandatory,omitempty"`
	Veto      bool   `json:"veto,omitempty" yaml:"veto,omitempty"` // its no-go decides
}

// Policy are the rules of a template that hold for each of its releases.
type Policy struct {
	FourEyes    bool             `json:"fourEyes,omitempty" yaml:"fourEyes,omitempty"`       // nobody approves what they wrote
	ScopeChange *ScopeChangeSpec `json:"scopeChange,omitempty" yaml:"scopeChange,omitempty"` // who approves a change of the scope
}

// ScopeChangeSpec says that changes of the scope are approved by a role from some point on. Before that point, and without
// this rule, whoever may change the scope approves them.
type ScopeChangeSpec struct {
	Approve string `json:"approve" yaml:"approve"`                 // the role
	After   string `json:"after,omitempty" yaml:"after,omitempty"` // key of a phase that has begun or is over, or planned, active or approved; always unless stated
}

// The kinds of criteria.
const (
	KindConfirmation = "confirmation"
	KindJUnit        = "junit"
	KindFact         = "fact"
	KindApproval     = "approval"
	KindRisk         = "risk"
	KindBackout      = "backout"
	KindWindow       = "window"
	KindPoll         = "poll"
)

// CriterionKinds returns the kinds of criteria.
func CriterionKinds() []string {
	return []string{KindConfirmation, KindJUnit, KindFact, KindApproval, KindRisk, KindBackout, KindWindow, KindPoll}
}

// DeliverableState says how far a deliverable is.
type DeliverableState string

// The states of a deliverable.
const (
	DeliverableOpen     DeliverableState = "open"
	DeliverableReady    DeliverableState = "ready" // waits for acceptance
	DeliverableAccepted DeliverableState = "accepted"
	DeliverableDropped  DeliverableState = "dropped"
)

// DeliverableStates returns the states of a deliverable.
func DeliverableStates() []string {
	return []string{string(DeliverableOpen), string(DeliverableReady), string(DeliverableAccepted), string(DeliverableDropped)}
}
