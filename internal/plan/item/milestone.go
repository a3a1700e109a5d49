package item

import (
	"time"

	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
)

// skew is how far another clock may run ahead of ours.
const skew = 5 * time.Minute

// MilestoneEdit says what to change of a milestone; what is nil stays.
type MilestoneEdit struct {
	Name    *string          `json:"name,omitempty" doc:"Name as pages show it"`
	Owner   *string          `json:"owner,omitempty" doc:"Key or identifier of a person"`
	At      *db.Time         `json:"at,omitempty" doc:"Planned date; it no longer follows the window"`
	Offset  *template.Offset `json:"offset,omitempty" doc:"Distance from the window's start that the date follows" example:"-2d"`
	Actual  *db.Time         `json:"actual,omitempty" doc:"When it was reached"`
	Reached bool             `json:"reached,omitempty" doc:"It is reached now"`
	Open    bool             `json:"open,omitempty" doc:"It is not reached after all"`
	Reason  string           `json:"reason,omitempty" doc:"Why, as the record will say"`
}

// AddMilestone is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) AddMilestone(tx *db.Tx, r release.Release, in template.MilestoneSpec) (Milestone, error) {
	var f fault.List
	f.Key("key", in.Key)
	template.CheckMilestone(&f, "", in)
	m := MakeMilestones(tx, &f, []template.MilestoneSpec{in}, r.Window)[0]
	all, err := Milestones(tx, r.ID)
	if err != nil {
		return m, err
	}
	f.Count("milestones", len(all)+1, fault.PartsMax)
	if err := f.Err(); err != nil {
		return m, err
	}
	c := change{[]release.Delta{partOf("milestones", nil, m.Content())}, MilestoneAdded, m, ""}
	return m, p.carryOut(tx, r, c, func() error { return InsertMilestone(tx, r.ID, m) })
}

// partOf is a release.Delta of one part of the plan: a milestone or a deliverable.
func partOf(what string, before, after any) release.Delta {
	wrap := func(v any) any {
		if v == nil {
			return nil
		}
		return map[string]any{what: []any{v}}
	}
	return release.Delta{Section: template.SectionPlan, Before: wrap(before), After: wrap(after)}
}

// SetMilestone is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) SetMilestone(tx *db.Tx, r release.Release, m Milestone, in MilestoneEdit) (Milestone, apply.Outcome, error) {
	var f fault.List
	n := m
	if in.Name != nil {
		n.Name = *in.Name
		f.Text("name", n.Name, 200, true)
	}
	if in.Owner != nil {
		n.Owner = f.Person(tx, "owner", *in.Owner)
	}
	if in.At != nil {
		n.PlannedAt, n.Offset = *in.At, ""
		f.Instant("at", n.PlannedAt)
	}
	if in.Offset != nil && *in.Offset != "" {
		if in.At != nil && !in.At.IsZero() {
			f.Say("at", "milestone.dated_twice", "Give either a date or the distance from the window's start.")
		}
		n.Offset = *in.Offset
		template.CheckOffset(&f, "offset", n.Offset)
		n.PlannedAt = n.Offset.From(r.Window.Start)
	}
	switch {
	case in.Open:
		n.ActualAt = 0
	case in.Reached && n.ActualAt.IsZero():
		n.ActualAt = tx.Now
	}
	if in.Actual != nil {
		n.ActualAt = *in.Actual
		f.Instant("actual", n.ActualAt)
		if n.ActualAt.After(tx.Now.Add(skew)) {
			f.Say("actual", "milestone.reached_ahead", "A milestone is reached now or earlier, not at a time to come.")
		}
	}
	f.Text("reason", in.Reason, fault.ReasonMax, false)
	if err := f.Err(); err != nil {
		return m, "", err
	}
	if n == m {
		return m, apply.Unchanged, nil
	}
	var diffs []release.Delta
	if n.Content() != m.Content() {
		diffs = append(diffs, partOf("milestones", m.Content(), n.Content()))
	}
	n.Rev, n.ChangedAt, n.ChangedBy = m.Rev+1, tx.Now, release.Actor(tx)
	c := change{diffs, MilestoneChanged, map[string]any{"before": m, "after": n, "reason": in.Reason}, in.Reason}
	return n, apply.Changed, p.carryOut(tx, r, c, func() error {
		if err := updateMilestone(tx, n); err != nil {
			return err
		}
		return recordReplan(tx, r.ID, moved("milestone", n.Key, n.Name, "at", m.PlannedAt, n.PlannedAt), in.Reason)
	})
}

// RemoveMilestone is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) RemoveMilestone(tx *db.Tx, r release.Release, m Milestone, reason string) error {
	c := change{[]release.Delta{partOf("milestones", m.Content(), nil)}, MilestoneRemoved, map[string]any{"milestone": m, "reason": reason}, reason}
	return p.carryOut(tx, r, c, func() error { return deleteMilestone(tx, m.ID) })
}
