package outlook

import (
	"context"
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// Comparison sets a release as it is beside what it was planned to be. A date that moved says so twice: around the clock, as people read dates, and in
// minutes of usual working hours, which are 0 if it moved over a night or a weekend only. What is positive is later, or more, than planned.
type Comparison struct {
	Baseline Baseline         `json:"baseline"`
	At       db.Time          `json:"at"`
	Window   plan.Window      `json:"window,omitzero"` // as it is now; the baseline has its own
	Ready    Against          `json:"ready"`           // when the work before the window is done
	Work     int64            `json:"work"`            // minutes expected of all tasks now, less those that were planned
	Tasks    []TaskAgainst    `json:"tasks"`           // those of the baseline, and those that were added
	Marks    []StretchAgainst `json:"milestones"`
	Phases   []StretchAgainst `json:"phases"`
}

// Against is one date beside what was planned.
type Against struct {
	Planned  db.Time `json:"planned,omitzero"`
	Now      db.Time `json:"now,omitzero"` // when it happened, or is to happen; what is overdue, at the earliest at the instant of the comparison
	Actual   bool    `json:"actual"`       // it has happened
	Moved    int64   `json:"moved" doc:"Minutes from planned to now, around the clock; 0 if either is missing"`
	Variance int64   `json:"variance" doc:"The same in minutes of usual working hours: 0 if it moved over a night or a weekend only"`
}

// TaskAgainst is a task beside what was planned of it.
type TaskAgainst struct {
	Key    string      `json:"key"`
	Name   string      `json:"name"`
	Phase  string      `json:"phase,omitempty"`
	Status work.Status `json:"status,omitempty"`
	Change string      `json:"change,omitempty"` // added or dropped since the baseline
	Start  Against     `json:"start"`
	Finish Against     `json:"finish"`
	Work   int64       `json:"work"` // minutes expected now, less those that were planned
}

// StretchAgainst is a phase or a milestone, which begins when it ends, beside what was planned of it.
type StretchAgainst struct {
	Key    string  `json:"key"`
	Name   string  `json:"name"`
	Change string  `json:"change,omitempty"`
	Start  Against `json:"start"`
	Finish Against `json:"finish"`
}

// Compare sets a release beside a baseline; number 0 is the last one. It fails with errs.NotFound: baseline.none if there is no such baseline.
func (o *Outlooks) Compare(ctx context.Context, release string, number int64) (Comparison, error) {
	return db.Reading(ctx, o.db, func(tx *db.Tx) (Comparison, error) {
		r, err := seen(tx, release)
		if err != nil {
			return Comparison{}, err
		}
		b, err := baselineOf(tx, r.ID, number)
		if err != nil {
			return Comparison{}, err
		}
		return o.compare(tx, r, b)
	})
}

func (o *Outlooks) compare(tx *db.Tx, r plan.Release, b Baseline) (Comparison, error) {
	m, err := o.read(tx, r)
	if err != nil {
		return Comparison{}, err
	}
	result, err := m.compute(m.plan)
	if err != nil {
		return Comparison{}, err
	}
	now := m.tell(tx.Now, result, m.plan, len(m.plan.Links))
	was := b.Content
	b.Content = nil
	c := Comparison{Baseline: b, At: tx.Now, Window: r.Window, Tasks: []TaskAgainst{}, Marks: []StretchAgainst{}, Phases: []StretchAgainst{}}
	c.Ready = m.against(was.Ready, now.Ready, now.At.After(now.Ready) && !now.Ready.IsZero())
	planned := map[string]Planned{}
	for _, t := range was.Tasks {
		planned[t.Key] = t
	}
	is := map[string]bool{}
	for i, t := range now.Tasks {
		is[t.Key] = true
		p, known := planned[t.Key]
		x := TaskAgainst{Key: t.Key, Name: t.Name, Phase: t.Phase, Status: t.Status, Start: m.against(p.Start, t.Start, !m.tasks[i].StartedAt.IsZero()),
			Finish: m.against(p.Finish, t.Finish, t.Status == work.Done), Work: m.tasks[i].Estimate.Expected() - p.Work}
		if !known {
			x.Change = "added"
		}
		c.Work += x.Work
		c.Tasks = append(c.Tasks, x)
	}
	for _, p := range was.Tasks {
		if !is[p.Key] {
			c.Work -= p.Work
			c.Tasks = append(c.Tasks, TaskAgainst{Key: p.Key, Name: p.Name, Phase: p.Phase, Status: work.Dropped, Change: "dropped", Start: Against{Planned: p.Start}, Finish: Against{Planned: p.Finish}, Work: -p.Work})
		}
	}
	m.stretches(&c, was, now)
	return c, nil
}

// against sets one date beside another.
func (m *model) against(planned, now db.Time, actual bool) Against {
	a := Against{Planned: planned, Now: now, Actual: actual && !now.IsZero(), Variance: m.variance(planned, now)}
	if !planned.IsZero() && !now.IsZero() {
		a.Moved = int64(now.Sub(planned) / time.Minute)
	}
	return a
}

// stretches compares milestones and phases. A milestone now is where its work can be done, if that is later than its date. What has not happened and
// is overdue, and a phase that has begun and should be over, is now at the earliest, unless the release has ended.
func (m *model) stretches(c *Comparison, was *Content, now Schedule) {
	marks := map[string]Stretch{}
	for _, s := range was.Marks {
		marks[s.Key] = s
	}
	for _, k := range now.Marks[1:] {
		at := max(k.Planned, k.Finish)
		switch {
		case k.Reached:
			at = k.Finish
		case k.Tasks > 0 && k.Finish.IsZero():
			at = 0 // its work never ends
		case !at.IsZero() && !m.r.Ended():
			at = max(at, now.At)
		}
		a := m.against(marks[k.Key].From, at, k.Reached)
		c.Marks = append(c.Marks, StretchAgainst{k.Key, k.Name, added(marks, k.Key), a, a})
		delete(marks, k.Key)
	}
	phases := map[string]Stretch{}
	for _, s := range was.Phases {
		phases[s.Key] = s
	}
	for _, p := range m.phases {
		from, to := p.PlannedStart, p.PlannedEnd
		if !p.ActualStart.IsZero() {
			from = p.ActualStart
		}
		switch {
		case !p.ActualEnd.IsZero():
			to = p.ActualEnd
		case !p.ActualStart.IsZero() && !to.IsZero() && !m.r.Ended():
			to = max(to, now.At)
		}
		c.Phases = append(c.Phases, StretchAgainst{p.Key, p.Name, added(phases, p.Key), m.against(phases[p.Key].From, from, !p.ActualStart.IsZero()),
			m.against(phases[p.Key].To, to, !p.ActualEnd.IsZero())})
		delete(phases, p.Key)
	}
	for _, s := range was.Marks {
		if _, left := marks[s.Key]; left {
			a := Against{Planned: s.From}
			c.Marks = append(c.Marks, StretchAgainst{s.Key, s.Name, "dropped", a, a})
		}
	}
	for _, s := range was.Phases {
		if _, left := phases[s.Key]; left {
			c.Phases = append(c.Phases, StretchAgainst{s.Key, s.Name, "dropped", Against{Planned: s.From}, Against{Planned: s.To}})
		}
	}
}

func added(known map[string]Stretch, key string) string {
	if _, is := known[key]; is {
		return ""
	}
	return "added"
}
