package verdict

import "time"

// Word is the verdict itself.
type Word string

// The verdicts, as machines read them.
const (
	Go      Word = "go"
	NoGo    Word = "no-go"
	Pending Word = "pending"
)

// String returns the word as people read it.
func (w Word) String() string {
	switch w {
	case Go:
		return "GO"
	case NoGo:
		return "NO-GO"
	}
	return "PENDING"
}

// State is the answer to one criterion, in the order of the load line.
type State string

// The states.
const (
	Met      State = "met"
	Waived   State = "waived"
	AtRisk   State = "at-risk" // met now, but not any more by the end of the window
	NotMet   State = "not-met"
	Awaited  State = "pending" // missing and not yet due
	NotAsked State = "none"    // of a question without a mandatory criterion
)

// rank orders states by how far they stand in the way.
func (s State) rank() int {
	switch s {
	case NotMet:
		return 4
	case Awaited:
		return 3
	case AtRisk:
		return 2
	case Waived:
		return 1
	}
	return 0
}

// Reason is one cause of the verdict.
type Reason struct {
	Code      string    `json:"code"`
	Text      string    `json:"text"`
	Criterion string    `json:"criterion,omitempty"`
	Owner     string    `json:"owner,omitempty"`
	Since     time.Time `json:"since,omitzero"`
	Next      string    `json:"next,omitempty"`
	State     State     `json:"-"`
	Due       time.Time `json:"-"` // when a pending cause becomes NO-GO
	position  int
}

// Answer is one criterion's state and what it rests on.
type Answer struct {
	Criterion string
	Title     string
	Group     string
	Phase     string
	Question  Question
	Mandatory bool
	Owner     string
	State     State
	Reasons   []Reason  // why it is not met, pending or, under a waiver, what the waiver passes
	Since     time.Time // of the state, as far as it is known
	Evidence  []string  // identifiers that were judged
	Stale     []string  // identifiers that were kept and not counted
	Waiver    string    // in force
	Until     time.Time // the state ends by time alone then; zero: it does not
}

// Tally counts criteria by state.
type Tally struct{ Met, Waived, AtRisk, NotMet, Pending int }

// Passing returns how many do not stand in the way.
func (t Tally) Passing() int { return t.Met + t.Waived + t.AtRisk }

// Total returns the number of criteria.
func (t Tally) Total() int { return t.Passing() + t.NotMet + t.Pending }

func (t *Tally) add(s State) {
	switch s {
	case Met:
		t.Met++
	case Waived:
		t.Waived++
	case AtRisk:
		t.AtRisk++
	case NotMet:
		t.NotMet++
	default:
		t.Pending++
	}
}

// Summary is the answer to one of the four questions: the worst state among its mandatory criteria.
type Summary struct {
	Question       Question
	State          State
	Passing, Total int
}

// Step is one entry of what would make it GO.
type Step struct {
	Text, Owner string
	By          time.Time // before the cause becomes NO-GO; zero: it is already
	Criteria    []string  // that it serves
}

// Verdict is the outcome with everything that a page, the command line or a poll shows of it.
type Verdict struct {
	Word      Word
	Reasons   []Reason // of NO-GO and PENDING: NO-GO causes first, then by position, criterion, code and text
	Warnings  []Reason // what does not change the verdict: advisory criteria, and what lapses before the window ends
	Answers   []Answer // by position and key
	All       Tally    // of all criteria
	Mandatory Tally
	Questions []Summary
	Steps     []Step // what would make it GO; empty when it is
	// ValidUntil is the next instant at which the verdict, a reason or an answer may change by time alone. Zero: there is none.
	ValidUntil time.Time
}

// Each calls fn for every text with the owner that stands beside it, so that a caller may put names in the place of identifiers.
func (v *Verdict) Each(fn func(text, owner *string)) {
	none := ""
	for _, rs := range [][]Reason{v.Reasons, v.Warnings} {
		eachReason(rs, fn)
	}
	for i := range v.Answers {
		eachReason(v.Answers[i].Reasons, fn)
		fn(&none, &v.Answers[i].Owner)
	}
	for i := range v.Steps {
		fn(&v.Steps[i].Text, &v.Steps[i].Owner)
	}
}

func eachReason(rs []Reason, fn func(text, owner *string)) {
	none := ""
	for i := range rs {
		fn(&rs[i].Text, &rs[i].Owner)
		fn(&rs[i].Next, &none)
	}
}
