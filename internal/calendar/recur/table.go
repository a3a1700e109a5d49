package recur

import (
	"sort"
	"time"
)

// Table is a rule with its occurrences between two instants written out. It answers every question as the rule does, within
// the two instants by looking up (some 20 ns), beyond them by asking the rule. It is immutable and safe for concurrent use.
type Table struct {
	rule      *Rule
	from, to  time.Time
	list      []Occurrence // by start
	stretches []Occurrence // those that overlap or follow each other at once as one, by start
	longest   time.Duration
}

// Table writes out the occurrences that touch [from, to), at most n; where there are more the table ends before the first
// that it leaves out. It costs about 1 µs an occurrence.
func (r *Rule) Table(from, to time.Time, n int) *Table {
	t := &Table{rule: r, from: from, to: to}
	list, more := r.Occurrences(from, to, n)
	if more {
		// The list is cut by wall time, in which two starts can change places by a day at most.
		t.to = list[len(list)-1].Start.Add(-day)
	}
	t.list = list
	for _, o := range list {
		t.longest = max(t.longest, o.End.Sub(o.Start))
		if n := len(t.stretches); n > 0 && !o.Start.After(t.stretches[n-1].End) {
			t.stretches[n-1].End = latest(t.stretches[n-1].End, o.End)
			continue
		}
		t.stretches = append(t.stretches, o)
	}
	return t
}

func (t *Table) holds(at time.Time) bool { return !at.Before(t.from) && at.Before(t.to) }

// behind returns the index of the first of the list that starts after an instant.
func behind(list []Occurrence, at time.Time) int {
	return sort.Search(len(list), func(i int) bool { return list[i].Start.After(at) })
}

// ActiveUntil is that of the rule, without its bound on how many occurrences are followed.
func (t *Table) ActiveUntil(at time.Time) (time.Time, bool) {
	if !t.holds(at) {
		return t.rule.ActiveUntil(at)
	}
	i := behind(t.stretches, at) - 1
	if i < 0 || !at.Before(t.stretches[i].End) {
		return time.Time{}, false
	}
	if end := t.stretches[i].End; end.Before(t.to) {
		return end, true
	}
	return t.rule.ActiveUntil(at) // what follows it is not in the table
}

// NextStart is that of the rule.
func (t *Table) NextStart(at time.Time) (time.Time, bool) {
	if t.holds(at) {
		if i := behind(t.list, at); i < len(t.list) && t.list[i].Start.Before(t.to) {
			return t.list[i].Start, true
		}
	}
	return t.rule.NextStart(at)
}

// At is that of the rule.
func (t *Table) At(at time.Time) (Occurrence, bool) {
	if !t.holds(at) {
		return t.rule.At(at)
	}
	var best Occurrence
	for i := behind(t.list, at) - 1; i >= 0 && t.list[i].Start.Add(t.longest).After(at); i-- {
		if o := t.list[i]; o.Contains(at) && o.End.After(best.End) {
			best = o
		}
	}
	return best, !best.End.IsZero()
}

// Occurrences is that of the rule.
func (t *Table) Occurrences(from, to time.Time, n int) (list []Occurrence, more bool) {
	if !t.holds(from) || to.After(t.to) {
		return t.rule.Occurrences(from, to, n)
	}
	first := sort.Search(len(t.list), func(i int) bool { return t.list[i].Start.Add(t.longest).After(from) })
	for _, o := range t.list[first:] {
		if !o.Start.Before(to) {
			break
		}
		if !o.End.After(from) {
			continue
		}
		if len(list) == n {
			return list, true
		}
		list = append(list, o)
	}
	return list, false
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
