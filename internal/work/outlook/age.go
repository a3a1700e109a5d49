package outlook

import (
	"time"

	"slipway/internal/platform/db"
)

// How near a window is makes how long a forecast of its release lasts without a change.
const (
	near    = 30 * 24 * time.Hour
	further = 90 * 24 * time.Hour
)

// day is the number of a day in UTC.
func day(t db.Time) int64 { return t.Std().Unix() / (24 * 60 * 60) }

// Worn reports whether a forecast is too old although nothing that it rests on has changed, because time has passed over the plan. One of a release
// whose window is at most 30 days away, or past, lasts for its day in UTC; at most 90 days away for three days; and of every other for
// seven. None outlasts the start of the window that it was made before. None was made at the zero time.
func Worn(made, window, now db.Time) bool {
	age := day(now) - day(made)
	switch {
	case made.IsZero(), window.After(made) && !window.After(now):
		return true
	case window.IsZero() || window.After(now.Add(further)):
		return age >= 7
	case window.After(now.Add(near)):
		return age >= 3
	}
	return age >= 1
}
