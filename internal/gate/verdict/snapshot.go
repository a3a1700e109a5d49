package verdict

import (
	"slices"
	"time"
)

// Kind is how a criterion is judged.
type Kind string

// The kinds of criteria.
const (
	Confirmed Kind = "confirmation" // by persons, as on a checklist
	Proven    Kind = "evidence"     // by the newest JUnit report or fact
	Approved  Kind = "approval"     // by roles
	NoRisk    Kind = "risk"         // no open blocking risk
	BackedOut Kind = "back-out"     // a back-out is present and, if asked, rehearsed
	InWindow  Kind = "window"       // the release's window is booked and open, or open now
	Polled    Kind = "poll"         // the go/no-go is decided and its conditions are done
	Custom    Kind = "custom"       // judged elsewhere
)

// Question is one of the four that a release answers.
type Question string

// The four questions, in the order in which they are shown.
const (
	Traceable  Question = "traceable"
	Secure     Question = "secure"
	Tested     Question = "tested"
	Authorised Question = "authorised"
)

// Questions returns the four in their order.
func Questions() []Question { return []Question{Traceable, Secure, Tested, Authorised} }

// Binding is what a confirmation or evidence speaks about.
type Binding string

// The bindings.
const (
	ToManifest Binding = "manifest" // stale when the manifest's digest changes
	ToRelease  Binding = "release"  // holds for the release whatever it carries
)

// Criterion is one condition of a gate. Only the rule of its own kind is read.
type Criterion struct {
	Key       string
	Title     string
	Kind      Kind
	Group     string // as shown: build, test, pre-production, go/no-go
	Phase     string
	Question  Question // empty: none of the four
	Mandatory bool     // else advisory
	Owner     string
	Position  int       // as authored; orders answers and reasons
	Since     time.Time // in force since
	Due       time.Time // zero: due now
	Next      string    // the authored next action; empty: the engine's for what is wrong
	Binding   Binding   // of confirmations and evidence; empty counts as ToManifest

	Persons  int // confirmation: how many different ones; 0 counts as 1
	Evidence EvidenceRule
	Roles    []RoleRule
	// RehearsedWithin asks for a passed rehearsal of the back-out as it is now, not older than this; zero asks for none.
	RehearsedWithin time.Duration
	WindowNow       bool // the window must be running; else it must be booked and open for deployments
}

// EvidenceRule says what evidence must show.
type EvidenceRule struct {
	Services []string      // each needs its own; empty: one for the release
	MaxAge   time.Duration // of passing evidence; zero: any
	// MinTests and the maxima judge a JUnit report. A report with fewer than one test never passes. -1 is no limit.
	MinTests, MaxFailures, MaxErrors, MaxSkipped int
}

// RoleRule asks for approvals of one role by different persons; Count 0 counts as 1.
type RoleRule struct {
	Role  string
	Count int
}

// Confirmation is one person's answer to a criterion. A person's newest counts.
type Confirmation struct {
	Criterion, By, Text string
	At                  time.Time
	Manifest            string // digest it was given for
	Denied              bool   // the person says that it is not fulfilled
	Withdrawn           bool
}

// Evidence is an immutable fact that was received for a criterion.
type Evidence struct {
	ID, Criterion, Service string
	Source                 string    // as shown: "pipeline 88213"
	At                     time.Time // received; evidence of a later instant than the snapshot's is not seen
	Seq                    int64     // of intake; breaks ties
	Manifest               string    // digest it was bound to at intake
	JUnit                  *Counts   // of a JUnit report
	Fact                   *Outcome  // of a fact: what its condition gave
}

// Counts are a JUnit report's numbers.
type Counts struct{ Tests, Failures, Errors, Skipped int }

// Outcome is what a CEL condition gave for a fact. Text says what was found, or why it could not be judged.
type Outcome struct {
	Met  bool
	Text string
}

// Approval is one person's signature for a role. A person's newest for the role counts.
type Approval struct {
	ID, Role, By string
	At           time.Time
	Until        time.Time // expiry; zero: none
	Withdrawn    bool
	Refused      bool     // the person declined to sign
	Void         []string // sections whose content changed since the signature
	Barred       string   // why it does not count, such as four eyes; empty: it counts
	Text         string
}

// Risk is an entry of the register. Only open blocking ones matter.
type Risk struct {
	ID, Title, Owner, Next string
	Since                  time.Time
	Blocking, Open         bool
}

// BackOut is the back-out plan as it is now.
type BackOut struct {
	Present         bool
	Owner           string
	Changed         time.Time // last change of its content
	Rehearsed       time.Time // end of the newest rehearsal; zero: none
	RehearsalFailed string    // what failed in it; empty: it passed
}

// Window is the release's window and what the calendar says about it.
type Window struct {
	Start, End    time.Time // zero: none is set
	Closed        bool      // the calendar does not allow a deployment in it
	NeedsApproval bool      // a soft freeze asks its owner
	Text          string    // the calendar's reason
	Owner         string
	ValidUntil    time.Time // the calendar's answer may change then; zero: not by time alone
}

// Poll is the newest go/no-go round.
type Poll struct {
	Decided    bool
	Outcome    string // go, no-go, go-if
	By, Chair  string
	At         time.Time
	Stale      []string // sections that changed since the decision
	Conditions []Condition
}

// Condition is what a go-if asks for.
type Condition struct {
	ID, Text, Owner string
	Since, Due      time.Time
	Done            bool
}

// Waiver is a permission to pass a criterion unmet. One without an end is never in force.
type Waiver struct {
	ID, Criterion, By, Owner, Measure string
	From, Until                       time.Time
	Withdrawn                         bool
}

// Finding is the judgement of a custom criterion. Several findings all have to be met.
type Finding struct {
	Criterion, Code, Text, Owner, Next string
	Met, Missing                       bool // neither: it speaks against the criterion
	Since                              time.Time
	Until                              time.Time // a met finding counts as missing from then on; zero: never
}

// Snapshot is everything the verdict depends on, as of At.
type Snapshot struct {
	At            time.Time
	Manifest      string // digest of the manifest as it is now
	Criteria      []Criterion
	Confirmations []Confirmation
	Evidence      []Evidence
	Approvals     []Approval
	Risks         []Risk
	BackOut       BackOut
	Window        Window
	Poll          Poll
	Waivers       []Waiver
	Findings      []Finding
	// Require names the questions that policy wants answered: one without a mandatory criterion is NO-GO.
	Require []Question
}

// Without returns the snapshot without criteria of the given kinds, as a poll asks for the verdict before its own decision.
func (s Snapshot) Without(kinds ...Kind) Snapshot {
	kept := make([]Criterion, 0, len(s.Criteria))
	for _, c := range s.Criteria {
		if !slices.Contains(kinds, c.Kind) {
			kept = append(kept, c)
		}
	}
	s.Criteria = kept
	return s
}

// NameRoles puts names in the place of the keys of roles, for the sentences of reasons. Names that two roles share keep their keys
// behind them, and approvals of roles that no criterion asks for are left out, so that no approval counts for another role.
func (s *Snapshot) NameRoles(names map[string]string) {
	shared := map[string]int{}
	for _, n := range names {
		shared[n]++
	}
	name := func(key string) string {
		if n := names[key]; shared[n] == 1 {
			return n
		}
		return names[key] + " (" + key + ")"
	}
	for i := range s.Criteria {
		roles := slices.Clone(s.Criteria[i].Roles)
		for k := range roles {
			roles[k].Role = name(roles[k].Role)
		}
		s.Criteria[i].Roles = roles
	}
	var asked []Approval
	for _, a := range s.Approvals {
		if _, ok := names[a.Role]; ok {
			a.Role = name(a.Role)
			asked = append(asked, a)
		}
	}
	s.Approvals = asked
}
