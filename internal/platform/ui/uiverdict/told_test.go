package uiverdict_test

import (
	"testing"
	"time"

	"slipway/internal/platform/ui/uiverdict"
)

func TestToldSpeaksOfTheReadersDay(t *testing.T) {
	now := time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC)
	stockholm := time.FixedZone("CET", 3600)
	for in, want := range map[string]string{
		"Tracker of Thu 19 Nov 2026, 12:20 UTC: it fails.":  "Tracker of today 13:20: it fails.",
		"In force until Tue 1 Dec 2026, 23:00 UTC.":         "In force until Wed 2 Dec, 00:00.",
		"From Wed 18 Nov 2026, 22:59 UTC to tomorrow.":      "From yesterday 23:59 to tomorrow.",
		"No instant, though UTC is named on 19 Nov 2026.":   "No instant, though UTC is named on 19 Nov 2026.",
		"Not one either: Thu 99 Nov 2026, 12:20 UTC stays.": "Not one either: Thu 99 Nov 2026, 12:20 UTC stays.",
	} {
		if got := uiverdict.Told(in, now, stockholm); got != want {
			t.Errorf("%q: %q, wanted %q", in, got, want)
		}
	}
}
