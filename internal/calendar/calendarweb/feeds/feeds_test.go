package feeds_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/calendarweb/feeds"
	"slipway/internal/calendar/feed"
	"slipway/internal/calendar/ical"
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// pages are those of feeds, with who is named by the cookie "as" signed in.
type pages struct {
	t       *testing.T
	world   calendartest.World
	handler http.Handler
	ledger  *ledger.Ledger
}

func open(t *testing.T, d *db.DB) *pages {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, feed.Permissions)
	p := &pages{t: t, world: calendartest.New(t, d), ledger: l}
	who := map[string]context.Context{"maya": authtest.Person(t, d, "maya", "release-manager"), "viola": authtest.Person(t, d, "viola", "viewer"), "admin": authtest.Admin(t, d)}
	guard := httpx.Guard{Identify: func(r *http.Request) (context.Context, error) {
		c, err := r.Cookie("as")
		if err != nil {
			return r.Context(), nil //nolint:nilerr // nobody is signed in, which is no fault
		}
		v, _ := auth.Viewer(who[c.Value])
		return auth.WithIdentity(r.Context(), v), nil
	}, Demand: auth.Demand, Declared: func(string) bool { return true }}
	site := web.New(web.Options{Guard: guard, Shell: func(ctx context.Context, v web.View) templ.Component {
		return ui.Shell(ui.Page{Title: v.Title, Scheme: v.Scheme, Now: dbtest.Start, Path: v.Path}, v.Body)
	}})
	feeds.New(site, d, feed.New(d, p.world.Calendar, feed.Options{Rights: s.Rights}), p.world.Catalog, "").Mount()
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	if p.handler, err = httpx.Handler(h, httpx.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *pages) do(method, path, as, kind string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(p.t.Context(), method, path, body)
	r.RemoteAddr = "127.0.0.1:40000"
	if as != "" {
		r.AddCookie(&http.Cookie{Name: "as", Value: as})
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w
}

func (p *pages) post(path, as string, form url.Values) *httptest.ResponseRecorder {
	return p.do(http.MethodPost, path, as, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

var address = regexp.MustCompile(`http://example\.com(/calendar/feeds/[a-z2-7]{52}\.ics)`)

func TestSubscribe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		calendartest.Freeze(t, p.world.Calendar, p.world.Admin, "Peak trading", "2026-11-24T22:00", "2026-11-25T04:00", calendartest.Weekly("TU"))
		if w := p.do(http.MethodGet, feeds.Subscribe, "viola", "", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "No feed") {
			t.Fatal(w.Code, w.Body)
		}
		w := p.post(feeds.Subscribe, "viola", url.Values{"what": {"all"}, "name": {"Phone"}})
		found := address.FindStringSubmatch(w.Body.String())
		if w.Code != 200 || found == nil || w.Header().Get("Cache-Control") != "no-store" {
			t.Fatal(w.Code, w.Body)
		}
		path := found[1]
		if !strings.Contains(w.Body.String(), `href="webcal://example.com`+path) {
			t.Error("no link that a calendar program opens")
		}
		ledgertest.Records(t, p.ledger) // every entry has its number
		w = p.do(http.MethodGet, path, "", "", nil)
		if _, err := ical.Read(w.Body.Bytes()); w.Code != 200 || err != nil || w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || w.Header().Get("Cache-Control") != "private, no-cache" {
			t.Fatal(w.Code, err, w.Header())
		}
		text, tag := w.Body.Bytes(), w.Header().Get("ETag")
		if w = p.do(http.MethodHead, path, "", "", nil); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
			t.Error("HEAD", w.Code, w.Header())
		}
		w = p.do(http.MethodGet, path, "", "", nil, "Accept-Encoding", "gzip")
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err, w.Header())
		}
		if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, text) {
			t.Error("gzip", err)
		}
		if w = p.do(http.MethodGet, path, "", "", nil, "If-None-Match", w.Header().Get("ETag"), "Accept-Encoding", "gzip"); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
			t.Error("If-None-Match", w.Code, w.Header())
		}
		for _, bad := range []string{feed.Path + "x.ics", strings.TrimSuffix(path, ".ics"), path + "/x"} {
			if w = p.do(http.MethodGet, bad, "", "", nil); w.Code != 404 {
				t.Error(bad, w.Code)
			}
		}
		w = p.do(http.MethodGet, feeds.Subscribe, "viola", "", nil)
		if strings.Contains(w.Body.String(), path) || !strings.Contains(w.Body.String(), "Phone") {
			t.Error("the address is shown once")
		}
		id := regexp.MustCompile(`rotate-([0-9a-f-]{36})`).FindStringSubmatch(w.Body.String())[1]
		if w = p.do(http.MethodGet, feeds.Subscribe+"?feed="+id, "viola", "", nil); !strings.Contains(w.Body.String(), "Leave it as it is") {
			t.Error("without script there is no way to revoke")
		}
		if w = p.post(feeds.Subscribe+"/"+id+"/rotate", "maya", url.Values{}); w.Code != 404 {
			t.Error("another's", w.Code)
		}
		w = p.post(feeds.Subscribe+"/"+id+"/rotate", "viola", url.Values{})
		next := address.FindStringSubmatch(w.Body.String())
		if w.Code != 200 || next == nil || next[1] == path || p.do(http.MethodGet, path, "", "", nil).Code != 404 {
			t.Error("another address", w.Code)
		}
		if w = p.do(http.MethodGet, feeds.Subscribe+"?all=true", "admin", "", nil); !strings.Contains(w.Body.String(), "Feeds of everyone") || !strings.Contains(w.Body.String(), "Phone") {
			t.Error("everybody's", w.Code)
		}
		if w = p.post(feeds.Subscribe+"/"+id+"/revoke", "viola", url.Values{}); w.Code != 303 || p.do(http.MethodGet, next[1], "", "", nil).Code != 404 {
			t.Error("revoke", w.Code)
		}
		if w = p.post(feeds.Subscribe, "viola", url.Values{"what": {"product/moon"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "There is no product") {
			t.Error(w.Code, w.Body)
		}
	})
}

func (p *pages) upload(path, as, text string, fields ...string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = m.WriteField(fields[i], fields[i+1])
	}
	if text != "" {
		f, _ := m.CreateFormFile("file", "days.ics")
		_, _ = f.Write([]byte(text))
	}
	_ = m.Close()
	return p.do(http.MethodPost, path, as, m.FormDataContentType(), &b)
}

func TestSources(t *testing.T) {
	const text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:Christmas\nLOCATION:Home\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:never\nEND:VEVENT\nEND:VCALENDAR\n"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		fields := []string{"name", "Days off", "kind", "holiday", "zone", "Europe/Berlin", "everyHours", "24", "url", "", "key", ""}
		if w := p.do(http.MethodGet, feeds.Sources, "viola", "", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "only release managers import calendars") {
			t.Error(w.Code, w.Body)
		}
		if w := p.do(http.MethodGet, feeds.Sources+"/new", "viola", "", nil); w.Code != 403 {
			t.Error(w.Code)
		}
		if w := p.upload(feeds.Sources+"/new", "viola", text, fields...); w.Code != 403 {
			t.Error(w.Code)
		}
		if w := p.upload(feeds.Sources+"/new", "maya", "", fields...); w.Code != 422 || !strings.Contains(w.Body.String(), "or upload its text") {
			t.Error(w.Code, w.Body)
		}
		if w := p.upload(feeds.Sources+"/new", "maya", strings.Replace(text, "DTSTART:never", "RRULE:FREQ=SECONDLY", 1), fields...); w.Code != 422 || !strings.Contains(w.Body.String(), "Line 9: FREQ=SECONDLY") {
			t.Error(w.Code, w.Body)
		}
		if w := p.upload(feeds.Sources+"/new", "maya", text, fields...); w.Code != 303 || w.Header().Get("Location") != feeds.Sources+"/days-off" {
			t.Fatal(w.Code, w.Body)
		}
		w := p.do(http.MethodGet, feeds.Sources+"/days-off", "viola", "", nil)
		for _, want := range []string{"Christmas", "25 Dec", "Line 9", "is not a time", "Europe/Berlin"} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%q is not in %s", want, w.Body)
			}
		}
		if w := p.do(http.MethodGet, feeds.Sources, "viola", "", nil); !strings.Contains(w.Body.String(), "Days off, 1 event") {
			t.Error(w.Body)
		}
		if w := p.upload(feeds.Sources+"/days-off/load", "maya", ""); w.Code != 422 || !strings.Contains(w.Body.String(), "Choose a file") {
			t.Error(w.Code)
		}
		if w := p.upload(feeds.Sources+"/days-off/load", "maya", text); w.Code != 303 {
			t.Error(w.Code)
		}
		if w := p.post(feeds.Sources+"/days-off/sync", "maya", url.Values{}); w.Code != 409 {
			t.Error(w.Code)
		}
		if w := p.do(http.MethodGet, feeds.Sources+"/days-off?end=true", "maya", "", nil); !strings.Contains(w.Body.String(), "Leave it as it is") {
			t.Error("without script there is no way to end it")
		}
		if w := p.post(feeds.Sources+"/days-off/close", "maya", url.Values{}); w.Code != 303 {
			t.Error(w.Code)
		}
	})
}
