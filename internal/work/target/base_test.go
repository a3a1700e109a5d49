package target_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/target"
)

// shared makes a release of n tasks whose owners are often away and do other work first, with dates and two environments of one place each.
func (w world) shared(t testing.TB, n, people int) plan.Release {
	t.Helper()
	r := w.Chain(t, "payments-26.11.0")
	other := w.Chain(t, "payments-26.10.9")
	var owners []string
	for i := range people {
		ctx := authtest.Person(t, w.DB, fmt.Sprintf("p%02d", i), "contributor")
		owners = append(owners, string(ledger.ActorOf(ctx).For))
		first := db.At(w.DB.Clock().Now()).Std().AddDate(0, 0, 3+2*i)
		if _, err := w.resources.AskAbsence(ctx, resource.NewAbsence{First: first.Format(time.DateOnly), Last: first.AddDate(0, 0, 4).Format(time.DateOnly)}); err != nil {
			t.Fatal(err)
		}
	}
	luck := rand.New(rand.NewPCG(1, 2))
	places := []string{"prod-north", "pre-prod"}
	err := w.DB.Write(w.Admin, func(tx *db.Tx) error {
		for i := range n {
			task := func(i int) string { return fmt.Sprintf("00000000-0000-7000-8000-%012d", i) }
			likely, of := 60*(1+luck.IntN(20)), r.ID
			if i%10 == 9 {
				of = other.ID
			}
			if _, err := tx.Exec(`INSERT INTO task (id, release, key, name, text, owner, phase, status, status_at, blocker, low, likely, high, from_window, sort_at, search, rev, created_at, created_by, changed_at, changed_by, heard_at)
				VALUES ($1, $2, $3, $3, '', $4, '', 'todo', $5, '', $6, $7, $8, '', $9, $3, 1, $5, 'x', $5, 'x', $5)`,
				task(i), of, fmt.Sprintf("t-%04d", i), owners[luck.IntN(people)], tx.Now, likely/2, likely, likely*5/2, i); err != nil {
				return err
			}
			if luck.IntN(12) == 0 {
				if _, err := tx.Exec(`UPDATE task SET not_before = $2 WHERE id = $1`, task(i), tx.Now.Add(time.Duration(luck.IntN(20*24))*time.Hour)); err != nil {
					return err
				}
			}
			if luck.IntN(4) == 0 {
				if _, err := tx.Exec(`INSERT INTO task_use (task, kind, key, units) VALUES ($1, 'environment', $2, 1)`, task(i), places[luck.IntN(2)]); err != nil {
					return err
				}
			}
			for k := range 2 {
				if g := i - 1 - luck.IntN(60) - k*60; of == r.ID && g >= 0 && g%10 != 9 {
					if _, err := tx.Exec(`INSERT INTO task_link (task, giver, kind, lag, elapsed) VALUES ($1, $2, 'FS', 0, FALSE)`, task(i), task(g)); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.move(t, other, other.Window.Start.Add(-24*time.Hour))
	return r
}

func (w world) move(t testing.TB, r plan.Release, start db.Time) {
	t.Helper()
	if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: start, End: start.Add(2 * time.Hour)}, Reason: "Other plans"}); err != nil {
		t.Fatal(err)
	}
}

// What can be expected without a move is what the forecast says that everybody sees, to the draw, for as long as it holds: whatever the hour, and
// whatever draws it was made with. Where none holds, it is what a forecast would say that is made now.
func TestBaseIsTheForecast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.shared(t, 120, 6)
		drop := []target.Move{{Kind: "later", Hours: 8, Cost: 1}}
		same := func(when string, kept bool) {
			t.Helper()
			f, err := w.outlook.Forecast(w.Admin, r.Key)
			if err != nil {
				t.Fatal(err)
			}
			a, err := w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{Chance: 0.99, Moves: drop})
			if err != nil {
				t.Fatal(err)
			}
			if equal := a.Chance == *f.Chance && a.P80 == f.P80; equal != kept || a.Kept != kept || f.Stale == kept || kept != (a.At == f.At) {
				t.Errorf("%s: the forecast says %g and %s as of %s, stale %v; must-be-true %g and %s as of %s, kept %v", when, *f.Chance, f.P80, f.At, f.Stale, a.Chance, a.P80, a.At, a.Kept)
			}
		}
		forecast := func(in outlook.ForecastOptions) outlook.Forecast {
			t.Helper()
			f, err := w.outlook.MakeForecast(w.Admin, r.Key, in)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		later := func(by time.Duration) { d.Clock().(*clock.Fake).Advance(by) }

		a, err := w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{Moves: drop})
		if err != nil || a.Kept {
			t.Errorf("without a forecast: %+v %v", a, err)
		}
		if f := forecast(outlook.ForecastOptions{}); a.Chance != *f.Chance || a.P80 != f.P80 || a.At != f.At {
			t.Errorf("at the instant of a forecast: %g and %s, it says %g and %s", a.Chance, a.P80, *f.Chance, f.P80)
		}
		w.move(t, r, forecast(outlook.ForecastOptions{}).P50)
		if f := forecast(outlook.ForecastOptions{}); *f.Chance < 0.2 || *f.Chance > 0.8 {
			t.Fatalf("a chance of %g tells nothing", *f.Chance)
		}
		same("at once", true)
		later(13 * time.Minute)
		same("minutes later", true)
		later(3*time.Hour + 17*time.Minute)
		same("in the evening", true)
		later(5*time.Hour + time.Second)
		same("at night", true)
		forecast(outlook.ForecastOptions{Samples: 777, Seed: 5})
		same("by draws of one's own", true)
		later(40 * time.Minute)
		same("minutes after these", true)
		x, err := w.Tasks.Find(w.Admin, r.Key, "t-0110")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Estimate: &work.Estimate{Low: 600, Likely: 6000, High: 9000}}); err != nil {
			t.Fatal(err)
		}
		same("after a change", false)
		forecast(outlook.ForecastOptions{})
		same("once that is in the forecast", true)
	})
}
