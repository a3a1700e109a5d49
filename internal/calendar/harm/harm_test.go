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
	"slipway/internal/errs"
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

		offers, err := w.Harm.Windows(w.Admin, r.Key, harm.Want{To: now.Add(9 * 24 * time.Hour), N: 20})
		must(t, err)
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
		offers, err := w.Harm.Windows(w.Admin, r.Key, harm.Want{})
		must(t, err)
		if len(offers) != 5 || offers[0].End.Sub(offers[0].Start) != 2*time.Hour || offers[0].Why[1] != "No notice is owed." || !offers[0].TellBy.IsZero() {
			t.Errorf("%+v", offers)
		}
		long, err := w.Harm.Windows(w.Admin, r.Key, harm.Want{Length: 5 * time.Hour, From: now.Add(72 * time.Hour), N: 1})
		must(t, err)
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
