package resource

import (
	"fmt"
	"strconv"
	"time"

	"slipway/internal/errs"
)

// Day is a day without a zone: 2026-11-23.
type Day string

// DayOf returns the day of an instant in a zone.
func DayOf(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }

// ParseDay reads a day from 2000 to 2199. It fails with errs.Invalid day.malformed.
func ParseDay(field, text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 2000 || t.Year() > 2199 {
		return "", errs.InvalidField(field, "day.malformed", "Give a day such as 2026-11-23, not %.30q.", text)
	}
	return Day(text), nil
}

// Time returns midnight UTC of the day.
func (d Day) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // a Day was parsed or made from a time
	return t
}

// Start returns the day's midnight in a zone.
func (d Day) Start(zone *time.Location) time.Time {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
}

// Add returns the day n days later.
func (d Day) Add(n int) Day { return Day(d.Time().AddDate(0, 0, n).Format(time.DateOnly)) }

// Sub returns how many days the day is after another.
func (d Day) Sub(e Day) int { return int(d.Time().Sub(e.Time()) / (24 * time.Hour)) }

// Monday returns the first day of the day's week.
func (d Day) Monday() Day { return d.Add(-(int(d.Time().Weekday()) + 6) % 7) }

// Week returns the ISO 8601 week that the day lies in.
func (d Day) Week() Week {
	y, w := d.Time().ISOWeek()
	return Week(fmt.Sprintf("%d-W%02d", y, w))
}

// Week is a week as ISO 8601 counts them: 2026-W48.
type Week string

// ParseWeek reads a week, or the week of a day. It fails with errs.Invalid week.malformed.
func ParseWeek(field, text string) (Week, error) {
	if d, err := ParseDay(field, text); err == nil {
		return d.Week(), nil
	}
	if w := Week(text); len(text) == 8 && text[4:6] == "-W" {
		if d := w.Monday(); d != "" && d.Week() == w && text > "2000" && text < "2200" {
			return w, nil
		}
	}
	return "", errs.InvalidField(field, "week.malformed", "Give a week such as 2026-W48, or a day in it, not %.30q.", text)
}

// Monday returns the first day of the week, "" for what is none.
func (w Week) Monday() Day {
	if len(w) != 8 {
		return ""
	}
	y, err := strconv.Atoi(string(w[:4]))
	n, fault := strconv.Atoi(string(w[6:]))
	if err != nil || fault != nil || n < 1 || n > 53 {
		return ""
	}
	// The fourth of January is always in the first week.
	return DayOf(time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC), time.UTC).Monday().Add(7 * (n - 1))
}

// Number returns the number of the week in its year.
func (w Week) Number() int {
	if len(w) != 8 {
		return 0
	}
	n, _ := strconv.Atoi(string(w[6:])) // a Week was parsed or made from a day
	return n
}
