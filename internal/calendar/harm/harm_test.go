package harm_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/harm"
	"slipway/internal/calendar/impact"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

var now = db.At(dbtest.Start) // Thu 19 Nov 2026, 14:08 in Copenhagen

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// windows are the offers of a search.
func windows(t *testing.T, w calendartest.Whole, r plan.Release, want harm.Want) []harm.Offer {
	t.Helper()
	found, err := w.Harm.Windows(w.Admin, r.Key, want)
	must(t, err)
	if found.Narrowed != "" || !found.After.IsZero() || !found.Before.IsZero() {
		t.Errorf("nothing waits, yet %+v", found)
	}
	return found.Items
}

// TestWindows offers times outside of the busy ones, in which users can still be told, with what they rest on.
func TestWindows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		calendartest.Window(t, w.Calendar, w.Admin, "Nights", "2026-11-17T20:00", "2026-11-18T00:00", calendartest.Weekly("TU,TH,SA"), calendartest.In("prod-north"))
		busy := func(name, from, to string, services ...string) {
			t.Helper()
			_, err := w.Calendar.Add(w.Admin, calendar.Busy, calendar.Spec{Name: name, Start: from, End: to, Zone: "Europe/Copenhagen", Scope: calendar.Scope{Services: services}})
			must(t, err)
		}
		busy("Payroll", "2026-11-24T18:00", "2026-11-25T06:00", "ledger")
		busy("Card week", "2026-11-26T00:00", "2026-11-27T00:00", "payments-core")
		s := plantest.Spec("payments-1")
		s.Scope = nil
		r, err := w.Plans.Create(w.Admin, s)
		must(t, err)
		_, err = w.Impacts.Set(w.Admin, r.Key, "ledger", impact.Spec{Kind: impact.Downtime, Minutes: 30, Users: "All branches", NoticeHours: 48})
		must(t, err)

		offers := windows(t, w, r, harm.Want{To: now.Add(9 * 24 * time.Hour), N: 20})
		if len(offers) < 3 {
			t.Fatalf("%d offers", len(offers))
		}
		for i, o := range offers {
			if o.Start < now.Add(48*time.Hour) || o.TellBy != o.Start.Add(-48*time.Hour) || len(o.Why) != 3 || o.End.Sub(o.Start) != r.Window.End.Sub(r.Window.Start) {
				t.Errorf("%d: %+v", i, o)
			}
			if i > 0 && o.HarmMinutes < offers[i-1].HarmMinutes {
				t.Errorf("%d does less harm than what is before it: %+v", i, o)
			}
		}
		if o := offers[0]; o.HarmMinutes != 0 || o.NearMinutes != 0 || o.Why[0] != "Outside of every busy time." {
			t.Errorf("first: %+v", o)
		}
		last := offers[len(offers)-1]
		if last.HarmMinutes != 30 || !strings.HasPrefix(last.Why[0], "30 min of what is planned fall in Payroll.") || !strings.Contains(last.Why[1], "until Sun 22 Nov 2026, ") {
			t.Errorf("last: %+v", last)
		}
		for _, o := range offers {
			if o.Start > now.Add(7*24*time.Hour) && o.Start < now.Add(8*24*time.Hour) && (len(o.Busy) != 1 || o.HarmMinutes != 0 || o.Why[0] != "Nothing that is planned touches Card week, which is on then.") {
				t.Errorf("busy for another service: %+v", o)
			}
		}
		// What is offered is free: moved there, nothing stands against the release.
		for _, o := range offers[:2] {
			_, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: o.Start, End: o.End}, Reason: "Less harm"})
			must(t, err)
			cs, err := w.Conflicts.List(w.Admin, clash.Filter{Release: r.ID})
			must(t, err)
			if len(cs) > 0 {
				t.Errorf("at %s: %s", o.Start, cs[0].Text)
			}
		}
	})
}

// TestWindowsWithout finds times for a release without a window or without a stated impact, and refuses one that has ended.
func TestWindowsWithout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-02-01T00:00")
		s := plantest.Spec("payments-1")
		s.Scope, s.Window = nil, nil
		r, err := w.Plans.Create(w.Admin, s)
		must(t, err)
		offers := windows(t, w, r, harm.Want{})
		if len(offers) != 5 || offers[0].End.Sub(offers[0].Start) != 2*time.Hour || offers[0].Why[1] != "No notice is owed." || !offers[0].TellBy.IsZero() {
			t.Errorf("%+v", offers)
		}
		long := windows(t, w, r, harm.Want{Length: 5 * time.Hour, From: now.Add(72 * time.Hour), N: 1})
		if len(long) != 1 || long[0].End.Sub(long[0].Start) != 5*time.Hour || long[0].Start < now.Add(72*time.Hour) {
			t.Errorf("%+v", long)
		}
		_, err = w.Plans.Cancel(w.Admin, r.Key, "Not needed")
		must(t, err)
		if _, err := w.Harm.Windows(w.Admin, r.Key, harm.Want{}); errs.As(err).Reason != "release.ended" {
			t.Errorf("ended: %v", err)
		}
		cards := authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
		if _, err := w.Harm.Windows(cards, r.Key, harm.Want{}); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("of another product: %v", err)
		}
	})
}

// TestNoticeIsOfADate counts what users were told for the date that they were told, and for no other.
func TestNoticeIsOfADate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-02-01T00:00")
		made := func(key string, window *plan.Window) plan.Release {
			t.Helper()
			s := plantest.Spec(key)
			s.Scope, s.Window = nil, window
			r, err := w.Plans.Create(w.Admin, s)
			must(t, err)
			_, err = w.Impacts.Set(w.Admin, r.Key, "ledger", impact.Spec{Kind: impact.Downtime, Minutes: 30, NoticeHours: 48})
			must(t, err)
			return r
		}
		told := func(r plan.Release, rev int64) {
			t.Helper()
			_, err := w.Impacts.Tell(w.Admin, r.Key, "ledger", rev, 0)
			must(t, err)
		}
		// every offer is checked against the start that users know; the notice is owed anew for all others
		check := func(name string, r plan.Release, knows db.Time) {
			t.Helper()
			offers := windows(t, w, r, harm.Want{N: 20})
			present, known := db.At(d.Clock().Now()), 0
			for _, o := range offers {
				if o.Start == knows {
					if known++; o.Why[1] != "Users were told in time for it." || !o.TellBy.IsZero() {
						t.Errorf("%s, at the time that they know: %+v", name, o)
					}
					continue
				}
				if o.Start < present.Add(48*time.Hour) || o.TellBy != o.Start.Add(-48*time.Hour) || !strings.HasPrefix(o.Why[1], "Users were told another time; ") {
					t.Errorf("%s, at %s: %+v", name, o.Start, o)
				}
			}
			if known != 1 || len(offers) < 5 {
				t.Errorf("%s: %d offers, %d of the time that they know", name, len(offers), known)
			}
		}
		r := made("payments-1", &plan.Window{Start: now.Add(60 * time.Hour), End: now.Add(62 * time.Hour)})
		told(r, 1)
		check("told", r, r.Window.Start)
		d.Clock().(*clock.Fake).Advance(24 * time.Hour)
		check("a day later", r, r.Window.Start)
		later := r.Window.Start.Add(5 * 24 * time.Hour)
		moved, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: later, End: later.Add(2 * time.Hour)}, Reason: "Other plans"})
		must(t, err)
		check("moved", moved, r.Window.Start)

		// who was told before there was a date was told of every one
		none := made("payments-2", nil)
		told(none, 1)
		offers := windows(t, w, none, harm.Want{N: 20})
		for _, o := range offers {
			if o.Why[1] != "Users were told, before there was a date." || !o.TellBy.IsZero() {
				t.Errorf("without a date: %+v", o)
			}
		}
		if len(offers) < 5 {
			t.Errorf("%d offers without a date", len(offers))
		}
	})
}

// between is the span that dependencies leave every release.
type between struct{ from, to db.Time }

func (between) OutOfOrder(*db.Tx, id.Release) ([]calendar.Disorder, error) { return nil, nil }

func (b between) Bounds(*db.Tx, id.Release) (from, to db.Time, err error) { return b.from, b.to, nil }

// TestNarrowed offers what dependencies leave, and says how they narrow the span that was asked for.
func TestNarrowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-02-01T00:00")
		s := plantest.Spec("payments-1")
		s.Scope = nil
		r, err := w.Plans.Create(w.Admin, s)
		must(t, err)
		in := func(days int) db.Time { return now.Add(time.Duration(days) * 24 * time.Hour) }
		for _, c := range []struct {
			leave between
			want  harm.Want
			says  string
			none  bool
		}{
			{between{in(5), in(8)}, harm.Want{}, "Its dependencies narrow the time: what it waits for comes Tue 24 Nov 2026, 13:08 UTC, and what waits for it needs it by Fri 27 Nov 2026, 13:08 UTC.", false},
			{between{in(5), 0}, harm.Want{}, "Its dependencies narrow the time: what it waits for comes Tue 24 Nov 2026, 13:08 UTC.", false},
			{between{0, in(5)}, harm.Want{}, "Its dependencies narrow the time: what waits for it needs it by Tue 24 Nov 2026, 13:08 UTC.", false},
			{between{in(5), in(4)}, harm.Want{}, "Its dependencies leave it no time: what it waits for comes Tue 24 Nov 2026, 13:08 UTC, and what waits for it needs it by Mon 23 Nov 2026, 13:08 UTC.", true},
			{between{0, in(-1)}, harm.Want{}, "Its dependencies leave it no time: what waits for it needs it by Wed 18 Nov 2026, 13:08 UTC.", true},
			{between{in(61), in(90)}, harm.Want{}, "Its dependencies leave it no time: what it waits for comes Tue 19 Jan 2027, 13:08 UTC.", true},
			{between{in(5), in(20)}, harm.Want{From: in(6), To: in(12)}, "", false},
			{between{in(-5), in(90)}, harm.Want{}, "", false},
		} {
			w.Conflicts.Ask(nil, c.leave)
			found, err := w.Harm.Windows(w.Admin, r.Key, c.want)
			must(t, err)
			if found.Narrowed != c.says || found.After != c.leave.from || found.Before != c.leave.to || (len(found.Items) == 0) != c.none {
				t.Errorf("%+v: %+v", c.leave, found)
			}
			for _, o := range found.Items {
				if o.Start < c.leave.from || c.leave.to != 0 && o.End > c.leave.to {
					t.Errorf("%+v offers %s", c.leave, o.Start)
				}
			}
		}
	})
}
