package decide

import (
	"context"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/fault"
	"slipway/internal/decide/round"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Done says that a condition is done. Its verifier does; anybody who may open the poll where the verifier is not active any
// more. Once all conditions of a go-if are done the release is approved. It fails with errs.Forbidden for anybody else and
// with errs.Blocked if it is done already.
func (d *Decisions) Done(ctx context.Context, ref, condition, note string) (Asking, error) {
	return d.mark(ctx, ref, condition, note, true)
}

// Reopen says that a condition is not done after all; it blocks again. It fails as Done does.
func (d *Decisions) Reopen(ctx context.Context, ref, condition, note string) (Asking, error) {
	return d.mark(ctx, ref, condition, note, false)
}

func (d *Decisions) mark(ctx context.Context, ref, condition, note string, done bool) (Asking, error) {
	return write(ctx, d, func(tx *db.Tx) (Asking, error) {
		r, err := release(tx, ref, "condition.verify")
		if err != nil {
			return Asking{}, err
		}
		var f fault.List
		f.Text("note", note, textMax, !done)
		if err := f.Err(); err != nil {
			return Asking{}, err
		}
		c, err := round.AskingBy(tx, r.ID, condition)
		if err != nil {
			return c, err
		}
		if err := mayVerify(tx, r, c); err != nil {
			return c, err
		}
		switch {
		case r.Ended() || r.State == plan.Deploying:
			return c, errs.Blocked("condition.not_now", "%s is %s. Its conditions stay as they are.", r.Name, r.State.Words())
		case done && c.Done():
			return c, errs.Blocked("condition.done_already", "This condition is done already.")
		case !done && !c.Done():
			return c, errs.Blocked("condition.open_already", "This condition is open already.")
		}
		action := ConditionReopened
		c.DoneAt, c.DoneBy, c.Note = 0, "", note
		if done {
			action = ConditionDone
			c.DoneAt, c.DoneBy = tx.Now, auth.Me(tx)
		}
		if err := round.SaveAsking(tx, c); err != nil {
			return c, err
		}
		entry(tx, r, action, map[string]any{"condition": c.ID, "text": c.Text, "note": note})
		if err := settleAction(tx, c, note); err != nil {
			return c, err
		}
		p, err := newestPoll(tx, r)
		if err != nil || p.ID != c.Poll {
			return c, err
		}
		if p.Open() { // what the chair has read is not what there is any more
			return c, round.Save(tx, p)
		}
		return c, d.settle(tx, r, p)
	})
}

// mayVerify refuses everybody but the verifier.
func mayVerify(tx *db.Tx, r plan.Release, c Asking) error {
	who, err := deputy.Acting(tx)
	if err != nil || who.Person == c.Verifier {
		return err
	}
	v, err := auth.PersonByID(tx, c.Verifier)
	if err != nil && !errs.Is(err, errs.CodeNotFound) {
		return err
	}
	if v.Active {
		return errs.Forbidden("condition.not_yours", "%s says whether this is done.", v.Name)
	}
	return auth.Check(tx, "poll.open", plan.Scope(r))
}

// WhyVerify says in a sentence why the caller cannot say that a condition is done; "" if they can. It checks no permission.
func (d *Decisions) WhyVerify(tx *db.Tx, r plan.Release, c Asking) (string, error) {
	may, err := auth.Allowed(tx, "condition.verify", plan.Scope(r))
	if err != nil {
		return "", err
	}
	if !may {
		return "Your roles do not carry this here.", nil
	}
	return why(mayVerify(tx, r, c))
}
