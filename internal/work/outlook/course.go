package outlook

import (
	"cmp"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/forecast"
	"slipway/internal/work/schedule"
)

// Course is the work before the window as its outcomes are drawn. Places on its axis are minutes from At on, around the clock.
type Course struct {
	Release plan.Release
	Tasks   []work.Task // that are not dropped; Problem.Tasks begins with them, in the same order
	Problem forecast.Problem

	// With these the chances and percentiles of Problem are those of the last forecast, to the minute, if Kept: it holds, and is what everybody sees.
	// Otherwise they are those of a forecast that would be made now.
	Seed    uint64
	Samples int
	At      db.Time // the date that the facts are from
	Kept    bool
	Now     float64 // the place of the reading; 0 unless Kept

	m *model
}

// ReadCourse reads the course of a release inside the caller's snapshot, levelled, for what is asked about an instant, or about the window if it is
// zero. It fails with errs.NotFound if the caller may not see the release's outlook, and costs what ReadLevel does.
func (o *Outlooks) ReadCourse(tx *db.Tx, release string, by db.Time) (Course, error) {
	r, err := seen(tx, release)
	if err != nil {
		return Course{}, err
	}
	m, err := o.whole(tx, r, nil)
	if err != nil {
		return Course{}, err
	}
	c := Course{Release: r, Tasks: m.tasks, Seed: m.seed(ForecastOptions{}), Samples: forecast.SamplesUsual, At: tx.Now, m: m}
	if err := c.keep(tx, cmp.Or(by, r.Window.Start)); err != nil {
		return Course{}, err
	}
	l, err := o.level(tx, m)
	if err == nil {
		err = m.endless(l)
	}
	if err != nil {
		return Course{}, err
	}
	c.Problem, _ = m.before(m.problem(l))
	if ready := c.Problem.Tasks[m.marks[0].task]; ready.Done { // whose finish is not that of a milestone which nobody has marked
		for _, k := range m.marks[1:] {
			c.Problem.Tasks[k.task] = ready
		}
	}
	return c, nil
}

// keep goes back to the last forecast if it holds, unless the instant that is asked about has passed since: nothing that is left to do lies there.
func (c *Course) keep(tx *db.Tx, by db.Time) error {
	f, err := lastForecast(tx, c.Release.ID)
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, stale := c.m.holds(made{f.Digest, f.At}, tx.Now); stale || f.Samples == 0 || by.Before(tx.Now) {
		return nil
	}
	now := c.m.now
	c.m.asOf(f.At)
	c.Seed, c.Samples, c.At, c.Kept, c.Now = f.Seed, f.Samples, f.At, true, c.m.axis(now)
	return nil
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
