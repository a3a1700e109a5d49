package outlook_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
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
)

// crowd adds tasks that a few people share, some with dates of their own, and work of those people for a release that comes first.
func (w world) crowd(t *testing.T, d *db.DB, r plan.Release, tasks int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 3))
	var people []string
	for i := range 5 {
		people = append(people, string(ledger.ActorOf(authtest.Person(t, d, fmt.Sprintf("crowd%d", i), "contributor")).For))
	}
	other := w.earlier(t, r, "payments-26.10.9")
	for i := range 8 {
		w.Add(t, other.Key, work.Spec{Key: fmt.Sprint("o", i), Name: "O", Owner: people[i%5], Estimate: work.Estimate{Likely: 95 + int64(rng.IntN(700))}, Uses: []work.Use{{Kind: "environment", Key: "prod-north"}}})
	}
	for i := range tasks {
		likely := 40 + int64(rng.IntN(900))
		in := work.Spec{Key: fmt.Sprint("t", i), Name: "T", Owner: people[rng.IntN(5)], Estimate: work.Estimate{Low: likely / 2, Likely: likely, High: likely * 2}}
		for range rng.IntN(3) {
			if k := i - 1 - rng.IntN(12); k >= 0 && !slices.Contains(in.Needs, fmt.Sprint("t", k)) {
				in.Needs = append(in.Needs, fmt.Sprint("t", k))
			}
		}
		if i%9 == 0 {
			in.NotBefore = utc(24, 0, 0).Add(time.Duration(rng.IntN(10*24*60)) * time.Minute)
		}
		if i%5 == 0 {
			in.Uses = []work.Use{{Kind: "environment", Key: "prod-north"}}
		}
		w.Add(t, r.Key, in)
	}
}

// While nothing changes, forecasts at every hour of a day rest on one order, and differ by what has passed of the day at most.
func TestOrderHoldsForTheDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		w.crowd(t, d, r, 90)
		fake := d.Clock().(*clock.Fake)
		fake.Advance(utc(23, 0, 10).Std().Sub(fake.Now())) // Monday
		var first, last []string
		var p80 db.Time
		for _, at := range []db.Time{utc(23, 0, 10), utc(23, 9, 17), utc(23, 10, 41), utc(23, 13, 5), utc(23, 15, 59), utc(23, 18, 30), utc(23, 23, 59)} {
			fake.Advance(at.Std().Sub(fake.Now()))
			s, err := w.outlook.Level(w.Admin, r.Key)
			if err != nil {
				t.Fatal(err)
			}
			slices.SortStableFunc(s.Tasks, func(a, b outlook.Timing) int {
				return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Key, b.Key))
			})
			last = nil
			for _, x := range s.Tasks {
				if x.Owner != "" {
					last = append(last, x.Key)
				}
				if !x.Start.IsZero() && x.Start.Before(at) {
					t.Errorf("at %s, %s is to begin at %s", at, x.Key, x.Start)
				}
			}
			f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 1000})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first, p80 = last, f.P80
			}
			if !slices.Equal(first, last) {
				t.Errorf("at %s the order is another:\n%v\n%v", at, first, last)
			}
			if late := f.P80.Sub(p80); late < 0 || late > 24*time.Hour {
				t.Errorf("at %s P80 is %s, at midnight it was %s", at, f.P80, p80)
			}
		}
	})
}
