package outlook_test

import (
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
)

// Work without anybody's time, without any capacity and without any duration has an answer of its own in the schedule, levelled and forecast.
func TestNothingToWorkWith(t *testing.T) {
	never := func(s outlook.Schedule) bool { return s.Unreached > 0 && s.Ready.IsZero() }
	for name, c := range map[string]struct {
		set    func(t *testing.T, w world, release string)
		plain  func(outlook.Schedule) bool
		levels func(outlook.Schedule) bool
		draws  func(outlook.Forecast) bool
	}{
		"a year of holidays": {
			func(t *testing.T, w world, release string) {
				w.add(t, release, work.Spec{Key: "x", Owner: "admin", Estimate: work.Estimate{Likely: 480}})
				if _, err := w.resources.AskAbsence(w.Admin, resource.NewAbsence{First: "2026-11-20", Last: "2027-11-19"}); err != nil {
					t.Fatal(err)
				}
			},
			func(s outlook.Schedule) bool { return s.Ready.After(utc(19, 0, 0).Add(366 * 24 * time.Hour)) },
			func(s outlook.Schedule) bool { return s.Ready.After(utc(19, 0, 0).Add(366 * 24 * time.Hour)) },
			func(f outlook.Forecast) bool {
				return f.P50.After(utc(19, 0, 0).Add(366*24*time.Hour)) && *f.Chance == 0
			},
		},
		"nobody's hours": {
			func(t *testing.T, w world, release string) {
				w.add(t, release, work.Spec{Key: "x", Owner: "admin", Estimate: work.Estimate{Likely: 480}})
				for _, days := range [][2]string{{"2026-11-01", "2027-10-31"}, {"2027-11-01", "2028-10-30"}, {"2028-10-31", "2029-10-30"}, {"2029-10-31", "2030-10-30"}} {
					if _, err := w.resources.AskAbsence(w.Admin, resource.NewAbsence{First: days[0], Last: days[1]}); err != nil {
						t.Fatal(err)
					}
				}
			},
			never, never,
			nil,
		},
		"no capacity": {
			func(t *testing.T, w world, release string) {
				w.add(t, release, work.Spec{Key: "x", Estimate: work.Estimate{Likely: 480}, Uses: []work.Use{{Kind: "skill", Key: "cobol", Units: 2}}})
			},
			func(s outlook.Schedule) bool { return s.Ready == utc(20, 13, 8) },
			func(s outlook.Schedule) bool {
				return s.Ready == utc(20, 13, 8) && len(s.Shortages) == 1 && s.Shortages[0].Have == 0
			},
			func(f outlook.Forecast) bool { return f.P80 == utc(20, 13, 8) },
		},
		"no duration": {
			func(t *testing.T, w world, release string) {
				w.add(t, release, work.Spec{Key: "x", Owner: "admin"})
				w.add(t, release, work.Spec{Key: "y", Owner: "admin", Needs: []string{"x"}})
			},
			func(s outlook.Schedule) bool { return s.Ready == utc(19, 13, 8) && s.Vague == 2 },
			func(s outlook.Schedule) bool { return s.Ready == utc(19, 13, 8) },
			func(f outlook.Forecast) bool { return f.P80 == utc(19, 13, 8) && f.Vague == 2 && f.Done.IsZero() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.Open(t, db.SQLite)
			w := open(t, d)
			r := w.earlier(t, w.release(t), "payments-26.10.9")
			c.set(t, w, r.Key)
			s, err := w.outlook.Schedule(w.Admin, r.Key)
			if err != nil || !c.plain(s) {
				t.Errorf("schedule: %+v %v", s, err)
			}
			if s, err = w.outlook.Level(w.Admin, r.Key); err != nil || !c.levels(s) {
				t.Errorf("level: %+v %v", s, err)
			}
			f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 500})
			if c.draws == nil {
				if errs.ReasonOf(err) != "forecast.no_hours" {
					t.Errorf("forecast: %+v %v", f, err)
				}
				return
			}
			if err != nil || !c.draws(f) {
				t.Errorf("forecast: %+v %v", f, err)
			}
		})
	}
}

func (w world) add(t *testing.T, release string, in work.Spec) {
	t.Helper()
	in.Name = in.Key
	w.Add(t, release, in)
}
