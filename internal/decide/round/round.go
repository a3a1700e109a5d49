package round

import (
	"slices"
	"strings"

	"slipway/internal/decide/digest"
	"slipway/internal/decide/tally"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Poll is one round of the go/no-go of a release.
type Poll struct {
	ID       string     `json:"id"`
	Release  id.Release `json:"-"`
	Round    int        `json:"round"`
	OpenedAt db.Time    `json:"openedAt"`
	OpenedBy string     `json:"-"`
	Chair    id.Person  `json:"chair,omitempty"`
	Roles    []Seat     `json:"roles" db:"-"` // in the order of calling
	Quorum   int        `json:"quorum" db:"-"`
	Content  string     `json:"content"`           // digest of the content at the opening
	Digest   string     `json:"snapshotDigest"`    // of what lay on the table then
	Calling  string     `json:"calling,omitempty"` // role
	CalledAt db.Time    `json:"calledAt,omitzero"` // none while nobody is called
	ClosedAt db.Time    `json:"closedAt,omitzero"` // decided, or closed without a decision
	ClosedBy string     `json:"-"`                 // the actor
	Closing  string     `json:"closing,omitempty"` // why it was closed without a decision
	Rev      int64      `json:"rev"`               // raised by every answer
	Snapshot db.JSON    `json:"-"`                 // see Table
	Answers  []Answer   `json:"answers" db:"-"`    // in the order in which they were given
	Asked    []Asking   `json:"conditions" db:"-"` // of all answers and of the chair
	Decision *Decision  `json:"decision,omitempty" db:"-"`
}

// Open reports whether it can be answered.
func (p Poll) Open() bool { return p.ClosedAt.IsZero() }

// Seat is a role of a poll.
type Seat struct {
	Role string     `json:"role"`
	Name string     `json:"name"`
	Kind tally.Kind `json:"kind"`
}

// Seat returns the seat of a role and whether it is polled.
func (p Poll) Seat(role string) (Seat, bool) {
	i := slices.IndexFunc(p.Roles, func(s Seat) bool { return s.Role == role })
	if i < 0 {
		return Seat{}, false
	}
	return p.Roles[i], true
}

// Answer is what somebody said for a role. The newest of a role counts.
type Answer struct {
	ID        string     `json:"id"`
	Poll      string     `json:"-"`
	Ordinal   int64      `json:"ordinal"`
	Role      string     `json:"role"`
	Person    id.Person  `json:"person"`
	Principal id.Person  `json:"principal,omitempty"`
	By        string     `json:"-" db:"given_by"`
	At        db.Time    `json:"at"`
	Word      tally.Word `json:"answer"`
	Comment   string     `json:"comment,omitempty"`
}

// Asking is a condition: what an answer or the chair asks for.
type Asking struct {
	ID       string     `json:"id"`
	Release  id.Release `json:"-"`
	Poll     string     `json:"-"`
	Answer   string     `json:"-"`              // identifier, or "" for the chair's
	Role     string     `json:"role,omitempty"` // of the answer
	Text     string     `json:"text"`
	Owner    id.Person  `json:"owner,omitempty"`
	Verifier id.Person  `json:"verifier"`
	Due      db.Time    `json:"due,omitzero" db:"due_at"`
	At       db.Time    `json:"at"`
	Person   id.Person  `json:"person"` // who asks
	Decision string     `json:"decision,omitempty"`
	DoneAt   db.Time    `json:"doneAt,omitzero"`
	DoneBy   id.Person  `json:"doneBy,omitempty"`
	Note     string     `json:"note,omitempty"`
}

// Done reports whether its verifier has said so.
func (c Asking) Done() bool { return !c.DoneAt.IsZero() }

// Decision is the sealed outcome of a poll.
type Decision struct {
	ID       string          `json:"id"`
	Release  id.Release      `json:"-"`
	Poll     string          `json:"poll"`
	Outcome  string          `json:"decision"` // go, no-go, go-if or hold
	Reason   string          `json:"reason"`
	Again    db.Time         `json:"again,omitzero" db:"again_at"` // of hold
	At       db.Time         `json:"at"`
	Person   id.Person       `json:"person"`
	By       string          `json:"-" db:"given_by"`
	Content  string          `json:"content"` // digest of what was decided on
	Sections []digest.Signed `json:"sections" db:"-"`
	Snapshot db.JSON         `json:"snapshot"` // canonical JSON
	Digest   string          `json:"digest"`   // "sha256:" and the SHA-256 of the snapshot's bytes
}

// Hold is the outcome that decides nothing yet: the round is closed and another follows.
const Hold = "hold"

// Outcomes returns the outcomes of a decision.
func Outcomes() []string {
	return []string{string(tally.Go), string(tally.GoIf), string(tally.NoGo), Hold}
}

// Lets reports whether the release may go by it, once its conditions are done.
func (d Decision) Lets() bool {
	return d.Outcome == string(tally.Go) || d.Outcome == string(tally.GoIf)
}

// Standing returns the conditions that count: of the chair, and of answers that stand.
func (p Poll) Standing() []Asking {
	last := map[string]string{}
	for _, a := range p.Answers {
		last[a.Role] = a.ID
	}
	var out []Asking
	for _, c := range p.Asked {
		if c.Answer == "" || last[c.Role] == c.Answer {
			out = append(out, c)
		}
	}
	return out
}

// Count computes how the poll stands. verdict is that of everything but the poll; changed are the sections that differ from
// what lay on the table at the opening: answers to other content decide nothing.
func (p Poll) Count(v gate.Verdict, changed []string) tally.Result {
	in := tally.Poll{Quorum: p.Quorum, Decided: p.ClosedAt.Std(), Verdict: string(v.Word), NotMet: v.Mandatory.NotMet}
	name := map[string]string{}
	for _, s := range p.Roles {
		name[s.Role] = s.Name
		in.Roles = append(in.Roles, tally.Role{Name: s.Name, Kind: s.Kind})
	}
	for _, a := range p.Answers {
		x := tally.Answer{Role: name[a.Role], By: string(a.Person), Word: a.Word, Comment: a.Comment, At: a.At.Std(), Seq: a.Ordinal}
		for _, c := range p.Asked {
			if c.Answer == a.ID {
				x.Conditions = append(x.Conditions, tally.Condition{ID: c.ID, Text: c.Text, Done: c.Done()})
			}
		}
		in.Answers = append(in.Answers, x)
	}
	for _, c := range p.Asked {
		if c.Answer == "" {
			in.Proposed = append(in.Proposed, tally.Condition{ID: c.ID, Text: c.Text, Done: c.Done()})
		}
	}
	r := tally.Count(in)
	if len(changed) > 0 && p.Open() {
		for i := range r.Options {
			if r.Options[i].Word != tally.NoGo {
				r.Options[i].Allowed = false
				r.Options[i].Reasons = append(r.Options[i].Reasons, tally.Reason{Code: "poll.content_changed",
					Text: "The content changed after the round was opened (" + strings.Join(changed, ", ") + "). Close it and poll again."})
			}
		}
		if r.Suggested != tally.NoGo {
			r.Suggested = ""
		}
	}
	return r
}

// KindOf returns the weight of a role in a poll: its no-go decides with a veto, its answer is needed if it is mandatory. A
// mandatory role's no-go stands against a go as well.
func KindOf(r plan.PollRole) tally.Kind {
	switch {
	case r.Mandatory:
		return tally.Mandatory
	case r.Veto:
		return tally.Veto
	}
	return tally.Advisory
}

// Gating returns the conditions of the decision as a verdict reads them.
func (p Poll) Gating() []gate.Condition {
	var out []gate.Condition
	for _, c := range p.Asked {
		if c.Decision != "" {
			out = append(out, gate.Condition{ID: c.ID, Text: c.Text, Owner: string(c.owner()), Since: c.At.Std(), Due: c.Due.Std(), Done: c.Done()})
		}
	}
	return out
}

// owner returns who must act next.
func (c Asking) owner() id.Person {
	if c.Owner != "" {
		return c.Owner
	}
	return c.Verifier
}

// Of returns the standing answer of a role and whether there is one.
func (p Poll) Of(role string) (Answer, bool) {
	for i := len(p.Answers) - 1; i >= 0; i-- {
		if p.Answers[i].Role == role {
			return p.Answers[i], true
		}
	}
	return Answer{}, false
}

// Filter narrows the list of rounds, which is in the order of their opening, newest first.
type Filter struct {
	Open    bool // only those that can be answered
	AfterAt db.Time
	AfterID string
	Limit   int // 1 to 201; 0 means 50
}
