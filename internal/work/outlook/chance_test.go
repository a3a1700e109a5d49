package outlook_test

import (
	"math"
	"testing"
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work/outlook"
)

// The chance of another date is that of a forecast which is made once the window lies there, to three percent of the samples.
func TestOddsAreThoseOfTheForecast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		ask := func(at ...db.Time) (o outlook.Odds) {
			t.Helper()
			err := d.Read(w.Admin, func(tx *db.Tx) (err error) {
				o, err = w.outlook.Odds(tx, r, at...)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		if o := ask(r.Window.Start); len(o.Chances) != 0 || o.P80 != 0 {
			t.Errorf("without a forecast: %+v", o)
		}
		f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 2000})
		if err != nil {
			t.Fatal(err)
		}
		var at []db.Time
		for day := 23; day <= 26; day++ {
			for hour := 9; hour <= 21; hour += 2 {
				at = append(at, utc(day, hour, 30))
			}
		}
		o := ask(append(at, f.P50, f.P80, utc(19, 1, 0))...)
		n := len(at)
		if math.Abs(o.Chances[n]-.5) > .03 || math.Abs(o.Chances[n+1]-.8) > .03 || o.Chances[n+2] != 0 {
			t.Errorf("P50 has %g, P80 has %g, the past %g", o.Chances[n], o.Chances[n+1], o.Chances[n+2])
		}
		inside := 0
		for i, x := range at {
			if i > 0 && o.Chances[i] < o.Chances[i-1] {
				t.Errorf("%s has less than the date before it", x)
			}
			if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: x, End: x.Add(time.Hour)}}); err != nil {
				t.Fatal(err)
			}
			f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 2000})
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(*f.Chance-o.Chances[i]) > .03 {
				t.Errorf("%s: %g, the forecast there says %g", x, o.Chances[i], *f.Chance)
			}
			if own := ask(x, x.Add(-time.Minute), x.Add(time.Minute)).Chances; own[0] != *f.Chance || own[1] > own[0] || own[2] < own[0] {
				t.Errorf("%s: the forecast of this window says %g, its odds around it are %v", x, *f.Chance, own)
			}
			if *f.Chance > .02 && *f.Chance < .98 {
				inside++
			}
		}
		if inside < 3 {
			t.Errorf("%d dates were between never and surely", inside)
		}
	})
}
