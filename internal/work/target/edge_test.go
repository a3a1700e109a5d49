package target_test

import (
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/target"
)

// Work that is done was done when it was, whatever the hour: its chance is not that of work which is left.
func TestWorkThatIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.Chain(t, "payments-26.11.0")
		ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		done := db.At(d.Clock().Now()).Add(time.Hour)
		d.Clock().(*clock.Fake).Set(done.Std())
		for _, x := range ts {
			if s := work.Done; x.Status != work.Dropped {
				if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: &s}); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.move(t, r, done.Add(2*time.Hour))
		for _, at := range []time.Duration{time.Hour, 14 * 24 * time.Hour} { // before the window, and behind it
			d.Clock().(*clock.Fake).Advance(at)
			s, err := w.outlook.Schedule(w.Admin, r.Key)
			if err != nil || s.Ready != done || s.Finish != done || *s.Margin != 120 {
				t.Errorf("ready %s, finish %s: %v", s.Ready, s.Finish, err)
			}
			f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 500})
			if err != nil || f.P50 != done || f.P95 != done || *f.Chance != 1 {
				t.Errorf("P50 %s, P95 %s, chance %g: %v", f.P50, f.P95, *f.Chance, err)
			}
			a, err := w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{})
			if err != nil || a.P80 != done || a.Chance != 1 || len(a.Sets) != 1 || len(a.Sets[0].Moves) != 0 {
				t.Errorf("%+v %v", a, err)
			}
		}
	})
}

// A wanted date that has passed has no chance, and what is offered moves it to days that are still to come.
func TestDateThatHasPassed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.Chain(t, "payments-26.11.0")
		if _, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{}); err != nil {
			t.Fatal(err)
		}
		d.Clock().(*clock.Fake).Set(r.Window.Start.Std())
		if f, err := w.outlook.Forecast(w.Admin, r.Key); err != nil || !f.Stale || f.Changed {
			t.Errorf("the window opens, and the forecast made before it is stale: %v, changed: %v, %v", f.Stale, f.Changed, err)
		}
		d.Clock().(*clock.Fake).Advance(14 * 24 * time.Hour)
		a, err := w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{})
		if err != nil || a.Chance != 0 || a.Kept || len(a.Sets) == 0 {
			t.Errorf("%+v %v", a, err)
		}
		for _, m := range a.Moves {
			if m.Kind == "later" && (m.Hours < 80 || m.Cost > 16*5) {
				t.Errorf("%s costs %g", m.Text, m.Cost)
			}
		}
	})
}

// Without any work nothing is to be done, and nothing is ready either.
func TestNoWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.Chain(t, "payments-26.11.0")
		ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range ts {
			if s := work.Dropped; x.Status != s {
				if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: &s}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if s, err := w.outlook.Schedule(w.Admin, r.Key); err != nil || !s.Ready.IsZero() || !s.Finish.IsZero() || s.Margin != nil {
			t.Errorf("%+v %v", s, err)
		}
		if a, err := w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{}); err != nil || a.Chance != 1 || len(a.Sets) != 1 {
			t.Errorf("%+v %v", a, err)
		}
	})
}
