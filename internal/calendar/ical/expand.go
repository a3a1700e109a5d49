package ical

import (
	"iter"
	"slices"
	"time"
)

// maxPeriods bounds the days, weeks, months or years that one expansion looks at: 200 years of days.
const maxPeriods = 75_000

// walls yields the wall times of a rule's starts up to a wall time, in order. The start of the event is always the first of
// them, as RFC 5545 section 3.8.5.3 counts. Occurrences that end before from may be left out unless the rule counts.
func (r *rule) walls(start, from, to, until time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		if !until.IsZero() && until.Before(to) {
			to = until
		}
		left := r.count
		give := func(w time.Time) bool {
			if r.count > 0 {
				if left == 0 {
					return false
				}
				left--
			}
			return yield(w)
		}
		if start.After(to) && !start.Equal(to) || !give(start) {
			return
		}
		skip := 0
		if r.count == 0 && from.After(start) {
			skip = r.skip(start, from)
		}
		for k := skip; k < skip+maxPeriods; k++ {
			days, first := r.period(start, k)
			if first.After(to) || !r.spend(len(days)*r.perDay()) {
				return
			}
			for _, w := range r.chosen(r.times(days, start)) {
				switch {
				case !w.After(start):
				case w.After(to):
					return
				case !give(w):
					return
				}
			}
		}
	}
}

// skip returns a number of periods that surely end before from.
func (r *rule) skip(start, from time.Time) int {
	days := int(from.Sub(start) / (24 * time.Hour))
	per := map[frequency]int{eachDay: 1, eachWeek: 7, eachMonth: 31, eachYear: 366}[r.freq]
	return max(0, days/(per*r.interval)-2)
}

// period returns the days of the k-th period that the rule takes, and the period's first day.
func (r *rule) period(start time.Time, k int) (days []time.Time, first time.Time) {
	day := start.Truncate(24 * time.Hour)
	n := 1
	switch r.freq {
	case eachDay:
		first = day.AddDate(0, 0, k*r.interval)
	case eachWeek:
		back := (int(day.Weekday()) - int(r.start) + 7) % 7
		first, n = day.AddDate(0, 0, 7*k*r.interval-back), 7
	case eachMonth:
		first = time.Date(day.Year(), day.Month()+time.Month(k*r.interval), 1, 0, 0, 0, 0, time.UTC)
		n = daysIn(first.Year(), first.Month())
	default:
		first = time.Date(day.Year()+k*r.interval, 1, 1, 0, 0, 0, 0, time.UTC)
		n = first.AddDate(1, 0, -1).YearDay()
	}
	looked := 4 // what a period costs by itself
	for i := 0; i < n; i++ {
		d := first.AddDate(0, 0, i)
		looked++
		if !r.takesMonth(d.Month(), start) {
			i += daysIn(d.Year(), d.Month()) - d.Day() // on to the next month
			continue
		}
		if r.takes(d, start) {
			days = append(days, d)
		}
	}
	r.spend(looked * (1 + r.listed()/16))
	return days, first
}

// open reports whether the rule names no day.
func (r *rule) open() bool { return len(r.weekdays)+len(r.days)+len(r.yearDays) == 0 }

// takesMonth reports whether days of a month can be taken.
func (r *rule) takesMonth(m time.Month, start time.Time) bool {
	if len(r.months) > 0 {
		return slices.Contains(r.months, int(m))
	}
	return r.freq != eachYear || !r.open() || len(r.weeks) > 0 || m == start.Month()
}

// takes reports whether the rule takes a day of a month that it takes. What the rule leaves open comes from its start.
func (r *rule) takes(d, start time.Time) bool {
	switch {
	case !r.open():
	case r.freq == eachWeek, r.freq == eachYear && len(r.weeks) > 0:
		if d.Weekday() != start.Weekday() {
			return false
		}
	case r.freq == eachMonth, r.freq == eachYear:
		return d.Day() == start.Day()
	}
	return among(r.days, d.Day(), daysIn(d.Year(), d.Month())) &&
		among(r.yearDays, d.YearDay(), time.Date(d.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()) &&
		r.takesWeek(d) && r.takesWeekday(d)
}

// among reports whether a list holds a number, counted from 1 or backwards from the last; an empty list holds all.
func among(list []int, n, last int) bool {
	return len(list) == 0 || slices.Contains(list, n) || slices.Contains(list, n-last-1)
}

func (r *rule) takesWeekday(d time.Time) bool {
	if len(r.weekdays) == 0 {
		return true
	}
	n, last := d.Day(), daysIn(d.Year(), d.Month())
	if r.freq == eachYear && len(r.months) == 0 {
		n, last = d.YearDay(), time.Date(d.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	}
	for _, w := range r.weekdays {
		if w.day == d.Weekday() && (w.n == 0 || w.n == (n-1)/7+1 || w.n == -((last-n)/7+1)) {
			return true
		}
	}
	return false
}

// takesWeek looks at BYWEEKNO: week 1 is the first with four days in the year.
func (r *rule) takesWeek(d time.Time) bool {
	if len(r.weeks) == 0 || r.freq != eachYear {
		return len(r.weeks) == 0
	}
	back := (int(d.Weekday()) - int(r.start) + 7) % 7
	middle := d.AddDate(0, 0, 3-back) // the week belongs to the year of its fourth day
	week := (middle.YearDay()-1)/7 + 1
	last := time.Date(middle.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	weeks := week + (last-middle.YearDay())/7
	return slices.Contains(r.weeks, week) || slices.Contains(r.weeks, week-weeks-1)
}

// times are the wall times of a period's days, in order.
func (r *rule) times(days []time.Time, start time.Time) []time.Time {
	hours, minutes := r.hours, r.minutes
	if len(hours) == 0 {
		hours = []int{start.Hour()}
	}
	if len(minutes) == 0 {
		minutes = []int{start.Minute()}
	}
	out := make([]time.Time, 0, len(days))
	for _, d := range days {
		for _, h := range hours {
			for _, m := range minutes {
				out = append(out, d.Add(time.Duration(h)*time.Hour+time.Duration(m)*time.Minute+time.Duration(start.Second())*time.Second))
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.Compact(out)
}

// chosen are those that BYSETPOS leaves.
func (r *rule) chosen(ws []time.Time) []time.Time {
	if len(r.positions) == 0 {
		return ws
	}
	var out []time.Time
	for i, w := range ws {
		if slices.Contains(r.positions, i+1) || slices.Contains(r.positions, i-len(ws)) {
			out = append(out, w)
		}
	}
	return out
}
