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
	// A rule that ends does so within COUNT occurrences and the further ones, or by UNTIL; one that goes on has more than can be counted.
	list, more := r.Occurrences(epoch, never, MaxCount+MaxDates+1)
	for i, o := range list {
		if i == 0 || o.Start.Before(first) {
			first = o.Start
		}
		last = latest(last, o.End)
	}
	if more {
		last = time.Time{}
	}
	return first, last
}
