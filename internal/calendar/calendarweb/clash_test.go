package calendarweb

import (
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/platform/db"
)

func TestAConflictIsToldOnceForAllItsEnvironments(t *testing.T) {
	at := db.At(time.Date(2026, 11, 19, 20, 30, 0, 0, time.UTC))
	of := func(env, service string) calendar.Conflict {
		return calendar.Conflict{Code: calendar.ConflictOverlap, Environment: env, Services: []string{service}, From: at, To: at.Add(time.Hour),
			Releases: []calendar.InConflict{{ID: "a"}, {ID: "b"}}}
	}
	got := gathered([]calendar.Conflict{of("north", "ledger"), of("north", "core"), of("west", "ledger")})
	if len(got) != 2 || len(got[0].environments) != 2 || got[0].environments[1] != "west" || len(got[1].environments) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestTheAxisOfAConflictHasRoundHours(t *testing.T) {
	stockholm := time.FixedZone("CET", 3600)
	kolkata := time.FixedZone("IST", 5*3600+1800)
	for _, c := range []struct {
		zone     *time.Location
		from, to time.Duration // after 20:00 UTC
		step     time.Duration
	}{
		{stockholm, 0, 150 * time.Minute, time.Hour},
		{kolkata, 0, 150 * time.Minute, time.Hour},
		{stockholm, 3 * time.Minute, 33 * time.Minute, 10 * time.Minute},
		{stockholm, 0, 9 * 24 * time.Hour, 48 * time.Hour},
	} {
		v := monthView{look: look{Zone: c.zone}}
		start := time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC)
		from, to, step := v.axis(db.At(start.Add(c.from)), db.At(start.Add(c.to)))
		if step != c.step || from.After(db.At(start.Add(c.from))) || to.Before(db.At(start.Add(c.to))) {
			t.Errorf("%v to %v: from %v to %v by %v", c.from, c.to, from.Std(), to.Std(), step)
		}
		if l := from.Std().In(c.zone); l.Minute()%10 != 0 || step >= time.Hour && l.Minute() != 0 {
			t.Errorf("the axis begins at %v", l)
		}
	}
}
