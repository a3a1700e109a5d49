package plan

import (
	"context"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// DeliverableEdit says what to change of a deliverable; what is nil stays.
type DeliverableEdit struct {
	Name   *string           `json:"name,omitempty" doc:"Name as pages show it"`
	Owner  *string           `json:"owner,omitempty" doc:"Key or identifier of a person"`
	State  *DeliverableState `json:"state,omitempty" enum:"open,ready,accepted,dropped" doc:"How far it is"`
	URL    *string           `json:"url,omitempty" doc:"Where it is"`
	Reason string            `json:"reason,omitempty" doc:"Why, as the record will say"`
}

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
		if now, err := deliverableBy(tx, r.ID, in.Key); err == nil {
			return errs.Conflict("key.taken", now, "There is a deliverable %s already.", in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return err
		}
		out, err = p.addDeliverable(tx, r, in)
		return err
	})
	return out, err
}

func (p *Plans) addDeliverable(tx *db.Tx, r Release, in DeliverableSpec) (Deliverable, error) {
	var f, inner faults
	f.key("key", in.Key)
	inner.deliverable("", in)
	for _, x := range inner.Fields {
		x.Name = x.Name[1:]
		f.Fields = append(f.Fields, x)
	}
	d := f.madeDeliverables(tx, []DeliverableSpec{in})[0]
	all, err := Deliverables(tx, r.ID)
	if err != nil {
		return d, err
	}
	f.count("deliverables", len(all)+1, partsMax)
	if err := f.err(); err != nil {
		return d, err
	}
	diffs := []difference{partOf("deliverables", nil, d.content())}
	if err := open(r, diffs); err != nil {
		return d, err
	}
	if err := insertDeliverable(tx, r.ID, d); err != nil {
		return d, err
	}
	entry(tx, r, DeliverableAdded, d)
	_, err = p.changed(tx, r, diffs, "", false)
	return d, err
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
		out, _, err = p.setDeliverable(tx, r, d, in)
		return err
	})
	return out, err
}

func (p *Plans) deliverable(tx *db.Tx, ref, deliverable string, rev int64, permission string) (Release, Deliverable, error) {
	r, err := p.editable(tx, ref, 0, permission)
	if err != nil {
		return r, Deliverable{}, err
	}
	d, err := deliverableBy(tx, r.ID, deliverable)
	if errors.Is(err, db.ErrNone) {
		return r, d, auth.Unseen("deliverable")
	}
	if err == nil && rev != 0 && d.Rev != rev {
		err = stale(d, d.Name, d.ChangedAt)
	}
	return r, d, err
}

func (p *Plans) setDeliverable(tx *db.Tx, r Release, d Deliverable, in DeliverableEdit) (Deliverable, apply.Outcome, error) {
	var f faults
	n := d
	if in.Name != nil {
		n.Name = *in.Name
		f.text("name", n.Name, 200, true)
	}
	if in.Owner != nil {
		n.Owner = f.person(tx, "owner", *in.Owner)
	}
	if in.State != nil {
		n.State = *in.State
		if !oneOf(string(n.State), deliverableStates) {
			f.Say("state", "deliverable.state_unknown", "A deliverable is one of %s.", or(deliverableStates))
		}
	}
	if in.URL != nil {
		n.URL = *in.URL
		f.url("url", n.URL)
	}
	f.text("reason", in.Reason, reasonMax, false)
	if err := f.err(); err != nil {
		return d, "", err
	}
	if n == d {
		return d, apply.Unchanged, nil
	}
	var diffs []difference
	if n.content() != d.content() {
		diffs = append(diffs, partOf("deliverables", d.content(), n.content()))
	}
	if err := open(r, diffs); err != nil {
		return d, "", err
	}
	n.Rev, n.ChangedAt, n.ChangedBy = d.Rev+1, tx.Now, actor(tx)
	if err := updateDeliverable(tx, n); err != nil {
		return d, "", err
	}
	entry(tx, r, DeliverableChanged, map[string]any{"before": d, "after": n, "reason": in.Reason})
	_, err := p.changed(tx, r, diffs, in.Reason, false)
	return n, apply.Changed, err
}

// RemoveDeliverable takes a deliverable out of the plan for a reason. It fails as SetDeliverable does.
func (p *Plans) RemoveDeliverable(ctx context.Context, ref, deliverable string, rev int64, reason string) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		r, d, err := p.deliverable(tx, ref, deliverable, rev, "plan.edit")
		if err != nil {
			return err
		}
		var f faults
		f.text("reason", reason, reasonMax, false)
		if err := f.err(); err != nil {
			return err
		}
		return p.removeDeliverable(tx, r, d, reason)
	})
}

func (p *Plans) removeDeliverable(tx *db.Tx, r Release, d Deliverable, reason string) error {
	diffs := []difference{partOf("deliverables", d.content(), nil)}
	if err := open(r, diffs); err != nil {
		return err
	}
	if err := deleteDeliverable(tx, d.ID); err != nil {
		return err
	}
	entry(tx, r, DeliverableRemoved, map[string]any{"deliverable": d, "reason": reason})
	_, err := p.changed(tx, r, diffs, reason, false)
	return err
}
