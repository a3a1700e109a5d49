package outlook

import (
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/forecast"
	"slipway/internal/work/schedule"
)

// Course is the work before the window as its outcomes are drawn. Places on its axis are minutes from the instant of the reading on, around the clock.
type Course struct {
	Release plan.Release
	Tasks   []work.Task // that are not dropped; Problem.Tasks begins with them, in the same order
	Problem forecast.Problem
	Seed    uint64 // of the release's forecasts

	m *model
}

// ReadCourse reads the course of a release inside the caller's snapshot, levelled. It fails with errs.NotFound if the caller may not see its outlook, and
// costs what ReadLevel does.
func (o *Outlooks) ReadCourse(tx *db.Tx, release string) (Course, error) {
	r, err := seen(tx, release)
	if err != nil {
		return Course{}, err
	}
	m, err := o.read(tx, r)
	if err != nil {
		return Course{}, err
	}
	if err := o.surround(tx, m); err != nil {
		return Course{}, err
	}
	l, err := o.level(tx, m)
	if err != nil {
		return Course{}, err
	}
	p, _ := m.before(m.problem(l))
	return Course{Release: r, Tasks: m.tasks, Problem: p, Seed: m.seed(ForecastOptions{}), m: m}, nil
}

// Task returns the index of a task by its key.
func (c Course) Task(key string) (int, bool) {
	i, known := c.m.index[key]
	return i, known
}

// Dated reports whether a date of its own keeps a task from starting, and not what others use first.
func (c Course) Dated(task int) bool {
	return c.m.plan.Tasks[task].NotBefore.Set || c.m.plan.Tasks[task].FixedStart.Set
}

// Place is where an instant lies on the axis.
func (c Course) Place(t db.Time) float64 { return c.m.axis(schedule.Minute(t.Std())) }

// Instant is the inverse of Place; what lies beyond every calendar is never reached.
func (c Course) Instant(x float64) db.Time { return c.m.instant(x) }

// Later is the place that lies minutes of usual working time behind another.
func (c Course) Later(x float64, minutes int) float64 {
	return c.m.axis(c.m.base.Add(c.m.now+int(x), minutes))
}

// Sooner is the place that lies minutes of usual working time before another.
func (c Course) Sooner(x float64, minutes int) float64 {
	return c.m.axis(c.m.base.Sub(c.m.now+int(x), minutes))
}

// Usual is the usual working time in minutes from the start of the axis to a place.
func (c Course) Usual(x float64) int { return c.m.base.Between(c.m.now, c.m.now+int(x)) }
