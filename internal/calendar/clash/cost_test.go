package clash_test

import (
	"fmt"
	"testing"

	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/clash"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A check costs some twenty statements, and two for each conflict that is new or gone, whatever else the calendar holds.
func TestStatements(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-02-01T00:00")
	alone := release(t, w, "alone", later(1000*hour))
	many := release(t, w, "many-0")
	for i := range 10 {
		release(t, w, fmt.Sprintf("many-%d", i+1))
	}
	count := func(r plan.Release) (n int) {
		must(t, d.Write(w.Admin, func(tx *db.Tx) error {
			before := tx.Statements()
			err := w.Conflicts.Recheck(tx, r.ID)
			n = tx.Statements() - before
			return err
		}))
		return n
	}
	a, b := count(alone), count(many)
	t.Logf("alone %d, with twenty conflicts %d", a, b)
	if a > 24 || b > a+6 {
		t.Errorf("alone %d statements, with twenty conflicts that stand %d", a, b)
	}
}

// A window is read once, however often it is booked, both where a time is looked for and where conflicts are.
func TestStatementsOfBookedWindows(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	always := calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-02-01T00:00")
	long := release(t, w, "payments-1", func(s *plan.Spec) { s.Window.End = s.Window.Start + 24*hour })
	booked := 0
	cost := func(until int) (n int) {
		for ; booked < until; booked++ {
			from := long.Window.Start + db.Time(booked)*hour/2
			_, err := w.Bookings.Request(w.Admin, booking.Spec{Window: always.Key, Purpose: "Trial", From: from, To: from + hour/2})
			must(t, err)
		}
		must(t, d.Read(w.Admin, func(tx *db.Tx) error {
			if _, err := w.Conflicts.Would(tx, long.ID, long.Window); err != nil {
				return err
			}
			_, err := w.Conflicts.FreeSlots(tx, clash.Want{Release: long.ID})
			n = tx.Statements()
			return err
		}))
		return n
	}
	if few, many := cost(2), cost(20); many > few {
		t.Errorf("%d statements with 2 bookings of a window, %d with 20", few, many)
	}
}
