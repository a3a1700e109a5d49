package uifigure

import (
	"strconv"
	"time"

	"slipway/internal/platform/ui"
)

// PerCent is a chance from 0 to 1 in whole per cent; what is neither certain nor impossible is not rounded to it.
func PerCent(chance float64) int {
	n := int(chance*100 + .5)
	switch {
	case n == 0 && chance > 0:
		return 1
	case n == 100 && chance < 1:
		return 99
	}
	return n
}

// Slip writes by how much a date moved, either way and without a sign, so that it fits dates that are written without their times: under a day in hours or
// minutes, from a day on as many days as lie between the two in the calendar of the zone: "12 h", "4 d".
func Slip(from, to time.Time, zone *time.Location) string {
	if to.Before(from) {
		from, to = to, from
	}
	switch d := to.Sub(from); {
	case d < time.Hour:
		return ui.Duration(d.Truncate(time.Minute))
	case d < 24*time.Hour:
		return ui.Duration(d.Truncate(time.Hour))
	}
	day := func(t time.Time) time.Time {
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return strconv.Itoa(int(day(to).Sub(day(from))/(24*time.Hour))) + " d"
}
