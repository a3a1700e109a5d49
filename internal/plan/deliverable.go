package plan

import (
	"context"

	"slipway/internal/plan/item"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// DeliverablesOf returns the deliverables of a release by key. It fails with errs.NotFound if the caller may not see it.
func (p *Plans) DeliverablesOf(ctx context.Context, ref string) ([]Deliverable, error) {
	return read(ctx, p, ref, func(tx *db.Tx, r Release) ([]Deliverable, error) { return item.Deliverables(tx, r.ID) })
}

// AddDeliverable adds a deliverable, which is a change of the plan. It fails with errs.Conflict for a key that is taken,
// with errs.Blocked where the plan does not change any more, and with errs.Invalid for faulty fields.
func (p *Plans) AddDeliverable(ctx context.Context, ref string, in DeliverableSpec) (Deliverable, error) {
	return change(ctx, p, ref, 0, "plan.edit", func(tx *db.Tx, r Release) (Deliverable, error) {
		if err := deliverables.free(tx, r, in.Key); err != nil {
			return Deliverable{}, err
		}
		return p.parts().AddDeliverable(tx, r, in)
	})
}

// SetDeliverable changes a deliverable. rev is the version that the caller read, 0 for any. State and address may change
// until the release ends; name and owner are the promise, and change as the plan does. It fails as AddDeliverable does, with
// errs.NotFound for a deliverable that the release has not, and with errs.Conflict, carrying the present row, if that version
// is gone.
func (p *Plans) SetDeliverable(ctx context.Context, ref, deliverable string, rev int64, in DeliverableEdit) (Deliverable, error) {
	return change(ctx, p, ref, 0, "plan.progress", func(tx *db.Tx, r Release) (Deliverable, error) {
		d, err := deliverables.find(tx, r, deliverable, rev)
		if err != nil {
			return d, err
		}
		if in.Name != nil || in.Owner != nil {
			if err := auth.Check(tx, "plan.edit", Scope(r)); err != nil {
				return d, err
			}
		}
		d, _, err = p.parts().SetDeliverable(tx, r, d, in)
		return d, err
	})
}

// RemoveDeliverable takes a deliverable out of the plan for a reason. It fails as SetDeliverable does.
func (p *Plans) RemoveDeliverable(ctx context.Context, ref, deliverable string, rev int64, reason string) error {
	return deliverables.drop(ctx, p, ref, deliverable, rev, reason)
}
