package calendarweb_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// TestBusyTime adds a time at which harm is greatest: what falls in it is shown first, and nothing is closed by it.
func TestBusyTime(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	form := url.Values{"name": {"Payroll"}, "reason": {"Salaries are paid"}, "start": {"2026-11-19T20:00"}, "end": {"2026-11-20T06:00"}, "zone": {"Europe/Stockholm"}, "rrule": {"FREQ=MONTHLY"},
		"exdates": {"2026-12-19"}, "rdates": {""}, "owner": {""}, "services": {""}, "serviceTiers": {""}, "key": {""}, "rev": {"0"}}
	w := p.do("POST", "/calendar/busy-times/new", form)
	m := uitest.DOM(t, w.Body.String())
	if w.Code != 200 || !strings.Contains(text(m, "#effect"), "Falls in it") || !strings.Contains(text(m, "#effect"), "Nothing is closed by that") {
		t.Fatalf("effect: %d %s", w.Code, text(m, "#effect"))
	}
	form.Set("publish", "true")
	if w = p.do("POST", "/calendar/busy-times/new", form); w.Code != 303 || w.Header().Get("Location") != "/calendar/busy-times/payroll" {
		t.Fatalf("publish: %d %s", w.Code, w.Header().Get("Location"))
	}
	p.see("/calendar/busy-times/payroll").Says(".pagehead", "To come")
	p.see("/calendar").Says("#busy-times", "Payroll")
	// What the form does not show would be lost by saving it.
	edit := p.see("/calendar/busy-times/payroll/edit")
	if got := edit.One("textarea[name=exdates]").Text(); !strings.Contains(got, "2026-12-19") {
		t.Errorf("the day that is left out is not in the form: %q", got)
	}
	if w = p.do("GET", "/calendar/busy-times/new", nil, "viola"); w.Code != 403 {
		t.Errorf("a viewer: %d", w.Code)
	}
}

// TestAFreezeHitsBookings lists the bookings that a new freeze falls into.
func TestAFreezeHitsBookings(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	from := db.At(time.Date(2026, 11, 19, 18, 0, 0, 0, time.UTC))
	if _, err := p.Bookings.Request(p.who["maya"], booking.Spec{Environment: "prod-north", Purpose: "Drill", From: from, To: from.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	m := uitest.DOM(t, p.do("POST", "/calendar/freezes/new", freezeForm()).Body.String())
	m.Says("#hit", "2 releases, 1 booking")
	m.Says("#effect", "prod-north booked for “Drill”")
	if ls, err := p.Calendar.List(p.Admin, calendar.Filter{Query: "quiet"}); err != nil || len(ls) != 0 {
		t.Errorf("published: %v %v", ls, err)
	}
}

// TestServicesOfAFreeze offers the services as a choice, keeps what was picked and says beside the field what is wrong with it.
func TestServicesOfAFreeze(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	ask := p.see("/calendar/freezes/new")
	ask.Has("fieldset input[type=checkbox][name=services][value=ledger]")
	f := freezeForm("publish", "true", "name", "Ledger only")
	f["services"] = []string{"ledger", "payments-core", "nope"}
	w := p.do("POST", "/calendar/freezes/new", f)
	m := uitest.DOM(t, w.Body.String())
	if w.Code != 422 {
		t.Fatalf("%d", w.Code)
	}
	m.Has("input[name=services][value=ledger][checked]")
	m.Has("input[type=text][name=services][value=nope][aria-invalid=true]")
	m.Has("#services-err")
	f["services"] = []string{"ledger", "payments-core"}
	if w = p.do("POST", "/calendar/freezes/new", f); w.Code != 303 {
		t.Fatalf("publish: %d", w.Code)
	}
	edit := p.see("/calendar/freezes/ledger-only/edit")
	if n := edit.Count("input[name=services][checked]"); n != 2 {
		t.Errorf("%d are picked", n)
	}
}

// TestAnEffectNamesAReleaseOnce joins what a freeze does to a release alike in several environments.
func TestAnEffectNamesAReleaseOnce(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	m := uitest.DOM(t, p.do("POST", "/calendar/freezes/new", freezeForm()).Body.String())
	m.Says("#hit", "2 releases")
	lines := m.Texts("#effect .hits li")
	for _, name := range []string{"Payments 26.11.0", "Ledger 26.11.2"} {
		n := 0
		for _, s := range lines {
			if strings.Contains(s, name) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d lines of %s: %q", n, name, lines)
		}
	}
}
