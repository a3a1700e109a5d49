package train_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// weekly is a calendar for tests: every week or every number of days at the wall time of the first start.
type weekly struct{ freezes []train.Freeze }

type every struct {
	first time.Time
	days  int
	long  time.Duration
}

func (weekly) Cadence(c train.Cadence) (train.Rule, error) {
	loc, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, errs.InvalidField("zone", "recur.zone_unknown", "No such zone.")
	}
	first, err := time.ParseInLocation("2006-01-02T15:04", c.Start, loc)
	if err != nil {
		return nil, errs.InvalidField("start", "recur.start", "No wall time.")
	}
	r := every{first, 7, c.Length.Duration()}
	if _, err := fmt.Sscanf(c.RRule, "FREQ=DAILY;INTERVAL=%d", &r.days); err != nil && c.RRule != "FREQ=WEEKLY" {
		return nil, errs.InvalidField("rrule", "recur.rule", "No rule.")
	}
	return r, nil
}

func (r every) After(t time.Time, n int) []plan.Window {
	var out []plan.Window
	for k := 0; len(out) < n && k < 5000; k++ {
		if x := r.first.AddDate(0, 0, k*r.days); x.After(t) {
			out = append(out, plan.Window{Start: db.At(x), End: db.At(x).Add(r.long)})
		}
	}
	return out
}

func (w weekly) Freezes(*db.Tx, train.Train, db.Time, db.Time) ([]train.Freeze, error) {
	return w.freezes, nil
}

type world struct {
	plantest.World
	trains *train.Trains
	clock  *clock.Fake
}

func open(t *testing.T, d *db.DB, freezes ...train.Freeze) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, train.Permissions)
	w := world{World: plantest.New(t, d), clock: d.Clock().(*clock.Fake)}
	w.trains = train.New(d, w.Plans, weekly{freezes})
	return w
}

// spec departs every week on Thursday at 21:00 in Copenhagen, first a week after the clock of the test stands.
func spec() train.Spec {
	return train.Spec{Key: "payments-train", Product: "payments", Cadence: train.Cadence{Start: "2026-11-26T21:00", Zone: "Europe/Copenhagen", RRule: "FREQ=WEEKLY", Length: "2h"},
		Lead: "10d", Pattern: "{yy}.{n}.0", Number: 48, Owner: "admin"}
}

func (w world) add(t *testing.T, change func(*train.Spec)) train.Timetable {
	t.Helper()
	s := spec()
	s.Owner = string(authtest.Me(t, w.Admin))
	if change != nil {
		change(&s)
	}
	x, err := w.trains.Add(w.Admin, s)
	if err != nil {
		t.Fatalf("%v %+v", err, errs.As(err).Fields)
	}
	return x
}

func (w world) due(t *testing.T) {
	t.Helper()
	if err := w.trains.OpenDue(auth.WithSystem(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// lines writes departures as a table.
func lines(ds []train.Departure) []string {
	zone, _ := time.LoadLocation("Europe/Copenhagen")
	var out []string
	for _, d := range ds {
		s := string(d.Outcome) + " " + d.At.Std().In(zone).Format("02 Jan 15:04")
		if !d.Window.IsZero() {
			s += " " + d.Version + " " + d.Window.Start.Std().In(zone).Format("02 Jan 15:04 MST")
		}
		if d.ReleaseKey != "" {
			s += " " + d.ReleaseKey
		}
		if d.Reason != "" {
			s += " | " + d.Reason
		}
		out = append(out, s)
	}
	return out
}

// A train opens its releases when their lead time comes, each once, and its preview says what will be.
func TestTrainOpensReleases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		x := w.add(t, nil)
		if x.Name != "Payments" || x.State != train.StateRunning || len(x.Ahead) != 10 {
			t.Fatalf("%+v", x)
		}
		before := len(ledgertest.Actions(t, l))
		w.due(t)
		w.due(t)
		got, err := w.trains.Get(w.Admin, "payments-train")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"opened 26 Nov 21:00 26.48.0 26 Nov 21:00 CET payments-26.48.0"}, lines(got.Past)); diff != "" {
			t.Errorf("past (-want +got):\n%s", diff)
		}
		// The count begins anew with the year that the pattern names.
		want := []string{"ahead 03 Dec 21:00 26.49.0 03 Dec 21:00 CET", "ahead 10 Dec 21:00 26.50.0 10 Dec 21:00 CET", "ahead 17 Dec 21:00 26.51.0 17 Dec 21:00 CET",
			"ahead 24 Dec 21:00 26.52.0 24 Dec 21:00 CET", "ahead 31 Dec 21:00 26.53.0 31 Dec 21:00 CET", "ahead 07 Jan 21:00 27.1.0 07 Jan 21:00 CET"}
		if diff := cmp.Diff(want, lines(got.Ahead)[:6]); diff != "" {
			t.Errorf("ahead (-want +got):\n%s", diff)
		}
		r, err := w.Plans.Get(w.Admin, "payments-26.48.0")
		if err != nil {
			t.Fatal(err)
		}
		if r.State != plan.Draft || r.Window.End.Sub(r.Window.Start) != 2*time.Hour || r.Owner == "" || cmp.Diff([]string{"prod-north"}, r.EnvironmentKeys) != "" {
			t.Errorf("%+v", r.Release)
		}
		if diff := cmp.Diff([]string{"release.created", "train.opened"}, ledgertest.Actions(t, l)[before:]); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
		w.clock.Advance(4 * 24 * time.Hour)
		w.due(t)
		if got, _ = w.trains.Get(w.Admin, "payments-train"); len(got.Past) != 1 {
			t.Errorf("opened before its time: %v", lines(got.Past))
		}
		w.clock.Set(time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)) // ten days before, to the minute
		w.due(t)
		if got, _ = w.trains.Get(w.Admin, "payments-train"); len(got.Past) != 2 {
			t.Errorf("not opened at its time: %v, opens %v", lines(got.Past), got.OpensAt)
		}
	})
}

// The wall time and the lead time are kept over both clock changes of a year, while real time passes.
func TestTrainKeepsWallTime(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := open(t, d)
	w.add(t, func(s *train.Spec) { s.Start, s.Pattern = "2026-12-03T02:30", "{yy}.{m}.{d}" })
	zone, _ := time.LoadLocation("Europe/Copenhagen")
	for range 60 {
		w.clock.Advance(7 * 24 * time.Hour)
		w.due(t)
	}
	rs, err := w.Plans.List(w.Admin, plan.Filter{Limit: 201})
	if err != nil {
		t.Fatal(err)
	}
	offsets := map[string]int{}
	for _, r := range rs {
		at := r.Window.Start.Std().In(zone)
		offsets[at.Format("MST")]++
		if at.Weekday() != time.Thursday || at.Format("15:04") != "02:30" {
			t.Errorf("%s departs %s", r.Key, at)
		}
		if want := fmt.Sprintf("payments-%d.%d.%d", at.Year()%100, int(at.Month()), at.Day()); r.Key != want {
			t.Errorf("%s, want %s", r.Key, want)
		}
	}
	if len(rs) < 59 || offsets["CET"] < 20 || offsets["CEST"] < 20 {
		t.Errorf("%d releases, %v", len(rs), offsets)
	}
	x, err := w.trains.Get(w.Admin, "payments-train")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range x.Ahead {
		if got := a.OpensAt.Std().In(zone); got.Format("15:04") != "02:30" {
			t.Errorf("%s opens %s", a.Version, got)
		}
	}
}

// Days that are left out, freezes, dates that passed while nothing ran, and versions that somebody has taken.
func TestTrainLeavesOut(t *testing.T) {
	at := func(day, hour int) db.Time { return db.At(time.Date(2026, 12, day, hour, 0, 0, 0, time.UTC)) }
	freeze := train.Freeze{Name: "Year end", Window: plan.Window{Start: at(17, 0), End: at(19, 0)}}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, freeze)
		x := w.add(t, func(s *train.Spec) { s.Skips = []string{"2026-12-10"} })
		want := []string{"ahead 26 Nov 21:00 26.48.0 26 Nov 21:00 CET", "ahead 03 Dec 21:00 26.49.0 03 Dec 21:00 CET", "skipped 10 Dec 21:00 | 10 Dec is left out by hand.",
			"skipped 17 Dec 21:00 | Frozen: Year end.", "ahead 24 Dec 21:00 26.50.0 24 Dec 21:00 CET"}
		if diff := cmp.Diff(want, lines(x.Ahead)[:5]); diff != "" {
			t.Errorf("skip (-want +got):\n%s", diff)
		}
		s := x.Stated(string(x.Owner))
		s.Frozen = train.Shift
		x, err := w.trains.Set(w.Admin, x.Key, x.Rev, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(x.Ahead)[3]; got != "ahead 17 Dec 21:00 26.50.0 19 Dec 21:00 CET | Shifted from Thu 17 Dec: Year end." {
			t.Errorf("shift: %s", got)
		}
		if _, err := w.trains.Set(w.Admin, x.Key, 1, s); errs.ReasonOf(err) != "row.stale" {
			t.Errorf("stale: %v", err)
		}
		taken := plantest.Spec("payments-26.48.0")
		taken.Window = nil
		if _, err := w.Plans.Create(w.Admin, taken); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(time.Date(2026, 12, 22, 12, 0, 0, 0, time.UTC)) // nothing ran for a month
		w.due(t)
		x, err = w.trains.Get(w.Admin, x.Key)
		if err != nil {
			t.Fatal(err)
		}
		want = []string{"opened 31 Dec 21:00 26.50.0 31 Dec 21:00 CET payments-26.50.0", "opened 24 Dec 21:00 26.49.0 24 Dec 21:00 CET payments-26.49.0",
			"skipped 17 Dec 21:00 | Its window had begun before a release could be opened.", "skipped 10 Dec 21:00 | 10 Dec is left out by hand.",
			"skipped 03 Dec 21:00 | Its window had begun before a release could be opened.", "skipped 26 Nov 21:00 | Its window had begun before a release could be opened."}
		if diff := cmp.Diff(want, lines(x.Past)); diff != "" {
			t.Errorf("late (-want +got):\n%s", diff)
		}
	})
}

// Two replicas that find the same date due open one release.
func TestTrainOpensOnce(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			c := clock.NewFake(dbtest.Start)
			d := dbtest.Reopen(t, p, c)
			w := open(t, d)
			w.add(t, func(s *train.Spec) { s.Lead = "40d" })
			replicas := []*train.Trains{w.trains}
			if e == db.Postgres {
				other := dbtest.Reopen(t, p, c)
				replicas = append(replicas, train.New(other, plan.New(other), weekly{}))
			}
			var wg sync.WaitGroup
			failed := make([]error, 8)
			for i := range failed {
				wg.Go(func() { failed[i] = replicas[i%len(replicas)].OpenDue(auth.WithSystem(t.Context())) })
			}
			wg.Wait()
			if err := errors.Join(failed...); err != nil {
				t.Fatal(err)
			}
			x, err := w.trains.Get(w.Admin, "payments-train")
			if err != nil {
				t.Fatal(err)
			}
			if len(x.Past) != 5 {
				t.Errorf("%v", lines(x.Past))
			}
			n, _ := w.Plans.List(w.Admin, plan.Filter{})
			if len(n) != 5 {
				t.Errorf("%d releases", len(n))
			}
		})
	}
}

func TestTrainStates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		x := w.add(t, func(s *train.Spec) { s.Lead = "3d" })
		if _, err := w.trains.Pause(w.Admin, x.Key, 0, ""); len(errs.As(err).Fields) != 1 {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := w.trains.Pause(w.Admin, x.Key, x.Rev, "Audit"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.trains.Open(w.Admin, x.Key, 0); errs.ReasonOf(err) != "train.not_running" {
			t.Errorf("open while paused: %v", err)
		}
		w.clock.Advance(8 * 24 * time.Hour)
		w.due(t)
		x, err := w.trains.Resume(w.Admin, x.Key, 0, "")
		if err != nil || len(x.Past) != 0 {
			t.Fatalf("%v %v", err, lines(x.Past))
		}
		r, err := w.trains.Open(w.Admin, x.Key, x.Rev)
		if err != nil || r.Version != "26.48.0" {
			t.Fatalf("%v %+v", err, r)
		}
		w.due(t)
		if x, _ = w.trains.Get(w.Admin, x.Key); len(x.Past) != 1 {
			t.Errorf("%v", lines(x.Past))
		}
		if _, err = w.trains.Close(w.Admin, x.Key, 0, "The product ends"); err != nil {
			t.Fatal(err)
		}
		if _, err = w.trains.Resume(w.Admin, x.Key, 0, ""); errs.ReasonOf(err) != "train.closed" {
			t.Errorf("resumed: %v", err)
		}
		vera := authtest.Person(t, d, "vera", "viewer@product/"+string(w.Payments.ID))
		if _, err := w.trains.Add(vera, spec()); errs.ReasonOf(err) != "auth.permission_missing" {
			t.Errorf("a viewer adds: %v", err)
		}
		carl := authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
		if _, err := w.trains.Get(carl, x.Key); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("a stranger sees: %v", err)
		}
	})
}

// A release that cannot be opened is said, kept due and tried again.
func TestTrainStalls(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	l := ledgertest.Open(t, d)
	w := open(t, d)
	x := w.add(t, nil)
	broken := true
	w.trains.Board(func(*db.Tx, train.Train, plan.Release) error {
		if broken {
			return errs.Blocked("request.broken", "Nobody boards today.")
		}
		return nil
	})
	w.due(t)
	w.due(t)
	x, _ = w.trains.Get(w.Admin, x.Key)
	if x.Fault != "Nobody boards today." || len(x.Past) != 0 {
		t.Errorf("%q %v", x.Fault, lines(x.Past))
	}
	if a := ledgertest.Actions(t, l); strings.Count(strings.Join(a, " "), "train.stalled") != 1 {
		t.Errorf("%v", a)
	}
	broken = false
	w.due(t)
	if x, _ = w.trains.Get(w.Admin, x.Key); x.Fault != "" || len(x.Past) != 1 {
		t.Errorf("%q %v", x.Fault, lines(x.Past))
	}
}

func TestTrainRefuses(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := open(t, d)
	w.add(t, nil)
	for name, c := range map[string]struct {
		change func(*train.Spec)
		field  string
	}{
		"key":         {func(s *train.Spec) { s.Key = "Ä" }, "key"},
		"product":     {func(s *train.Spec) { s.Product = "moon" }, "product"},
		"template":    {func(s *train.Spec) { s.Template = "moon" }, "template"},
		"start":       {func(s *train.Spec) { s.Start = "2026-11-26T21:00Z" }, "start"},
		"zone":        {func(s *train.Spec) { s.Zone = "Europe/Moon" }, "zone"},
		"rule":        {func(s *train.Spec) { s.RRule = "" }, "rrule"},
		"length":      {func(s *train.Spec) { s.Length = "9d" }, "length"},
		"lead":        {func(s *train.Spec) { s.Lead = "0" }, "lead"},
		"still":       {func(s *train.Spec) { s.Pattern = "26.1" }, "pattern"},
		"placeholder": {func(s *train.Spec) { s.Pattern = "{x}" }, "pattern"},
		"no version":  {func(s *train.Spec) { s.Pattern = "a b{n}" }, "pattern"},
		"frozen":      {func(s *train.Spec) { s.Frozen = "melt" }, "frozen"},
		"day":         {func(s *train.Spec) { s.Skips = []string{"24 Dec"} }, "skips[0]"},
		"environment": {func(s *train.Spec) { s.Environments = []string{"moon"} }, "environments[0]"},
		"service":     {func(s *train.Spec) { s.Services = []train.Carried{{Service: "moon"}} }, "services[0].service"},
		"twice": {func(s *train.Spec) {
			s.Services = []train.Carried{{Service: "ledger"}, {Service: "ledger", Version: "{n}"}}
		}, "services[1].service"},
		"of a service": {func(s *train.Spec) { s.Services = []train.Carried{{Service: "ledger", Version: "{x}"}} }, "services[0].version"},
		"no such one":  {func(s *train.Spec) { s.Services = []train.Carried{{Service: "ledger", Version: "a b"}} }, "services[0].version"},
		"number":       {func(s *train.Spec) { s.Number = -1 }, "number"},
		"owner":        {func(s *train.Spec) { s.Owner = "moon" }, "owner"},
	} {
		s := spec()
		s.Key, s.Owner = "other", string(authtest.Me(t, w.Admin))
		c.change(&s)
		_, err := w.trains.Add(w.Admin, s)
		if e := errs.As(err); err == nil || e.Code != errs.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
			t.Errorf("%s: %v %+v", name, err, errs.As(err).Fields)
		}
	}
	s := spec()
	s.Owner = ""
	if _, err := w.trains.Add(w.Admin, s); errs.ReasonOf(err) != "key.taken" {
		t.Errorf("twice: %v", err)
	}
}
