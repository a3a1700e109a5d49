package calendar_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

const hour = db.Time(time.Hour / time.Microsecond)

var now = db.At(dbtest.Start) // Thu 19 Nov 2026, 14:08 in Copenhagen

func open(t *testing.T, w calendartest.World, environment, service string, at db.Time) calendar.Result {
	t.Helper()
	var out calendar.Result
	must(t, w.DB.Read(w.Admin, func(tx *db.Tx) (err error) {
		out, err = calendar.Openness(tx, id.Environment(environment), id.Service(service), at)
		return err
	}))
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func release(t *testing.T, w calendartest.World, key string, change ...func(*plan.Spec)) plan.Release {
	t.Helper()
	s := plantest.Spec(key)
	for _, f := range change {
		f(&s)
	}
	r, err := w.Plans.Create(w.Admin, s)
	must(t, err)
	r, err = w.Plans.Plan(w.Admin, r.Key)
	must(t, err)
	return r
}

func TestOpenness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		if s := open(t, w, "prod-north", "ledger", now).State; s != calendar.Closed {
			t.Errorf("closed by default: %s", s)
		}
		if s := open(t, w, "pre-prod", "ledger", now).State; s != calendar.Open {
			t.Errorf("open by default: %s", s)
		}
		calendartest.Window(t, w.Calendar, w.Admin, "Thursdays", "2026-11-19T13:00", "2026-11-19T18:00", calendartest.Weekly("TH"), calendartest.In("prod-north"))
		if r := open(t, w, "prod-north", "ledger", now); r.State != calendar.Open || r.Reasons[0].Code != "calendar.window_active" {
			t.Errorf("in the window: %+v", r)
		}
		r := open(t, w, "prod-north", "ledger", now+8*hour)
		if r.State != calendar.Closed || r.Next == nil || r.Next.At != time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) {
			t.Errorf("after the window: %+v %+v", r, r.Next)
		}
		f := calendartest.Freeze(t, w.Calendar, w.Admin, "Ledger close", "2026-11-19T14:00", "2026-11-19T15:00", calendartest.For("ledger"))
		for _, c := range []struct {
			environment, service string
			want                 calendar.State
		}{{"prod-north", "ledger", calendar.Closed}, {"pre-prod", "ledger", calendar.Closed}, {"prod-north", "payments-core", calendar.Open}, {"prod-north", "", calendar.Open}} {
			if r := open(t, w, c.environment, c.service, now); r.State != c.want {
				t.Errorf("%s in %s: %s, want %s", c.service, c.environment, r.State, c.want)
			}
		}
		_, err := w.Calendar.Withdraw(w.Admin, calendar.Freeze, f.Key, f.Rev, "The close was moved.")
		must(t, err)
		if r := open(t, w, "prod-north", "ledger", now); r.State != calendar.Open {
			t.Errorf("after the withdrawal: %+v", r)
		}
	})
}

func TestScopeDimensionsAllMatch(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.New(t, d)
	calendartest.Freeze(t, w.Calendar, w.Admin, "Both", "2026-11-19T14:00", "2026-11-19T15:00", func(s *calendar.Spec) {
		s.Products, s.Tiers = []string{"payments", "cards"}, []string{"pre-production"}
	})
	if s := open(t, w, "pre-prod", "cards-core", now).State; s != calendar.Closed {
		t.Errorf("product and tier match: %s", s)
	}
	r := open(t, w, "prod-north", "cards-core", now)
	if len(r.Freezes) != 0 {
		t.Errorf("another tier: %+v", r)
	}
}

func TestSoftFreezePermit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		aisha := authtest.Person(t, d, "aisha", "approver")
		r := release(t, w, "payments-1", func(s *plan.Spec) { s.Environments = []string{"pre-prod"} })
		f := calendartest.Freeze(t, w.Calendar, w.Admin, "Quiet evening", "2026-11-19T18:00", "2026-11-20T06:00", calendartest.Soft, func(s *calendar.Spec) { s.Owner = "aisha" })
		stand := func() (out calendar.WindowStand) {
			must(t, d.Read(w.Admin, func(tx *db.Tx) (err error) {
				out, err = calendar.WindowState(tx, r, r.Window.Start)
				return err
			}))
			return out
		}
		if s := stand(); s.Stand != calendar.InWindow || s.State != calendar.NeedsApproval || s.Open() || !s.Closed || len(s.Reasons[0].Services) != 2 {
			t.Errorf("without a permit: %+v", s)
		}
		in := calendar.PermitSpec{Release: "payments-1", Reason: "It fixes the freeze's own cause."}
		if _, err := w.Calendar.Permit(w.Admin, f.Key, in); errs.ReasonOf(err) != "freeze.not_owner" {
			t.Errorf("somebody else permits: %v", err)
		}
		p, err := w.Calendar.Permit(aisha, f.Key, in)
		must(t, err)
		if s := stand(); s.State != calendar.Open || !s.Open() || s.OpensAt != r.Window.Start || s.Reasons[0].Code != "calendar.freeze_passed" {
			t.Errorf("with a permit: %+v", s)
		}
		if _, err := w.Calendar.Permit(aisha, f.Key, in); !errs.Is(err, errs.CodeConflict) {
			t.Errorf("a second permit: %v", err)
		}
		_, err = w.Calendar.WithdrawPermit(aisha, f.Key, p.ID)
		must(t, err)
		if s := stand(); s.State != calendar.NeedsApproval {
			t.Errorf("withdrawn: %+v", s)
		}
		hard := calendartest.Freeze(t, w.Calendar, aishaEdits(t, d), "Hard", "2026-11-19T18:00", "2026-11-20T06:00")
		if _, err := w.Calendar.Permit(aishaEdits(t, d), hard.Key, in); errs.ReasonOf(err) != "freeze.hard" {
			t.Errorf("a hard freeze: %v", err)
		}
	})
}

func aishaEdits(t *testing.T, d *db.DB) context.Context {
	return authtest.Person(t, d, "bea", "release-manager")
}

func TestWindowStand(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.New(t, d)
	r := release(t, w, "payments-1")
	at := func(at db.Time) (out calendar.WindowStand) {
		must(t, d.Read(w.Admin, func(tx *db.Tx) (err error) {
			out, err = calendar.WindowState(tx, r, at)
			return err
		}))
		return out
	}
	if s := at(now); s.Stand != calendar.Ahead || s.State != calendar.Closed || s.OpensAt != 0 {
		t.Errorf("closed by default ahead: %+v", s)
	}
	calendartest.Window(t, w.Calendar, w.Admin, "Night", "2026-11-19T22:00", "2026-11-20T04:00", calendartest.Weekly("TH"))
	opens := db.At(time.Date(2026, 11, 19, 21, 0, 0, 0, time.UTC))
	if s := at(now); s.Stand != calendar.Ahead || s.OpensAt != opens || !s.Closed || s.ValidUntil != r.Window.Start {
		t.Errorf("opens an hour into the window: %+v", s)
	}
	if s := at(opens); !s.Open() || s.Closed {
		t.Errorf("open: %+v", s)
	}
	if s := at(r.Window.End); s.Stand != calendar.Over {
		t.Errorf("over: %+v", s)
	}
}

func TestEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		release(t, w, "payments-1")
		night := calendartest.Window(t, w.Calendar, w.Admin, "Night", "2026-11-19T20:00", "2026-11-20T04:00", calendartest.Weekly("TH"))
		in := calendar.Spec{Name: "Peak trading", Reason: "Sales", Start: "2026-11-19T22:00", End: "2026-12-02T00:00", Zone: "Europe/Copenhagen", Running: calendar.Pause}
		e, err := w.Calendar.Effect(w.Admin, calendar.Freeze, "", in)
		must(t, err)
		if len(e.Releases) != 1 || e.Releases[0].Before != calendar.Open || e.Releases[0].After != calendar.Closed || len(e.Releases[0].Services) != 2 ||
			!strings.Contains(e.Releases[0].Text, "1 h 30 min of its window become closed") {
			t.Errorf("releases: %+v", e.Releases)
		}
		if len(e.Windows) != 1 || e.Windows[0].ID != night.ID || !strings.Contains(e.Running, "pauses") {
			t.Errorf("windows: %+v %s", e.Windows, e.Running)
		}
		if ls, err := w.Calendar.List(w.Admin, calendar.Filter{Kind: calendar.Freeze}); err != nil || len(ls) != 0 {
			t.Errorf("nothing is published: %v %v", ls, err)
		}
		p, err := w.Calendar.Add(w.Admin, calendar.Freeze, in)
		must(t, err)
		cs, err := w.Calendar.Conflicts(w.Admin, now, now+24*30*hour)
		must(t, err)
		if len(cs) != 1 || cs[0].Code != calendar.ConflictClosed || cs[0].Period != p.ID {
			t.Errorf("conflicts: %+v", cs)
		}
		in.Start = "2026-11-20T00:00"
		e, err = w.Calendar.Effect(w.Admin, calendar.Freeze, p.Key, in)
		must(t, err)
		if len(e.Releases) != 1 || e.Releases[0].After != calendar.Open {
			t.Errorf("a freeze that starts later frees: %+v", e.Releases)
		}
		e, err = w.Calendar.EffectOfWithdrawal(w.Admin, calendar.Window, night.Key)
		must(t, err)
		if len(e.Releases) != 1 || e.Releases[0].After != calendar.Closed {
			t.Errorf("without the window: %+v", e.Releases)
		}
	})
}

func TestOverlap(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.New(t, d)
	calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-01-01T00:00")
	a := release(t, w, "payments-1")
	release(t, w, "payments-2", func(s *plan.Spec) {
		s.Window = &plan.Window{Start: a.Window.Start + hour, End: a.Window.End + hour}
		s.Services = []plan.ItemSpec{{Service: "ledger", Version: "5.16.0"}, {Service: "cards-core", Version: "1.0.0"}}
		s.Scope = nil
	})
	cs, err := w.Calendar.Conflicts(w.Admin, now, now+24*hour)
	must(t, err)
	if len(cs) != 1 || cs[0].Code != calendar.ConflictOverlap || strings.Join(cs[0].Services, " ") != "ledger" || cs[0].From != a.Window.Start+hour || cs[0].To != a.Window.End {
		t.Errorf("conflicts: %+v", cs)
	}
}

func TestRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		good := calendar.Spec{Name: "Peak", Reason: "Sales", Start: "2026-11-23T00:00", End: "2026-12-02T00:00", Zone: "Europe/Copenhagen"}
		for _, c := range []struct {
			name   string
			kind   calendar.Kind
			change func(*calendar.Spec)
			field  string
		}{
			{"no name", calendar.Freeze, func(s *calendar.Spec) { s.Name = "" }, "name"},
			{"no reason", calendar.Freeze, func(s *calendar.Spec) { s.Reason = "" }, "reason"},
			{"ends before it starts", calendar.Freeze, func(s *calendar.Spec) { s.End = "2026-11-22T00:00" }, "end"},
			{"unknown zone", calendar.Freeze, func(s *calendar.Spec) { s.Zone = "Mars/Olympus" }, "zone"},
			{"bad rule", calendar.Window, func(s *calendar.Spec) { s.RRule = "FREQ=SOMETIMES" }, "rrule"},
			{"unknown service", calendar.Window, func(s *calendar.Spec) { s.Services = []string{"nope"} }, "services[0]"},
			{"unknown tier", calendar.Window, func(s *calendar.Spec) { s.Tiers = []string{"moon"} }, "tiers[0]"},
			{"hard window", calendar.Window, func(s *calendar.Spec) { s.Hardness = "hard" }, "hardness"},
			{"odd hardness", calendar.Freeze, func(s *calendar.Spec) { s.Hardness = "icy" }, "hardness"},
			{"unknown owner", calendar.Freeze, func(s *calendar.Spec) { s.Owner = "ghost" }, "owner"},
		} {
			s := good
			c.change(&s)
			_, err := w.Calendar.Add(w.Admin, c.kind, s)
			e := errs.As(err)
			if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		p, err := w.Calendar.Add(w.Admin, calendar.Freeze, good)
		must(t, err)
		if _, err := w.Calendar.Add(w.Admin, calendar.Freeze, good); errs.ReasonOf(err) != "key.taken" {
			t.Errorf("twice: %v", err)
		}
		good.Name = "Peak trading"
		n, err := w.Calendar.Set(w.Admin, calendar.Freeze, p.Key, 1, good)
		must(t, err)
		if n.Rev != 2 || n.Name != "Peak trading" {
			t.Errorf("changed: %+v", n)
		}
		good.Name = "Other"
		_, err = w.Calendar.Set(w.Admin, calendar.Freeze, p.Key, 1, good)
		if e := errs.As(err); e == nil || e.Reason != "row.stale" || e.Theirs.(calendar.Period).Name != "Peak trading" {
			t.Errorf("stale: %v", err)
		}
		cards := authtest.Person(t, d, "carl", "release-manager@"+string(catalog.Scope(w.Cards.ID)))
		if _, err := w.Calendar.Add(cards, calendar.Freeze, calendar.Spec{Name: "All", Reason: "x", Start: good.Start, End: good.End, Zone: good.Zone}); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("a product's manager freezes everything: %v", err)
		}
		if _, err := w.Calendar.Add(cards, calendar.Freeze, calendar.Spec{Name: "Mine", Reason: "x", Start: good.Start, End: good.End, Zone: good.Zone, Scope: calendar.Scope{Services: []string{"cards-core"}}}); err != nil {
			t.Errorf("a product's manager freezes a service of it: %v", err)
		}
		pay := authtest.Person(t, d, "petra", "viewer@"+string(catalog.Scope(w.Payments.ID)))
		ls, err := w.Calendar.List(pay, calendar.Filter{})
		must(t, err)
		if len(ls) != 1 || ls[0].Key != "peak" {
			t.Errorf("what is bound to another product is not seen: %+v", ls)
		}
	})
}

func TestFilesRoundTrip(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, apply.Permissions)
		w := calendartest.New(t, d)
		kinds := append(w.Catalog.Kinds(), w.Calendar.Kinds()...)
		kinds = append(kinds, apply.Kind{Name: "person"}, apply.Kind{Name: "team"})
		reg, err := apply.New(d, kinds...)
		must(t, err)
		doc := "kind: freeze\nkey: peak-2026\nname: Peak trading\nreason: Sales\nowner: admin\nstart: 2026-11-23T00:00\nend: 2026-12-02T00:00\nzone: Europe/Copenhagen\nhardness: soft\nrunning: pause\ntiers: [production]\nserviceTiers: [1]\n" +
			"---\nkind: window\nkey: nights\nname: Nights\nstart: 2026-11-24T22:00\nend: 2026-11-25T04:00\nzone: Europe/Copenhagen\nrrule: FREQ=WEEKLY;BYDAY=TU,TH\nenvironments: [prod-north]\n"
		for i, want := range []apply.Outcome{apply.Created, apply.Unchanged} {
			cs, err := reg.Apply(w.Admin, []apply.File{{Name: "c.yaml", Text: doc}}, false)
			must(t, err)
			for _, c := range cs {
				if c.Outcome != want {
					t.Errorf("pass %d: %+v", i, c)
				}
			}
		}
		out, err := reg.Export(w.Admin, "freeze")
		must(t, err)
		if len(out) != 1 {
			t.Fatalf("export: %+v", out)
		}
		_, err = reg.Apply(w.Admin, []apply.File{{Name: "c.yaml", Text: "kind: freeze\nkey: p\nname: P\nreason: x\nstart: 2026-11-23T00:00\nend: 2026-12-02T00:00\nzone: Europe/Copenhagen\nhardnes: soft\n"}}, false)
		if e := errs.As(err); e == nil || e.Code != errs.CodeInvalid || e.Fields[0].Line != 8 {
			t.Errorf("unknown field: %+v", err)
		}
	})
}

// A freeze and a busy time list the bookings of environments that they fall into; a busy time closes nothing.
func TestEffectOnBookings(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	r := release(t, w.World, "payments-1", func(s *plan.Spec) { s.Environments = []string{"pre-prod"} })
	_, err := w.Bookings.Request(w.Admin, booking.Spec{Key: "load", Environment: "pre-prod", Purpose: "Load", From: r.Window.Start, To: r.Window.End})
	must(t, err)
	in := calendar.Spec{Name: "Peak", Reason: "Sales", Start: "2026-11-19T22:00", End: "2026-12-02T00:00", Zone: "Europe/Copenhagen"}
	e, err := w.Calendar.Effect(w.Admin, calendar.Freeze, "", in)
	must(t, err)
	if len(e.Bookings) != 1 || e.Bookings[0].Key != "load" || e.Bookings[0].Environment != "pre-prod" || e.Bookings[0].For != "“Load”" {
		t.Errorf("bookings: %+v", e.Bookings)
	}
	busy, err := w.Calendar.Effect(w.Admin, calendar.Busy, "", in)
	must(t, err)
	if len(busy.Bookings) != 1 || len(busy.Releases) != 1 || busy.Releases[0].After != calendar.Open || len(busy.Releases[0].Services) != 2 {
		t.Errorf("a busy time: %+v", busy)
	}
	p, err := w.Calendar.Add(w.Admin, calendar.Busy, in)
	must(t, err)
	if s := open(t, w.World, "pre-prod", "ledger", r.Window.End-1).State; s != calendar.Open {
		t.Errorf("a busy time leaves open what is open: %s", s)
	}
	if ls, err := w.Calendar.List(w.Admin, calendar.Filter{}); err != nil || len(ls) != 0 {
		t.Errorf("windows and freezes: %v %v", ls, err)
	}
	if l, err := w.Calendar.Get(w.Admin, calendar.Busy, p.Key); err != nil || l.Kind != calendar.Busy {
		t.Errorf("%+v %v", l, err)
	}
	in.RRule, in.ExDates, in.RDates = "FREQ=WEEKLY", []string{"2026-11-26"}, []string{"2026-11-28T22:00"}
	in.End = "2026-11-20T00:00"
	n, err := w.Calendar.Set(w.Admin, calendar.Busy, p.Key, p.Rev, in)
	must(t, err)
	l, err := w.Calendar.Get(w.Admin, calendar.Busy, n.Key)
	must(t, err)
	if len(l.ExDates) != 1 || len(l.Spec().RDates) != 1 {
		t.Errorf("dates: %+v", l.Period)
	}
}
