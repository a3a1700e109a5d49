package uifigure_test

import (
	"testing"
	"time"

	"slipway/internal/platform/ui/uifigure"
)

func TestPerCent(t *testing.T) {
	for chance, want := range map[float64]int{0: 0, .0001: 1, .424: 42, .425: 43, .994: 99, .9999: 99, 1: 100} {
		if got := uifigure.PerCent(chance); got != want {
			t.Errorf("%g: %d, want %d", chance, got, want)
		}
	}
}

func TestSlip(t *testing.T) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{"2026-11-10T20:00:00Z", "2026-11-11T08:00:00Z", "12 h"}, // over a night
		{"2026-11-27T16:00:00Z", "2026-12-01T08:47:00Z", "4 d"},  // Friday to Tuesday
		{"2026-12-01T08:47:00Z", "2026-11-27T16:00:00Z", "4 d"},  // the other way
		{"2026-11-27T08:00:00Z", "2026-11-28T08:00:00Z", "1 d"},
		{"2026-11-27T08:00:00Z", "2026-11-27T09:59:00Z", "1 h"},
		{"2026-11-27T08:00:00Z", "2026-11-27T08:59:30Z", "59 min"},
		{"2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z", "23 h"}, // noon to noon, the night that the clocks go forward
		{"2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "1 d"},  // midnight to midnight, the day of 25 hours
	} {
		from, _ := time.Parse(time.RFC3339, c.from)
		to, _ := time.Parse(time.RFC3339, c.to)
		if got := uifigure.Slip(from, to, stockholm); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}
