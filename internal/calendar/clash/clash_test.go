package clash_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/impact"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

const hour = db.Time(time.Hour / time.Microsecond)

var now = db.At(dbtest.Start) // Thu 19 Nov 2026, 14:08 in Copenhagen

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func release(t testing.TB, w calendartest.Whole, key string, change ...func(*plan.Spec)) plan.Release {
	t.Helper()
	s := plantest.Spec(key)
	s.Scope = nil
	for _, f := range change {
		f(&s)
	}
	r, err := w.Plans.Create(w.Admin, s)
	must(t, err)
	return r
}

func later(by db.Time) func(*plan.Spec) {
	return func(s *plan.Spec) {
		s.Window = &plan.Window{Start: plantest.Window.Start + by, End: plantest.Window.End + by}
	}
}

func to(environments ...string) func(*plan.Spec) {
	return func(s *plan.Spec) { s.Environments = environments }
}

func carries(services ...string) func(*plan.Spec) {
	return func(s *plan.Spec) {
		s.Services = nil
		for _, x := range services {
			s.Services = append(s.Services, plan.ItemSpec{Service: x, Version: "1.0.0"})
		}
	}
}

func list(t testing.TB, w calendartest.Whole, f clash.Filter) []clash.Conflict {
	t.Helper()
	cs, err := w.Conflicts.List(w.Admin, f)
	must(t, err)
	return cs
}

// codes says what stands, as code and severity and parties.
func codes(cs []clash.Conflict) string {
	var out []string
	for _, c := range cs {
		var keys []string
		for _, p := range c.Parties {
			keys = append(keys, p.Key)
		}
		slices.Sort(keys)
		out = append(out, strings.TrimPrefix(c.Code, "calendar.")+" "+string(c.Severity)+" "+strings.Join(keys, "+"))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func TestReleasesAndPeriods(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := calendartest.NewWhole(t, d)
		a := release(t, w, "payments-1")
		want := func(what, s string) {
			t.Helper()
			if got := codes(list(t, w, clash.Filter{})); got != s {
				t.Fatalf("%s:\n%s\nwant\n%s", what, got, s)
			}
		}
		want("closed without a window", "window_closed serious payments-1")
		night := calendartest.Window(t, w.Calendar, w.Admin, "Night", "2026-11-19T20:00", "2026-11-20T04:00", calendartest.Weekly("TH"))
		want("a window opens it", "")
		b := release(t, w, "payments-2", later(hour), carries("ledger"))
		want("one service twice", "person_twice minor payments-1+payments-2; releases_overlap serious payments-1+payments-2")
		_, err := w.Plans.Set(w.Admin, b.Key, 0, plan.Edit{Services: &[]plan.ItemSpec{{Service: "cards-core", Version: "2.0.0"}}, Reason: "Another service"})
		must(t, err)
		want("one environment twice", "environment_shared serious payments-1+payments-2; person_twice minor payments-1+payments-2")
		f := calendartest.Freeze(t, w.Calendar, w.Admin, "Peak", "2026-11-19T22:00", "2026-11-25T00:00", calendartest.For("ledger"))
		want("a freeze of a service", "environment_shared serious payments-1+payments-2; person_twice minor payments-1+payments-2; window_closed serious payments-1")
		_, err = w.Plans.Set(w.Admin, b.Key, 0, plan.Edit{Window: &plan.Window{Start: a.Window.Start + 7*24*hour, End: a.Window.End + 7*24*hour}, Reason: "Next week"})
		must(t, err)
		want("one has moved", "window_closed serious payments-1")
		_, err = w.Calendar.Withdraw(w.Admin, calendar.Freeze, f.Key, f.Rev, "Not this year.")
		must(t, err)
		want("the freeze is withdrawn", "")
		_, err = w.Calendar.Withdraw(w.Admin, calendar.Window, night.Key, night.Rev, "No nights any more.")
		must(t, err)
		want("the window is withdrawn", "window_closed serious payments-1; window_closed serious payments-2")
		_, err = w.Plans.Cancel(w.Admin, a.Key, "Not needed.")
		must(t, err)
		want("one is cancelled", "window_closed serious payments-2")
		gone := list(t, w, clash.Filter{States: []clash.State{clash.Gone}})
		if len(gone) != 6 || gone[0].GoneAt.IsZero() {
			t.Errorf("%d are gone: %s", len(gone), codes(gone))
		}
		found, ended := 0, 0
		for _, a := range ledgertest.Actions(t, l) {
			switch a {
			case clash.ConflictFound:
				found++
			case clash.ConflictGone:
				ended++
			}
		}
		if found != 10 || ended != 9 { // one entry for each release that is a party
			t.Errorf("%d found, %d gone", found, ended)
		}
	})
}

func TestSoftFreezeAndPermit(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	release(t, w, "payments-1", to("pre-prod"))
	f := calendartest.Freeze(t, w.Calendar, w.Admin, "Quiet", "2026-11-19T20:00", "2026-11-20T04:00", calendartest.Soft)
	if got := codes(list(t, w, clash.Filter{})); got != "needs_approval minor payments-1" {
		t.Fatal(got)
	}
	_, err := w.Calendar.Permit(w.Admin, f.Key, calendar.PermitSpec{Release: "payments-1", Reason: "It is small."})
	must(t, err)
	if got := codes(list(t, w, clash.Filter{})); got != "" {
		t.Fatal(got)
	}
}

func TestBookingsPeopleAndOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		a := release(t, w, "payments-1", to("pre-prod"))
		b := release(t, w, "payments-2", to("pre-prod"), later(24*hour))
		me := authtest.Me(t, w.Admin)
		book := func(in booking.Spec) booking.Made {
			t.Helper()
			in.From, in.To = a.Window.Start-hour, a.Window.Start+hour
			if in.Release == "" {
				in.Purpose = "A load test"
			}
			m, err := w.Bookings.Request(w.Admin, in)
			must(t, err)
			return m
		}
		m := book(booking.Spec{Key: "load", Environment: "pre-prod"})
		if got := codes(m.Conflicts); got != "environment_booked serious load+payments-1" {
			t.Errorf("an environment that a release goes to: %s", got)
		}
		own := book(booking.Spec{Key: "own", Person: string(me), Release: a.Key})
		if got := codes(own.Conflicts); got != "" {
			t.Errorf("a person for their own release: %s", got)
		}
		_, err := w.Bookings.Withdraw(w.Admin, own.Key, own.Rev, "Not needed.")
		must(t, err)
		if got := codes(book(booking.Spec{Key: "course", Person: string(me)}).Conflicts); got != "person_twice minor course+payments-1" {
			t.Errorf("a person elsewhere: %s", got)
		}
		w.Conflicts.Ask(calendartest.Absent{{Person: me, Name: "Admin", Text: "on leave", From: b.Window.Start - hour, To: b.Window.Start + hour}}, waits{b.ID, a.ID})
		must(t, d.Write(w.Admin, func(tx *db.Tx) error { return w.Conflicts.RecheckPeople(tx, now, now+100*hour, me) }))
		if got := codes(list(t, w, clash.Filter{Release: b.ID})); got != "out_of_order serious payments-1+payments-2; person_away minor payments-2" {
			t.Errorf("away, and out of order: %s", got)
		}
		must(t, w.Conflicts.RecheckAll(auth.WithSystem(w.Admin)))
		all := "environment_booked serious load+payments-1; out_of_order serious payments-1+payments-2; person_away minor payments-2; person_twice minor course+payments-1"
		if got := codes(list(t, w, clash.Filter{})); got != all {
			t.Errorf("looked at again, all are the same:\n%s\nwant\n%s", got, all)
		}
	})
}

// waits is one release that waits for another, always out of order.
type waits struct{ release, for_ id.Release }

func (x waits) OutOfOrder(_ *db.Tx, r id.Release) ([]calendar.Disorder, error) {
	if r != x.release && r != x.for_ {
		return nil, nil
	}
	return []calendar.Disorder{{Release: x.release, For: x.for_, Text: "It goes before what it waits for.", Next: "Move it.", Serious: true}}, nil
}

func (x waits) Bounds(*db.Tx, id.Release) (from, to db.Time, err error) { return 0, 0, nil }

func TestAccept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		viewer := authtest.Person(t, d, "vera", "viewer")
		cards := authtest.Person(t, d, "carl", "release-manager@product/"+string(w.Cards.ID))
		r := release(t, w, "payments-1")
		c := list(t, w, clash.Filter{})[0]
		if _, err := w.Conflicts.Accept(viewer, c.ID, "x"); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("a viewer accepts: %v", err)
		}
		if _, err := w.Conflicts.Get(cards, c.ID); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("of another product: %v", err)
		}
		if _, err := w.Conflicts.Accept(w.Admin, c.ID, ""); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		got, err := w.Conflicts.Accept(w.Admin, c.ID, "The bank agreed.")
		must(t, err)
		if got.State != clash.Accepted || got.AcceptedByName == "" || got.AcceptedAt != now {
			t.Errorf("accepted: %+v", got)
		}
		if _, err := w.Conflicts.Accept(w.Admin, c.ID, "Again."); errs.ReasonOf(err) != "conflict.accepted" {
			t.Errorf("twice: %v", err)
		}
		name := "Renamed"
		_, err = w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Name: &name})
		must(t, err)
		if c := list(t, w, clash.Filter{})[0]; c.State != clash.Accepted || !strings.Contains(c.Text, "Renamed") {
			t.Errorf("it stays accepted while it is no worse: %+v", c)
		}
		_, err = w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: r.Window.Start - hour, End: r.Window.End}, Reason: "Longer"})
		must(t, err)
		if c := list(t, w, clash.Filter{})[0]; c.State != clash.Open || c.AcceptedBy != "" {
			t.Errorf("worse, it is open again: %+v", c)
		}
		_, err = w.Conflicts.Accept(w.Admin, c.ID, "Again agreed.")
		must(t, err)
		if c, err := w.Conflicts.Reopen(w.Admin, c.ID, "Not any more."); err != nil || c.State != clash.Open {
			t.Errorf("reopened: %+v %v", c, err)
		}
	})
}

// Parties of products that the reader may not see have no names.
func TestVeil(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-01-01T00:00")
	release(t, w, "payments-1")
	release(t, w, "cards-1", func(s *plan.Spec) {
		s.Product = "cards"
		s.Owner = string(authtest.Me(t, authtest.Person(t, d, "otto", "release-manager")))
	}, carries("cards-core"))
	cards := authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
	cs, err := w.Conflicts.List(cards, clash.Filter{})
	must(t, err)
	if len(cs) != 1 || strings.Contains(cs[0].Text+cs[0].Next, "payments") {
		t.Fatalf("%+v", cs)
	}
	for _, p := range cs[0].Parties {
		if p.Key == "payments-1" || p.Key == "" && p.ID != "" {
			t.Errorf("%+v", p)
		}
	}
}

func TestImpact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-02-01T00:00")
		r := release(t, w, "payments-1")
		_, err := w.Calendar.Add(w.Admin, calendar.Busy, calendar.Spec{Name: "Month-end", Start: "2026-11-19T20:00", End: "2026-11-21T00:00", Zone: "Europe/Copenhagen", Scope: calendar.Scope{Services: []string{"ledger"}}})
		must(t, err)
		_, err = w.Impacts.Set(w.Admin, r.Key, "ledger", impact.Spec{Kind: impact.Downtime, Minutes: 30, Users: "All branches", NoticeHours: 48})
		must(t, err)
		if got := codes(list(t, w, clash.Filter{})); got != "busy_time serious payments-1; notice_short minor payments-1" {
			t.Fatalf("downtime in a busy time, without notice: %s", got)
		}
		var slots []clash.Slot
		must(t, d.Read(w.Admin, func(tx *db.Tx) (err error) {
			slots, err = w.Conflicts.FreeSlots(tx, clash.Want{Release: r.ID, N: 5})
			return err
		}))
		if len(slots) != 5 || slots[0].HarmMinutes != 0 || slots[0].Start < now+48*hour {
			t.Errorf("slots: %+v", slots)
		}
		if _, err := w.Impacts.Set(w.Admin, r.Key, "cards-core", impact.Spec{Kind: "noise", Minutes: 0}); !errs.Is(err, errs.CodeInvalid) || len(errs.As(err).Fields) != 3 {
			t.Errorf("faults: %v", err)
		}
		must(t, w.Impacts.Drop(w.Admin, r.Key, "ledger"))
		if got := codes(list(t, w, clash.Filter{})); got != "" {
			t.Errorf("no harm, no conflict: %s", got)
		}
	})
}
