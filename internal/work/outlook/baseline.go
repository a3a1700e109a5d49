package outlook

import (
	"context"
	"fmt"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work/schedule"
)

// Baseline is what a release was planned to be at an instant.
type Baseline struct {
	ID      string     `json:"id"`
	Release id.Release `json:"release"`
	Number  int64      `json:"number"` // 1, 2, 3 … in the release
	Name    string     `json:"name"`
	Note    string     `json:"note,omitempty"`
	SavedAt db.Time    `json:"savedAt"`
	SavedBy string     `json:"savedBy"`
	Content *Content   `json:"content,omitempty" db:"-"` // left out in lists
}

// Content is the plan that a baseline keeps.
type Content struct {
	Window plan.Window `json:"window,omitzero"`
	Ready  db.Time     `json:"ready,omitzero"`
	Tasks  []Planned   `json:"tasks"`
	Phases []Stretch   `json:"phases"`
	Marks  []Stretch   `json:"milestones"` // From is the planned date, To when it could be reached
}

// Planned is a task of a baseline.
type Planned struct {
	Key    string    `json:"key"`
	Name   string    `json:"name"`
	Owner  id.Person `json:"owner,omitempty"`
	Phase  string    `json:"phase,omitempty"`
	Work   int64     `json:"work"` // minutes expected of it, when the baseline was saved
	Start  db.Time   `json:"start,omitzero"`
	Finish db.Time   `json:"finish,omitzero"`
	Due    db.Time   `json:"due,omitzero"`
}

// Stretch is a phase or a milestone of a baseline.
type Stretch struct {
	Key  string  `json:"key"`
	Name string  `json:"name"`
	From db.Time `json:"from,omitzero"`
	To   db.Time `json:"to,omitzero"`
}

// NewBaseline names a baseline.
type NewBaseline struct {
	Name string `json:"name,omitempty" doc:"What it is called; Baseline and its number without it" example:"As agreed with the sponsor"`
	Note string `json:"note,omitempty" doc:"Why it was saved"`
}

// baselinesMax bounds the baselines of one release.
const baselinesMax = 200

// SaveBaseline keeps the plan of a release as it stands. What was saved never changes. It fails with errs.NotFound, errs.Forbidden and
// errs.Invalid, and with errs.Blocked if the release has ended or has 200 baselines.
func (o *Outlooks) SaveBaseline(ctx context.Context, release string, in NewBaseline) (Baseline, error) {
	return db.Writing(ctx, o.db, func(tx *db.Tx) (Baseline, error) {
		r, err := open(tx, release, "outlook.baseline")
		if err != nil {
			return Baseline{}, err
		}
		var f errs.Faults
		f.Add(catalog.CheckText("name", in.Name, catalog.NameMax, false))
		f.Add(catalog.CheckText("note", in.Note, catalog.TextMax, false))
		if err := f.Err(f.Counted(), 0); err != nil {
			return Baseline{}, err
		}
		n, err := baselines(tx, r.ID)
		if err != nil {
			return Baseline{}, err
		}
		if n >= baselinesMax {
			return Baseline{}, errs.Blocked("baseline.too_many", "A release keeps at most %d baselines.", baselinesMax)
		}
		content, err := o.content(tx, r)
		if err != nil {
			return Baseline{}, err
		}
		out := Baseline{ID: id.New[string](), Release: r.ID, Number: n + 1, Name: strings.TrimSpace(in.Name), Note: in.Note, SavedAt: tx.Now, SavedBy: actor(tx), Content: &content}
		if out.Name == "" {
			out.Name = fmt.Sprintf("Baseline %d", out.Number)
		}
		if err := insertBaseline(tx, out); err != nil {
			return Baseline{}, err
		}
		entry(tx, r, BaselineSaved, "baseline", out.ID, map[string]any{"number": out.Number, "name": out.Name, "note": out.Note, "tasks": len(content.Tasks), "ready": content.Ready,
			"windowStart": content.Window.Start, "windowEnd": content.Window.End})
		return out, nil
	})
}

// content is the plan as it stands.
func (o *Outlooks) content(tx *db.Tx, r plan.Release) (Content, error) {
	m, err := o.read(tx, r)
	if err != nil {
		return Content{}, err
	}
	result, err := m.compute(m.plan)
	if err != nil {
		return Content{}, err
	}
	s := m.tell(tx.Now, result, m.plan, len(m.plan.Links))
	c := Content{Window: r.Window, Ready: s.Ready, Tasks: []Planned{}, Phases: []Stretch{}, Marks: []Stretch{}}
	for i, x := range s.Tasks {
		c.Tasks = append(c.Tasks, Planned{x.Key, x.Name, x.Owner, x.Phase, m.tasks[i].Estimate.Expected(), x.Start, x.Finish, x.Due})
	}
	for _, p := range m.phases {
		c.Phases = append(c.Phases, Stretch{p.Key, p.Name, p.PlannedStart, p.PlannedEnd})
	}
	for _, k := range s.Marks[1:] {
		c.Marks = append(c.Marks, Stretch{k.Key, k.Name, k.Planned, k.Finish})
	}
	return c, nil
}

// Baselines returns the baselines of a release, the last one first, without their content. It fails with errs.NotFound if the caller
// may not see the release.
func (o *Outlooks) Baselines(ctx context.Context, release string) ([]Baseline, error) {
	return db.Reading(ctx, o.db, func(tx *db.Tx) ([]Baseline, error) {
		r, err := seen(tx, release)
		if err != nil {
			return nil, err
		}
		return listBaselines(tx, r.ID)
	})
}

// Baseline returns a baseline with its content; number 0 is the last one. It fails with errs.NotFound: baseline.none if there is no such
// baseline.
func (o *Outlooks) Baseline(ctx context.Context, release string, number int64) (Baseline, error) {
	return db.Reading(ctx, o.db, func(tx *db.Tx) (Baseline, error) {
		r, err := seen(tx, release)
		if err != nil {
			return Baseline{}, err
		}
		return baselineOf(tx, r.ID, number)
	})
}

// variance is by how much an instant moved, in minutes of the usual working hours; 0 if one is absent.
func (m *model) variance(planned, now db.Time) int64 {
	if planned.IsZero() || now.IsZero() {
		return 0
	}
	return int64(m.base.Between(schedule.Minute(planned.Std()), schedule.Minute(now.Std())))
}
