package item

import (
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
)

// DeliverableEdit says what to change of a deliverable; what is nil stays.
type DeliverableEdit struct {
	Name   *string                    `json:"name,omitempty" doc:"Name as pages show it"`
	Owner  *string                    `json:"owner,omitempty" doc:"Key or identifier of a person"`
	State  *template.DeliverableState `json:"state,omitempty" enum:"open,ready,accepted,dropped" doc:"How far it is"`
	URL    *string                    `json:"url,omitempty" doc:"Where it is"`
	Reason string                     `json:"reason,omitempty" doc:"Why, as the record will say"`
}

// AddDeliverable is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) AddDeliverable(tx *db.Tx, r release.Release, in template.DeliverableSpec) (Deliverable, error) {
	var f fault.List
	f.Key("key", in.Key)
	template.CheckDeliverable(&f, "", in)
	d := MakeDeliverables(tx, &f, []template.DeliverableSpec{in})[0]
	all, err := Deliverables(tx, r.ID)
	if err != nil {
		return d, err
	}
	f.Count("deliverables", len(all)+1, fault.PartsMax)
	if err := f.Err(); err != nil {
		return d, err
	}
	c := change{[]release.Delta{partOf("deliverables", nil, d.Content())}, DeliverableAdded, d, ""}
	return d, p.carryOut(tx, r, c, func() error { return InsertDeliverable(tx, r.ID, d) })
}

// SetDeliverable is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) SetDeliverable(tx *db.Tx, r release.Release, d Deliverable, in DeliverableEdit) (Deliverable, apply.Outcome, error) {
	var f fault.List
	n := d
	if in.Name != nil {
		n.Name = *in.Name
		f.Text("name", n.Name, 200, true)
	}
	if in.Owner != nil {
		n.Owner = f.Person(tx, "owner", *in.Owner)
	}
	if in.State != nil {
		n.State = *in.State
		if !fault.OneOf(string(n.State), template.DeliverableStates()) {
			f.Say("state", "deliverable.state_unknown", "A deliverable is one of %s.", fault.Or(template.DeliverableStates()))
		}
	}
	if in.URL != nil {
		n.URL = *in.URL
		f.URL("url", n.URL)
	}
	f.Text("reason", in.Reason, fault.ReasonMax, false)
	if err := f.Err(); err != nil {
		return d, "", err
	}
	if n == d {
		return d, apply.Unchanged, nil
	}
	var diffs []release.Delta
	if n.Content() != d.Content() {
		diffs = append(diffs, partOf("deliverables", d.Content(), n.Content()))
	}
	n.Rev, n.ChangedAt, n.ChangedBy = d.Rev+1, tx.Now, release.Actor(tx)
	c := change{diffs, DeliverableChanged, map[string]any{"before": d, "after": n, "reason": in.Reason}, in.Reason}
	return n, apply.Changed, p.carryOut(tx, r, c, func() error { return updateDeliverable(tx, n) })
}

// RemoveDeliverable is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) RemoveDeliverable(tx *db.Tx, r release.Release, d Deliverable, reason string) error {
	c := change{[]release.Delta{partOf("deliverables", d.Content(), nil)}, DeliverableRemoved, map[string]any{"deliverable": d, "reason": reason}, reason}
	return p.carryOut(tx, r, c, func() error { return deleteDeliverable(tx, d.ID) })
}
