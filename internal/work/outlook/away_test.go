package outlook_test

import (
	"testing"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
)

// A forecast of certain durations is the levelled schedule, with the days away, hours and shares of everybody; and an outcome that runs into days away
// which the schedule does not reach is as much later.
func TestForecastByCalendars(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range ts {
			if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: ptr(work.Dropped)}); err != nil {
				t.Fatal(err)
			}
		}
		away := func(first, last string) {
			t.Helper()
			if _, err := w.resources.AskAbsence(w.Admin, resource.NewAbsence{First: first, Last: last}); err != nil {
				t.Fatal(err)
			}
		}
		forecast := func() outlook.Forecast {
			t.Helper()
			f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		a := w.Add(t, r.Key, work.Spec{Key: "a", Name: "A", Estimate: work.Estimate{Low: 8 * 60, Likely: 8 * 60, High: 8 * 60}})
		w.Add(t, r.Key, work.Spec{Key: "b", Name: "B", Estimate: work.Estimate{Low: 4 * 60, Likely: 4 * 60, High: 4 * 60}, Owner: "admin", After: []work.After{{Task: "a", Lag: 60}}})
		away("2026-11-20", "2026-11-23") // before B can begin
		level, err := w.outlook.Level(w.Admin, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		if f := forecast(); f.P50 != level.Ready || f.P95 != level.Ready || level.Ready.Before(utc(24, 12, 0)) {
			t.Errorf("certain work is done at %s to %s, by the schedule at %s", f.P50, f.P95, level.Ready)
		}
		// The schedule expects B on Tuesday; what takes longer runs into days away from Wednesday on.
		away("2026-11-25", "2026-11-27")
		if _, err := w.Tasks.Set(w.Admin, a.ID, 0, work.Change{Status: ptr(work.Dropped)}); err != nil {
			t.Fatal(err)
		}
		b, err := w.Tasks.Find(w.Admin, r.Key, "b")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tasks.Set(w.Admin, b.ID, 0, work.Change{Estimate: &work.Estimate{Low: 4 * 60, Likely: 11 * 60, High: 16 * 60}}); err != nil {
			t.Fatal(err)
		}
		f := forecast()
		if f.P50.After(utc(24, 18, 0)) || f.P80.Before(utc(30, 8, 0)) {
			t.Errorf("P50 %s, P80 %s", f.P50, f.P80)
		}
	})
}
