package scope

import (
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// State is where a proposed change stands.
type State string

// The states of a change. Only a proposed one is answered.
const (
	StateProposed  State = "proposed"
	StateApplied   State = "applied"
	StateDeclined  State = "declined"
	StateWithdrawn State = "withdrawn"
)

// Change is a proposed change of a release's scope.
type Change struct {
	ID         string           `json:"id"`
	Release    id.Release       `json:"release"`
	Number     int              `json:"number"` // within the release, from 1
	Title      string           `json:"title"`
	Reason     string           `json:"reason"`
	Risk       string           `json:"risk,omitempty"` // what may go wrong, as the proposer says
	State      State            `json:"state" enum:"proposed,applied,declined,withdrawn"`
	Role       string           `json:"role,omitempty"` // that has to approve; none: whoever may change the scope
	Steps      []plan.ScopeStep `json:"steps" db:"-"`
	Impact     Impact           `json:"impact" db:"-"` // as it was when it was proposed, and of an answered one when it was answered
	Proposer   id.Person        `json:"proposer,omitempty"`
	ProposedAt db.Time          `json:"proposedAt"`
	ProposedBy string           `json:"proposedBy"` // the actor
	Answerer   id.Person        `json:"answerer,omitempty"`
	AnsweredAt db.Time          `json:"answeredAt,omitzero"`
	AnsweredBy string           `json:"answeredBy,omitempty"`
	Answer     string           `json:"answer,omitempty"` // what was said with it
	Rev        int64            `json:"rev"`
}

// Proposal states a change.
type Proposal struct {
	Title  string           `json:"title,omitempty" doc:"What it is, in a sentence; from its steps unless stated"`
	Reason string           `json:"reason" doc:"Why, as the record will say"`
	Risk   string           `json:"risk,omitempty" doc:"What may go wrong"`
	Steps  []plan.ScopeStep `json:"steps" doc:"What is added, changed and taken out, in this order"`
	Apply  bool             `json:"apply,omitempty" doc:"Carry it out at once, where the caller may approve it"`
}

// Impact is what a change would do, as far as it is known.
type Impact struct {
	Lines     []Line        `json:"lines"`               // item by item
	Items     [2]int        `json:"items"`               // number of scope items before and after
	Open      [2]int        `json:"open"`                // of them open
	Hours     [2]int        `json:"hours"`               // estimated work of the open items before and after
	Unknown   int           `json:"unknown"`             // open items after the change without an estimate
	Days      int           `json:"days"`                // by which the end moves, whole days rounded up; a negative number gains them
	DaysText  string        `json:"daysText"`            // how the days were found
	Ready     db.Time       `json:"ready,omitzero"`      // when the work would end, where it is known
	Risk      [2]int        `json:"risk"`                // score of the scope before and after, 0 to 100
	RiskParts []RiskPart    `json:"riskParts,omitempty"` // what makes the difference
	Voids     int           `json:"voids"`               // approvals and decisions that the change voids
	Signed    int           `json:"signed"`              // of so many that stand now
	Hits      []Consequence `json:"hits"`
	Role      string        `json:"role,omitempty"` // that has to approve
	MayAnswer bool          `json:"mayAnswer"`      // the caller may approve it now
}

// Line is what a change does to one item.
type Line struct {
	Key    string `json:"key"`
	Does   string `json:"does" enum:"add,change,remove"`
	Title  string `json:"title"`
	Before string `json:"before,omitempty"` // the promise as it is
	After  string `json:"after,omitempty"`  // and as it is to be
	Facts  bool   `json:"facts,omitempty"`  // the promise stays: owner, state, estimate or commits change

	Tasks []string `json:"tasks,omitempty"` // names of the open tasks that serve the item as it is
}

// Consequence is one thing that the change would hit.
type Consequence struct {
	Kind    string `json:"kind"`    // approval, decision, evidence, release
	Name    string `json:"name"`    // what
	Text    string `json:"text"`    // in words
	Outcome string `json:"outcome"` // voids, stands, stale, again
}

// Outcomes of consequences.
const (
	Voids  = "voids"
	Stands = "stands"
	Stale  = "stale"
	Again  = "again"
)
