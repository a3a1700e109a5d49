package calendar_test

import (
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// The next stretches are found however many have begun before and still go on.
func TestCadenceWithManyStretchesUnderWay(t *testing.T) {
	c, err := calendar.NewCadence("2026-11-01T00:00", "Europe/Copenhagen", "FREQ=DAILY;BYHOUR=0,6,12,18", 7*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 10, 30, 0, 0, time.UTC)
	got := c.After(at, 2)
	if len(got) != 2 || got[0].Start != db.At(at.Add(30*time.Minute)) || got[1].Start != db.At(at.Add(390*time.Minute)) {
		t.Errorf("the next are %+v", got)
	}
}

// A list of a span holds the periods that occur in it, not those that recur before and after.
func TestListOfASpan(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.New(t, d)
	calendartest.Window(t, w.Calendar, w.Admin, "Tuesdays", "2026-11-24T20:00", "2026-11-24T22:00", calendartest.Weekly("TU"))
	at := func(day int) db.Time { return db.At(time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC)) }
	for _, c := range []struct {
		from, to db.Time
		want     int
	}{{at(1), at(2), 1}, {at(2), at(8), 0}, {at(2), at(9), 1}, {at(2), 0, 1}, {0, at(2), 1}} {
		got, err := w.Calendar.List(w.Admin, calendar.Filter{Kind: calendar.Window, From: c.from, To: c.to})
		if err != nil || len(got) != c.want {
			t.Errorf("from %s to %s: %d periods, want %d: %v", c.from, c.to, len(got), c.want, err)
		}
	}
}
