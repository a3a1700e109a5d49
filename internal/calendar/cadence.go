package calendar

import (
	"time"

	"slipway/internal/calendar/period"
	"slipway/internal/calendar/recur"
)

// Cadence is a recurrence in wall time of a zone that belongs to no window or freeze.
type Cadence struct{ rule *recur.Rule }

const (
	cadenceYears = 10 // how far After looks
	underWay     = 8  // stretches that may have begun before
)

// NewCadence reads a recurrence: a first start in wall time of an IANA zone, its length, and an RRULE. It fails with errs.Invalid, naming
// start, zone or rrule.
func NewCadence(start, zone, rrule string, length time.Duration) (Cadence, error) {
	r, err := recur.Parse(recur.Spec{Start: start, End: wallEnd(start, length), Zone: zone, RRule: rrule})
	return Cadence{r}, err
}

// wallEnd returns the wall time a while after another; what is no wall time is left to Parse to refuse.
func wallEnd(start string, length time.Duration) string {
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(form, start); err == nil {
			return t.Add(length).Format(form)
		}
	}
	return start
}

// After returns the first n stretches that start after an instant, in order; fewer where the recurrence ends within ten years.
func (c Cadence) After(t time.Time, n int) []Span {
	var out []Span
	found, _ := c.rule.Occurrences(t, t.AddDate(cadenceYears, 0, 0), n+underWay)
	for _, o := range found {
		if o.Start.After(t) && len(out) < n {
			out = append(out, period.SpanOf(o))
		}
	}
	return out
}
