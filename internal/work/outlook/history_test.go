package outlook_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

// The last forecast of each day stays, the oldest go, and the present one stands beside that of a week earlier.
func TestHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		system := auth.WithSystem(t.Context())
		pass := func(d time.Duration) { w.DB.Clock().(*clock.Fake).Advance(d) }
		renew := func(want bool) {
			t.Helper()
			if made, err := w.outlook.Renew(system, r.ID); err != nil || made != want {
				t.Fatalf("made %t, %v", made, err)
			}
		}
		last := func() outlook.Forecast {
			t.Helper()
			f, err := w.outlook.Forecast(w.Admin, r.Key)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		renew(true)
		first := last()
		if first.Before != nil {
			t.Errorf("before the first: %+v", first.Before)
		}
		pass(time.Hour)
		c, _ := w.Tasks.Find(w.Admin, r.Key, "c")
		if _, err := w.Tasks.Set(w.Admin, c.ID, 0, work.Change{Estimate: &work.Estimate{Likely: 300}}); err != nil {
			t.Fatal(err)
		}
		renew(true)
		renew(false)
		second := last()
		past, err := w.outlook.Forecasts(w.Admin, r.Key)
		if err != nil || len(past) != 1 || past[0].At != second.At || past[0].P80 != second.P80 || past[0].Window != r.Window.Start || *past[0].Chance != *second.Chance {
			t.Fatalf("two forecasts of a day: %+v %v", past, err)
		}
		for range 8 {
			pass(24 * time.Hour)
			renew(true)
		}
		if b := last().Before; b == nil || b.At != second.At.Add(24*time.Hour) || b.Tasks != 0 {
			t.Errorf("a week earlier: %+v", b)
		}
		if _, err := w.Tasks.Set(w.Admin, c.ID, 0, work.Change{Estimate: &work.Estimate{Likely: 360}}); err != nil {
			t.Fatal(err)
		}
		if f := last(); !f.Changed || !f.Stale || f.Before.Tasks != 1 {
			t.Errorf("after a change: %t %t %+v", f.Changed, f.Stale, f.Before)
		}
		pass(100 * 24 * time.Hour)
		if f := last(); !f.Stale {
			t.Error("after a hundred days it holds")
		}
		renew(true)
		if past, _ = w.outlook.Forecasts(w.Admin, r.Key); len(past) != 1 {
			t.Errorf("after a hundred days %d are kept", len(past))
		}
		viewer := authtest.Person(t, d, "cards", "viewer@product/"+string(w.Cards.ID))
		if _, err := w.outlook.Forecasts(viewer, r.Key); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("somebody else: %v", err)
		}
	})
}

func TestWorn(t *testing.T) {
	now := utc(21, 1, 0)
	ago := func(days, hours int) db.Time { return now.Add(-time.Duration(days*24+hours) * time.Hour) }
	in := func(days int) db.Time { return now.Add(time.Duration(days) * 24 * time.Hour) }
	for _, x := range []struct {
		name         string
		made, window db.Time
		want         bool
	}{
		{"none", 0, in(3), true},
		{"of today", ago(0, 1), in(3), false},
		{"of the day before", ago(0, 2), in(3), true},
		{"a window that is past", ago(1, 0), in(-3), true},
		{"a month away", ago(1, 0), in(30), true},
		{"further", ago(2, 0), in(31), false},
		{"further, of the third day", ago(3, 0), in(90), true},
		{"far", ago(6, 0), in(91), false},
		{"far, of the week before", ago(7, 0), in(91), true},
		{"no window", ago(6, 0), 0, false},
	} {
		if got := outlook.Worn(x.made, x.window, now); got != x.want {
			t.Errorf("%s: %t", x.name, got)
		}
	}
}

// What a page shows of a release costs the same whatever it has, and little more than its schedule; the forecasts of many releases cost one statement.
func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		rs := []plan.Release{w.release(t), w.Release(t, "b", plan.Draft), w.Release(t, "c", plan.Draft)}
		for _, r := range rs {
			if _, err := w.outlook.Renew(auth.WithSystem(t.Context()), r.ID); err != nil {
				t.Fatal(err)
			}
		}
		count := func(ctx context.Context, fn func(tx *db.Tx) error) (n int) {
			t.Helper()
			for range 2 { // the first fills what is kept
				err := d.Read(ctx, func(tx *db.Tx) error {
					err := fn(tx)
					n = tx.Statements()
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		sight := func(tx *db.Tx) error {
			s, err := w.outlook.ReadSight(tx, rs[0].Key)
			if s.Forecast == nil || s.Forecast.Stale || len(s.History) != 1 || len(s.Tasks) < 4 || len(s.Schedule.Tasks) != 4 {
				t.Errorf("%+v", s)
			}
			return err
		}
		schedule := count(w.Admin, func(tx *db.Tx) error { _, err := w.outlook.ReadSchedule(tx, rs[0].Key); return err })
		few := count(w.Admin, sight)
		t.Logf("a schedule costs %d statements, all there is to see %d", schedule, few)
		if few > schedule+6 {
			t.Errorf("%d statements, %d for the schedule alone", few, schedule)
		}
		for i := range 20 {
			w.Add(t, rs[0].Key, work.Spec{Key: fmt.Sprint("k", i), Name: "More", Owner: "admin", Estimate: work.Estimate{Likely: 60}})
		}
		if n := count(w.Admin, func(tx *db.Tx) error { _, err := w.outlook.ReadSight(tx, rs[0].Key); return err }); n > few {
			t.Errorf("%d statements with twenty more tasks, %d before", n, few)
		}
		list := func(rs []plan.Release) int {
			return count(w.Admin, func(tx *db.Tx) error {
				got, err := w.outlook.ReadForecasts(tx, rs)
				if len(got) != len(rs) {
					t.Errorf("%d forecasts of %d releases", len(got), len(rs))
				}
				return err
			})
		}
		if one, all := list(rs[:1]), list(rs); all != one || one > 2 {
			t.Errorf("%d statements for one release, %d for three", one, all)
		}
	})
}
