package planfile

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// units are the words of durations, in minutes of work. Those that begin with e run around the clock.
var units = map[string]struct {
	minutes int64
	elapsed bool
}{
	"m": {1, false}, "min": {1, false}, "mins": {1, false}, "minute": {1, false}, "minutes": {1, false},
	"h": {60, false}, "hr": {60, false}, "hrs": {60, false}, "hour": {60, false}, "hours": {60, false},
	"d": {minutesADay, false}, "dy": {minutesADay, false}, "day": {minutesADay, false}, "days": {minutesADay, false},
	"w": {minutesAWeek, false}, "wk": {minutesAWeek, false}, "wks": {minutesAWeek, false}, "week": {minutesAWeek, false}, "weeks": {minutesAWeek, false},
	"mo": {minutesAMonth, false}, "mon": {minutesAMonth, false}, "mons": {minutesAMonth, false}, "month": {minutesAMonth, false}, "months": {minutesAMonth, false},
	"std": {60, false}, "stunde": {60, false}, "stunden": {60, false}, "minuten": {1, false},
	"t": {minutesADay, false}, "tag": {minutesADay, false}, "tage": {minutesADay, false}, "woche": {minutesAWeek, false}, "wochen": {minutesAWeek, false},
	"monat": {minutesAMonth, false}, "monate": {minutesAMonth, false}, "fstd": {60, true}, "ft": {24 * 60, true}, "ftag": {24 * 60, true}, "ftage": {24 * 60, true},
	"em": {1, true}, "emin": {1, true}, "emins": {1, true}, "eh": {60, true}, "ehr": {60, true}, "ehrs": {60, true},
	"ed": {24 * 60, true}, "eday": {24 * 60, true}, "edays": {24 * 60, true}, "ew": {7 * 24 * 60, true}, "ewk": {7 * 24 * 60, true}, "ewks": {7 * 24 * 60, true},
}

var durationPart = regexp.MustCompile(`^\s*([0-9]+(?:[.,][0-9]+)?)\s*([a-zA-Z]*)\.?\??\s*`)

// minutesMax is the greatest time that a cell may state: ten years.
const minutesMax = 10 * 366 * 24 * 60

// minutes reads "3d", "1d 4h", "2.5 days", "4 hrs" and a bare number of hours.
func minutes(s string) (n int64, elapsed bool, err error) {
	rest := s
	sum := 0.0
	for part := 0; rest != ""; part++ {
		m := durationPart.FindStringSubmatch(rest)
		if m == nil || part == 4 {
			return 0, false, fmt.Errorf("a time has the form 3d, 4h, 1d 4h or 30m, not %.40q", s)
		}
		v, _ := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
		u, ok := units[strings.ToLower(m[2])]
		switch {
		case m[2] == "":
			u.minutes = 60
		case !ok:
			return 0, false, fmt.Errorf("the unit %.20q is not known: m, h, d, w or mo are", m[2])
		}
		elapsed = elapsed || u.elapsed
		sum += v * float64(u.minutes)
		rest = rest[len(m[0]):]
	}
	if sum > minutesMax {
		return 0, false, fmt.Errorf("%.40q is longer than ten years", s)
	}
	return int64(math.Round(sum)), elapsed, nil
}

// span writes minutes as minutes reads them.
func span(n int64) string {
	switch {
	case n < 0:
		return ""
	case n == 0:
		return "0h"
	case n%60 == 0:
		return strconv.FormatInt(n/60, 10) + "h"
	case n < 60:
		return strconv.FormatInt(n, 10) + "m"
	}
	return fmt.Sprintf("%dh %dm", n/60, n%60)
}

// layouts are the forms of wall times that are read, most exact first. Dates whose day and month could be taken for each other are not
// among them; slashes sees to those of tables.
var layouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2 Jan 2006 15:04", "2 Jan 2006", "2.1.2006 15:04", "2.1.2006"}

// instant reads a date and time.
func instant(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return dated(t)
	}
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, s, zone); err == nil {
			return dated(t)
		}
	}
	if err := unclear(s); err != nil {
		return time.Time{}, err
	}
	return time.Time{}, fmt.Errorf("a date has the form 2026-11-23 or 2026-11-23 09:00, not %.40q", s)
}

// endOf returns the last minute of a day that is written without a time: what is due on a day is not late in its course.
func endOf(t time.Time, s string) time.Time {
	if strings.Contains(s, ":") {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 0, 0, t.Location())
}

func dated(t time.Time) (time.Time, error) {
	if y := t.Year(); y < 2000 || y > 2199 {
		return t, fmt.Errorf("the year is %d; dates from 2000 to 2199 are kept", y)
	}
	return t, nil
}

// date writes an instant so that instant reads the same one back: as wall time where that is exact.
func date(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	wall := t.In(zone).Format("2006-01-02 15:04")
	if back, err := time.ParseInLocation("2006-01-02 15:04", wall, zone); err == nil && back.Equal(t) {
		return wall
	}
	return t.In(zone).Format(time.RFC3339Nano)
}

// german are the kinds of links as Microsoft Project calls them in German: from Anfang or Ende to Anfang or Ende.
var german = map[string]string{"EA": "FS", "AA": "SS", "EE": "FF", "AE": "SF"}

var linkRest = regexp.MustCompile(`^\s*(FS|SS|FF|SF|fs|ss|ff|sf|EA|AA|EE|AE)?\s*(?:([+-])\s*(.+))?$`)

// links reads what a task hangs on: "design", "12FS+2d; build SS", keys or numbers with commas or semicolons between them. known says
// what is a key or number of the file, so that a key that ends as a kind or a lag would is taken whole.
func links(s string, known func(string) bool) ([]Link, error) {
	var out []Link
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if len(out) == linksMax {
			return nil, fmt.Errorf("a task hangs on at most %d others", linksMax)
		}
		if known(part) {
			out = append(out, Link{Task: part, Kind: "FS"})
			continue
		}
		l, err := link(part, known)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// link reads one of them: the longest beginning that is known names the task.
func link(part string, known func(string) bool) (Link, error) {
	if len(part) > 300 {
		return Link{}, fmt.Errorf("%.40q is too long for a link", part)
	}
	for i := len(part); i > 0; i-- {
		task := strings.TrimSpace(part[:i])
		m := linkRest.FindStringSubmatch(part[i:])
		if m == nil || !known(task) {
			continue
		}
		l := Link{Task: task, Kind: strings.ToUpper(m[1])}
		l.Kind = cmp.Or(german[l.Kind], l.Kind)
		if l.Kind == "" {
			l.Kind = "FS"
		}
		return l, l.lag(part, m[2], m[3])
	}
	return Link{}, fmt.Errorf("the file has no task %.60q; a link has the form design, design FS+2d or 12SS-4h", part)
}

func (l *Link) lag(part, sign, text string) (err error) {
	switch {
	case sign == "":
		return nil
	case strings.HasSuffix(text, "%"):
		return fmt.Errorf("the lag of %.60q is a share; give it as a time, as in FS+2d", part)
	}
	if l.Lag, l.Elapsed, err = minutes(text); err != nil {
		return fmt.Errorf("the lag of %.60q: %w", part, err)
	}
	if sign == "-" {
		l.Lag = -l.Lag
	}
	return nil
}

// written is the inverse of links.
func written(p Plan, t Task) string {
	var out []string
	for _, l := range t.Links {
		s := l.Task
		if l.To >= 0 && l.To < len(p.Tasks) && p.Tasks[l.To].Key != "" {
			s = p.Tasks[l.To].Key
		}
		if l.Kind != "FS" || l.Lag != 0 {
			s += " " + l.Kind
		}
		lag := max(l.Lag, -l.Lag)
		if l.Lag != 0 {
			sign := "+"
			if l.Lag < 0 {
				sign = "-"
			}
			if l.Elapsed {
				s += sign + strconv.FormatInt(lag, 10) + "em"
			} else {
				s += sign + span(lag)
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}
