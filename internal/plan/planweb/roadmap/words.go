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

// wall writes the weekday and the time of a wall time: "Thu 21:00".
func wall(start string) string {
	t, err := time.Parse("2006-01-02T15:04", start)
	if err != nil {
		return start
	}
	return t.Format("Mon 15:04")
}
