package outlook_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
)

type world struct {
	worktest.World
	outlook   *outlook.Outlooks
	resources *resource.Resources
}

func ptr[T any](v T) *T { return &v }

// start is Thursday, 19 November 2026, 13:08 UTC.
func open(t testing.TB, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
	w := world{World: worktest.New(t, d)}
	w.resources = resource.New(d, resource.Options{})
	w.outlook = outlook.New(d, outlook.Options{Resources: w.resources})
	return w
}

// release is the chain of worktest.
func (w world) release(t *testing.T) plan.Release { return w.Chain(t, "payments-26.11.0") }

func utc(day, hour, minute int) db.Time {
	return db.At(time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC))
}

func timing(t *testing.T, s outlook.Schedule, key string) outlook.Timing {
	t.Helper()
	i := slices.IndexFunc(s.Tasks, func(x outlook.Timing) bool { return x.Key == key })
	if i < 0 {
		t.Fatalf("no task %s", key)
	}
	return s.Tasks[i]
}

func TestScheduleInRealTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		s, err := w.outlook.Schedule(w.Admin, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string][2]db.Time{
			"a": {utc(19, 13, 8), utc(20, 13, 8)}, "b": {utc(20, 13, 8), utc(24, 13, 8)}, "c": {utc(24, 14, 8), utc(25, 10, 8)}, "d": {utc(19, 13, 8), utc(20, 13, 8)},
		} {
			if x := timing(t, s, key); x.Start != want[0] || x.Finish != want[1] {
				t.Errorf("%s runs from %s to %s", key, x.Start, x.Finish)
			}
		}
		if s.Ready != utc(25, 10, 8) || strings.Join(s.Critical, " ") != "a b c" || len(s.Tasks) != 4 || s.Margin == nil || s.Vague != 0 {
			t.Errorf("%+v", s)
		}
		if x := timing(t, s, "d"); x.Critical || x.Float != 21*60 || x.FreeFloat != 21*60 || x.Driver.Cause != "now" {
			t.Errorf("%+v", x)
		}
		if x := timing(t, s, "c"); !x.Critical || x.Driver.Task != "b" || x.Driver.Type != "FS" {
			t.Errorf("%+v", x)
		}
		if len(s.Marks) == 0 || s.Marks[0].Kind != "window" || s.Marks[0].Planned != plantest.Window.Start || s.Marks[0].Tasks != 4 {
			t.Errorf("%+v", s.Marks)
		}
		// Work that follows the window begins with it, and decides nothing before it.
		z := w.Add(t, r.Key, work.Spec{Key: "z", Name: "Z", Estimate: work.Estimate{Likely: 900}, Needs: []string{"c"}, Offset: "+7d"})
		if s, err = w.outlook.Schedule(w.Admin, r.Key); err != nil {
			t.Fatal(err)
		}
		if x := timing(t, s, "z"); x.Start.Before(r.Window.Start) || x.Critical || s.Ready != utc(25, 10, 8) || !s.Finish.After(r.Window.Start) {
			t.Errorf("%+v", x)
		}
		if f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 500}); err != nil || f.P80.After(r.Window.Start) && r.Window.Start.After(utc(26, 0, 0)) || slices.ContainsFunc(f.Drivers, func(d outlook.Driving) bool { return d.Task == "z" }) {
			t.Errorf("%+v %v", f.Drivers, err)
		}
		if _, err := w.Tasks.Set(w.Admin, z.ID, 0, work.Change{Status: ptr(work.Dropped)}); err != nil {
			t.Fatal(err)
		}
		// A task that has begun keeps its start, and what is left lies ahead.
		ts, _ := w.Tasks.Find(w.Admin, r.Key, "a")
		if _, err := w.Tasks.Set(w.Admin, ts.ID, 0, work.Change{Status: ptr(work.Doing), StartedAt: ptr(utc(19, 10, 0)), Remaining: ptr(int64(60))}); err != nil {
			t.Fatal(err)
		}
		if s, err = w.outlook.Schedule(w.Admin, r.Key); err != nil {
			t.Fatal(err)
		}
		if x := timing(t, s, "a"); x.Start != utc(19, 10, 0) || x.Finish != utc(19, 14, 8) || x.Work != 60 {
			t.Errorf("%+v", x)
		}
		stranger := authtest.Person(t, d, "carla", "release-manager@product/"+string(w.Cards.ID))
		if _, err := w.outlook.Schedule(stranger, r.Key); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("%v", err)
		}
	})
}

// One person does one task at a time, and days away are days away.
func TestLevelAndAbsence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		s, err := w.outlook.Level(w.Admin, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		a, b := timing(t, s, "a"), timing(t, s, "d")
		if a.Start.Before(b.Finish) && b.Start.Before(a.Finish) || !s.Levelled {
			t.Errorf("a %s to %s, d %s to %s", a.Start, a.Finish, b.Start, b.Finish)
		}
		if s.Ready != utc(25, 10, 8) || b.Driver.Cause != "resource" || b.Driver.Task != "a" || b.Shift != 8*60 || b.Critical {
			t.Errorf("ready %s, d %+v", s.Ready, b)
		}
		if _, err := w.resources.AskAbsence(w.Admin, resource.NewAbsence{First: "2026-11-20", Last: "2026-11-23"}); err != nil {
			t.Fatal(err)
		}
		if s, err = w.outlook.Schedule(w.Admin, r.Key); err != nil {
			t.Fatal(err)
		}
		if a := timing(t, s, "a"); a.Finish != utc(24, 13, 8) {
			t.Errorf("a is done at %s", a.Finish)
		}
		x := w.Add(t, r.Key, work.Spec{Key: "e", Name: "E", Estimate: work.Estimate{Likely: 60}, Uses: []work.Use{{Kind: "skill", Key: "cobol", Units: 2}}})
		if s, err = w.outlook.Level(w.Admin, r.Key); err != nil || !slices.Equal(s.Shortages, []outlook.Shortage{{Kind: "skill", Key: "cobol", Need: 2}}) {
			t.Errorf("%s %+v %v", x.Key, s.Shortages, err)
		}
	})
}

func TestForecastIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		r := w.release(t)
		if _, err := w.outlook.Forecast(w.Admin, r.Key); errs.ReasonOf(err) != "forecast.none" {
			t.Errorf("%v", err)
		}
		f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 2000})
		if err != nil {
			t.Fatal(err)
		}
		if f.P50.Before(utc(24, 12, 0)) || f.P50.After(utc(26, 9, 0)) || f.P80.Before(f.P50) || f.P95.Before(f.P80) || f.Chance == nil || f.Samples != 2000 || len(f.Histogram) == 0 {
			t.Errorf("%+v", f)
		}
		if len(f.Drivers) == 0 || f.Drivers[0].Task != "b" || f.Critical[0].Share != 1 {
			t.Errorf("%+v %+v", f.Drivers, f.Critical)
		}
		kept, err := w.outlook.Forecast(w.Admin, r.Key)
		if err != nil || kept.Stale || kept.P80 != f.P80 || kept.Digest != f.Digest {
			t.Errorf("%+v %v", kept, err)
		}
		again, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 2000})
		if err != nil || again.P80 != f.P80 {
			t.Errorf("another answer: %s %v", again.P80, err)
		}
		if _, err := w.outlook.Renew(auth.WithSystem(t.Context()), r.ID); err != nil {
			t.Fatal(err)
		}
		if kept, _ = w.outlook.Forecast(w.Admin, r.Key); kept.Samples != 2000 {
			t.Error("a forecast that holds was made again")
		}
		c, _ := w.Tasks.Find(w.Admin, r.Key, "c")
		if _, err := w.Tasks.Set(w.Admin, c.ID, 0, work.Change{Estimate: &work.Estimate{Likely: 600}}); err != nil {
			t.Fatal(err)
		}
		if kept, _ = w.outlook.Forecast(w.Admin, r.Key); !kept.Stale {
			t.Error("a changed estimate makes no forecast stale")
		}
		if _, err := w.outlook.Renew(auth.WithSystem(t.Context()), r.ID); err != nil {
			t.Fatal(err)
		}
		if kept, _ = w.outlook.Forecast(w.Admin, r.Key); kept.Stale || kept.Samples != 10_000 || !kept.P80.After(f.P80) {
			t.Errorf("%+v", kept)
		}
		d.Clock().(*clock.Fake).Advance(24 * time.Hour)
		if kept, _ = w.outlook.Forecast(w.Admin, r.Key); !kept.Stale {
			t.Error("the next day it is the same")
		}
		viewer := authtest.Person(t, d, "vera", "viewer")
		if _, err := w.outlook.MakeForecast(viewer, r.Key, outlook.ForecastOptions{}); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("%v", err)
		}
		if _, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 1 << 30}); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%v", err)
		}
		n := 0
		for _, x := range ledgertest.Actions(t, l) {
			if x == "forecast.made" {
				n++
			}
		}
		if n != 3 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestBaselineAndCompare(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		if _, err := w.outlook.Compare(w.Admin, r.Key, 0); errs.ReasonOf(err) != "baseline.none" {
			t.Errorf("%v", err)
		}
		b, err := w.outlook.SaveBaseline(w.Admin, r.Key, outlook.NewBaseline{})
		if err != nil || b.Number != 1 || b.Name != "Baseline 1" || len(b.Content.Tasks) != 4 || b.Content.Ready != utc(25, 10, 8) {
			t.Fatalf("%+v %v", b, err)
		}
		d.Clock().(*clock.Fake).Advance(24 * time.Hour)
		a, _ := w.Tasks.Find(w.Admin, r.Key, "a")
		if _, err := w.Tasks.Set(w.Admin, a.ID, 0, work.Change{Status: ptr(work.Done), StartedAt: ptr(utc(19, 13, 8)), EndedAt: ptr(utc(20, 12, 8))}); err != nil {
			t.Fatal(err)
		}
		x, _ := w.Tasks.Find(w.Admin, r.Key, "d")
		if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: ptr(work.Dropped)}); err != nil {
			t.Fatal(err)
		}
		w.Add(t, r.Key, work.Spec{Key: "e", Name: "E", Estimate: work.Estimate{Likely: 120}})
		c, err := w.outlook.Compare(w.Admin, r.Key, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]outlook.TaskAgainst{}
		for _, x := range c.Tasks {
			got[x.Key] = x
		}
		if x := got["a"]; !x.Finish.Actual || x.Finish.Variance != -60 || x.Start.Variance != 0 || x.Change != "" {
			t.Errorf("a %+v", x)
		}
		if x := got["a"]; x.Finish.Moved != int64(x.Finish.Now.Sub(x.Finish.Planned)/time.Minute) || x.Finish.Moved != -60 {
			t.Errorf("a moved by %d min", x.Finish.Moved)
		}
		if x := got["b"]; x.Finish.Actual || x.Finish.Variance != 0 || x.Start.Variance != 0 {
			t.Errorf("b %+v", x)
		}
		if got["d"].Change != "dropped" || got["e"].Change != "added" || c.Work != -8*60+120 || c.Baseline.Content != nil {
			t.Errorf("%+v", c)
		}
		if _, err := w.outlook.SaveBaseline(w.Admin, r.Key, outlook.NewBaseline{Name: "Second", Note: "After the talk"}); err != nil {
			t.Fatal(err)
		}
		if bs, err := w.outlook.Baselines(w.Admin, r.Key); err != nil || len(bs) != 2 || bs[0].Name != "Second" || bs[0].Content != nil {
			t.Errorf("%+v %v", bs, err)
		}
		if b, err := w.outlook.Baseline(w.Admin, r.Key, 1); err != nil || b.Content.Window.Start != r.Window.Start {
			t.Errorf("%+v %v", b, err)
		}
		viewer := authtest.Person(t, d, "vera", "viewer")
		if _, err := w.outlook.SaveBaseline(viewer, r.Key, outlook.NewBaseline{}); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("%v", err)
		}
		if _, err := w.outlook.SaveBaseline(w.Admin, r.Key, outlook.NewBaseline{Name: strings.Repeat("x", 10_000)}); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%v", err)
		}
	})
}
