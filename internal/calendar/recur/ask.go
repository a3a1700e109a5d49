package recur

import (
	"cmp"
	"slices"
	"time"
)

// day is how far a wall time and its instant can lie apart.
const day = 26 * time.Hour

// horizonYears is how far NextStart looks.
const horizonYears = 60

// Occurrences returns the occurrences that touch [from, to), ordered by start, at most n of them; more is true if there are
// others. An occurrence that began before from and lasts into it is part of the answer. Wall times that mean the same start, as in a night in which the
// clocks go forward, are one occurrence: the one that ends last. A month of a weekly rule costs about 10 µs.
func (r *Rule) Occurrences(from, to time.Time, n int) (list []Occurrence, more bool) {
	if !to.After(from) || n <= 0 {
		return nil, false
	}
	if !r.Recurring() {
		if r.once.Start.Before(to) && r.once.End.After(from) {
			return []Occurrence{r.once}, false
		}
		return nil, false
	}
	for w := range r.starts(wallOf(from, r.loc).Add(-r.length-day), wallOf(to, r.loc).Add(day)) {
		o := r.occurrence(w)
		if !o.Start.Before(to) || !o.End.After(from) {
			continue
		}
		if len(list) == n {
			return inOrder(list), true
		}
		list = append(list, o)
	}
	return inOrder(list), false
}

// inOrder sorts by start, and leaves of each start the occurrence that ends last.
func inOrder(list []Occurrence) []Occurrence {
	slices.SortStableFunc(list, func(a, b Occurrence) int { return cmp.Or(a.Start.Compare(b.Start), b.End.Compare(a.End)) })
	return slices.CompactFunc(list, func(a, b Occurrence) bool { return a.Start.Equal(b.Start) })
}

// At returns the occurrence that covers t; of several, the one that ends last.
func (r *Rule) At(t time.Time) (Occurrence, bool) {
	if !r.Recurring() {
		return r.once, r.once.Contains(t)
	}
	var best Occurrence
	w := wallOf(t, r.loc)
	for s := range r.starts(w.Add(-r.length-day), w.Add(day)) {
		if o := r.occurrence(s); o.Contains(t) && o.End.After(best.End) {
			best = o
		}
	}
	return best, !best.End.IsZero()
}

// ActiveUntil returns the instant up to which the period is active without a break, if it is active at t. Occurrences that overlap or follow
// each other at once are one stretch. A stretch is followed for 400 occurrences; the answer then means "at least until".
func (r *Rule) ActiveUntil(t time.Time) (time.Time, bool) {
	o, ok := r.At(t)
	if !ok || !r.Recurring() {
		return o.End, ok
	}
	end := o.End
	w := wallOf(o.Start, r.loc)
	steps := 0
	for s := range r.starts(w.Add(time.Second), w.AddDate(2, 0, 0)) {
		n := r.occurrence(s)
		if steps++; n.Start.After(end) || steps > 400 {
			break
		}
		if n.End.After(end) {
			end = n.End
		}
	}
	return end, true
}

// NextStart returns the first start strictly after t, within 60 years.
func (r *Rule) NextStart(t time.Time) (time.Time, bool) {
	if !r.Recurring() {
		return r.once.Start, r.once.Start.After(t)
	}
	w := wallOf(t, r.loc)
	var best time.Time
	// Around a clock change the order of two starts can differ between the wall and the instants, by a day at most.
	for s := range r.starts(w.Add(-day), w.AddDate(horizonYears, 0, 0)) {
		if !best.IsZero() && s.Sub(wallOf(best, r.loc)) > day {
			break
		}
		if i := r.occurrence(s).Start; i.After(t) && (best.IsZero() || i.Before(best)) {
			best = i
		}
	}
	return best, !best.IsZero()
}
