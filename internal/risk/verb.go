package risk

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Each verb takes the version of the risk that the caller read; 0 takes whatever there is. Each fails with errs.NotFound
// for a risk that the caller may not see, errs.Forbidden without the right, errs.Conflict carrying the present risk if the
// version is gone, errs.Invalid for faulty fields, and errs.Blocked where the state or an ended release does not let it.

// Assess judges how probable and how bad a risk is. An acceptance covers the score that was accepted: if the score rises
// above it, the risk is open again.
func (r *Register) Assess(ctx context.Context, ref string, rev int64, probability, impact int, reason string) (Risk, error) {
	return r.change(ctx, edit{ref: ref, rev: rev, permission: "risk.assess", action: RiskAssessed, reason: reason}, func(tx *db.Tx, n *Risk, _ *faults) error {
		if err := unclosed(*n); err != nil {
			return err
		}
		was := n.Score
		n.Probability, n.Impact = probability, impact
		now := probability * impact
		if n.Response != NoResponse && n.ResidualProbability*n.ResidualImpact > now {
			n.ResidualProbability, n.ResidualImpact = probability, impact
		}
		if n.State == Accepted && now > was {
			n.stand(tx, Open, "Its score rose after it was accepted.")
		}
		return nil
	})
}

// Plan is a response to a risk.
type Plan struct {
	Response            Response `json:"response" enum:"reduce,accept,transfer,avoid" doc:"What is done about it"`
	Mitigation          string   `json:"mitigation" doc:"The response in words"`
	ResidualProbability int      `json:"residualProbability,omitempty" minimum:"0" maximum:"5" doc:"Once the response works; as it is now unless stated"`
	ResidualImpact      int      `json:"residualImpact,omitempty" minimum:"0" maximum:"5" doc:"Once the response works; as it is now unless stated"`
}

// Mitigate plans the response to a risk and the score that it leaves. A planned response does not unblock a gate.
func (r *Register) Mitigate(ctx context.Context, ref string, rev int64, in Plan) (Risk, error) {
	return r.change(ctx, edit{ref: ref, rev: rev, permission: "risk.assess", action: RiskMitigated}, func(_ *db.Tx, n *Risk, f *faults) error {
		if err := unclosed(*n); err != nil {
			return err
		}
		if in.Response == NoResponse {
			f.Say("response", "input.missing", "Choose what is done about it.")
		}
		n.respond(in.Response, in.Mitigation, in.ResidualProbability, in.ResidualImpact)
		return nil
	})
}

// Assign gives a risk to a person, or to nobody for "", and sets the day of its review if review is not nil.
func (r *Register) Assign(ctx context.Context, ref string, rev int64, owner string, review *string) (Risk, error) {
	return r.change(ctx, edit{ref: ref, rev: rev, permission: "risk.assess", action: RiskAssigned}, func(tx *db.Tx, n *Risk, f *faults) error {
		if err := unclosed(*n); err != nil {
			return err
		}
		n.Owner = f.person(tx, "owner", owner)
		if review != nil {
			n.Review = *review
		}
		return nil
	})
}

// Accept takes a risk on as it is, for a reason. Only a person can: not a program with an identity of its own, and not
// Slipway itself. It no longer blocks.
func (r *Register) Accept(ctx context.Context, ref string, rev int64, reason string) (Risk, error) {
	return r.change(ctx, edit{ref: ref, rev: rev, permission: "risk.accept", action: RiskAccepted, reason: reason, needs: true}, func(tx *db.Tx, n *Risk, _ *faults) error {
		if n.State != Open {
			return errs.Blocked("risk.not_open", "%s is %s already.", n.Key, n.State)
		}
		me := auth.Me(tx)
		if me == "" {
			return errs.Forbidden("risk.person_needed", "Only a person accepts a risk.")
		}
		who, err := auth.PersonByID(tx, me)
		if err != nil {
			return err
		}
		if who.Kind != auth.KindPerson {
			return errs.Forbidden("risk.person_needed", "Only a person accepts a risk. %s is a program.", who.Name)
		}
		n.stand(tx, Accepted, reason)
		return nil
	})
}

// Close says for a reason that a risk cannot happen any more, or that it has happened. It works in a release that has
// ended too.
func (r *Register) Close(ctx context.Context, ref string, rev int64, reason string) (Risk, error) {
	return r.change(ctx, edit{ref: ref, rev: rev, permission: "risk.close", action: RiskClosed, reason: reason, needs: true, ended: true}, func(tx *db.Tx, n *Risk, _ *faults) error {
		if err := unclosed(*n); err != nil {
			return err
		}
		n.stand(tx, Closed, reason)
		return nil
	})
}

// Reopen opens a risk that was accepted or closed, for a reason.
func (r *Register) Reopen(ctx context.Context, ref string, rev int64, reason string) (Risk, error) {
	return r.change(ctx, edit{ref: ref, rev: rev, permission: "risk.close", action: RiskReopened, reason: reason, needs: true}, func(tx *db.Tx, n *Risk, _ *faults) error {
		if n.State == Open {
			return errs.Blocked("risk.open_already", "%s is open.", n.Key)
		}
		n.stand(tx, Open, reason)
		return nil
	})
}

func (r *Risk) stand(tx *db.Tx, s State, reason string) {
	r.State, r.StateReason, r.StateAt, r.StateBy = s, reason, tx.Now, behalf(tx)
}

func unclosed(r Risk) error {
	if r.State == Closed {
		return errs.Blocked("risk.closed_already", "%s is closed. Open it again first.", r.Key)
	}
	return nil
}
