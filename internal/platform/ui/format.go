package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Minus is the sign that stands before negative numbers and countdowns; a hyphen never does.
const Minus = "−"

// Date writes "Thu 19 Nov", with the year when it is not the year of now: "Thu 19 Nov 2027".
func Date(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	if t.Year() == now.Year() {
		return t.Format("Mon 2 Jan")
	}
	return t.Format("Mon 2 Jan 2006")
}

// LongDate writes "Thursday 19 November 2026".
func LongDate(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Monday 2 January 2006")
}

// Clock writes "21:00" without a zone, for lists that name it once.
func Clock(t time.Time, zone *time.Location) string { return t.In(zone).Format("15:04") }

// ZoneName returns the short name of the zone at t: "CET", or "UTC+04:00" where a zone has none.
func ZoneName(t time.Time, zone *time.Location) string {
	name, offset := t.In(zone).Zone()
	if name != "" && name[0] != '+' && name[0] != '-' {
		return name
	}
	sign := "+"
	if offset < 0 {
		sign, offset = Minus, -offset
	}
	return fmt.Sprintf("UTC%s%02d:%02d", sign, offset/3600, offset%3600/60)
}

// Instant writes "Thu 19 Nov, 21:00 CET".
func Instant(t, now time.Time, zone *time.Location) string {
	return Date(t, now, zone) + ", " + Clock(t, zone) + " " + ZoneName(t, zone)
}

// Near writes an instant as a person says it: "Today 21:00", "Tomorrow 07:00", "Yesterday 16:20", else "Fri 20 Nov, 07:00".
// It names no zone.
func Near(t, now time.Time, zone *time.Location) string {
	switch days(now, t, zone) {
	case 0:
		return "Today " + Clock(t, zone)
	case 1:
		return "Tomorrow " + Clock(t, zone)
	case -1:
		return "Yesterday " + Clock(t, zone)
	}
	return Date(t, now, zone) + ", " + Clock(t, zone)
}

// days counts the midnights between two instants.
func days(from, to time.Time, zone *time.Location) int {
	f, t := from.In(zone), to.In(zone)
	a := time.Date(f.Year(), f.Month(), f.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a) / (24 * time.Hour))
}

// Period writes "Thu 19 Nov, 21:00 to 23:30 CET", and names the second date when it is another day.
func Period(from, to, now time.Time, zone *time.Location) string {
	if days(from, to, zone) == 0 {
		return Date(from, now, zone) + ", " + Clock(from, zone) + " to " + Clock(to, zone) + " " + ZoneName(to, zone)
	}
	start := Date(from, now, zone) + ", " + Clock(from, zone)
	if a, b := ZoneName(from, zone), ZoneName(to, zone); a != b {
		start += " " + a
	}
	return start + " to " + Date(to, now, zone) + ", " + Clock(to, zone) + " " + ZoneName(to, zone)
}

// TMinus writes the time until t: "T−06:52" under a day, "T−13 d" above, "T+00:38" once it has passed.
func TMinus(t, now time.Time) string {
	d, sign := t.Sub(now), Minus
	if d < 0 {
		d, sign = -d, "+"
	}
	if d >= 24*time.Hour {
		return "T" + sign + strconv.Itoa(int(d/(24*time.Hour))) + " d"
	}
	m := int(d / time.Minute)
	return fmt.Sprintf("T%s%02d:%02d", sign, m/60, m%60)
}

// TMinusSeconds is TMinus with seconds, as the ticking countdown shows it: "T−06:52:00".
func TMinusSeconds(t, now time.Time) string {
	d, sign := t.Sub(now), Minus
	if d < 0 {
		d, sign = -d, "+"
	}
	if d >= 24*time.Hour {
		return TMinus(t, now)
	}
	s := int(d / time.Second)
	return fmt.Sprintf("T%s%02d:%02d:%02d", sign, s/3600, s/60%60, s%60)
}

// Duration writes the two greatest units that matter: "40 s", "9 min", "2 h 5 min", "3 d 10 h"; a negative one carries a
// real minus.
func Duration(d time.Duration) string {
	if d < 0 {
		return Minus + Duration(-d)
	}
	if d < time.Minute {
		return strconv.Itoa(int(d/time.Second)) + " s"
	}
	m := int(d / time.Minute)
	day, h, m := m/1440, m/60%24, m%60
	switch {
	case day > 0 && h > 0:
		return fmt.Sprintf("%d d %d h", day, h)
	case day > 0:
		return fmt.Sprintf("%d d", day)
	case h > 0 && m > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case h > 0:
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d min", m)
}

// Age writes how long ago t was in one unit: "now", "48 min", "2 h", "7 d".
func Age(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 24*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + " d"
}

// In writes when t comes: "in 3 h 50 min", or "9 min ago".
func In(t, now time.Time) string {
	if d := t.Sub(now); d >= 0 {
		return "in " + Duration(d)
	}
	return Duration(now.Sub(t)) + " ago"
}

// Offset writes a deviation in minutes: "+6 min", "−2 min", "0 min".
func Offset(d time.Duration) string {
	m := int(d.Round(time.Minute) / time.Minute)
	if m > 0 {
		return "+" + strconv.Itoa(m) + " min"
	}
	return Number(m) + " min"
}

// Number writes a whole number with thousands apart and a real minus: "2,914", "−4".
func Number(n int) string {
	if n < 0 {
		return Minus + Number(-n)
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Decimal writes a number with a fixed count of decimals and a real minus: "97.9", "−0.6".
func Decimal(f float64, decimals int) string {
	s := strconv.FormatFloat(f, 'f', decimals, 64)
	if rest, neg := strings.CutPrefix(s, "-"); neg {
		if strings.Trim(rest, "0.") == "" {
			return rest
		}
		return Minus + rest
	}
	return s
}

// Plural writes "1 step" or "31 steps"; many is the form for all other counts.
func Plural(n int, one, many string) string {
	if n == 1 {
		return Number(n) + " " + one
	}
	return Number(n) + " " + many
}

// List joins names as a sentence does: "A", "A and B", "A, B and C".
func List(names ...string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Bytes writes a size in decimal units: "48 kB", "1.2 MB".
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1000*1000:
		return strconv.FormatInt(n/1000, 10) + " kB"
	case n < 1000*1000*1000:
		return Decimal(float64(n)/1e6, 1) + " MB"
	}
	return Decimal(float64(n)/1e9, 1) + " GB"
}

// Digest shortens a digest for the eye: "sha256:a17f 4c02 … 9be3 51d8". Anything under 20 digits stays whole.
func Digest(digest string) string {
	head, hex := "", digest
	if i := strings.IndexByte(digest, ':'); i >= 0 {
		head, hex = digest[:i+1], digest[i+1:]
	}
	if len(hex) < 20 {
		return digest
	}
	return head + hex[:4] + " " + hex[4:8] + " … " + hex[len(hex)-8:len(hex)-4] + " " + hex[len(hex)-4:]
}
