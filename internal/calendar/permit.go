package calendar

import (
	"context"

	"slipway/internal/calendar/period"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// PermitSpec says which release may pass a soft freeze, why, and until when.
type PermitSpec struct {
	Release string  `json:"release" doc:"Key or identifier of the release"`
	Reason  string  `json:"reason" doc:"Why it may pass; the record keeps it"`
	Until   db.Time `json:"until,omitzero" doc:"Up to when; as long as the freeze lasts, if left out"`
}

// Permit lets a release pass a soft freeze. Only the freeze's owner may. It fails with errs.Forbidden for anybody else,
// errs.Blocked for a hard freeze, which lets nothing pass, and errs.Conflict if the release may pass already.
func (c *Calendar) Permit(ctx context.Context, freeze string, in PermitSpec) (Permit, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Permit, error) {
		f, err := PeriodByRef(tx, Freeze, freeze)
		if err != nil {
			return Permit{}, err
		}
		r, err := plan.ReleaseByRef(tx, in.Release)
		if errs.Is(err, errs.CodeNotFound) {
			return Permit{}, errs.InvalidField("release", "release.unknown", "There is no release %.60q, or you may not see it.", in.Release)
		}
		if err != nil {
			return Permit{}, err
		}
		if err := owns(tx, f, plan.Scope(r)); err != nil {
			return Permit{}, err
		}
		if f.Hard {
			return Permit{}, errs.Blocked("freeze.hard", "%s is a hard freeze and lets nothing pass. Change it, or ask for an override of one digest.", f.Name)
		}
		if !f.Withdrawn.IsZero() {
			return Permit{}, errs.Blocked("freeze.withdrawn", "%s was withdrawn; nothing needs to pass it.", f.Name)
		}
		if r.Ended() {
			return Permit{}, errs.Blocked("release.ended", "%s is %s.", r.Name, r.State.Words())
		}
		if err := CheckReason(in.Reason); err != nil {
			return Permit{}, err
		}
		if !in.Until.IsZero() && in.Until <= tx.Now {
			return Permit{}, errs.InvalidField("until", "permit.past", "This instant is over.")
		}
		standing, err := period.Permits(tx, `WHERE f.period = $1 AND f.release = $2 AND f.withdrawn_at IS NULL ORDER BY f.permitted_at, f.id`, f.ID, r.ID)
		if err != nil {
			return Permit{}, err
		}
		for _, p := range standing {
			if p.Until.IsZero() || p.Until > tx.Now {
				return Permit{}, errs.Conflict("freeze.permitted", p, "%s may pass %s already.", r.Name, f.Name)
			}
		}
		out := Permit{ID: id.New[string](), Freeze: f.ID, Release: r.ID, ReleaseKey: r.Key, ReleaseName: r.Name, Reason: in.Reason, Until: in.Until, By: auth.Me(tx), ByName: f.OwnerName, At: tx.Now}
		if err := period.InsertPermit(tx, out); err != nil {
			return Permit{}, err
		}
		permitEntry(tx, FreezePermitted, out, plan.Scope(r))
		return out, c.passed(tx, f, r.ID)
	})
}

// WithdrawPermit takes a permit back. It fails as Permit does, and with errs.Blocked if it was taken back before.
func (c *Calendar) WithdrawPermit(ctx context.Context, freeze, permit string) (Permit, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Permit, error) {
		f, err := PeriodByRef(tx, Freeze, freeze)
		if err != nil {
			return Permit{}, err
		}
		ps, err := period.Permits(tx, `WHERE f.period = $1 AND f.id = $2`, f.ID, permit)
		if err != nil {
			return Permit{}, err
		}
		if len(ps) == 0 {
			return Permit{}, auth.Unseen("permit")
		}
		out := ps[0]
		r, err := plan.ReleaseByRef(tx, string(out.Release))
		if err != nil {
			return Permit{}, err
		}
		if err := owns(tx, f, plan.Scope(r)); err != nil {
			return Permit{}, err
		}
		if !out.WithdrawnAt.IsZero() {
			return Permit{}, errs.Blocked("permit.withdrawn", "This permit was withdrawn already.")
		}
		out.WithdrawnAt, out.WithdrawnBy = tx.Now, actor(tx)
		if err := period.WithdrawPermit(tx, out); err != nil {
			return Permit{}, err
		}
		permitEntry(tx, PermitWithdrawn, out, plan.Scope(r))
		return out, c.passed(tx, f, r.ID)
	})
}

// Permits returns the permits of a freeze for the releases that the caller may see, oldest first.
func (c *Calendar) Permits(ctx context.Context, freeze string) ([]Permit, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Permit, error) {
		f, err := PeriodByRef(tx, Freeze, freeze)
		if err != nil {
			return nil, err
		}
		return permitsSeen(tx, f.ID)
	})
}

func permitsSeen(tx *db.Tx, f ID) ([]Permit, error) {
	ps, err := period.Permits(tx, `WHERE f.period = $1 ORDER BY f.permitted_at, f.id LIMIT 200`, f)
	out := []Permit{}
	for _, p := range ps {
		if _, err := plan.ReleaseByRef(tx, string(p.Release)); err == nil {
			out = append(out, p)
		} else if !errs.Is(err, errs.CodeNotFound) {
			return nil, err
		}
	}
	return out, err
}

func owns(tx *db.Tx, f Period, s auth.Scope) error {
	if err := auth.Check(tx, "freeze.permit", s); err != nil {
		return err
	}
	if auth.Me(tx) != f.Owner {
		return errs.Forbidden("freeze.not_owner", "Only %s, who owns %s, lets a release pass it.", orSomebody(f.OwnerName), f.Name)
	}
	return nil
}

func orSomebody(name string) string {
	if name == "" {
		return "the person"
	}
	return name
}

func permitEntry(tx *db.Tx, action string, p Permit, s auth.Scope) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "freeze", ID: string(p.Freeze)}, Release: p.Release, Scope: string(s),
		Payload: map[string]any{"permit": p.ID, "reason": p.Reason, "until": p.Until}})
}
