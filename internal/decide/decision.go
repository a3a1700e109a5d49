package decide

import (
	"context"
	"time"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/digest"
	"slipway/internal/decide/fault"
	"slipway/internal/decide/round"
	"slipway/internal/decide/section"
	"slipway/internal/decide/tally"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// NewDecision closes a round.
type NewDecision struct {
	Decision   string         `json:"decision" enum:"go,no-go,go-if,hold" doc:"go, no-go, go-if with conditions, or hold: another round follows"`
	Reason     string         `json:"reason" doc:"Why, as it will stand in the record"`
	Again      db.Time        `json:"again,omitzero" doc:"Of hold: when to poll again"`
	Conditions []NewCondition `json:"conditions,omitempty" doc:"Of go-if: further conditions of the chair"`
	Rev        int64          `json:"rev,omitempty" doc:"Version of the poll as it was read. If somebody answered since, nothing is decided."`
}

// Decide closes the open round with an outcome and seals it with everything it rests on. GO approves the release in the same
// change; go-if does so once its conditions are done. It fails with errs.Blocked, naming every reason, if the outcome is not
// available: above all GO while the verdict is NO-GO; and with errs.Conflict if somebody answered since the poll was read.
func (d *Decisions) Decide(ctx context.Context, ref string, in NewDecision) (Decision, error) {
	return write(ctx, d, func(tx *db.Tx) (Decision, error) {
		r, err := release(tx, ref, "poll.open")
		if err != nil {
			return Decision{}, err
		}
		who, err := deputy.Acting(tx)
		if err != nil {
			return Decision{}, err
		}
		var f fault.List
		f.Choice("decision", in.Decision, round.Outcomes()...)
		f.Text("reason", in.Reason, textMax, true)
		switch {
		case !in.Again.IsZero() && in.Decision != Hold:
			f.Say("again", "decision.again_without_hold", "Only a hold names the next round.")
		case !in.Again.IsZero() && (!in.Again.After(tx.Now) || in.Again.Sub(tx.Now) > againMax):
			f.Say("again", "decision.again_out_of_range", "The next round lies ahead, within a year.")
		}
		if len(in.Conditions) > 0 && in.Decision != string(tally.GoIf) {
			f.Say("conditions", "poll.condition_without_go_if", "Only a go-if has conditions.")
		}
		asked, err := conditionsOf(&f, tx, r, in.Conditions)
		if err != nil {
			return Decision{}, err
		}
		if err := f.Err(); err != nil {
			return Decision{}, err
		}
		p, err := openPoll(tx, r)
		if err != nil {
			return Decision{}, err
		}
		if in.Rev != 0 && in.Rev != p.Rev {
			return Decision{}, errs.Conflict("poll.moved", p, "Not decided. The poll moved since you read it. Look at the answers, then decide.")
		}
		if err := insertAskings(tx, p, asked, "", "", who.Person); err != nil {
			return Decision{}, err
		}
		p.Asked = append(p.Asked, asked...)
		return d.decide(tx, r, p, in, who.Person)
	})
}

func (d *Decisions) decide(tx *db.Tx, r plan.Release, p Poll, in NewDecision, by id.Person) (Decision, error) {
	_, result, _, err := d.stand(tx, r, p)
	if err != nil {
		return Decision{}, err
	}
	if err := available(r, result, in.Decision); err != nil {
		return Decision{}, err
	}
	now, err := d.content(tx, r)
	if err != nil {
		return Decision{}, err
	}
	out := Decision{ID: id.New[string](), Release: r.ID, Poll: p.ID, Outcome: in.Decision, Reason: in.Reason, Again: in.Again, At: tx.Now, Person: by, By: actor(tx),
		Content: now.Digest, Sections: now.Sections}
	standing := p.Standing()
	if in.Decision == string(tally.GoIf) {
		for i := range standing {
			standing[i].Decision = out.ID
			if err := round.SaveAsking(tx, standing[i]); err != nil {
				return out, err
			}
		}
		if err := follow(tx, r, standing); err != nil {
			return out, err
		}
	}
	if err := now.Keep(tx, plan.SectionNames()); err != nil {
		return out, err
	}
	s := round.Gather(r, p, out, result, standing)
	if s.Verdict, err = d.judged(tx, r); err != nil {
		return out, err
	}
	if out.Snapshot, out.Digest, err = round.Seal(s); err != nil {
		return out, err
	}
	if err := round.InsertDecision(tx, out); err != nil {
		return out, err
	}
	p.ClosedAt, p.ClosedBy, p.Calling, p.CalledAt = tx.Now, actor(tx), "", 0
	if err := round.Save(tx, p); err != nil {
		return out, err
	}
	entry(tx, r, DecisionSealed, map[string]any{"decision": out.ID, "poll": p.ID, "round": p.Round, "outcome": out.Outcome, "reason": out.Reason, "content": out.Content, "digest": out.Digest,
		"answers": s.Standing, "conditions": standing})
	p.Decision = &out
	p.Asked = standing
	return out, d.settle(tx, r, p)
}

// stand computes how a poll stands now: the verdict of everything but itself, its count, and the sections that changed
// since the opening.
func (d *Decisions) stand(tx *db.Tx, r plan.Release, p Poll) (gate.Verdict, tally.Result, []string, error) {
	v, err := d.gate.Before(tx, r)
	if err != nil {
		return v, tally.Result{}, nil, err
	}
	changed, err := d.changedSince(tx, r, p)
	return v, p.Count(v, changed), changed, err
}

// changedSince returns the sections of which the content is not what lay on the table when the round was opened.
func (d *Decisions) changedSince(tx *db.Tx, r plan.Release, p Poll) ([]string, error) {
	var t struct {
		Sections []digest.Signed `json:"sections"`
	}
	if err := p.Snapshot.Decode(&t); err != nil {
		return nil, errs.Internal("poll.unreadable", err)
	}
	now, err := d.content(tx, r)
	return section.InOrder(digest.Void(t.Sections, now.Sections)), err
}

// available refuses an outcome with every reason.
func available(r plan.Release, result tally.Result, outcome string) error {
	if outcome == Hold {
		return nil
	}
	o := result.Option(tally.Word(outcome))
	if o.Allowed {
		return nil
	}
	word := map[string]string{"go": "GO", "go-if": "GO with conditions", "no-go": "NO-GO"}[outcome]
	text := word + " is not available for " + r.Name + "."
	reason := "poll.not_available"
	fields := make([]errs.Field, len(o.Reasons))
	for i, x := range o.Reasons {
		text += " " + x.Text
		fields[i] = errs.Field{Name: "decision", Reason: x.Code, Msg: x.Text}
	}
	if len(o.Reasons) > 0 {
		reason = o.Reasons[0].Code
		for _, x := range o.Reasons {
			if x.Code == "poll.verdict_no_go" {
				reason = x.Code
			}
		}
	}
	return errs.Blocked(reason, "%s", text).With(fields...)
}

// settle approves a release whose newest decision lets it go, holds for the content as it is, and has no condition left; and
// takes that back when a condition is open again.
func (d *Decisions) settle(tx *db.Tx, r plan.Release, p Poll) error {
	if p.Decision == nil || !p.Decision.Lets() || r.State != plan.Active && r.State != plan.Approved {
		return nil
	}
	now, err := d.content(tx, r)
	if err != nil {
		return err
	}
	open := 0
	for _, c := range p.Asked {
		if c.Decision == p.Decision.ID && !c.Done() {
			open++
		}
	}
	fresh := len(digest.Void(p.Decision.Sections, now.Sections)) == 0
	switch {
	case open == 0 && fresh && r.State == plan.Active:
		return plan.MarkApproved(tx, r.ID, "Decided "+map[string]string{"go": "GO", "go-if": "GO with conditions, all done"}[p.Decision.Outcome]+": "+p.Decision.Reason)
	case open > 0 && r.State == plan.Approved:
		return plan.MarkReopened(tx, r.ID, "A condition of the go is open again.")
	}
	return nil
}

// againMax bounds how far ahead a hold may name the next round.
const againMax = 366 * 24 * time.Hour
