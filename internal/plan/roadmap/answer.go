package roadmap

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Word is what somebody says to the date on the table.
type Word struct {
	Role   string      `json:"role,omitempty" doc:"The role for which it is said; the only one that the caller may answer for unless stated; proposer for who proposed the date first"`
	Window plan.Window `json:"window,omitzero" doc:"For a counter-proposal, the other date"`
	Reason string      `json:"reason,omitempty" doc:"Why; required for a counter-proposal and a refusal"`
}

// Agree says that a role agrees to the date on the table. With the last of them the date is agreed, and the window of the release becomes what
// was agreed. rev is the version that the caller read, 0 for any: who read another date does not agree to this one. It fails with
// errs.Forbidden for a role that the caller does not hold, with errs.Blocked for a date that waits for no answer, with errs.Conflict if that
// version is gone, and as a change of the window does.
func (s *Roadmaps) Agree(ctx context.Context, ref string, rev int64, in Word) (Date, error) {
	return s.answer(ctx, ref, rev, in, false, func(tx *db.Tx, d Date, role string) (Date, error) {
		return s.say(tx, d, Consented, KindAgreed, role, in.Reason)
	})
}

// Refuse says that a role does not agree, and why. It fails as Agree does.
func (s *Roadmaps) Refuse(ctx context.Context, ref string, rev int64, in Word) (Date, error) {
	return s.answer(ctx, ref, rev, in, true, func(tx *db.Tx, d Date, role string) (Date, error) {
		d.State = StateNegotiation
		return s.say(tx, d, Refused, KindRefused, role, in.Reason)
	})
}

// Counter puts another date on the table for a role, which agrees to it, and says why. What others had said to the date before is void. It
// fails as Agree does, with errs.Blocked for a date that a vendor forces, and with errs.Invalid for a faulty window.
func (s *Roadmaps) Counter(ctx context.Context, ref string, rev int64, in Word) (Date, error) {
	return s.answer(ctx, ref, rev, in, true, func(tx *db.Tx, d Date, role string) (Date, error) {
		var f fault.List
		checkWindow(&f, in.Window)
		if in.Window == d.Window {
			f.Say("window.start", "roadmap.same_date", "This is the date on the table. Agree to it, or name another.")
		}
		if err := f.Err(); err != nil {
			return d, err
		}
		d.State, d.Window = StateNegotiation, in.Window
		d.Round++
		return s.say(tx, d, Countered, KindCountered, role, in.Reason)
	})
}

// Withdraw takes a date off the table, for a reason. Who proposes dates may; what is published of it goes too. It fails as Agree does.
func (s *Roadmaps) Withdraw(ctx context.Context, ref string, rev int64, reason string) (Date, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Date, error) {
		d, err := s.writable(tx, ref, rev, "roadmap.propose")
		if err != nil {
			return Date{}, err
		}
		var f fault.List
		f.Text("reason", reason, fault.ReasonMax, true)
		if err := f.Err(); err != nil {
			return Date{}, err
		}
		if d.State == StateWithdrawn {
			return Date{}, errs.Blocked("roadmap.closed", "The date of %s is withdrawn already.", d.Key)
		}
		d.State, d.AgreedAt, d.PublishedWin, d.PublishedAt, d.Published = StateWithdrawn, 0, plan.Window{}, 0, nil
		return s.say(tx, d, Withdrawn, KindWithdrawn, "", reason)
	})
}

func (s *Roadmaps) answer(ctx context.Context, ref string, rev int64, in Word, because bool, do func(tx *db.Tx, d Date, role string) (Date, error)) (Date, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Date, error) {
		d, err := s.writable(tx, ref, rev, "roadmap.answer")
		if err != nil {
			return Date{}, err
		}
		if !d.Open() {
			return Date{}, errs.Blocked("roadmap.closed", "The date of %s is %s and waits for no answer. Propose another one.", d.Key, d.State)
		}
		role, err := roleOf(tx, d, in.Role)
		if err != nil {
			return Date{}, err
		}
		var f fault.List
		f.Text("reason", in.Reason, fault.ReasonMax, because)
		if err := f.Err(); err != nil {
			return Date{}, err
		}
		if role == Proposer {
			role = ""
		}
		return do(tx, d, role)
	})
}

// writable reads a date for a change.
func (s *Roadmaps) writable(tx *db.Tx, ref string, rev int64, permission string) (Date, error) {
	d, err := seen(tx, ref)
	if err != nil {
		return d, err
	}
	if err := auth.Check(tx, permission, catalog.Scope(d.Product)); err != nil {
		return d, err
	}
	if rev != 0 && d.Rev != rev {
		return d, errs.Conflict("row.stale", d, "Not saved. Something was said about the date of %s since you read it. Look at it again.", d.Key)
	}
	return d, nil
}

// roleOf returns the role for which the caller answers.
func roleOf(tx *db.Tx, d Date, stated string) (string, error) {
	if stated != "" && stated != Proposer {
		if !slices.Contains(d.Roles, stated) {
			return "", errs.InvalidField("role", "roadmap.role_unasked", "The role %.60q is not one of those that have to agree: %s.", stated, fault.Or(d.Roles))
		}
		return stated, holds(tx, d, stated)
	}
	may, err := Answerable(tx, d)
	switch {
	case err != nil:
		return "", err
	case stated == Proposer && !slices.Contains(may, Proposer):
		return "", errs.Forbidden("roadmap.not_proposer", "Only who proposed the date answers as its proposer, and only to a counter-proposal.")
	case stated == Proposer:
		return Proposer, nil
	case len(may) == 0:
		return "", errs.Forbidden("roadmap.role_missing", "You hold none of the roles that have to agree: %s.", fault.Or(d.Roles))
	case len(may) > 1:
		return "", errs.InvalidField("role", "roadmap.role_unclear", "You may answer for several roles. Name one of %s.", fault.Or(may))
	}
	return may[0], nil
}

func holds(tx *db.Tx, d Date, role string) error {
	ok, err := auth.Holds(tx, auth.Me(tx), role, catalog.Scope(d.Product))
	if err == nil && !ok {
		err = errs.Forbidden("roadmap.role_missing", "You do not hold the role %s for %s.", role, d.ProductName)
	}
	return err
}

// say keeps a statement, and the date as agreed if nobody's answer is missing any more.
func (s *Roadmaps) say(tx *db.Tx, d Date, action string, kind Kind, role, reason string) (Date, error) {
	said, err := statements(tx, d.ID)
	if err != nil {
		return d, err
	}
	a := actor(tx)
	x := Statement{Number: len(said[d.ID]) + 1, Round: d.Round, Kind: kind, Role: role, Person: a.For, Actor: a.ID, At: tx.Now, Window: d.Window, Reason: reason}
	if err := insertStatement(tx, d.ID, x); err != nil {
		return d, err
	}
	d.Answers = answers(d, append(said[d.ID], x))
	agreed := d.Open() && (settled(d.Answers) || d.Vendor != "")
	if agreed {
		d.State, d.AgreedAt = StateAgreed, tx.Now
		if kind == KindAgreed {
			action = Agreed
		}
	}
	if kind != KindProposed {
		d.Rev, d.ChangedAt, d.ChangedBy = d.Rev+1, tx.Now, a.ID
	}
	if err := update(tx, d); err != nil {
		return d, err
	}
	entry(tx, d, action, role, reason, nil)
	if agreed && kind != KindAgreed {
		entry(tx, d, Agreed, role, reason, nil)
	}
	if agreed && d.Release != "" {
		if err := s.set(tx, d, reason); err != nil {
			return d, err
		}
	}
	return told(tx, d)
}

// set makes the window of the release what was agreed. The roles that agreed authorise it; the record says who spoke last.
func (s *Roadmaps) set(tx *db.Tx, d Date, reason string) error {
	why := "Agreed on the roadmap"
	if reason != "" {
		why += ": " + reason
	}
	if len(why) > fault.ReasonMax {
		why = "Agreed on the roadmap"
	}
	_, err := s.plans.WindowIn(tx, d.Release, d.Window, why)
	return err
}
