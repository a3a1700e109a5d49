package frame

import (
	"strings"

	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// DayName is the day of an instant as a heading: "Today, Thu 19 Nov".
func (l Look) DayName(t db.Time) string {
	near, _, _ := strings.Cut(l.NearDay(t), " ")
	switch near {
	case "Yesterday", "Today", "Tomorrow":
		return near + ", " + l.Day(t)
	}
	return l.Day(t)
}

// Hours is a stretch of time below the name of the day on which it begins: "21:00 to 23:30", "20:30 to Fri 20 Nov, 00:00", of whole
// days "all day" or "to Fri 20 Nov".
func (l Look) Hours(from, to db.Time, whole bool) string {
	last := to
	if whole {
		last--
	}
	same := l.Midnight(from.Std()).Equal(l.Midnight(last.Std()))
	switch {
	case whole && same:
		return "all day"
	case whole:
		return "to " + l.Day(last)
	}
	text := l.clock(from) + " to "
	if !same {
		text += l.Day(last) + ", "
	}
	return text + l.clock(to)
}

// clock is the time of day, with the zone where it is not the one that stands at the head of the page.
func (l Look) clock(t db.Time) string {
	text := ui.Clock(t.Std(), l.Zone)
	if z := ui.ZoneName(t.Std(), l.Zone); z != ui.ZoneName(l.Now, l.Zone) {
		text += " " + z
	}
	return text
}
