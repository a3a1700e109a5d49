package plan

import (
	"context"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// MilestoneEdit says what to change of a milestone; what is nil stays.
type MilestoneEdit struct {
	Name    *string  `json:"name,omitempty" doc:"Name as pages show it"`
	Owner   *string  `json:"owner,omitempty" doc:"Key or identifier of a person"`
	At      *db.Time `json:"at,omitempty" doc:"Planned date; it no longer follows the window"`
	Offset  *Offset  `json:"offset,omitempty" doc:"Distance from the window's start that the date follows" example:"-2d"`
	Actual  *db.Time `json:"actual,omitempty" doc:"When it was reached"`
	Reached bool     `json:"reached,omitempty" doc:"It is reached now"`
	Open    bool     `json:"open,omitempty" doc:"It is not reached after all"`
	Reason  string   `json:"reason,omitempty" doc:"Why, as the record will say"`
}

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
		if now, err := milestoneBy(tx, r.ID, in.Key); err == nil {
			return errs.Conflict("key.taken", now, "There is a milestone %s already.", in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return err
		}
		out, err = p.addMilestone(tx, r, in)
		return err
	})
	return out, err
}

func (p *Plans) addMilestone(tx *db.Tx, r Release, in MilestoneSpec) (Milestone, error) {
	var f faults
	f.key("key", in.Key)
	f.milestonePlain(in)
	m := f.madeMilestones(tx, []MilestoneSpec{in}, r.Window)[0]
	all, err := Milestones(tx, r.ID)
	if err != nil {
		return m, err
	}
	f.count("milestones", len(all)+1, partsMax)
	if err := f.err(); err != nil {
		return m, err
	}
	diffs := []difference{partOf("milestones", nil, m.content())}
	if err := open(r, diffs); err != nil {
		return m, err
	}
	if err := insertMilestone(tx, r.ID, m); err != nil {
		return m, err
	}
	entry(tx, r, MilestoneAdded, m)
	_, err = p.changed(tx, r, diffs, "", false)
	return m, err
}

// milestonePlain checks a statement whose fields stand at the top of the input.
func (f *faults) milestonePlain(in MilestoneSpec) {
	var inner faults
	inner.milestone("", in)
	for _, x := range inner.Fields {
		x.Name = x.Name[1:]
		f.Fields = append(f.Fields, x)
	}
}

// partOf is a difference of one part of the plan: a milestone or a deliverable.
func partOf(what string, before, after any) difference {
	wrap := func(v any) any {
		if v == nil {
			return nil
		}
		return map[string]any{what: []any{v}}
	}
	return difference{SectionPlan, wrap(before), wrap(after)}
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
		out, _, err = p.setMilestone(tx, r, m, in)
		return err
	})
	return out, err
}

func (p *Plans) milestone(tx *db.Tx, ref, milestone string, rev int64, permission string) (Release, Milestone, error) {
	r, err := p.editable(tx, ref, 0, permission)
	if err != nil {
		return r, Milestone{}, err
	}
	m, err := milestoneBy(tx, r.ID, milestone)
	if errors.Is(err, db.ErrNone) {
		return r, m, auth.Unseen("milestone")
	}
	if err == nil && rev != 0 && m.Rev != rev {
		err = stale(m, m.Name, m.ChangedAt)
	}
	return r, m, err
}

func (p *Plans) setMilestone(tx *db.Tx, r Release, m Milestone, in MilestoneEdit) (Milestone, apply.Outcome, error) {
	var f faults
	n := m
	if in.Name != nil {
		n.Name = *in.Name
		f.text("name", n.Name, 200, true)
	}
	if in.Owner != nil {
		n.Owner = f.person(tx, "owner", *in.Owner)
	}
	if in.At != nil {
		n.PlannedAt, n.Offset = *in.At, ""
		f.instant("at", n.PlannedAt)
	}
	if in.Offset != nil && *in.Offset != "" {
		if in.At != nil && !in.At.IsZero() {
			f.Say("at", "milestone.dated_twice", "Give either a date or the distance from the window's start.")
		}
		n.Offset = *in.Offset
		f.offset("offset", n.Offset)
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
		f.instant("actual", n.ActualAt)
		if n.ActualAt.After(tx.Now.Add(skew)) {
			f.Say("actual", "milestone.reached_ahead", "A milestone is reached now or earlier, not at a time to come.")
		}
	}
	f.text("reason", in.Reason, reasonMax, false)
	if err := f.err(); err != nil {
		return m, "", err
	}
	if n == m {
		return m, apply.Unchanged, nil
	}
	var diffs []difference
	if n.content() != m.content() {
		diffs = append(diffs, partOf("milestones", m.content(), n.content()))
	}
	if err := open(r, diffs); err != nil {
		return m, "", err
	}
	n.Rev, n.ChangedAt, n.ChangedBy = m.Rev+1, tx.Now, actor(tx)
	if err := updateMilestone(tx, n); err != nil {
		return m, "", err
	}
	entry(tx, r, MilestoneChanged, map[string]any{"before": m, "after": n, "reason": in.Reason})
	_, err := p.changed(tx, r, diffs, in.Reason, false)
	return n, apply.Changed, err
}

// RemoveMilestone takes a milestone out of the plan for a reason. It fails as SetMilestone does.
func (p *Plans) RemoveMilestone(ctx context.Context, ref, milestone string, rev int64, reason string) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		r, m, err := p.milestone(tx, ref, milestone, rev, "plan.edit")
		if err != nil {
			return err
		}
		var f faults
		f.text("reason", reason, reasonMax, false)
		if err := f.err(); err != nil {
			return err
		}
		return p.removeMilestone(tx, r, m, reason)
	})
}

func (p *Plans) removeMilestone(tx *db.Tx, r Release, m Milestone, reason string) error {
	diffs := []difference{partOf("milestones", m.content(), nil)}
	if err := open(r, diffs); err != nil {
		return err
	}
	if err := deleteMilestone(tx, m.ID); err != nil {
		return err
	}
	entry(tx, r, MilestoneRemoved, map[string]any{"milestone": m, "reason": reason})
	_, err := p.changed(tx, r, diffs, reason, false)
	return err
}
