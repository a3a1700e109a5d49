package harm_test

import (
	"testing"
	"time"

	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/harm"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A release whose window lies months ahead is offered times around that, not only those of the next weeks.
func TestWindowsAroundOneFarAhead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		calendartest.Window(t, w.Calendar, w.Admin, "Nights", "2026-11-17T20:00", "2026-11-18T00:00", calendartest.Weekly("TU,TH,SA"), calendartest.In("prod-north"))
		s := plantest.Spec("payments-1")
		s.Scope = nil
		far := now.Add(100 * 24 * time.Hour)
		s.Window = &plan.Window{Start: far, End: far.Add(2 * time.Hour)}
		r, err := w.Plans.Create(w.Admin, s)
		must(t, err)
		offers := windows(t, w, r, harm.Want{})
		if len(offers) == 0 {
			t.Fatal("nothing is offered")
		}
		if away := offers[0].Start.Sub(far); away < -7*24*time.Hour || away > 7*24*time.Hour {
			t.Errorf("the first offer lies %s from the window", away)
		}
	})
}
