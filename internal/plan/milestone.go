package plan

import (
	"context"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// MilestonesOf returns the milestones of a release by date. It fails with errs.NotFound if the caller may not see it.
func (p *Plans) MilestonesOf(ctx context.Context, ref string) ([]Milestone, error) {
	return read(ctx, p, ref, func(tx *db.Tx, r Release) ([]Milestone, error) { return Milestones(tx, r.ID) })
}

// AddMilestone adds a milestone, which is a change of the plan. It fails with errs.Conflict for a key that is taken, with
// errs.Blocked where the plan does not change any more, and with errs.Invalid for faulty fields.
func (p *Plans) AddMilestone(ctx context.Context, ref string, in MilestoneSpec) (Milestone, error) {
	return change(ctx, p, ref, 0, "plan.edit", func(tx *db.Tx, r Release) (Milestone, error) {
		if err := milestones.free(tx, r, in.Key); err != nil {
			return Milestone{}, err
		}
		return p.parts().AddMilestone(tx, r, in)
	})
}

// SetMilestone changes a milestone. rev is the version that the caller read, 0 for any. The date it was reached may be set
// until the release ends; the rest is the promise, and changes as the plan does. It fails as AddMilestone does, with
// errs.NotFound for a milestone that the release has not, and with errs.Conflict, carrying the present row, if that version
// is gone.
func (p *Plans) SetMilestone(ctx context.Context, ref, milestone string, rev int64, in MilestoneEdit) (Milestone, error) {
	return change(ctx, p, ref, 0, "plan.progress", func(tx *db.Tx, r Release) (Milestone, error) {
		m, err := milestones.find(tx, r, milestone, rev)
		if err != nil {
			return m, err
		}
		if in.Name != nil || in.Owner != nil || in.At != nil || in.Offset != nil {
			if err := auth.Check(tx, "plan.edit", Scope(r)); err != nil {
				return m, err
			}
		}
		m, _, err = p.parts().SetMilestone(tx, r, m, in)
		return m, err
	})
}

// RemoveMilestone takes a milestone out of the plan for a reason. It fails as SetMilestone does.
func (p *Plans) RemoveMilestone(ctx context.Context, ref, milestone string, rev int64, reason string) error {
	return milestones.drop(ctx, p, ref, milestone, rev, reason)
}
