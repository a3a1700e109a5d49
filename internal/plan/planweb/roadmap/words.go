package roadmap

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/platform/ui"
)

// often says how often a rule recurs: "every 6 weeks". What is more than that is written as it is.
func often(rrule string) string {
	freq, n := "", 1
	for _, part := range strings.Split(strings.ToUpper(rrule), ";") {
		k, v, _ := strings.Cut(part, "=")
		switch k {
		case "FREQ":
			freq = v
		case "INTERVAL":
			if x, err := strconv.Atoi(v); err == nil {
				n = x
			}
		}
	}
	unit := map[string]string{"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}[freq]
	switch {
	case unit == "":
		return rrule
	case n == 1:
		return "every " + unit
	}
	return "every " + ui.Plural(n, unit, unit+"s")
}

// departs says how often a rule recurs, and on which days at which time: "every month, 2nd Thu 21:00". start is the wall time of the
// first occurrence, which says what the rule leaves open. A rule that names anything but days of the week or days of the month stands as it is.
func departs(rrule, start string) string {
	first, err := time.Parse("2006-01-02T15:04", start)
	if err != nil {
		return often(rrule) + ", " + start
	}
	var on []string
	var open string // the day that the rule leaves open
	for _, part := range strings.Split(strings.ToUpper(rrule), ";") {
		k, v, _ := strings.Cut(part, "=")
		word := weekday
		switch k {
		case "FREQ":
			open = map[string]string{"WEEKLY": first.Format("Mon "), "MONTHLY": nth(strconv.Itoa(first.Day())) + " ", "YEARLY": first.Format("2 Jan ")}[v]
			continue
		case "INTERVAL", "COUNT", "UNTIL", "WKST":
			continue
		case "BYDAY":
		case "BYMONTHDAY":
			word = nth
		default:
			return often(rrule) + ", " + rrule
		}
		if on != nil { // days that are both
			return often(rrule) + ", " + rrule
		}
		for _, d := range strings.Split(v, ",") {
			on = append(on, word(d))
		}
	}
	if on != nil {
		open = ui.List(on...) + " "
	}
	return often(rrule) + ", " + open + first.Format("15:04")
}

// weekday writes a day of BYDAY: "Thu" for TH, "2nd Thu" for 2TH, "last Fri" for -1FR.
func weekday(d string) string {
	n, name := d[:max(0, len(d)-2)], d[max(0, len(d)-2):]
	name = map[string]string{"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}[name]
	if n == "" {
		return name
	}
	return nth(n) + " " + name
}

// nth writes a number that counts from the start or, below 0, from the end: "2nd", "last", "3rd last".
func nth(n string) string {
	i, _ := strconv.Atoi(n)
	switch {
	case i == -1:
		return "last"
	case i < 0:
		return nth(strconv.Itoa(-i)) + " last"
	case i%100 >= 11 && i%100 <= 13:
		return strconv.Itoa(i) + "th"
	}
	return strconv.Itoa(i) + [...]string{"th", "st", "nd", "rd", "th", "th", "th", "th", "th", "th"}[i%10]
}
