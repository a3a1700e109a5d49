package outlook

import (
	"math"

	"slipway/internal/platform/db"
	"slipway/internal/work/forecast"
	"slipway/internal/work/schedule"
)

// axis is where a minute lies on the axis of the forecast: minutes from now on, around the clock.
func (m *model) axis(minute int) float64 { return float64(minute - m.now) }

// instant is the inverse of axis; what lies beyond every calendar is never reached.
func (m *model) instant(x float64) db.Time {
	return at(m.now + int(math.Ceil(min(x, float64(schedule.HorizonMax.Minutes()))-1e-3)))
}

// worked is a distribution in minutes of usual working time from now on, in which its shape shows without nights and weekends.
func (m *model) worked(d forecast.Distribution) forecast.Distribution {
	out := make([]float64, len(d.Samples))
	for i, x := range d.Samples {
		out[i] = float64(m.base.Between(m.now, m.now+int(x)))
	}
	return forecast.Distribution{Samples: out}
}

// usual is the inverse of worked for one value.
func (m *model) usual(x float64) db.Time { return at(m.base.Add(m.now, int(x+0.5))) }

// gain is the usual working time, in minutes, that lies before an instant of the axis.
func (m *model) gain(at, earlier float64) int64 {
	return int64(m.base.Between(m.now+int(at-earlier), m.now+int(at)))
}

// hours are the calendars of a problem, each as often as it is shared.
type hours map[*schedule.Calendar]*forecast.Calendar

// of is a calendar as the forecast has it, with what is past: lags reach from there.
func (h hours) of(m *model, c *schedule.Calendar) *forecast.Calendar {
	out := h[c]
	if out == nil {
		out = &forecast.Calendar{Rate: float64(c.Share()) / 100}
		c.Working(schedule.Sooner, schedule.Never, func(from, to int) bool {
			out.Stretches = append(out.Stretches, forecast.Stretch{From: m.axis(from), To: m.axis(to)})
			return true
		})
		h[c] = out
	}
	return out
}

// problem is the release as the forecast has it: each task is drawn in working time, and worked on when its owner works on it in the levelled schedule.
// So holidays, days away, part-time shares and what comes first in other releases hold an outcome up exactly where it runs into them. The order in
// which people, roles and environments are handed on is that of the levelled schedule in every outcome.
func (m *model) problem(l levelled) forecast.Problem {
	var p forecast.Problem
	h := hours{}
	for i := range l.plan.Tasks {
		x := forecast.Task{Name: l.plan.Tasks[i].Key}
		if i < len(m.tasks) {
			m.task(&x, i, l)
			x.Calendar = h.of(m, l.plan.Tasks[i].Calendar)
		} else if a := l.plan.Tasks[i].ActualFinish; a.Set {
			x.Done, x.Start, x.Finish = true, m.axis(a.At), m.axis(a.At)
		}
		p.Tasks = append(p.Tasks, x)
	}
	for _, k := range l.plan.Links {
		x := forecast.Link{From: k.From, To: k.To, Kind: forecast.Kind(k.Kind), Lag: float64(k.Lag)}
		if k.Lag != 0 && !k.Elapsed {
			x.Calendar = h.of(m, l.plan.Tasks[k.To].Calendar)
		}
		p.Links = append(p.Links, x)
	}
	return p
}

func (m *model) task(x *forecast.Task, i int, l levelled) {
	t, s := m.tasks[i], l.plan.Tasks[i]
	if s.ActualFinish.Set {
		x.Done, x.Finish = true, m.axis(s.ActualFinish.At)
		x.Start = x.Finish
		if s.ActualStart.Set {
			x.Start = min(m.axis(s.ActualStart.At), x.Finish)
		}
		return
	}
	left := s.Duration
	if s.ActualStart.Set {
		x.Begun, x.Start = true, m.axis(s.ActualStart.At)
		left = s.Remaining.At
	}
	for _, d := range []schedule.Mark{s.NotBefore, s.FixedStart} {
		if d.Set {
			x.NotBefore = max(x.NotBefore, m.axis(d.At))
		}
	}
	if left == 0 {
		return
	}
	e, ratio, part := t.Estimate, m.around.ratios.Of(t.Owner), 1.0
	if expected := e.Expected(); expected > 0 {
		part = float64(left) / float64(expected)
	}
	switch {
	case e.IsZero() || e.Expected() == 0:
		x.Duration = forecast.Certain(float64(left))
	case e.Low < e.High:
		x.Duration = forecast.Estimate(float64(e.Low)*part, float64(e.Likely)*part, float64(e.High)*part)
	case ratio.Count > 0:
		x.Duration = ratio.Of(float64(e.Likely) * part)
	default:
		x.Duration = forecast.Certain(float64(e.Likely) * part)
	}
}
