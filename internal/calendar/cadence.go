package calendar

import (
	"slices"
	"time"

	"slipway/internal/calendar/period"
	"slipway/internal/calendar/recur"
)

// Cadence is a recurrence in wall time of a zone that belongs to no window or freeze.
type Cadence struct{ rule *recur.Rule }

const (
	cadenceYears = 10 // how far After looks
	underWay     = 8  // stretches that are expected to have begun before
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
	for most := n + underWay; ; most *= 8 {
		found, more := c.rule.Occurrences(t, t.AddDate(cadenceYears, 0, 0), most)
		ahead := slices.DeleteFunc(found, func(o recur.Occurrence) bool { return !o.Start.After(t) })
		if more && len(ahead) < n {
			continue // more had begun before
		}
		var out []Span
		for _, o := range ahead[:min(n, len(ahead))] {
			out = append(out, period.SpanOf(o))
		}
		return out
	}
}
