package decide

import (
	"context"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/digest"
	"slipway/internal/decide/fault"
	"slipway/internal/decide/round"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// NewPoll says how a round is opened.
type NewPoll struct {
	Chair string `json:"chair,omitempty" doc:"Key or identifier of who leads it; who opens it unless stated"`
}

// Table is what lies on the table at the opening of a round: content and verdict, with people by identifier.
type Table struct {
	Release  id.Release      `json:"release"`
	Round    int             `json:"round"`
	At       db.Time         `json:"at"`
	Content  string          `json:"content"`
	Sections []digest.Signed `json:"sections"`
	Verdict  Judged          `json:"verdict"`
}

// OpenPoll opens a round of the go/no-go with the roles of the template and freezes what lies on the table. An approved
// release becomes active again: what was decided is asked anew. It fails with errs.Blocked if the template holds no poll, a
// round is open, or the release is not active.
func (d *Decisions) OpenPoll(ctx context.Context, ref string, in NewPoll) (Poll, error) {
	return write(ctx, d, func(tx *db.Tx) (Poll, error) {
		r, err := release(tx, ref, "poll.open")
		if err != nil {
			return Poll{}, err
		}
		var f fault.List
		chair, err := f.Person(tx, "chair", in.Chair)
		if err != nil {
			return Poll{}, err
		}
		if err := f.Err(); err != nil {
			return Poll{}, err
		}
		t, last, err := d.mayOpen(tx, r)
		if err != nil {
			return Poll{}, err
		}
		if chair == "" {
			if who, err := deputy.Acting(tx); err == nil {
				chair = who.Person
			} else {
				chair = r.Owner
			}
		}
		now, err := d.content(tx, r)
		if err != nil {
			return Poll{}, err
		}
		p := Poll{ID: id.New[string](), Release: r.ID, Round: last.Round + 1, OpenedAt: tx.Now, OpenedBy: actor(tx), Chair: chair, Quorum: t.Poll.Quorum,
			Content: now.Digest, Snapshot: db.JSON(`{}`), Rev: 1, Answers: []Answer{}, Asked: []Asking{}}
		for _, x := range t.Poll.Roles {
			s := Seat{Role: x.Role, Name: x.Name, Kind: round.KindOf(x)}
			if s.Name == "" {
				if s.Name, err = roleName(tx, x.Role); err != nil {
					return p, err
				}
			}
			p.Roles = append(p.Roles, s)
		}
		p.Calling, p.CalledAt = p.Roles[0].Role, tx.Now
		if err := round.Insert(tx, p); err != nil {
			return p, err
		}
		if err := overtake(tx, last, "The go/no-go was opened again."); err != nil {
			return p, err
		}
		if err := now.Keep(tx, plan.SectionNames()); err != nil {
			return p, err
		}
		v, err := d.judged(tx, r)
		if err != nil {
			return p, err
		}
		if p.Snapshot, p.Digest, err = round.Seal(Table{r.ID, p.Round, tx.Now, now.Digest, now.Sections, v}); err != nil {
			return p, err
		}
		if err := round.Save(tx, p); err != nil {
			return p, err
		}
		p.Rev++
		entry(tx, r, PollOpened, map[string]any{"poll": p.ID, "round": p.Round, "chair": p.Chair, "roles": p.Roles, "quorum": p.Quorum, "content": p.Content, "snapshot": p.Digest})
		if r.State == plan.Approved {
			return p, plan.MarkReopened(tx, r.ID, "The go/no-go was opened again.")
		}
		return p, nil
	})
}

// mayOpen returns the template and the newest round, or why no other round can be opened.
func (d *Decisions) mayOpen(tx *db.Tx, r plan.Release) (plan.Template, Poll, error) {
	t, err := plan.TemplateOf(tx, r)
	if err != nil {
		return t, Poll{}, err
	}
	if t.Poll == nil || len(t.Poll.Roles) == 0 {
		return t, Poll{}, errs.Blocked("poll.none", "The template %s holds no go/no-go. %s is approved by its signatures.", t.Name, r.Name)
	}
	switch r.State {
	case plan.Active, plan.Approved:
	case plan.Draft, plan.Planned:
		return t, Poll{}, errs.Blocked("poll.not_now", "%s is %s. The go/no-go opens once it is active.", r.Name, r.State.Words())
	case plan.Held:
		return t, Poll{}, errs.Blocked("poll.not_now", "%s is on hold. Resume it first.", r.Name)
	default:
		return t, Poll{}, errs.Blocked("poll.not_now", "%s is %s. There is nothing to decide any more.", r.Name, r.State.Words())
	}
	last, err := newestPoll(tx, r)
	if err != nil {
		return t, last, err
	}
	if last.ID != "" && last.Open() {
		return t, last, errs.Blocked("poll.open_already", "Round %d of the go/no-go is open since %s. Decide or close it first.", last.Round, stamp(last.OpenedAt))
	}
	return t, last, nil
}

// newestPoll returns the newest round of a release; the zero value without one.
func newestPoll(tx *db.Tx, r plan.Release) (Poll, error) {
	list, err := round.Newest(tx, []plan.Release{r})
	if err != nil || len(list) == 0 {
		return Poll{}, err
	}
	return list[0], nil
}

// openPoll returns the round of a release that can be answered. It fails with errs.Blocked without one.
func openPoll(tx *db.Tx, r plan.Release) (Poll, error) {
	p, err := newestPoll(tx, r)
	switch {
	case err != nil:
		return p, err
	case p.ID == "":
		return p, errs.Blocked("poll.not_open", "The go/no-go of %s is not open.", r.Name)
	case !p.Open() && p.Decision != nil:
		return p, errs.Blocked("poll.decided", "Round %d was decided at %s. A new round decides anew.", p.Round, stamp(p.ClosedAt))
	case !p.Open():
		return p, errs.Blocked("poll.not_open", "Round %d was closed at %s without a decision. Open a new one.", p.Round, stamp(p.ClosedAt))
	}
	return p, nil
}

// Call says which role is asked now; "" asks nobody. It fails with errs.Invalid for a role that is not polled.
func (d *Decisions) Call(ctx context.Context, ref, role string) (Poll, error) {
	return write(ctx, d, func(tx *db.Tx) (Poll, error) {
		r, err := release(tx, ref, "poll.open")
		if err != nil {
			return Poll{}, err
		}
		p, err := openPoll(tx, r)
		if err != nil {
			return p, err
		}
		if _, ok := p.Seat(role); !ok && role != "" {
			return p, errs.InvalidField("role", "poll.role_unknown", "The role %.60q is not polled.", role)
		}
		if p.Calling == role {
			return p, nil
		}
		p.Calling, p.CalledAt = role, tx.Now
		if role == "" {
			p.CalledAt = 0
		}
		if err := round.Save(tx, p); err != nil {
			return p, err
		}
		p.Rev++
		entry(tx, r, PollCalled, map[string]any{"poll": p.ID, "role": role})
		return p, nil
	})
}

// ClosePoll closes the open round without a decision, for a reason; another can be opened then.
func (d *Decisions) ClosePoll(ctx context.Context, ref, reason string) (Poll, error) {
	return write(ctx, d, func(tx *db.Tx) (Poll, error) {
		r, err := release(tx, ref, "poll.open")
		if err != nil {
			return Poll{}, err
		}
		var f fault.List
		f.Text("reason", reason, textMax, true)
		if err := f.Err(); err != nil {
			return Poll{}, err
		}
		p, err := openPoll(tx, r)
		if err != nil {
			return p, err
		}
		return d.closePoll(tx, r, p, reason)
	})
}

func (d *Decisions) closePoll(tx *db.Tx, r plan.Release, p Poll, reason string) (Poll, error) {
	p.ClosedAt, p.ClosedBy, p.Closing, p.Calling, p.CalledAt = tx.Now, actor(tx), reason, "", 0
	if err := round.Save(tx, p); err != nil {
		return p, err
	}
	p.Rev++
	entry(tx, r, PollClosed, map[string]any{"poll": p.ID, "round": p.Round, "reason": reason})
	return p, nil
}

func (d *Decisions) judged(tx *db.Tx, r plan.Release) (Judged, error) {
	v, err := d.gate.Sealed(tx, r)
	out := Judged{Word: v.Word, Reasons: append([]gate.Reason{}, v.Reasons...), Warnings: append([]gate.Reason{}, v.Warnings...), Criteria: make([]round.Criterion, len(v.Answers))}
	for i, a := range v.Answers {
		out.Criteria[i] = round.Criterion{Key: a.Criterion, State: a.State, Mandatory: a.Mandatory, Evidence: a.Evidence, Waiver: a.Waiver}
	}
	return out, err
}
