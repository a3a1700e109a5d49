package outlook

import (
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/means"
	"slipway/internal/work/schedule"
)

// Span is when what is left of an open task runs by the schedule of its release.
type Span struct {
	Start, Finish db.Time // at the earliest
	Until         db.Time // when it may finish without moving another task, the window or its own due date
	Left          int64   // minutes of work
	Critical      bool
}

// Clocks reads the calendars of the owners of tasks.
func (o *Outlooks) Clocks(tx *db.Tx, lists ...[]work.Task) (means.Clocks, error) {
	return o.means.Clocks(tx, lists...)
}

// Spans schedules tasks of a release, alone and as they stand, and returns when the open ones run, by their identifiers. What is never reached is
// missing. A task's fixed dates are its dates. Of the release it needs when it was created, and its window. It checks no permission and
// costs no statement.
func (o *Outlooks) Spans(tx *db.Tx, r plan.Release, tasks []work.Task, c means.Clocks) (map[string]Span, error) {
	m := started(tx.Now, r, tasks)
	m.clocks = c
	var err error
	if m.base, err = o.means.Usual(tx); err != nil {
		return nil, err
	}
	m.lay()
	m.mark()
	return m.spans()
}

func (m *model) spans() (map[string]Span, error) {
	plain, err := m.compute(m.plan)
	if err != nil {
		return nil, err
	}
	out := map[string]Span{}
	counts := m.counts(m.plan.Links)
	// What nothing else waits for may be late until the window starts, or until it is due.
	last := db.At(schedule.Instant(max(plain.End(), schedule.Minute(m.r.Window.Start.Std()))))
	for _, t := range m.tasks {
		last = max(last, t.Due)
	}
	p := m.plan
	p.Tasks = append([]schedule.Task(nil), p.Tasks...)
	p.Tasks[m.marks[0].task].NotBefore = marked(last)
	kept, err := m.compute(p)
	if err != nil {
		return nil, err
	}
	for i, t := range m.tasks {
		finish := plain.Finish(i)
		if t.Status.Ended() || finish >= schedule.Never {
			continue
		}
		s := Span{Start: at(plain.Resume(i)), Finish: at(finish), Critical: counts[i] && plain.Critical(i)}
		s.Left = int64(m.plan.Tasks[i].Duration)
		if x := m.plan.Tasks[i].Remaining; x.Set {
			s.Left = int64(x.At)
		}
		s.Until = at(m.calendar(t.Owner).Add(finish, kept.FreeFloat(i)))
		switch {
		case !t.FixedStart.IsZero() || !t.FixedEnd.IsZero():
			s.Until = s.Finish
		case counts[i] && !m.r.Window.IsZero():
			s.Until = min(s.Until, m.r.Window.Start)
		case t.Due.IsZero():
			s.Until = min(s.Until, at(plain.End()))
		}
		if !t.Due.IsZero() {
			s.Until = min(s.Until, t.Due)
		}
		s.Until = max(s.Until, s.Finish)
		out[t.ID] = s
	}
	return out, nil
}
