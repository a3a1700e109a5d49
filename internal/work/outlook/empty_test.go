package outlook_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

func (w world) finish(t *testing.T, r plan.Release, at db.Time) {
	t.Helper()
	ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range ts {
		if x.Status.Ended() {
			continue
		}
		if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: ptr(work.Done), StartedAt: ptr(at.Add(-time.Hour)), EndedAt: &at}); err != nil {
			t.Fatal(err)
		}
	}
}

// Without tasks there is nothing to forecast, and a certain date would be no news.
func TestNoTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.earlier(t, w.release(t), "payments-26.10.9")
		_, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{})
		if errs.CodeOf(err) != errs.CodeInvalid || errs.ReasonOf(err) != "forecast.no_tasks" || !strings.Contains(err.Error(), "no tasks before its window") {
			t.Errorf("%v", err)
		}
		if made, err := w.outlook.Renew(auth.WithSystem(t.Context()), r.ID); err != nil || made {
			t.Errorf("in the background: %v %v", made, err)
		}
		s, err := w.outlook.Level(w.Admin, r.Key)
		if err != nil || !s.Ready.IsZero() || len(s.Tasks) != 0 {
			t.Errorf("%+v %v", s, err)
		}
	})
}

// Once all work before the window is done, one more forecast says when, and time does not wear it out.
func TestAllDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		if f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 500}); err != nil || !f.Done.IsZero() {
			t.Fatalf("%s %v", f.Done, err)
		}
		done := utc(19, 12, 0)
		w.finish(t, r, done)
		if made, err := w.outlook.Renew(auth.WithSystem(t.Context()), r.ID); err != nil || !made {
			t.Fatalf("%v %v", made, err)
		}
		d.Clock().(*clock.Fake).Advance(40 * 24 * time.Hour)
		f, err := w.outlook.Forecast(w.Admin, r.Key)
		if err != nil || f.Stale || f.Done != done || f.P80 != done || f.Chance == nil || *f.Chance != 1 {
			t.Errorf("%+v %v", f, err)
		}
		if made, err := w.outlook.Renew(auth.WithSystem(t.Context()), r.ID); err != nil || made {
			t.Errorf("made again: %v %v", made, err)
		}
	})
}
