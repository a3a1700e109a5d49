package decide

import (
	"context"
	"fmt"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/fault"
	"slipway/internal/decide/round"
	"slipway/internal/decide/tally"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// NewAnswer is what somebody says for a role.
type NewAnswer struct {
	Answer     string         `json:"answer" enum:"go,no-go,go-if" doc:"go, no-go, or go-if with conditions"`
	Comment    string         `json:"comment,omitempty" doc:"What the record says beside it"`
	Conditions []NewCondition `json:"conditions,omitempty" doc:"Of go-if: at least one"`
	For        string         `json:"for,omitempty" doc:"Key or identifier of the person in whose name a delegate answers, where several have delegated"`
}

// NewCondition is what a go-if asks for.
type NewCondition struct {
	Text     string  `json:"text" doc:"What must be done"`
	Owner    string  `json:"owner,omitempty" doc:"Key or identifier of who does it; who owns the release unless stated"`
	Due      db.Time `json:"due,omitzero" doc:"Until when; before the window unless stated"`
	Verifier string  `json:"verifier,omitempty" doc:"Key or identifier of who says that it is done; who asks for it unless stated"`
}

// Answer answers the open round for a role that the caller holds, or holds by delegation: nobody else answers for one who is
// absent. An answer may be changed until the decision; the newest counts. It fails with errs.Blocked if no round is open,
// and with errs.Forbidden if the role is not the caller's.
func (d *Decisions) Answer(ctx context.Context, ref, role string, in NewAnswer) (Answer, error) {
	return write(ctx, d, func(tx *db.Tx) (Answer, error) {
		r, err := release(tx, ref, "poll.answer")
		if err != nil {
			return Answer{}, err
		}
		var f fault.List
		f.Choice("answer", in.Answer, "go", "no-go", "go-if")
		f.Text("comment", in.Comment, textMax, false)
		principal, err := f.Person(tx, "for", in.For)
		if err != nil {
			return Answer{}, err
		}
		switch {
		case in.Answer == string(tally.GoIf) && len(in.Conditions) == 0:
			f.Say("conditions", "poll.condition_missing", "A go-if needs at least one condition.")
		case in.Answer != string(tally.GoIf) && len(in.Conditions) > 0:
			f.Say("conditions", "poll.condition_without_go_if", "Only a go-if has conditions.")
		}
		asked, err := conditionsOf(&f, tx, r, in.Conditions)
		if err != nil {
			return Answer{}, err
		}
		if err := f.Err(); err != nil {
			return Answer{}, err
		}
		p, err := openPoll(tx, r)
		if err != nil {
			return Answer{}, err
		}
		seat, ok := p.Seat(role)
		if !ok {
			return Answer{}, errs.NotFound("poll.role_unknown", "The role %.60q is not polled.", role)
		}
		c, err := deputy.For(tx, plan.Scope(r), role, seat.Name, principal)
		if err != nil {
			return Answer{}, err
		}
		a := Answer{ID: id.New[string](), Poll: p.ID, Ordinal: int64(len(p.Answers)) + 1, Role: role, Person: c.Person, Principal: c.Principal, By: actor(tx), At: tx.Now,
			Word: tally.Word(in.Answer), Comment: in.Comment}
		if err := round.InsertAnswer(tx, a); err != nil {
			return a, err
		}
		if err := insertAskings(tx, p, asked, a.ID, role, c.Person); err != nil {
			return a, err
		}
		p.Answers = append(p.Answers, a)
		advance(&p, tx.Now)
		if err := round.Save(tx, p); err != nil {
			return a, err
		}
		entry(tx, r, PollAnswered, map[string]any{"poll": p.ID, "answer": a, "conditions": asked})
		return a, nil
	})
}

// Limits of conditions: how many an answer has, and the length of each in bytes.
const (
	conditionsMax = 20
	conditionMax  = 1_000
)

// conditionsOf reads conditions; owner and verifier that are not stated stay empty.
func conditionsOf(f *fault.List, tx *db.Tx, r plan.Release, list []NewCondition) ([]Asking, error) {
	if len(list) > conditionsMax {
		f.Say("conditions", "poll.too_many_conditions", "At most %d conditions fit into one answer.", conditionsMax)
		return nil, nil
	}
	out := make([]Asking, len(list))
	for i, c := range list {
		at := fmt.Sprintf("conditions[%d]", i)
		f.Text(at+".text", c.Text, conditionMax, true)
		if !c.Due.IsZero() && !c.Due.After(tx.Now) {
			f.Say(at+".due", "condition.due_past", "A condition is due in the future.")
		}
		out[i] = Asking{ID: id.New[string](), Release: r.ID, Text: c.Text, Due: c.Due, At: tx.Now}
		if out[i].Due.IsZero() && r.Window.Start.After(tx.Now) {
			out[i].Due = r.Window.Start
		}
		var err error
		if out[i].Owner, err = f.Person(tx, at+".owner", c.Owner); err != nil {
			return nil, err
		}
		if out[i].Owner == "" {
			out[i].Owner = r.Owner
		}
		if out[i].Verifier, err = f.Person(tx, at+".verifier", c.Verifier); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func insertAskings(tx *db.Tx, p Poll, list []Asking, answer, role string, by id.Person) error {
	for i := range list {
		c := &list[i]
		c.Poll, c.Answer, c.Role, c.Person = p.ID, answer, role, by
		if c.Verifier == "" {
			c.Verifier = by
		}
		if err := round.InsertAsking(tx, *c); err != nil {
			return err
		}
	}
	return nil
}

// advance calls the next role that has not answered once the one being called has.
func advance(p *Poll, now db.Time) {
	answered := map[string]bool{}
	for _, a := range p.Answers {
		answered[a.Role] = true
	}
	if p.Calling == "" || !answered[p.Calling] {
		return
	}
	at := 0
	for i, s := range p.Roles {
		if s.Role == p.Calling {
			at = i
		}
	}
	p.Calling, p.CalledAt = "", 0
	for i := range p.Roles {
		s := p.Roles[(at+1+i)%len(p.Roles)]
		if !answered[s.Role] {
			p.Calling, p.CalledAt = s.Role, now
			return
		}
	}
}

// WhyAnswer says in a sentence why the caller cannot answer for a role now; "" if they can. It checks no permission.
func (d *Decisions) WhyAnswer(tx *db.Tx, r plan.Release, s Seat) (string, error) {
	may, err := auth.Allowed(tx, "poll.answer", plan.Scope(r))
	if err != nil {
		return "", err
	}
	if !may {
		return "Your roles do not carry answers here.", nil
	}
	_, err = deputy.For(tx, plan.Scope(r), s.Role, s.Name, "")
	return why(err)
}
