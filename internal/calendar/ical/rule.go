package ical

import (
	"strconv"
	"strings"
	"time"
)

type frequency int

const (
	eachDay frequency = iota
	eachWeek
	eachMonth
	eachYear
)

// rule is an RRULE that was read.
type rule struct {
	line     int
	freq     frequency
	interval int
	count    int
	until    Moment
	start    time.Weekday // of the week

	months, days, yearDays, weeks, hours, minutes, positions []int
	weekdays                                                 []nth

	spent *int // what the rules of the text have cost; nil: no bound
}

// nth is a weekday, or the nth of its month or year.
type nth struct {
	n   int
	day time.Weekday
}

// maxRule is the length of an RRULE in bytes.
const maxRule = 1000

// readRule reads an RRULE. A rule that recurs within the day is a refusal of the whole text, since no calendar of days off
// or maintenance has one; any other fault is a *fault.
func readRule(line int, text string) (*rule, error) {
	if len(text) > maxRule {
		return nil, wrong(line, "ical.rule", "A rule has at most %d bytes.", maxRule)
	}
	r := &rule{line: line, interval: 1, start: time.Monday, freq: -1}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ";") {
		if part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || seen[name] {
			return nil, wrong(line, "ical.rule", "%.40q of the rule cannot be read.", part)
		}
		seen[name] = true
		if err := r.part(name, value); err != nil {
			return nil, err
		}
	}
	switch {
	case r.freq < 0:
		return nil, wrong(line, "ical.rule", "The rule has no FREQ.")
	case r.count > 0 && !r.until.IsZero():
		return nil, wrong(line, "ical.rule", "The rule has both COUNT and UNTIL.")
	}
	for _, d := range r.weekdays {
		if d.n != 0 && r.freq != eachMonth && r.freq != eachYear {
			return nil, wrong(line, "ical.rule", "A numbered weekday is for monthly and yearly rules.")
		}
	}
	return r, nil
}

func (r *rule) part(name, value string) (err error) {
	switch name {
	case "FREQ":
		return r.frequency(value)
	case "INTERVAL":
		r.interval, err = r.number(name, value, 1, 10_000)
	case "COUNT":
		r.count, err = r.number(name, value, 1, 1_000_000)
	case "UNTIL":
		return r.setUntil(value)
	case "WKST":
		d, ok := weekday(value)
		if !ok {
			return wrong(r.line, "ical.rule", "WKST=%.20s is not a weekday.", value)
		}
		r.start = d
	case "BYMONTH":
		r.months, err = r.numbers(name, value, 1, 12)
	case "BYMONTHDAY":
		r.days, err = r.numbers(name, value, -31, 31)
	case "BYYEARDAY":
		r.yearDays, err = r.numbers(name, value, -366, 366)
	case "BYWEEKNO":
		r.weeks, err = r.numbers(name, value, -53, 53)
	case "BYSETPOS":
		r.positions, err = r.numbers(name, value, -366, 366)
	case "BYHOUR":
		r.hours, err = r.numbers(name, value, 0, 23)
	case "BYMINUTE":
		r.minutes, err = r.numbers(name, value, 0, 59)
	case "BYSECOND":
		if value != "0" && value != "00" {
			return refuse(r.line, "ical.frequency", "BYSECOND is not accepted: an event recurs at most once a minute.")
		}
	case "BYDAY":
		return r.byDay(value)
	default:
		if !strings.HasPrefix(name, "X-") {
			return wrong(r.line, "ical.rule", "%.40q is not a part of a rule.", name)
		}
	}
	return err
}

func (r *rule) frequency(value string) error {
	switch value {
	case "DAILY":
		r.freq = eachDay
	case "WEEKLY":
		r.freq = eachWeek
	case "MONTHLY":
		r.freq = eachMonth
	case "YEARLY":
		r.freq = eachYear
	case "SECONDLY", "MINUTELY", "HOURLY":
		return refuse(r.line, "ical.frequency", "FREQ=%s is not accepted. Rules recur DAILY, WEEKLY, MONTHLY or YEARLY.", value)
	default:
		return wrong(r.line, "ical.rule", "FREQ=%.20s is unknown.", value)
	}
	return nil
}

func (r *rule) setUntil(value string) error {
	for _, f := range []struct {
		form string
		m    Moment
	}{{formUTC, Moment{Zone: UTC}}, {formWall, Moment{}}, {formDate, Moment{Date: true}}} {
		if t, err := time.Parse(f.form, value); err == nil && sane(t) {
			r.until = f.m
			r.until.Wall = t
			return nil
		}
	}
	return wrong(r.line, "ical.rule", "UNTIL=%.40s is not a time.", value)
}

func (r *rule) number(name, value string, low, high int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return 0, wrong(r.line, "ical.rule", "%s=%.40s is not a number from %d to %d.", name, value, low, high)
	}
	return n, nil
}

func (r *rule) numbers(name, value string, low, high int) ([]int, error) {
	var out []int
	for v := range strings.SplitSeq(value, ",") {
		n, err := r.number(name, v, low, high)
		if err != nil {
			return nil, err
		}
		if n == 0 && low < 0 {
			return nil, wrong(r.line, "ical.rule", "%s counts from 1, or from -1 backwards.", name)
		}
		out = append(out, n)
	}
	return out, nil
}

func (r *rule) byDay(value string) error {
	for v := range strings.SplitSeq(value, ",") {
		if len(v) < 2 {
			return wrong(r.line, "ical.rule", "BYDAY=%.40s is not a weekday.", value)
		}
		d, ok := weekday(v[len(v)-2:])
		if !ok {
			return wrong(r.line, "ical.rule", "BYDAY=%.40s is not a weekday.", value)
		}
		x := nth{day: d}
		if len(v) > 2 {
			n, err := strconv.Atoi(v[:len(v)-2])
			if err != nil || n == 0 || n < -53 || n > 53 {
				return wrong(r.line, "ical.rule", "BYDAY=%.40s is not a numbered weekday.", value)
			}
			x.n = n
		}
		r.weekdays = append(r.weekdays, x)
	}
	return nil
}

func weekday(s string) (time.Weekday, bool) {
	for i, w := range weekdays {
		if w == s {
			return time.Weekday(i), true
		}
	}
	return 0, false
}
