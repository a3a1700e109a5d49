package tally

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is the weight of a role in a poll.
type Kind string

// The kinds of roles.
const (
	Mandatory Kind = "mandatory"
	Veto      Kind = "veto"
	Advisory  Kind = "advisory"
)

// Word is an answer or an outcome.
type Word string

// The words.
const (
	Go   Word = "go"
	NoGo Word = "no-go"
	GoIf Word = "go-if"
)

// Words returns the outcomes in the order in which they are offered.
func Words() []Word { return []Word{Go, GoIf, NoGo} }

// Role is polled.
type Role struct {
	Name string
	Kind Kind // an unknown one counts as Mandatory
}

// Condition is what a role asks for with go-if.
type Condition struct {
	ID   string
	Text string
	Done bool
}

// Answer is what a person said for a role. The one with the highest sequence number counts; those after the decision do not.
type Answer struct {
	Role       string
	By         string
	Word       Word
	Conditions []Condition // of go-if: at least one
	Comment    string
	At         time.Time
	Seq        int64
}

// Poll is the state of a round.
type Poll struct {
	Roles     []Role
	Quorum    int // roles that must have answered; 0: all mandatory ones
	Answers   []Answer
	Decided   time.Time   // zero: open
	Proposed  []Condition // the chair's own conditions for go-if
	Verdict   string      // go, no-go, pending: of everything but the poll itself
	NotMet    int         // mandatory criteria that are not met, for the sentence
	Withdrawn []string    // roles taken off the round
}

// Reason says why an outcome cannot be closed, or what is noted beside one that can.
type Reason struct {
	Code string `json:"code"` // poll.quorum, poll.role_missing, poll.role_no_go, poll.condition_open, poll.condition_missing, poll.verdict_no_go, poll.decided
	Text string `json:"text"`
	Role string `json:"role,omitempty"`
}

// Option is one outcome.
type Option struct {
	Word    Word
	Allowed bool
	Reasons []Reason // why not; every one, not the first only
	Notes   []Reason // dissent and what is missing, kept in the record
}

// Result is how the poll stands.
type Result struct {
	Standing            []Answer // the counting answer of each role, in the order of the roles
	Answered, Needed    int      // for the quorum
	Goes, NoGoes, GoIfs int      // answers by word
	Missing             []string // roles that have not answered, in their order
	Conditions          []Condition
	Suggested           Word // no-go, go-if or go; empty while too little is known
	Options             []Option
}

// Option returns the option of a word.
func (r Result) Option(w Word) Option {
	for _, o := range r.Options {
		if o.Word == w {
			return o
		}
	}
	return Option{Word: w}
}

// Count computes how the poll stands. The order of the answers does not matter; answers of roles that are not polled and go-if without a condition do not
// count. Cost is roles times answers.
func Count(p Poll) Result {
	var r Result
	standing := map[string]Answer{}
	for _, role := range p.Roles {
		if slices.Contains(p.Withdrawn, role.Name) {
			continue
		}
		a, ok := p.last(role.Name)
		if !ok {
			r.Missing = append(r.Missing, role.Name)
			continue
		}
		standing[role.Name] = a
		r.Standing = append(r.Standing, a)
		r.Answered++
		switch a.Word {
		case Go:
			r.Goes++
		case NoGo:
			r.NoGoes++
		case GoIf:
			r.GoIfs++
			r.Conditions = append(r.Conditions, a.Conditions...)
		}
	}
	r.Conditions = append(r.Conditions, p.Proposed...)
	for _, role := range p.Roles {
		if role.must() && !slices.Contains(p.Withdrawn, role.Name) {
			r.Needed++
		}
	}
	if p.Quorum > 0 {
		r.Needed = p.Quorum
	}
	for _, w := range Words() {
		r.Options = append(r.Options, p.option(w, &r, standing))
	}
	r.Suggested = p.suggest(&r, standing)
	return r
}

func (r Role) must() bool { return r.Kind != Veto && r.Kind != Advisory }

// last returns a role's counting answer.
func (p Poll) last(role string) (Answer, bool) {
	var best Answer
	found := false
	for _, a := range p.Answers {
		if a.Role != role || !a.valid() || !p.Decided.IsZero() && a.At.After(p.Decided) {
			continue
		}
		if !found || a.Seq > best.Seq || a.Seq == best.Seq && a.worse(best) {
			best, found = a, true
		}
	}
	return best, found
}

func (a Answer) valid() bool {
	switch a.Word {
	case Go, NoGo:
		return true
	case GoIf:
		return slices.ContainsFunc(a.Conditions, func(c Condition) bool { return strings.TrimSpace(c.Text) != "" })
	}
	return false
}

// worse decides between two answers of one sequence number, which a correct caller never has.
func (a Answer) worse(b Answer) bool {
	rank := map[Word]int{NoGo: 2, GoIf: 1}
	return cmp.Or(cmp.Compare(rank[a.Word], rank[b.Word]), strings.Compare(b.By, a.By), strings.Compare(b.Comment, a.Comment)) > 0
}

func (p Poll) option(w Word, r *Result, standing map[string]Answer) Option {
	o := Option{Word: w}
	no := func(code, text, role string) { o.Reasons = append(o.Reasons, Reason{code, text, role}) }
	note := func(code, text, role string) { o.Notes = append(o.Notes, Reason{code, text, role}) }
	if !p.Decided.IsZero() {
		no("poll.decided", "The poll is decided. A new round decides anew.", "")
	}
	for _, role := range p.Roles {
		a, answered := standing[role.Name]
		switch {
		case slices.Contains(p.Withdrawn, role.Name):
		case !answered && w != NoGo && role.must():
			no("poll.role_missing", role.Name+" is mandatory and has not answered.", role.Name)
		case !answered:
			note("poll.role_missing", role.Name+" has not answered.", role.Name)
		case a.Word == NoGo && w != NoGo && role.Kind == Advisory:
			note("poll.role_no_go", role.Name+" says NO-GO and has no veto.", role.Name)
		case a.Word == NoGo && w != NoGo && role.Kind == Veto:
			no("poll.role_no_go", role.Name+" has a veto and says NO-GO.", role.Name)
		case a.Word == NoGo && w != NoGo:
			no("poll.role_no_go", role.Name+" is mandatory and says NO-GO.", role.Name)
		case a.Word == GoIf && w == Go:
			for _, c := range a.Conditions {
				if c.Done {
					continue
				}
				text := role.Name + " says GO if: " + strings.TrimSuffix(c.Text, ".") + "."
				if role.Kind == Advisory {
					note("poll.condition_open", text, role.Name)
				} else {
					no("poll.condition_open", text, role.Name)
				}
			}
		case a.Word != NoGo && w == NoGo:
			note("poll.role_go", role.Name+" says "+map[Word]string{Go: "GO", GoIf: "GO if"}[a.Word]+".", role.Name)
		}
	}
	if w != NoGo && r.Answered < r.Needed {
		no("poll.quorum", strconv.Itoa(r.Answered)+" of "+strconv.Itoa(r.Needed)+" roles that the quorum asks for have answered.", "")
	}
	if w == GoIf && len(r.Conditions) == 0 {
		no("poll.condition_missing", "GO with conditions needs at least one condition.", "")
	}
	if p.Verdict == "no-go" && w != NoGo {
		text := "The verdict is NO-GO."
		switch {
		case p.NotMet == 1:
			text = "The verdict is NO-GO: 1 mandatory criterion is not met."
		case p.NotMet > 1:
			text = "The verdict is NO-GO: " + strconv.Itoa(p.NotMet) + " mandatory criteria are not met."
		}
		if w == Go {
			no("poll.verdict_no_go", text+" Waive, override or wait.", "")
		} else {
			note("poll.verdict_no_go", text+" No run starts before it is GO.", "")
		}
	}
	if p.Verdict != "no-go" && p.Verdict != "go" && w != NoGo {
		note("poll.verdict_pending", "The verdict is PENDING. No run starts before it is GO.", "")
	}
	o.Allowed = len(o.Reasons) == 0
	return o
}

// suggest names the outcome that the answers point to: no-go if anything that has a say is against it or the verdict is NO-GO without conditions to
// change that, go-if if conditions are open, go if it may be closed; nothing while answers are missing.
func (p Poll) suggest(r *Result, standing map[string]Answer) Word {
	for _, role := range p.Roles {
		if a, ok := standing[role.Name]; ok && a.Word == NoGo && role.Kind != Advisory {
			return NoGo
		}
	}
	if !p.Decided.IsZero() {
		return ""
	}
	switch {
	case r.Option(Go).Allowed:
		return Go
	case r.Option(GoIf).Allowed:
		return GoIf
	case len(r.Missing) == 0 && p.Verdict == "no-go":
		return NoGo
	}
	return ""
}
