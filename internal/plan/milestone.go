package plan

import (
	"context"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// MilestonesOf returns the milestones of a release by date. It fails with errs.NotFound if the caller may not see it.
func (p *Plans) MilestonesOf(ctx context.Context, ref string) ([]Milestone, error) {
	var out []Milestone
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = Milestones(tx, r.ID)
		return err
	})
	return out, err
}

// AddMilestone adds a milestone, which is a change of the plan. It fails with errs.Conflict for a key that is taken, with
// errs.Blocked where the plan does not change any more, and with errs.Invalid for faulty fields.
func (p *Plans) AddMilestone(ctx context.Context, ref string, in MilestoneSpec) (Milestone, error) {
	var out Milestone
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, err := p.editable(tx, ref, 0, "plan.edit")
		if err != nil {
			return err
		}
		if now, err := item.MilestoneBy(tx, r.ID, in.Key); err == nil {
			return errs.Conflict("key.taken", now, "There is a milestone %s already.", in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return err
		}
		out, err = p.parts().AddMilestone(tx, r, in)
		return err
	})
	return out, err
}

// SetMilestone changes a milestone. rev is the version that the caller read. The date it was reached may be set until the
// release ends; the rest is the promise, and changes as the plan does. It fails as AddMilestone does, and with
// errs.Conflict, carrying the present row, if that version is gone.
func (p *Plans) SetMilestone(ctx context.Context, ref, milestone string, rev int64, in MilestoneEdit) (Milestone, error) {
	var out Milestone
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, m, err := p.milestone(tx, ref, milestone, rev, "plan.progress")
		if err != nil {
			return err
		}
		if in.Name != nil || in.Owner != nil || in.At != nil || in.Offset != nil {
			if err := auth.Check(tx, "plan.edit", Scope(r)); err != nil {
				return err
			}
		}
		out, _, err = p.parts().SetMilestone(tx, r, m, in)
		return err
	})
	return out, err
}

func (p *Plans) milestone(tx *db.Tx, ref, milestone string, rev int64, permission string) (Release, Milestone, error) {
	r, err := p.editable(tx, ref, 0, permission)
	if err != nil {
		return r, Milestone{}, err
	}
	m, err := item.MilestoneBy(tx, r.ID, milestone)
	if errors.Is(err, db.ErrNone) {
		return r, m, auth.Unseen("milestone")
	}
	if err == nil && rev != 0 && m.Rev != rev {
		err = release.Stale(m, m.Name, m.ChangedAt)
	}
	return r, m, err
}

// RemoveMilestone takes a milestone out of the plan for a reason. It fails as SetMilestone does.
func (p *Plans) RemoveMilestone(ctx context.Context, ref, milestone string, rev int64, reason string) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		r, m, err := p.milestone(tx, ref, milestone, rev, "plan.edit")
		if err != nil {
			return err
		}
		var f fault.List
		f.Text("reason", reason, fault.ReasonMax, false)
		if err := f.Err(); err != nil {
			return err
		}
		return p.parts().RemoveMilestone(tx, r, m, reason)
	})
}
