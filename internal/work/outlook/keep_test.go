package outlook_test

import (
	"fmt"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

// A person's work for a release that comes first is not there for the next.
func TestLevelBesideOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		other := w.Release(t, "payments-26.12.0", plan.Draft)
		early := plan.Window{Start: r.Window.Start.Add(-24 * time.Hour), End: r.Window.End.Add(-24 * time.Hour)}
		if _, err := w.Plans.Set(w.Admin, other.Key, 0, plan.Edit{Window: &early}); err != nil {
			t.Fatal(err)
		}
		w.Add(t, other.Key, work.Spec{Key: "x", Name: "X", Owner: "admin", Estimate: work.Estimate{Likely: 8 * 60}})
		s, err := w.outlook.Level(w.Admin, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		if a := timing(t, s, "a"); a.Start != utc(20, 13, 8) || a.Shift != 8*60 || s.Ready != utc(26, 10, 8) {
			t.Errorf("a begins at %s, ready at %s", a.Start, s.Ready)
		}
	})
}

// BenchmarkOutlook measures a release of a thousand tasks whose owners share the work.
func BenchmarkOutlook(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	w := open(b, d)
	r := w.Release(b, "payments-26.11.0", plan.Draft)
	for i := range 1000 {
		in := work.Spec{Key: fmt.Sprint("t", i), Name: "T", Estimate: work.Estimate{Low: 120, Likely: 240, High: 600}, Owner: "admin"}
		if i%10 > 0 {
			in.Owner = ""
		}
		for k := i - 1; k >= 0 && k > i-40 && len(in.Needs) < 2; k -= 7 + i%13 {
			in.Needs = append(in.Needs, fmt.Sprint("t", k))
		}
		w.Add(b, r.Key, in)
	}
	d.Clock().(*clock.Fake).Advance(time.Hour)
	b.Run("schedule", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.outlook.Schedule(w.Admin, r.Key); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("level", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.outlook.Level(w.Admin, r.Key); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("forecast", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkKeep measures forecasts of 300 releases of one product, of which some share people, roles and past tasks: one at a time as the jobs make them,
// when nothing has changed, and what the hourly look for outdated ones costs.
func BenchmarkKeep(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	w := open(b, d)
	const n = 300
	var people []string
	for i := range 20 {
		people = append(people, string(ledger.ActorOf(authtest.Person(b, d, fmt.Sprintf("p%02d", i), "contributor")).For))
	}
	var rs []plan.Release
	for i := range n {
		s := plantest.Spec(fmt.Sprintf("payments-%d", i))
		at := s.Window.Start.Add(time.Duration(i) * 6 * time.Hour)
		s.Window = &plan.Window{Start: at, End: at.Add(2 * time.Hour)}
		r, err := w.Plans.Create(w.Admin, s)
		if err != nil {
			b.Fatal(err)
		}
		rs = append(rs, r)
		for k := range 4 {
			in := work.Spec{Name: "T", Estimate: work.Estimate{Likely: 240}, Owner: people[(i+k)%len(people)], Uses: []work.Use{{Kind: "role", Key: "operator"}}}
			x := w.Add(b, r.Key, in)
			if k < 2 {
				end := utc(10+i%8, 9+k, 0)
				if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: ptr(work.Done), StartedAt: ptr(end.Add(-24 * time.Hour)), EndedAt: &end}); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	keep := func(b *testing.B) {
		for _, r := range rs {
			if _, err := w.outlook.Renew(auth.WithSystem(b.Context()), r.ID); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			d.Clock().(*clock.Fake).Advance(24 * time.Hour)
			keep(b)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			keep(b)
		}
	})
}
