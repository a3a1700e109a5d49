package roadmap

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// ID identifies a date of the roadmap.
type ID string

// State is how far people are with a date.
type State string

// The states of a date.
const (
	StateProposed    State = "proposed"
	StateNegotiation State = "negotiation" // countered or refused
	StateAgreed      State = "agreed"
	StateWithdrawn   State = "withdrawn"
)

// States returns the states of a date.
func States() []string {
	return []string{string(StateProposed), string(StateNegotiation), string(StateAgreed), string(StateWithdrawn)}
}

// Date is when a release is to reach production, as people propose it and agree on it.
type Date struct {
	ID           ID           `json:"id"`
	Key          string       `json:"key"` // of the release, or product and version
	Product      id.Product   `json:"product"`
	ProductKey   string       `json:"productKey"`
	ProductName  string       `json:"productName"`
	Release      id.Release   `json:"release,omitempty"` // none: no release has been made yet
	ReleaseKey   string       `json:"releaseKey,omitempty"`
	ReleaseName  string       `json:"releaseName,omitempty"`
	Version      string       `json:"version"`
	Title        string       `json:"title,omitempty"`
	Window       plan.Window  `json:"window" db:"win"` // that is on the table, or agreed
	State        State        `json:"state" enum:"proposed,negotiation,agreed,withdrawn"`
	Roles        []string     `json:"roles" db:"-"`               // that have to agree
	Vendor       string       `json:"vendor,omitempty"`           // who forces the date; nobody has to agree then
	AnswerBy     db.Time      `json:"answerBy,omitzero"`          // until when answers are asked for
	Round        int          `json:"round"`                      // counts the dates that were on the table
	Proposer     id.Person    `json:"proposer,omitempty"`         // who proposed it first
	AgreedAt     db.Time      `json:"agreedAt,omitzero"`          //
	Published    *plan.Window `json:"published,omitempty" db:"-"` // that is published; it may differ from what is discussed since
	PublishedAt  db.Time      `json:"publishedAt,omitzero"`       //
	Answers      []Answer     `json:"answers" db:"-"`             // of the roles, in this round
	Statements   []Statement  `json:"statements,omitempty" db:"-"`
	Rev          int64        `json:"rev"`
	CreatedAt    db.Time      `json:"createdAt"`
	CreatedBy    string       `json:"createdBy"`
	ChangedAt    db.Time      `json:"changedAt"`
	ChangedBy    string       `json:"changedBy"`
	PublishedWin plan.Window  `json:"-" db:"pub"`
}

// Open reports whether answers are still waited for.
func (d Date) Open() bool { return d.State == StateProposed || d.State == StateNegotiation }

// Overdue reports whether answers should have been there.
func (d Date) Overdue(now db.Time) bool {
	return d.Open() && !d.AnswerBy.IsZero() && d.AnswerBy < now
}

// Kind is what a statement does.
type Kind string

// The kinds of statements.
const (
	KindProposed  Kind = "proposed"
	KindCountered Kind = "countered"
	KindAgreed    Kind = "agreed"
	KindRefused   Kind = "refused"
	KindMoved     Kind = "moved"
	KindWithdrawn Kind = "withdrawn"
)

// Statement is one thing that was said about a date.
type Statement struct {
	Number int         `json:"number"`
	Round  int         `json:"round"`
	Kind   Kind        `json:"kind" enum:"proposed,countered,agreed,refused,moved,withdrawn"`
	Role   string      `json:"role,omitempty"` // for which it was said
	Person id.Person   `json:"person,omitempty"`
	Name   string      `json:"name,omitempty" db:"-"`
	Actor  string      `json:"actor"`
	At     db.Time     `json:"at"`
	Window plan.Window `json:"window" db:"win"` // that it was said about
	Reason string      `json:"reason,omitempty"`
}

// Answer is what a role has said to the date on the table.
type Answer struct {
	Role   string    `json:"role"` // "proposer" where a counter-proposal waits for who proposed first
	Answer string    `json:"answer" enum:",agreed,refused"`
	Person id.Person `json:"person,omitempty"`
	At     db.Time   `json:"at,omitzero"`
}

// Proposer is the name under which who proposed a date answers to a counter-proposal.
const Proposer = "proposer"

// answers returns what the roles have said to the date on the table, the newest word of each.
func answers(d Date, said []Statement) []Answer {
	out := make([]Answer, 0, len(d.Roles)+1)
	for _, r := range d.Roles {
		out = append(out, Answer{Role: r})
	}
	opened, waits := false, false
	for _, s := range said {
		if s.Round != d.Round {
			continue
		}
		if !opened {
			opened, waits = true, s.Kind == KindCountered && s.Person != d.Proposer
		}
		if s.Person == d.Proposer && (s.Kind == KindAgreed || s.Kind == KindCountered) {
			waits = false
		}
		k := slices.IndexFunc(out, func(a Answer) bool { return a.Role == s.Role })
		if k < 0 {
			continue
		}
		word := "agreed" // who proposes or counters for a role agrees to what it proposes
		if s.Kind == KindRefused {
			word = "refused"
		}
		out[k].Answer, out[k].Person, out[k].At = word, s.Person, s.At
	}
	if waits {
		out = append(out, Answer{Role: Proposer, Person: d.Proposer})
	}
	return out
}

// settled reports whether everybody has agreed.
func settled(as []Answer) bool {
	return len(as) > 0 && !slices.ContainsFunc(as, func(a Answer) bool { return a.Answer != "agreed" })
}
