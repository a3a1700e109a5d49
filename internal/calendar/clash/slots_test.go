package clash_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/clash"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A release that is moved to a time that was offered has no conflict there, whatever else is planned.
func TestOfferedSlotsAreFree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		rnd := rand.New(rand.NewPCG(3, 5))
		pick := func(s ...string) string { return s[rnd.IntN(len(s))] }
		calendartest.Window(t, w.Calendar, w.Admin, "Nights", "2026-11-17T20:00", "2026-11-18T06:00", calendartest.Weekly("TU,TH,SA"), calendartest.In("prod-north"))
		for i := range 5 {
			day := 20 + rnd.IntN(9)
			calendartest.Freeze(t, w.Calendar, w.Admin, fmt.Sprintf("Freeze %d", i), fmt.Sprintf("2026-11-%02dT%02d:00", day, rnd.IntN(12)), fmt.Sprintf("2026-11-%02dT%02d:00", day, 13+rnd.IntN(10)),
				func(s *calendar.Spec) {
					s.Hardness = pick("soft", "hard")
					s.RRule = pick("", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=3")
				}, calendartest.For(pick("ledger", "cards-core")))
		}
		for i := range 20 {
			from := now.Add(time.Duration(rnd.IntN(20*24)) * time.Hour)
			_, err := w.Bookings.Request(w.Admin, booking.Spec{Environment: pick("pre-prod", "prod-north"), Purpose: fmt.Sprintf("Test %d", i), From: from, To: from.Add(time.Duration(1+rnd.IntN(20)) * time.Hour)})
			_ = err // what is taken is taken
			release(t, w, fmt.Sprintf("payments-%d", i), later(db.Time(rnd.IntN(20*24))*hour), to("pre-prod", "prod-north"), carries(pick("ledger", "payments-core", "cards-core")))
		}
		r := release(t, w, "moved", to("pre-prod", "prod-north"), carries("ledger"))
		var slots []clash.Slot
		must(t, d.Read(w.Admin, func(tx *db.Tx) (err error) {
			slots, err = w.Conflicts.FreeSlots(tx, clash.Want{Release: r.ID, N: 8})
			return err
		}))
		if len(slots) < 4 {
			t.Fatalf("only %d slots", len(slots))
		}
		for _, s := range slots {
			if s.End.Sub(s.Start) != r.Window.End.Sub(r.Window.Start) || s.Start < now {
				t.Errorf("%+v", s)
			}
			_, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: s.Start, End: s.End}, Reason: "Offered"})
			must(t, err)
			if cs := list(t, w, clash.Filter{Release: r.ID}); len(cs) > 0 {
				t.Errorf("at %s: %s", s.Start, cs[0].Text)
			}
		}
	})
}

// Whoever wants a time some months from now is offered times around it, and not the first ones that are free.
func TestOffersAreNearWhatWasWanted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		wanted := now.Add(100 * 24 * time.Hour)
		spec := booking.Spec{Environment: "pre-prod", Purpose: "Load test", From: wanted, To: wanted.Add(8 * time.Hour)}
		_, err := w.Bookings.Request(w.Admin, spec)
		must(t, err)
		near := func(slots []clash.Slot) {
			t.Helper()
			if len(slots) != 3 {
				t.Fatalf("%d slots", len(slots))
			}
			for _, s := range slots {
				if away := s.Start.Sub(wanted); away < -24*time.Hour || away > 24*time.Hour {
					t.Errorf("a time that lies %s from what was wanted is offered", away)
				}
			}
		}
		_, err = w.Bookings.Request(w.Admin, spec)
		taken, ok := errs.As(err).Theirs.(booking.Taken)
		if !ok {
			t.Fatal(err)
		}
		near(taken.Slots)
		slots, err := w.Bookings.Free(w.Admin, booking.FreeSpec{Kind: "environment", Thing: "pre-prod", Length: 8 * time.Hour, Near: wanted})
		must(t, err)
		near(slots)
	})
}
