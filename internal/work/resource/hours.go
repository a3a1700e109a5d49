package resource

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/work/schedule"
)

// Hours are the working hours of a week in wall time: "mon-thu 09:00-12:00 13:00-17:30; fri 09:00-15:00". The empty text
// is a week without work.
type Hours string

// Usual are the hours of those for whom nothing else is stated: forty a week.
const Usual Hours = "mon-fri 09:00-17:00"

// Always is around the clock, which an environment is without a word to the contrary.
const Always Hours = "mon-sun 00:00-24:00"

var dayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// hoursMax bounds the text of hours in bytes.
const hoursMax = 1_000

// ParseHours reads hours and returns them in their shortest form. Days are mon to sun, one, several with commas, or from
// and to; stretches stand behind them and may not overlap; semicolons part what holds for different days. It fails with
// errs.Invalid hours.malformed.
func ParseHours(field, text string) (Hours, error) {
	var week [7][]schedule.Hours
	if len(text) > hoursMax {
		return "", badHours(field, text[:20]+"…")
	}
	for part := range strings.SplitSeq(strings.ToLower(text), ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		days, ok := parseDays(words[0])
		if !ok || len(words) < 2 {
			return "", badHours(field, part)
		}
		for _, w := range words[1:] {
			from, to, ok := parseStretch(w)
			if !ok {
				return "", badHours(field, w)
			}
			for _, d := range days {
				week[d] = append(week[d], schedule.Hours{Day: time.Weekday((d + 1) % 7), From: from, To: to})
			}
		}
	}
	for d := range week {
		slices.SortFunc(week[d], func(a, b schedule.Hours) int { return a.From - b.From })
		for i := 1; i < len(week[d]); i++ {
			if week[d][i].From < week[d][i-1].To {
				return "", badHours(field, dayNames[d])
			}
		}
	}
	return written(week), nil
}

func badHours(field, what string) error {
	return errs.InvalidField(field, "hours.malformed", "Give working hours such as “mon-thu 09:00-12:00 13:00-17:30; fri 09:00-15:00”. This is not understood or overlaps: %.40s.", strings.TrimSpace(what))
}

func parseDays(text string) ([]int, bool) {
	var out []int
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		a := slices.Index(dayNames, first)
		b := a
		if ranged {
			b = slices.Index(dayNames, last)
		}
		if a < 0 || b < a {
			return nil, false
		}
		for d := a; d <= b; d++ {
			if slices.Contains(out, d) {
				return nil, false
			}
			out = append(out, d)
		}
	}
	return out, true
}

func parseStretch(text string) (from, to int, ok bool) {
	a, b, both := strings.Cut(text, "-")
	from, ok = parseClock(a)
	to, end := parseClock(b)
	return from, to, both && ok && end && from < to
}

func parseClock(text string) (int, bool) {
	if len(text) != 5 || text[2] != ':' {
		return 0, false
	}
	n := 0
	for i, weight := range map[int]int{0: 600, 1: 60, 3: 10, 4: 1} {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n += int(text[i]-'0') * weight
	}
	return n, text[3] < '6' && n <= 24*60
}

// written joins days with the same stretches that follow each other.
func written(week [7][]schedule.Hours) Hours {
	stretches := func(d int) string {
		var out []string
		for _, h := range week[d] {
			out = append(out, fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60))
		}
		return strings.Join(out, " ")
	}
	var parts []string
	for d := 0; d < 7; d++ {
		s := stretches(d)
		if s == "" {
			continue
		}
		last := d
		for last < 6 && stretches(last+1) == s {
			last++
		}
		name := dayNames[d]
		if last > d {
			name += "-" + dayNames[last]
		}
		parts = append(parts, name+" "+s)
		d = last
	}
	return Hours(strings.Join(parts, "; "))
}

// Stretches returns the hours by day, as the scheduling engine takes them.
func (h Hours) Stretches() []schedule.Hours {
	var out []schedule.Hours
	for part := range strings.SplitSeq(string(h), ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		days, _ := parseDays(words[0]) // Hours were parsed
		for _, w := range words[1:] {
			from, to, _ := parseStretch(w)
			for _, d := range days {
				out = append(out, schedule.Hours{Day: time.Weekday((d + 1) % 7), From: from, To: to})
			}
		}
	}
	return out
}

// Minutes returns the working minutes of each day of the week, Monday first.
func (h Hours) Minutes() [7]int {
	var out [7]int
	for _, s := range h.Stretches() {
		out[(int(s.Day)+6)%7] += s.To - s.From
	}
	return out
}

// Weekly returns the working minutes of the week.
func (h Hours) Weekly() int {
	n := 0
	for _, m := range h.Minutes() {
		n += m
	}
	return n
}
