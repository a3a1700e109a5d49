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

// DeliverablesOf returns the deliverables of a release by key. It fails with errs.NotFound if the caller may not see it.
func (p *Plans) DeliverablesOf(ctx context.Context, ref string) ([]Deliverable, error) {
	var out []Deliverable
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = Deliverables(tx, r.ID)
		return err
	})
	return out, err
}

// AddDeliverable adds a deliverable, which is a change of the plan. It fails with errs.Conflict for a key that is taken,
// with errs.Blocked where the plan does not change any more, and with errs.Invalid for faulty fields.
func (p *Plans) AddDeliverable(ctx context.Context, ref string, in DeliverableSpec) (Deliverable, error) {
	var out Deliverable
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, err := p.editable(tx, ref, 0, "plan.edit")
		if err != nil {
			return err
		}
		if now, err := item.DeliverableBy(tx, r.ID, in.Key); err == nil {
			return errs.Conflict("key.taken", now, "There is a deliverable %s already.", in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return err
		}
		out, err = p.parts().AddDeliverable(tx, r, in)
		return err
	})
	return out, err
}

// SetDeliverable changes a deliverable. rev is the version that the caller read. State and address may change until the
// release ends; name and owner are the promise, and change as the plan does. It fails as AddDeliverable does, and with
// errs.Conflict, carrying the present row, if that version is gone.
func (p *Plans) SetDeliverable(ctx context.Context, ref, deliverable string, rev int64, in DeliverableEdit) (Deliverable, error) {
	var out Deliverable
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, d, err := p.deliverable(tx, ref, deliverable, rev, "plan.progress")
		if err != nil {
			return err
		}
		if in.Name != nil || in.Owner != nil {
			if err := auth.Check(tx, "plan.edit", Scope(r)); err != nil {
				return err
			}
		}
		out, _, err = p.parts().SetDeliverable(tx, r, d, in)
		return err
	})
	return out, err
}

func (p *Plans) deliverable(tx *db.Tx, ref, deliverable string, rev int64, permission string) (Release, Deliverable, error) {
	r, err := p.editable(tx, ref, 0, permission)
	if err != nil {
		return r, Deliverable{}, err
	}
	d, err := item.DeliverableBy(tx, r.ID, deliverable)
	if errors.Is(err, db.ErrNone) {
		return r, d, auth.Unseen("deliverable")
	}
	if err == nil && rev != 0 && d.Rev != rev {
		err = release.Stale(d, d.Name, d.ChangedAt)
	}
	return r, d, err
}

// RemoveDeliverable takes a deliverable out of the plan for a reason. It fails as SetDeliverable does.
func (p *Plans) RemoveDeliverable(ctx context.Context, ref, deliverable string, rev int64, reason string) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		r, d, err := p.deliverable(tx, ref, deliverable, rev, "plan.edit")
		if err != nil {
			return err
		}
		var f fault.List
		f.Text("reason", reason, fault.ReasonMax, false)
		if err := f.Err(); err != nil {
			return err
		}
		return p.parts().RemoveDeliverable(tx, r, d, reason)
	})
}
