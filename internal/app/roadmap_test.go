package app_test

import (
	"testing"
	"time"

	"slipway/internal/app"
	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/plan/roadmap"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
)

// A train with the calendar's own rule opens its releases across both clock changes of a year at the same wall time, and keeps off a hard
// freeze that was stated in the calendar.
func TestTrainAcrossClockChanges(t *testing.T) {
	c, err := config.Load(config.Settings{}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Data = t.TempDir()
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewFake(time.Date(2027, 3, 1, 12, 0, 0, 0, zone))
	a, err := app.Open(t.Context(), app.Options{Config: c, Clock: now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	ctx := auth.WithSystem(t.Context())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.Plans.EnsureBuiltin(ctx))
	_, err = a.Catalog.AddProduct(ctx, catalog.ProductSpec{Key: "payments", Name: "Payments"})
	must(err)
	_, err = a.Catalog.AddEnvironment(ctx, catalog.EnvironmentSpec{Key: "prod", Name: "Production", Tier: "production"})
	must(err)
	_, err = a.Auth.AddPerson(ctx, people.NewPerson{Key: "maya", Name: "Maya"})
	must(err)
	_, err = a.Calendar.Add(ctx, calendar.Freeze, calendar.Spec{Key: "summer", Name: "Summer", Reason: "Holidays", Start: "2027-07-01T00:00", End: "2027-07-10T00:00", Zone: "Europe/Copenhagen", Owner: "maya"})
	must(err)
	_, err = a.Trains.Add(ctx, train.Spec{Key: "line", Product: "payments", Cadence: train.Cadence{Start: "2027-03-11T21:00", Zone: "Europe/Copenhagen", RRule: "FREQ=WEEKLY", Length: "150m"},
		Lead: "5d", Pattern: "{yy}.{ww}.0", Owner: "maya"})
	must(err)
	for range 36 * 7 { // to November, day by day
		now.Advance(24 * time.Hour)
		must(a.Trains.OpenDue(ctx))
	}
	rs, err := a.Plans.List(ctx, plan.Filter{Limit: 201})
	must(err)
	seen := map[string]int{}
	for _, r := range rs {
		at := r.Window.Start.Std().In(zone)
		seen[at.Format("MST")]++
		if at.Format("Mon 15:04") != "Thu 21:00" || r.Window.End.Sub(r.Window.Start) != 150*time.Minute {
			t.Errorf("%s departs %s", r.Key, at)
		}
		if at.Month() == time.July && at.Day() < 10 {
			t.Errorf("%s departs within the freeze, %s", r.Key, at)
		}
		made := r.CreatedAt.Std().In(zone)
		if d := at.Sub(made); d > 5*24*time.Hour+time.Hour || d < 4*24*time.Hour-time.Hour {
			t.Errorf("%s was opened %s before its window", r.Key, d)
		}
	}
	if len(rs) != 34 || seen["CET"] < 4 || seen["CEST"] < 25 {
		t.Errorf("%d releases, %v", len(rs), seen)
	}
	must(a.DB.Read(ctx, func(tx *db.Tx) error {
		road, err := a.Roadmaps.Read(tx, roadmap.Span{From: db.At(time.Date(2027, 4, 1, 0, 0, 0, 0, zone)), To: db.At(time.Date(2027, 10, 1, 0, 0, 0, 0, zone))})
		if err == nil && (len(road.Rows) != 1 || len(road.Rows[0].Freezes) != 1 || len(road.Rows[0].Marks) < 20) {
			t.Errorf("%+v", road)
		}
		return err
	}))
}
