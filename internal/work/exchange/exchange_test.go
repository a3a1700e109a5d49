package exchange_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/exchange"
	"slipway/internal/work/worktest"
)

const sheet = `key,name,owner,phase,status,optimistic,likely,pessimistic,percent,due,after
model,Consent model,admin,Prepare,done,1d,2d,4d,,,
service,Consent service,Somebody Else,,,3d,5d,9d,40,2026-12-04 18:00,model FS+1d
screens,Screens,,nowhere,,,3d,,,,model; service SS-4h
`

func TestImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := worktest.New(t, d)
		x := exchange.New(d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		before, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		entries := len(ledgertest.Actions(t, l))
		tried, err := x.Import(w.Admin, r.Key, exchange.CSV, []byte(sheet), true)
		if err != nil {
			t.Fatal(err, errs.As(err).Fields)
		}
		if tried.Saved || tried.Added != 3 || len(tried.Left) != len(before) || len(tried.Notes) != 2 {
			t.Errorf("tried: %+v", tried)
		}
		if n := len(ledgertest.Actions(t, l)); n != entries {
			t.Errorf("a trial wrote %d entries", n-entries)
		}
		did, err := x.Import(w.Admin, r.Key, exchange.CSV, []byte(sheet), false)
		if err != nil || !did.Saved || did.Added != 3 {
			t.Fatalf("%+v %v", did, err)
		}
		got := ledgertest.Actions(t, l)[entries:]
		if want := "task.added task.added task.added plan.imported"; strings.Join(got, " ") != want {
			t.Errorf("entries %v", got)
		}
		s, err := w.Tasks.Find(w.Admin, r.Key, "service")
		if err != nil {
			t.Fatal(err)
		}
		if s.Status != work.Doing || s.Estimate != (work.Estimate{Low: 1440, Likely: 2400, High: 4320}) || s.Remaining == nil || *s.Remaining != 1440 ||
			!slices.Equal(s.After, []work.After{{Task: "model", Type: "FS", Lag: 480}}) || s.Owner != "" {
			t.Errorf("%+v", s)
		}
		c, err := w.Tasks.Find(w.Admin, r.Key, "screens")
		if err != nil || !slices.Equal(c.Needs, []string{"model"}) || !slices.Equal(c.After, []work.After{{Task: "service", Type: "SS", Lag: -240}}) {
			t.Errorf("%+v %v", c, err)
		}
		if m, err := w.Tasks.Find(w.Admin, r.Key, "model"); err != nil || m.Status != work.Done || m.Phase != "prepare" || m.EndedAt.IsZero() || m.Owner == "" {
			t.Errorf("%+v %v", m, err)
		}
		again, err := x.Import(w.Admin, r.Key, exchange.CSV, []byte(sheet), false)
		if err != nil || again.Unchanged != 3 || again.Added+again.Changed != 0 {
			t.Errorf("again: %+v %v", again, err)
		}
		part, err := x.Import(w.Admin, r.Key, exchange.CSV, []byte("name,estimate\nScreens,4d\nScreens,1d\n"), false)
		if err != nil || part.Changed != 1 || part.Added != 1 || !slices.Equal(part.Tasks[0].Changes, []string{"estimate"}) || part.Tasks[1].Key != "screens-2" {
			t.Errorf("by name: %+v %v", part, err)
		}
	})
}

func TestRoundTrips(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := worktest.New(t, d)
		x := exchange.New(d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		if _, err := x.Import(w.Admin, r.Key, exchange.CSV, []byte(sheet), false); err != nil {
			t.Fatal(err)
		}
		at := db.At(time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC))
		later := at.Add(48 * time.Hour)
		if _, err := w.Tasks.Add(w.Admin, r.Key, work.Spec{Key: "all", Name: "All dates", Estimate: work.Estimate{Low: 60, Likely: 120, High: 300}, NotBefore: at, FixedStart: at, FixedEnd: later, Due: later}); err != nil {
			t.Fatal(err)
		}
		dropped := work.Dropped
		ended := db.At(time.Date(2026, 11, 2, 8, 0, 0, 123_000, time.UTC))
		screens, err := w.Tasks.Find(w.Admin, r.Key, "screens")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tasks.Set(w.Admin, screens.ID, 0, work.Change{Status: &dropped, EndedAt: &ended}); err != nil {
			t.Fatal(err)
		}
		for _, f := range []exchange.Format{exchange.CSV, exchange.XLSX, exchange.MSPDI} {
			file, err := x.Export(w.Admin, r.Key, f)
			if err != nil {
				t.Fatal(err)
			}
			if exchange.Guess(file.Bytes) != f {
				t.Errorf("%s looks like %s", f, exchange.Guess(file.Bytes))
			}
			back, err := x.Import(w.Admin, r.Key, f, file.Bytes, true)
			if err != nil || back.Changed+back.Added != 0 || len(back.Left) != 0 {
				t.Errorf("%s: %+v %v %v", f, back, err, errs.As(err))
			}
		}
		file, err := x.Export(w.Admin, r.Key, exchange.JSON)
		if err != nil || !strings.Contains(string(file.Bytes), `"key": "screens"`) || file.Name != "payments-26.11.0.json" {
			t.Errorf("%s %v", file.Name, err)
		}
	})
}

func TestImportRefusesAsAWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := worktest.New(t, d)
		x := exchange.New(d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		for name, c := range map[string]struct {
			text, reason string
			line         int
		}{
			"a circle":       {"key,name,after\na,A,b\nb,B,a\n", "work.dependency_cycle", 2},
			"a bad key":      {"key,name\nok,Fine\nA B,Bad\n", "key.malformed", 3},
			"disordered":     {"key,name,optimistic,likely,pessimistic\na,A,5d,2d,9d\n", "task.estimate_disordered", 2},
			"a cell":         {"key,name,due\nok,Fine,\na,A,soon\n", "instant.malformed", 3},
			"in the future":  {"key,name,status,started\na,A,doing,2199-01-01\n", "task.in_future", 2},
			"a long name":    {"name\n" + strings.Repeat("n", 2000) + "\n", "text.too_long", 2},
			"no such format": {"", "file.no_name_column", 1},
		} {
			_, err := x.Import(w.Admin, r.Key, exchange.CSV, []byte(c.text), false)
			e := errs.As(err)
			if err == nil || len(e.Fields) == 0 || e.Fields[0].Reason != c.reason || e.Fields[0].Line != c.line {
				t.Errorf("%s: %v %+v", name, err, e)
			}
		}
		if _, err := w.Tasks.Find(w.Admin, r.Key, "ok"); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("a refused import left a task behind: %v", err)
		}
		olga := authtest.Person(t, d, "olga", "operator@product/"+string(w.Payments.ID))
		if _, err := x.Import(olga, r.Key, exchange.CSV, []byte("nonsense"), true); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("an operator: %v", err)
		}
		stranger := authtest.Person(t, d, "carla", "release-manager@product/"+string(w.Cards.ID))
		if _, err := x.Export(stranger, r.Key, exchange.CSV); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := x.Export(w.Admin, r.Key, "odt"); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%v", err)
		}
	})
}
