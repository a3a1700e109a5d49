package ical

import (
	"fmt"
	"slices"
	"time"
)

// change is one change of a zone's clock.
type change struct {
	at       time.Time // the instant
	wall     time.Time // what the clock showed, had it not changed
	from, to int       // offsets in seconds
	name     string
	daylight bool
}

// steady is for how many years after the span a yearly rule must hold to be written as one.
const steady = 30

// zone writes the VTIMEZONE of a zone that holds between two wall times.
func (w *writer) zone(name string, loc *time.Location, from, to time.Time) {
	w.raw("BEGIN:VTIMEZONE")
	w.line("TZID:" + name)
	w.line("X-LIC-LOCATION:" + name)
	start := from.Add(-26 * time.Hour).In(loc)
	w.observance(first(start), nil)
	cs := changes(start, to.AddDate(steady, 0, 0))
	cut := to.Add(26 * time.Hour)
	for _, series := range rules(cs, to.Year()+steady) {
		w.observance(series.list[0], &series.rule)
		for _, c := range series.list {
			delete(cs, c.at.Unix())
		}
	}
	for _, c := range ordered(cs) {
		if c.at.Before(cut) {
			w.observance(c, nil)
		}
	}
	w.raw("END:VTIMEZONE")
}

// first is what the clock shows at an instant, as a change that happened before.
func first(t time.Time) change {
	began, _ := t.ZoneBounds()
	name, offset := t.Zone()
	c := change{at: began, from: offset, to: offset, name: name, daylight: t.IsDST()}
	if began.IsZero() || began.Year() < 1970 {
		c.wall = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
		return c
	}
	c = changeAt(began)
	return c
}

func changeAt(at time.Time) change {
	before := at.Add(-time.Second)
	_, from := before.Zone()
	name, to := at.Zone()
	c := change{at: at, from: from, to: to, name: name, wall: at.UTC().Add(time.Duration(from) * time.Second)}
	// A zone may call its winter time the deviation (Dublin, Casablanca); clients take the higher offset for it.
	c.daylight = to > from && (at.IsDST() || before.IsDST())
	return c
}

// changes returns those of a zone after start and before end, by instant.
func changes(start, end time.Time) map[int64]change {
	out := map[int64]change{}
	for t := start; t.Before(end); {
		_, next := t.ZoneBounds()
		switch {
		case next.IsZero():
			return out
		case !next.After(t):
			next = t.AddDate(0, 0, 1) // on the last day of leap years the bound that is told lies behind
		}
		// Years end a bound as well.
		if c := changeAt(next); next.Before(end) && (c.from != c.to || before(next) != c.name) {
			out[next.Unix()] = c
		}
		t = next
	}
	return out
}

// before is what a zone called its time a second before.
func before(t time.Time) string {
	name, _ := t.Add(-time.Second).Zone()
	return name
}

func ordered(cs map[int64]change) []change {
	out := make([]change, 0, len(cs))
	for _, c := range cs {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b change) int { return a.at.Compare(b.at) })
	return out
}

// yearly is a rule that changes follow from one year on.
type yearly struct {
	list []change
	rule string
}

// rules finds the series of changes, one in each year, that follow a yearly rule up to the last year.
func rules(cs map[int64]change, lastYear int) []yearly {
	type key struct {
		from, to int
		month    time.Month
		weekday  time.Weekday
		clock    time.Duration
		name     string
	}
	series := map[key][]change{}
	var order []key
	for _, c := range ordered(cs) {
		day := c.wall.Truncate(24 * time.Hour)
		k := key{c.from, c.to, c.wall.Month(), c.wall.Weekday(), c.wall.Sub(day), c.name}
		if series[k] == nil {
			order = append(order, k)
		}
		series[k] = append(series[k], c)
	}
	var out []yearly
	for _, k := range order {
		list := tail(series[k], lastYear)
		if len(list) == 0 || lastYear-list[0].wall.Year() < steady-2 {
			continue
		}
		if by, ok := byDay(list); ok {
			out = append(out, yearly{list, fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;%s", k.month, by)})
		}
	}
	return out
}

// tail returns the longest end of a series with one change in each year, up to the last year or the one before; of those
// the longest whose days lie within one week of their month.
func tail(list []change, lastYear int) []change {
	if n := len(list); n == 0 || list[n-1].wall.Year() < lastYear-1 {
		return nil
	}
	i := len(list) - 1
	for i > 0 && list[i-1].wall.Year() == list[i].wall.Year()-1 {
		if _, ok := byDay(list[i-1:]); !ok {
			break
		}
		i--
	}
	return list[i:]
}

var weekdays = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// byDay says which of its weekdays in the month a series of changes takes. All are of the same weekday and month.
func byDay(list []change) (string, bool) {
	low, high, fromEnd := 32, 0, true
	for _, c := range list {
		d := c.wall.Day()
		low, high = min(low, d), max(high, d)
		fromEnd = fromEnd && d > daysIn(c.wall.Year(), c.wall.Month())-7
	}
	if high-low > 6 && !fromEnd {
		return "", false
	}
	day := weekdays[list[0].wall.Weekday()]
	n := (low-1)/7 + 1
	switch {
	case fromEnd:
		return "BYDAY=-1" + day, true
	case (high-1)/7+1 == n:
		return fmt.Sprintf("BYDAY=%d%s", n, day), true
	}
	first := low
	if high-low < 6 {
		// Too few years to see the whole week: the earliest week that holds all of them.
		first = max(1, high-6)
	}
	by := fmt.Sprintf("BYDAY=%s;BYMONTHDAY=%d", day, first)
	for d := first + 1; d <= first+6; d++ {
		by += fmt.Sprintf(",%d", d)
	}
	return by, true
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func (w *writer) observance(c change, rule *string) {
	kind := "STANDARD"
	if c.daylight {
		kind = "DAYLIGHT"
	}
	w.raw("BEGIN:" + kind)
	w.raw("DTSTART:" + c.wall.Format(formWall))
	w.raw("TZOFFSETFROM:" + offset(c.from))
	w.raw("TZOFFSETTO:" + offset(c.to))
	if rule != nil {
		w.line("RRULE:" + *rule)
	}
	w.text("TZNAME", c.name)
	w.raw("END:" + kind)
}

// offset writes an offset; its seconds only where a zone has some.
func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	s := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		s += fmt.Sprintf("%02d", seconds%60)
	}
	return s
}
