package ical

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
)

func tooLarge(n int) error {
	return errs.TooLarge("ical.too_large", "A calendar has at most %d MiB; this one has %d bytes.", MaxBytes>>20, n)
}

// The years that a date may have.
const (
	firstYear = 1900
	lastYear  = 2200
)

// readMoment reads one value of a property whose value is a date or a time.
func (r *reader) readMoment(p property, value string) (Moment, error) {
	value = strings.TrimSpace(value)
	if p.param("VALUE") == "DATE" || len(value) == len(formDate) {
		t, err := time.Parse(formDate, value)
		if err != nil || !sane(t) {
			return Moment{}, wrong(p.line, "ical.date", "%.40q is not a date between %d and %d, such as 20261224.", value, firstYear, lastYear)
		}
		return Moment{Wall: t, Date: true}, nil
	}
	wall, zulu := strings.CutSuffix(strings.ToUpper(value), "Z")
	t, err := time.Parse(formWall, leap(wall))
	if err != nil || !sane(t) {
		return Moment{}, wrong(p.line, "ical.date", "%.40q is not a time between %d and %d, such as 20261224T220000Z.", value, firstYear, lastYear)
	}
	m := Moment{Wall: t}
	if zulu {
		m.Zone = UTC
		return m, nil
	}
	if name := p.param("TZID"); name != "" {
		zone, ok := r.zoneOf(name)
		if !ok {
			return m, wrong(p.line, "ical.zone_unknown", "Nobody knows the time zone %.80q, and the text does not define it.", name)
		}
		m.Zone = zone
	}
	return m, nil
}

// leap reads second 60, which the format allows, as 59.
func leap(wall string) string {
	if len(wall) == len(formWall) && strings.HasSuffix(wall, "60") {
		return wall[:len(wall)-2] + "59"
	}
	return wall
}

func sane(t time.Time) bool { return t.Year() >= firstYear && t.Year() <= lastYear }

// span is a DURATION: days on the calendar, and time.
type span struct {
	days  int
	exact time.Duration
}

// maxSpanDays is the longest that one event lasts.
const maxSpanDays = 3660

// readDuration reads a DURATION such as P1DT2H or P2W; one that goes back is refused.
func readDuration(p property) (span, error) {
	bad := wrong(p.line, "ical.duration", "%.40q is not a duration such as PT1H30M or P1D, of at most ten years.", p.value)
	s, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(p.value)), "+"), "P")
	if !ok || s == "" || len(s) > 40 {
		return span{}, bad
	}
	var out span
	clock := false
	for s != "" {
		if s[0] == 'T' && !clock {
			clock, s = true, s[1:]
			continue
		}
		i := strings.IndexFunc(s, func(c rune) bool { return c < '0' || c > '9' })
		if i <= 0 || i > 9 {
			return span{}, bad
		}
		n, err := strconv.Atoi(s[:i])
		if err != nil {
			return span{}, bad
		}
		switch unit := s[i]; {
		case unit == 'W' && !clock:
			out.days += 7 * n
		case unit == 'D' && !clock:
			out.days += n
		case unit == 'H' && clock:
			out.exact += time.Duration(n) * time.Hour
		case unit == 'M' && clock:
			out.exact += time.Duration(n) * time.Minute
		case unit == 'S' && clock:
			out.exact += time.Duration(n) * time.Second
		default:
			return span{}, bad
		}
		s = s[i+1:]
		if out.days > maxSpanDays || out.exact > maxSpanDays*24*time.Hour || out.exact < 0 {
			return span{}, bad
		}
	}
	return out, nil
}

func readOffset(p property) (int, error) {
	s := strings.TrimSpace(p.value)
	bad := wrong(p.line, "ical.offset", "%.40q is not an offset such as +0100.", p.value)
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return 0, bad
	}
	n, err := strconv.Atoi(s[1:])
	if err != nil || n < 0 {
		return 0, bad
	}
	if len(s) == 5 {
		n *= 100
	}
	out := n/10000*3600 + n/100%100*60 + n%100
	if out > 26*3600 {
		return 0, bad
	}
	if s[0] == '-' {
		out = -out
	}
	return out, nil
}
