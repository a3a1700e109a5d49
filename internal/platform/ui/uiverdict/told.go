package uiverdict

import (
	"regexp"
	"strings"
	"time"

	"slipway/internal/platform/ui"
)

// NearMid writes an instant as ui.Near does, for the middle of a sentence: "today 21:00".
func NearMid(t, now time.Time, zone *time.Location) string {
	s := ui.Near(t, now, zone)
	for _, day := range []string{"Today ", "Tomorrow ", "Yesterday "} {
		if strings.HasPrefix(s, day) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}

var stamped = regexp.MustCompile(`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2} UTC`)

// Told writes a reason, which the engines write once for every reader, with its instants as this reader says them: "of Thu
// 19 Nov 2026, 12:20 UTC" is "of today 13:20".
func Told(text string, now time.Time, zone *time.Location) string {
	return stamped.ReplaceAllStringFunc(text, func(s string) string {
		t, err := time.Parse("Mon 2 Jan 2006, 15:04 UTC", s)
		if err != nil {
			return s
		}
		return NearMid(t, now, zone)
	})
}
