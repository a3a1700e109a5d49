package recur

import "time"

var (
	epoch = time.Date(FirstYear-1, 1, 1, 0, 0, 0, 0, time.UTC)
	never = time.Date(LastYear+2, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Bounds returns the instant of the first start and that of the last end; the zero instant for a recurrence without one.
func (r *Rule) Bounds() (first, last time.Time) {
	if !r.Recurring() {
		return r.once.Start, r.once.End
	}
	// With COUNT there are no more than that and the further ones.
	list, more := r.Occurrences(epoch, never, MaxCount+MaxDates+1)
	for i, o := range list {
		if i == 0 || o.Start.Before(first) {
			first = o.Start
		}
		last = latest(last, o.End)
	}
	if more {
		last = r.last()
	}
	return first, last
}

// last returns the instant of the last end of a rule with UNTIL; the zero instant for a rule without.
func (r *Rule) last() (last time.Time) {
	if r.until.IsZero() {
		return last
	}
	to := r.until
	if n := len(r.more); n > 0 {
		to = latest(to, r.more[n-1])
	}
	// The last start is sought in ever longer stretches before that.
	for back := 32 * 24 * time.Hour; last.IsZero(); back *= 4 {
		from := to.Add(-back)
		for w := range r.starts(from, to) {
			last = latest(last, r.occurrence(w).End)
		}
		if !from.After(r.start) {
			break
		}
	}
	return last
}
