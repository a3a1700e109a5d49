package recur

import (
	"iter"
	"sort"
	"time"

	rrule "github.com/teambition/rrule-go"
)

// cycle moves the years 2000 to 2399 to 9600 to 9999. The library looks for a match until the end of year 9999 and heeds no other
// bound while nothing matches; moved there, one search ends within 400 years of steps (some milliseconds) instead of
// 8,000. The Gregorian calendar repeats every 400 years, weekdays included, so the rule means the same there.
const cycle = 19 * 400

// ruled yields the wall times of the rule's own starts in [from, until], in order. It costs about 1 µs per start and some
// microseconds to begin, however long ago the rule's first start is.
func (r *Rule) ruled(from, until time.Time) iter.Seq[time.Time] {
	if from.Before(r.start) {
		from = r.start
	}
	if !r.until.IsZero() && r.until.Before(until) {
		until = r.until
	}
	return func(yield func(time.Time) bool) {
		if until.Before(from) {
			return
		}
		if r.listed != nil {
			i := sort.Search(len(r.listed), func(i int) bool { return !r.listed[i].Before(from) })
			for ; i < len(r.listed) && !r.listed[i].After(until) && yield(r.listed[i]); i++ {
			}
			return
		}
		opt := r.opt
		opt.Dtstart = r.anchor(from).AddDate(cycle, 0, 0)
		opt.Until = until.AddDate(cycle, 0, 0)
		rule, err := rrule.NewRRule(opt)
		if err != nil {
			return // the same options were accepted by Parse
		}
		next := rule.Iterator()
		for t, ok := next(); ok; t, ok = next() {
			if w := t.AddDate(-cycle, 0, 0); !w.Before(from) && !yield(w) {
				return
			}
		}
	}
}

// anchor returns a start for the expansion that lies shortly before from and keeps the rhythm of INTERVAL.
func (r *Rule) anchor(from time.Time) time.Time {
	n := r.opt.Interval
	s := r.start
	switch r.opt.Freq {
	case rrule.DAILY, rrule.WEEKLY:
		step := n
		if r.opt.Freq == rrule.WEEKLY {
			step = 7 * n
		}
		k := int(from.Sub(s)/(24*time.Hour))/step - 1
		if k <= 0 {
			return s
		}
		return s.AddDate(0, 0, k*step)
	case rrule.MONTHLY:
		months := (from.Year()-s.Year())*12 + int(from.Month()) - int(s.Month())
		k := max(months/n-1, 0)
		return time.Date(s.Year(), s.Month()+time.Month(k*n), 1, 0, 0, 0, 0, time.UTC)
	default:
		// A week of BYWEEKNO may begin in the year before.
		k := max((from.Year()-s.Year())/n-1, 0)
		return time.Date(s.Year()+k*n, 1, 1, 0, 0, 0, 0, time.UTC)
	}
}
