package calendarweb_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"slipway/internal/calendar/booking"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// dragTo drops an element on another one, at a share of its width, as a browser does.
const dragTo = `(from, to, share) => {
	const data = new DataTransfer(), r = to.getBoundingClientRect(), s = from.getBoundingClientRect();
	const send = (el, type, x, y) => el.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data, clientX: x, clientY: y}));
	const x = r.left + share * r.width, y = r.top + 4;
	return send(from, "dragstart", s.left, s.top + 2) && !send(to, "dragover", x, y) && !send(to, "drop", x, y);
}`

// TestDrag drops a release on another day of the month, and a booking further along the timeline: each opens the form that moves it,
// with the new time in it, and nothing was changed.
func TestDrag(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	from := db.At(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	b, err := p.Bookings.Request(p.who["maya"], booking.Spec{Environment: "pre-prod", Purpose: "Drill", From: from, To: from.Add(26 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	do := func(js string) {
		t.Helper()
		if ok, err := chromedp.Run(tab, chromedp.Evaluate[bool](js)); err != nil || !ok {
			t.Fatalf("drag: %v %v", ok, err)
		}
	}
	uitest.Open(t, tab, s.URL+"/calendar", uitest.Looks[0])
	do(`(` + dragTo + `)(document.querySelector('.ev[href="/releases/ledger-26.11.2"]'), document.querySelector('[data-day="2026-11-20"]'), .5)`)
	uitest.Until(t, tab, "the page that moves the date is asked for", `location.pathname + decodeURIComponent(location.search) === "/releases/ledger-26.11.2/move?start=2026-11-20T21:30"`)

	uitest.Open(t, tab, s.URL+"/calendar?view=timeline&by=environment&at=2026-11-23", uitest.Looks[0])
	// Half of two weeks from Monday 23 November is Monday 30 November, 00:00.
	do(`(` + dragTo + `)(document.querySelector('.tl [data-drag*="/calendar/bookings/"]'), document.querySelector('.tl [data-drag*="/calendar/bookings/"]').closest(".track"), .5)`)
	uitest.Until(t, tab, "the form of the booking is open", `location.pathname === "/calendar/bookings/`+b.Key+`/move" && !!document.querySelector("#booking")`)
	got, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.querySelector("input[name=from]").value + " " + document.querySelector("input[name=to]").value`))
	if err != nil || got != "2026-11-30T00:00 2026-12-01T02:00" {
		t.Errorf("the form proposes %q, %v", got, err)
	}
	now, err := p.Bookings.Get(p.Admin, b.Key)
	if err != nil || now.From != from {
		t.Errorf("dragging alone moved it: %v %v", now.From, err)
	}
}
