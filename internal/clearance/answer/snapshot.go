package answer

import "time"

// Rule is what an environment asks of a deployment.
type Rule string

// The rules.
const (
	Open        Rule = "open"         // the calendar alone decides, and without a window it is open
	WindowOnly  Rule = "window-only"  // the calendar alone decides, and without a window it is closed
	ReleaseOnly Rule = "release-only" // besides the calendar, a release that carries the version must be ready
)

// Calendar is what the calendar says for the service and environment at the instant.
type Calendar struct {
	State   string // open, closed, needs-approval; anything else counts as closed
	Reasons []Reason
	Windows []Period // active windows
	// Next is the first later instant at which the calendar is open; zero: none is known.
	Next       time.Time
	ValidUntil time.Time // zero: not by time alone
}

// Period is a window in force.
type Period struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Until time.Time `json:"until"`
}

// Release is one that carries the version of the service.
type Release struct {
	Key      string
	State    string // plan's states: draft, planned, active, approved, deploying, deployed, verified, closed, on-hold, cancelled, rolled-back
	Owner    string
	Verdict  string // go, no-go, pending
	Reasons  []Reason
	Decision string // go, no-go, go-if; empty: undecided
	// Elsewhere tells that the environment is not one of those the release goes to.
	Elsewhere bool
	Stale     []string // sections that changed since the decision
	Digest    string   // of the version's artefact in the manifest; empty: the manifest names none
	// Start and End are the release's window; zero: it has none. OpensAt is the first instant in it at which the calendar is open; zero: never.
	Start, End, OpensAt time.Time
	ValidUntil          time.Time // of the verdict; zero: not by time alone
}

// Bar is a recall: a version that was backed out, or a digest that was recalled, in a tier and above.
type Bar struct {
	Digest string // empty: the version whatever its digest
	Tier   int    // the lowest tier that it bars; tiers rise towards production
	By     string // who or what barred it
	Lift   string // the role that may lift it
	Reason string
	Since  time.Time
	Until  time.Time // zero: until it is lifted
}

// Override is a recorded break-glass for one digest.
type Override struct {
	ID, By, Reason string
	Digest         string
	From, Until    time.Time
}

// Snapshot is everything that an answer depends on.
type Snapshot struct {
	At          time.Time
	Service     string
	Version     string
	Digest      string // as asked; empty: only the version was named
	Release     string // as asked; empty: any that carries the version
	Environment string

	ServiceKnown, EnvironmentKnown bool
	Rule                           Rule
	Tier                           int
	// Production tells that the environment is of the last tier. There, whatever its rule, a version that a release under way
	// carries goes with that release only.
	Production     bool
	Calendar       Calendar
	Releases       []Release // that carry the version, in any order
	Bars           []Bar     // of the service's version
	Running        string    // digest that runs there now by record; empty: none or unknown
	RunningVersion string
	Overrides      []Override // of the service and environment
	OverrideRole   string     // who may override here; empty: nobody
}

// Reason is one cause of the answer.
type Reason struct {
	Code  string    `json:"code"`
	Text  string    `json:"text"`
	Next  string    `json:"next,omitempty"`
	Owner string    `json:"owner,omitempty"`
	Since time.Time `json:"since,omitzero"`
	// Overridable tells that an override passes it.
	Overridable bool `json:"overridable,omitempty"`
}

// Way is the path of an override.
type Way struct {
	Possible bool   `json:"possible"`
	Role     string `json:"role,omitempty"`
	Text     string `json:"text"`
}

// Answer is what the asker gets.
type Answer struct {
	Allowed bool     `json:"allowed"`
	Reasons []Reason `json:"reasons"` // why not; when allowed, why
	Notes   []Reason `json:"notes,omitempty"`
	Release string   `json:"release,omitempty"` // the one that authorises it
	Windows []Period `json:"windows,omitempty"`
	// NextOpening is the earliest instant at which time alone removes what stands against it; nil: time alone does not.
	NextOpening *time.Time `json:"nextOpening,omitempty"`
	// ValidUntil is the instant up to which nothing changes by time alone; nil: there is none.
	ValidUntil *time.Time `json:"validUntil,omitempty"`
	Override   *Way       `json:"override,omitempty"` // of a refusal
}
