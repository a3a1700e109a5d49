package scope

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Approve carries out a proposed change, whole or not at all. rev is the version that the caller read, 0 for any. It fails
// with errs.Forbidden where another role has to approve, with errs.Blocked for one's own proposal where four eyes are asked
// for or one that is answered, and with errs.Conflict where the change does not fit the scope any more.
func (c *Changes) Approve(ctx context.Context, release string, number int, rev int64, note string) (Change, error) {
	return c.answer(ctx, release, number, rev, note, "scope.answer", func(tx *db.Tx, r plan.Release, x Change) (Change, error) {
		return c.apply(tx, r, x, note)
	})
}

// Decline refuses a proposed change for a reason. It fails as Approve does, except that one's own may be declined.
func (c *Changes) Decline(ctx context.Context, release string, number int, rev int64, reason string) (Change, error) {
	return c.answer(ctx, release, number, rev, reason, "scope.answer", func(tx *db.Tx, r plan.Release, x Change) (Change, error) {
		var f fault.List
		f.Text("note", reason, fault.ReasonMax, true)
		if err := f.Err(); err != nil {
			return x, err
		}
		role, err := plan.ScopeApprover(tx, r)
		if err == nil {
			err = held(tx, r, role, Change{})
		}
		if err != nil {
			return x, err
		}
		return answered(tx, r, x, StateDeclined, Declined, reason)
	})
}

// Withdraw takes one's own proposed change back. It fails as Decline does, and with errs.Forbidden for somebody else's.
func (c *Changes) Withdraw(ctx context.Context, release string, number int, rev int64, reason string) (Change, error) {
	return c.answer(ctx, release, number, rev, reason, "scope.propose", func(tx *db.Tx, r plan.Release, x Change) (Change, error) {
		if x.Proposer != caller(tx) {
			return x, errs.Forbidden("scope.not_yours", "Who proposed a change withdraws it. Decline it instead.")
		}
		return answered(tx, r, x, StateWithdrawn, Withdrawn, reason)
	})
}

func (c *Changes) answer(ctx context.Context, release string, number int, rev int64, note, permission string, do func(*db.Tx, plan.Release, Change) (Change, error)) (Change, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Change, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Change{}, err
		}
		if err := auth.Check(tx, permission, plan.Scope(r)); err != nil {
			return Change{}, err
		}
		var f fault.List
		f.Text("note", note, fault.ReasonMax, false)
		if err := f.Err(); err != nil {
			return Change{}, err
		}
		x, err := changeBy(tx, r.ID, number)
		switch {
		case err != nil:
			return Change{}, err
		case x.State != StateProposed:
			return Change{}, errs.Blocked("scope.answered", "Change %d of %s is %s since %s.", x.Number, r.Name, x.State, x.AnsweredAt.Std().Format("15:04 MST on 2 Jan"))
		case rev != 0 && x.Rev != rev:
			return Change{}, errs.Conflict("row.stale", x, "Not saved. The change is another one than you read. Look at it again.")
		}
		return do(tx, r, x)
	})
}

// apply carries a change out. The caller has checked that it waits.
func (c *Changes) apply(tx *db.Tx, r plan.Release, x Change, note string) (Change, error) {
	if err := auth.Check(tx, "scope.answer", plan.Scope(r)); err != nil {
		return x, err
	}
	if err := changeable(r); err != nil {
		return x, err
	}
	role, err := plan.ScopeApprover(tx, r)
	if err != nil {
		return x, err
	}
	if err := held(tx, r, role, x); err != nil {
		return x, err
	}
	if x.Impact, err = c.weigh(tx, r, x.Steps); err != nil {
		return x, err
	}
	if err := c.plans.ScopeIn(tx, r.ID, x.Steps, x.Reason); err != nil {
		return x, err
	}
	x.Role = role
	return answered(tx, r, x, StateApplied, Applied, note)
}

func answered(tx *db.Tx, r plan.Release, x Change, to State, action, note string) (Change, error) {
	a := ledger.ActorOf(tx.Context())
	x.State, x.Answerer, x.AnsweredAt, x.AnsweredBy, x.Answer = to, a.For, tx.Now, a.ID, note
	x.Rev++
	entry(tx, r, action, x, map[string]any{"role": x.Role, "answer": note, "voids": x.Impact.Voids})
	return x, updateChange(tx, x)
}
