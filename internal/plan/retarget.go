package plan

import (
	"context"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// Retarget takes a release that was rolled back to active again, with another manifest or window, for a reason. It fails
// with errs.Blocked from any other state and if neither of the two changes, and otherwise as Set does.
func (p *Plans) Retarget(ctx context.Context, ref string, rev int64, in Edit) (Release, error) {
	return change(ctx, p, ref, rev, "plan.edit", func(tx *db.Tx, r Release) (Release, error) {
		if r.State != RolledBack {
			return Release{}, errs.Blocked("plan.transition_refused", "%s is %s. Only a release that was rolled back is retargeted.", r.Name, r.State.Words())
		}
		var f fault.List
		f.Text("reason", in.Reason, fault.ReasonMax, true)
		if err := f.Err(); err != nil {
			return Release{}, err
		}
		r.State, r.StateReason, r.StateAt, r.StateBy = Active, in.Reason, tx.Now, release.Actor(tx)
		out, touched, err := p.edit(tx, r, in)
		if err != nil {
			return Release{}, err
		}
		if !slices.Contains(touched, SectionManifest) && !slices.Contains(touched, SectionWindow) {
			return Release{}, errs.Blocked("plan.retarget_unchanged", "A release that was rolled back goes again only with another manifest or another window. Neither differs.")
		}
		release.Entry(tx, out, ReleaseRetargeted, map[string]any{"from": RolledBack, "to": Active, "reason": in.Reason, "sections": touched})
		return out, nil
	})
}
