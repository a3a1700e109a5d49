package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui/uitest"
)

// signedIn is the installation as the administrator's browser meets it.
func (m moving) signedIn(t *testing.T) http.Handler {
	t.Helper()
	h, err := m.Handler()
	must(t, err)
	v, _ := auth.Viewer(m.admin)
	r := local(httptest.NewRequest(http.MethodPost, "/sign-in/demo", strings.NewReader(url.Values{"person": {string(v.Person)}}.Encode())))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://127.0.0.1")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("signing in: %d %s", w.Code, w.Body)
	}
	cookies := w.Result().Cookies()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range cookies {
			r.AddCookie(c)
		}
		h.ServeHTTP(w, r)
	})
}

const movePage = "/releases/one/move"

// The page works without script: a date is chosen by a form, what it hits is shown, and one form saves it or says why not.
func TestMovePage(t *testing.T) {
	eachMoving(t, func(t *testing.T, m moving) {
		m.story(t)
		h := m.signedIn(t)
		see := func(path string) uitest.Tree {
			t.Helper()
			w := httptest.NewRecorder()
			h.ServeHTTP(w, local(httptest.NewRequest(http.MethodGet, path, nil)))
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
			return uitest.DOM(t, w.Body.String())
		}
		send := func(in url.Values, status int) (uitest.Tree, string) {
			t.Helper()
			r := local(httptest.NewRequest(http.MethodPost, movePage, strings.NewReader(in.Encode())))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", "http://127.0.0.1")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != status {
				t.Fatalf("%d, want %d: %s", w.Code, status, w.Body)
			}
			if status == http.StatusSeeOther {
				return uitest.Tree{}, w.Header().Get("Location")
			}
			return uitest.DOM(t, w.Body.String()), ""
		}
		see("/releases/one").Has(`#head-move[href="/releases/one/move"]`)
		first := see(movePage)
		if n := first.Count(`input[type="radio"]`); n < 3 {
			t.Errorf("%d dates to choose from", n)
		}
		first.Says("h1", "from Mon 23 Nov")
		first.Has("#save")
		see(movePage+"?d=own&own=2026-11-01T21:00&was=").Says("#own-err", "is over")
		see(movePage+"?d=own&own=soon&was=").Says("#own-err", "Give a date")

		page := see(movePage + "?d=" + url.QueryEscape(on(28, 20).String()) + "&own=2026-12-01T20%3A00&was=") // what was typed counts
		page.Says("#hits", "Elena Petrova is away on 1 Dec")
		page.Says("#one-save", "Ask Oskar Kowalski to stand in")
		page.Says("#one-save", "Move the booking of Pre-prod")
		page.Has(`#around table`)
		in := url.Values{}
		for _, x := range page.All(`#one-save input[type="hidden"]`) {
			in.Add(x.Attr("name"), x.Attr("value"))
		}
		again, _ := send(in, http.StatusUnprocessableEntity)
		again.Says("#reason-err", "must not be empty")
		in.Set("reason", "the rehearsal is late")
		for _, x := range page.All(`#one-save input[type="checkbox"]`) {
			in.Add("choice", x.Attr("value"))
		}

		_, err := m.Bookings.Request(m.admin, booking.Spec{Key: "theirs", Environment: "pre-prod", Purpose: "Load test", From: on(26, 9), To: on(27, 9)})
		must(t, err)
		told, _ := send(in, http.StatusConflict)
		told.Says("#differs", "Pre-prod")
		told.Says("#reason", "the rehearsal is late")
		_, err = m.Bookings.Withdraw(m.admin, "theirs", 0, "not needed")
		must(t, err)
		if _, to := send(in, http.StatusSeeOther); to != "/releases/one" {
			t.Errorf("it leads to %s", to)
		}
		in.Set("start", on(32, 20).String())
		in.Set("end", on(32, 22).String())
		stale, _ := send(in, http.StatusConflict) // the version that was looked at is gone: both texts
		stale.Says("#theirs", "1 Dec")
		stale.Says("#theirs", "2 Dec")
	})
}

// TestMovePageLooks opens the page in both schemes, on a desk and on a phone, and checks a date as it is chosen.
func TestMovePageLooks(t *testing.T) {
	tab := uitest.Browser(t)
	m := openMoving(t, db.SQLite)
	m.story(t)
	m.create(t, "two", on(33, 20), "")
	_, err := m.Calendar.Add(m.admin, calendar.Freeze, calendar.Spec{Name: "Year-end close", Reason: "Books close", Start: "2026-12-05T18:00", End: "2026-12-07T06:00", Zone: "UTC", Hardness: "hard"})
	must(t, err)
	s := httptest.NewServer(m.signedIn(t))
	t.Cleanup(func() {
		s.CloseClientConnections() // a live page holds its stream open
		s.Close()
	})
	for _, l := range uitest.Looks {
		uitest.Open(t, tab, s.URL+movePage+"?start=2026-12-01T20:00:00Z", l)
		uitest.CheckReflow(t, tab, l)
		for _, f := range uitest.Findings(t, tab, l) {
			t.Error(f)
		}
		uitest.FullShot(t, tab, l, "own")
	}
	uitest.Open(t, tab, s.URL+movePage, uitest.Looks[0])
	_, err = chromedp.Run(tab, chromedp.Evaluate[bool](`(() => { const o = document.querySelector("#own"); o.value = "2026-12-05T20:00"; o.dispatchEvent(new Event("change", {bubbles: true})); return true })()`))
	must(t, err)
	uitest.Until(t, tab, "the date is checked as it is chosen", `document.querySelector("#hits h2").innerText.includes("5 Dec") && document.querySelector("#hits").innerText.includes("Year-end close")`)
	uitest.FullShot(t, tab, uitest.Looks[0], "typed")
}
