package period_test

import (
	"testing"
	"time"

	"slipway/internal/calendar/period"
)

// What is written out has no end before its own: a freeze that recurs often holds in years to come as it does today.
func TestSpansReachTheirEnd(t *testing.T) {
	p := period.Period{Start: "2026-11-21T00:00", End: "2026-11-21T00:20", Zone: "Europe/Berlin",
		RRule: "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,30"}
	from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(3, 0, 0)
	s, err := p.Spans(from, to)
	if err != nil {
		t.Fatal(err)
	}
	for _, days := range []int{0, 400, 500, 1000, 1094} {
		at := from.AddDate(0, 0, days).Add(10 * time.Hour)
		if until, active := s.ActiveUntil(at.Add(5 * time.Minute)); !active || !until.Equal(at.Add(20*time.Minute)) {
			t.Errorf("after %d days: %v until %s", days, active, until)
		}
	}
}
