package calendarweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/clash"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

func bookForm(change ...string) url.Values {
	f := url.Values{"kind": {"environment"}, "environment": {"pre-prod"}, "person": {""}, "item": {""}, "window": {""}, "release": {""}, "purpose": {"Load test"}, "units": {"1"},
		"from": {"2026-11-20T09:00"}, "to": {"2026-11-20T12:00"}}
	for i := 0; i+1 < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

// TestBook books an environment in the page; somebody else asks for the same time, keeps what was typed, and takes the time that is offered.
func TestBook(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	if s := text(p.see("/calendar/bookings"), "main"); !strings.Contains(s, "Nothing is booked") {
		t.Errorf("empty: %q", s)
	}
	w := p.do("POST", "/calendar/bookings/new", bookForm("purpose", "", "to", "2026-11-20T08:00"))
	if m := uitest.DOM(t, w.Body.String()); w.Code != 422 || m.Count(".err") != 2 {
		t.Errorf("faults: %d %v", w.Code, m.Texts(".err"))
	}
	w = p.do("POST", "/calendar/bookings/new", bookForm())
	at := w.Header().Get("Location")
	if w.Code != 303 || !strings.HasPrefix(at, "/calendar/bookings/pre-prod-20261120-") {
		t.Fatalf("book: %d %s %.900s", w.Code, at, w.Body)
	}
	page := p.see(at)
	page.Says(".pagehead", "Confirmed")
	page.Says("#facts", "Load test")
	page.Says("#facts", "Fri 20 Nov, 09:00 to 12:00 CET")

	w = p.do("POST", "/calendar/bookings/new", bookForm("purpose", "Rehearsal of <b>ours</b>"), "aisha")
	m := uitest.DOM(t, w.Body.String())
	if w.Code != http.StatusConflict {
		t.Fatalf("taken: %d %.900s", w.Code, w.Body)
	}
	m.Says("#taken", "Pre-prod is booked for “Load test” by Maya Lindqvist, Fri 20 Nov, 09:00 to 12:00 CET")
	if got := m.One(`#booking input[name=purpose]`).Attr("value"); got != "Rehearsal of <b>ours</b>" {
		t.Errorf("what was typed is gone: %q", got)
	}
	if n := m.Count("#taken form"); n != 3 {
		t.Fatalf("%d times are offered", n)
	}
	offer := m.All("#taken form")[0]
	taken := url.Values{}
	for _, i := range offer.All("input") {
		taken.Set(i.Attr("name"), i.Attr("value"))
	}
	if taken.Get("purpose") != "Rehearsal of <b>ours</b>" || taken.Get("from") == "2026-11-20T09:00" {
		t.Fatalf("offered: %v", taken)
	}
	w = p.do("POST", offer.Attr("action"), taken, "aisha")
	if w.Code != 303 {
		t.Fatalf("take the offer: %d %.900s", w.Code, w.Body)
	}
	theirs := w.Header().Get("Location")
	page = p.see(theirs, "aisha")
	page.Says(".pagehead", "Asked for") // she does not answer for pre-prod
	page.Says("#answer", "only who answers for Pre-prod does")
	if w = p.do("POST", theirs+"/confirm", url.Values{"rev": {"1"}}, "aisha"); w.Code != 403 {
		t.Errorf("she confirms her own: %d", w.Code)
	}
	p.see("/calendar/bookings?show=waiting").Says("#bookings", "Rehearsal of")
	if w = p.do("POST", theirs+"/confirm", url.Values{"rev": {"1"}}); w.Code != 303 {
		t.Fatalf("confirm: %d", w.Code)
	}
	p.see(theirs).Says(".pagehead", "Confirmed")
	p.see("/calendar?view=week").Says(".hours", "Pre-prod: “Load test”")
	p.see("/calendar?view=timeline&by=environment&weeks=4").Says(".tl", "“Load test”")
	if n := p.see("/calendar?view=agenda&kind=bookings").Count("#agenda li"); n != 2 {
		t.Errorf("%d bookings in the agenda", n)
	}
	p.see("/calendar/bookables/environment/pre-prod").Says("#strip", "Rehearsal of")
}

// TestAnswerABooking declines, moves and withdraws in the pages, and refuses what is out of date.
func TestAnswerABooking(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	from := db.At(time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC))
	ask := func(who string, at db.Time) string {
		b, err := p.Bookings.Request(p.who[who], booking.Spec{Environment: "pre-prod", Purpose: "Drill of " + who, From: at, To: at.Add(2 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		return "/calendar/bookings/" + b.Key
	}
	first, second := ask("aisha", from), ask("maya", from.Add(4*time.Hour))
	w := p.do("POST", first+"/decline", url.Values{"rev": {"1"}, "reason": {""}})
	if m := uitest.DOM(t, w.Body.String()); w.Code != 422 || m.Count("#answer .err") != 1 {
		t.Errorf("declined without a reason: %d", w.Code)
	}
	if w = p.do("POST", first+"/decline", url.Values{"rev": {"1"}, "reason": {"Not in this week"}}); w.Code != 303 {
		t.Fatalf("decline: %d", w.Code)
	}
	p.see(first).Says("#facts", "Not in this week")

	page := p.see(second + "/move?from=2026-11-25T10:00")
	if got := page.One("input[name=to]").Attr("value"); got != "2026-11-25T12:00" {
		t.Errorf("only its start was proposed, and it ends %s", got)
	}
	page.Has("#free li")
	move := url.Values{"rev": {"1"}, "units": {"1"}, "from": {"2026-11-25T10:00"}, "to": {"2026-11-25T12:00"}}
	if w = p.do("POST", second+"/move", move); w.Code != 303 {
		t.Fatalf("move: %d %.600s", w.Code, w.Body)
	}
	if w = p.do("POST", second+"/move", move); w.Code != 409 || !strings.Contains(w.Body.String(), "As it is now:") {
		t.Errorf("move of an old version: %d", w.Code)
	}
	if w = p.do("POST", second+"/withdraw", url.Values{"rev": {"2"}, "reason": {"Done early"}}); w.Code != 303 {
		t.Errorf("withdraw: %d", w.Code)
	}
	b, err := p.Bookings.Get(p.Admin, strings.TrimPrefix(second, "/calendar/bookings/"))
	if err != nil || b.State != booked.Withdrawn {
		t.Errorf("%v %v", b.State, err)
	}
	at := "/calendar/bookables/environment/pre-prod"
	if w = p.do("POST", at, url.Values{"capacity": {"0"}, "owner": {""}, "rev": {"0"}}); w.Code != 422 {
		t.Errorf("no capacity: %d", w.Code)
	}
	rev := p.see(at).One("#rule input[name=rev]").Attr("value")
	if w = p.do("POST", at, url.Values{"capacity": {"2"}, "owner": {""}, "rev": {rev}}); w.Code != 303 {
		t.Errorf("capacity: %d %.600s", w.Code, w.Body)
	}
	p.see(at).Says(".pagehead", "There are 2 units")
	if w = p.do("POST", at, url.Values{"capacity": {"3"}, "owner": {""}, "rev": {"9"}}, "viola"); w.Code != 403 {
		t.Errorf("a viewer: %d", w.Code)
	}
	if w = p.do("GET", "/calendar/bookings/new", nil, "viola"); w.Code != 403 {
		t.Errorf("a viewer asks: %d", w.Code)
	}
}

// TestConflictPages lists conflicts, and accepts one by name.
func TestConflictPages(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	if n := p.see("/calendar/conflicts").Count("#conflicts li"); n != 3 {
		t.Errorf("%d conflicts", n)
	}
	if n := p.see("/calendar/conflicts?severity=minor").Count("#conflicts li"); n != 1 {
		t.Errorf("%d minor conflicts", n)
	}
	if n := p.see("/calendar/conflicts?code=" + clash.ReleasesOverlap + "&release=ledger-26.11.2&environment=prod-north").Count("#conflicts li"); n != 1 {
		t.Errorf("%d overlaps", n)
	}
	for _, path := range []string{"/calendar/conflicts?code=nope", "/calendar/conflicts?state=nope", "/calendar/conflicts?release=nope"} {
		if w := p.do("GET", path, nil); w.Code != 422 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	cs, err := p.Conflicts.List(p.Admin, clash.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	at := ""
	for _, c := range cs {
		if c.Code == clash.ReleasesOverlap {
			at = "/calendar/conflicts/" + c.ID
		}
	}
	page := p.see(at)
	page.Says("#conflict", "Propose")
	page.Has(`#conflict a[href="/releases/ledger-26.11.2/move?start=2026-11-19T20%3A15"]`)
	if w := p.do("POST", at+"/accept", url.Values{"reason": {""}}); w.Code != 422 {
		t.Errorf("accepted without a reason: %d", w.Code)
	}
	if w := p.do("POST", at+"/accept", url.Values{"reason": {"Elena watches both"}}, "viola"); w.Code != 403 {
		t.Errorf("a viewer accepts: %d", w.Code)
	}
	if w := p.do("POST", at+"/accept", url.Values{"reason": {"Elena watches both"}}); w.Code != 303 {
		t.Fatalf("accept: %d", w.Code)
	}
	p.see(at).Says("#standing", "Elena watches both")
	if n := p.see("/calendar/conflicts?state=accepted").Count("#conflicts li"); n != 1 {
		t.Errorf("%d accepted", n)
	}
	if w := p.do("POST", at+"/reopen", url.Values{"reason": {"Elena is ill"}}); w.Code != 303 {
		t.Errorf("reopen: %d", w.Code)
	}
}

// TestPublishTheCalendar is held up by serious conflicts until they are accepted in the page.
func TestPublishTheCalendar(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	form := url.Values{"name": {"November 2026"}, "note": {"Mind the freeze"}, "from": {"2026-11-01"}, "to": {"2026-11-30"}, "readers": {"maya, viola"}, "reason": {""}}
	w := p.do("POST", "/calendar/versions/new", form)
	m := uitest.DOM(t, w.Body.String())
	if w.Code != 422 && w.Code != 409 || !strings.Contains(w.Body.String(), "Not published.") {
		t.Fatalf("published over conflicts: %d %.900s", w.Code, w.Body)
	}
	boxes := m.All("#held input[type=checkbox]")
	if len(boxes) < 2 {
		t.Fatalf("%d conflicts are listed", len(boxes))
	}
	for _, b := range boxes {
		form.Add("accept", b.Attr("value"))
	}
	if w = p.do("POST", "/calendar/versions/new", form); w.Code != 422 {
		t.Errorf("accepted without a reason: %d", w.Code)
	}
	form.Set("reason", "All are watched")
	form.Set("readBy", "2020-01-01")
	if w = p.do("POST", "/calendar/versions/new", form); w.Code != 422 || !strings.Contains(w.Body.String(), "within the next 90 days") {
		t.Errorf("to be read in the past: %d", w.Code)
	}
	form.Set("readBy", "2026-11-25")
	if w = p.do("POST", "/calendar/versions/new", form, "aisha"); w.Code != 403 {
		t.Errorf("an approver publishes: %d", w.Code)
	}
	if w = p.do("POST", "/calendar/versions/new", form); w.Code != 303 {
		t.Fatalf("publish: %d %.900s", w.Code, w.Body)
	}
	at := w.Header().Get("Location")
	page := p.see(at, "viola")
	page.Says("#accepted", "All are watched")
	page.Says("#releases", "Payments 26.11.0")
	page.Has("#acknowledge")
	if w = p.do("POST", at+"/acknowledge", url.Values{}, "viola"); w.Code != 303 {
		t.Errorf("acknowledge: %d %.400s", w.Code, w.Body)
	}
	page = p.see(at, "viola")
	page.None("#acknowledge")
	page.Says("#readers", "1 of 2")
	page.Says("#readers", "To be read by Wed 25 Nov.")
	p.see("/calendar/versions").Says("#versions", "your turn")
	if w = p.do("GET", "/calendar/versions/77", nil); w.Code != 404 {
		t.Errorf("an unknown version: %d", w.Code)
	}
}
