package ui_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uitest"
)

func page() ui.Page {
	return ui.Page{
		Title: "Risks", Active: "risks", Now: time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC), Profile: "/profile", More: "/more", Theme: "/theme",
		Viewer: &ui.Viewer{Person: ui.Person{ID: "1", Name: "Maya Lindqvist"}, Role: "Release manager"},
		Nav:    []ui.NavItem{{Key: "home", Label: "Mission control", Icon: "radar", Href: "/", Go: "h", Count: 5, Hot: true}, {Key: "risks", Label: "Risks", Icon: "shield-alert", Href: "/risks", Group: "Portfolio"}},
		Live:   &ui.Stream{URL: "/sse/risks", Since: 42},
	}
}

func answer(t *testing.T, p ui.Page, status int, header ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest("GET", "/risks?open=1", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	if err := p.Render(w, r, status, ui.PageHead("Risk register", "")); err != nil {
		t.Fatal(err)
	}
	return w.Result(), w.Body.String()
}

func TestAWholePage(t *testing.T) {
	res, body := answer(t, page(), 200)
	if got := res.Header.Get("Content-Security-Policy"); got != ui.CSP {
		t.Errorf("policy: %q", got)
	}
	d := uitest.DOM(t, body)
	d.Says("main h1", "Risk register")
	d.Says("nav.side a[aria-current=page]", "Risks")
	d.Says("nav.side .lbl", "Portfolio")
	d.Says("nav.dock a:last-child", "More")
	d.Has(`nav.side a[data-go=h] .n.hot`)
	if got := d.One("#stream").Attr("hx-sse:connect"); got != "/sse/risks?since=42" {
		t.Errorf("stream: %q", got)
	}
	if got := d.One("input[name=back]").Attr("value"); got != "/risks?open=1" {
		t.Errorf("back: %q", got)
	}
	d.None("html[data-theme]")
	for _, s := range d.All("script") {
		if !strings.HasPrefix(s.Attr("src"), "/static/") {
			t.Errorf("a script from %q", s.Attr("src"))
		}
	}
}

func TestAPartIsTheBodyAlone(t *testing.T) {
	res, body := answer(t, page(), 422, "HX-Request", "true", "HX-Request-Type", "partial")
	if strings.Contains(body, "<html") || res.StatusCode != 422 || !strings.Contains(body, "Risk register") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if _, body := answer(t, page(), 200, "HX-Request", "true", "HX-Request-Type", "full"); !strings.Contains(body, "<html") {
		t.Error("a full request of htmx gets a part")
	}
}

func TestTheSchemeComesFromTheCookie(t *testing.T) {
	for cookie, want := range map[string]string{"dark": "dark", "light": "light", `"><script>`: "", "": ""} {
		_, body := answer(t, page(), 200, "Cookie", "slipway_theme="+cookie)
		if got := uitest.DOM(t, body).One("html").Attr("data-theme"); got != want {
			t.Errorf("%q gives %q", cookie, got)
		}
	}
}

func TestThemeHandlerStaysOnTheSite(t *testing.T) {
	for back, want := range map[string]string{"/risks?a=1": "/risks?a=1", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example": "/", "": "/", "/\t/evil": "/"} {
		r := httptest.NewRequest("POST", "/theme", strings.NewReader("shown=dark&back="+strings.NewReplacer("?", "%3F", "=", "%3D", `\`, "%5C", "\t", "%09").Replace(back)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		ui.ThemeHandler().ServeHTTP(w, r)
		if got := w.Header().Get("Location"); got != want || w.Code != 303 {
			t.Errorf("%q leads to %d %q", back, w.Code, got)
		}
		if !strings.Contains(w.Header().Get("Set-Cookie"), "slipway_theme=light") {
			t.Errorf("cookie: %q", w.Header().Get("Set-Cookie"))
		}
	}
}

func TestToasts(t *testing.T) {
	said := ui.Toast{Title: "Approved: Łukasz 🚢", Text: "You can withdraw."}
	r := httptest.NewRequest("POST", "/approve", nil)
	w := httptest.NewRecorder()
	ui.SendToast(w, r, said)
	cookie := strings.SplitN(w.Header().Get("Set-Cookie"), ";", 2)[0]
	res, body := answer(t, page(), 200, "Cookie", cookie)
	uitest.DOM(t, body).Says("#toasts .toast[data-s=go]", said.Title)
	if !strings.Contains(res.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Error("the toast would be shown again")
	}
	if _, body := answer(t, page(), 200, "Cookie", "slipway_toast=!!!"); uitest.DOM(t, body).Count("#toasts .toast") != 0 {
		t.Error("a broken cookie shows a toast")
	}
	r.Header.Set("HX-Request", "true")
	w = httptest.NewRecorder()
	ui.SendToast(w, r, said)
	if got := w.Header().Get("HX-Trigger"); got != `{"toast":{"title":"Approved: \u0141ukasz \ud83d\udea2","text":"You can withdraw.","state":"go"}}` {
		t.Errorf("header: %s", got)
	}
}

func TestAnErrorOfTheBodyLeavesTheAnswerUntouched(t *testing.T) {
	w := httptest.NewRecorder()
	broken := templ.Component(failing{})
	if err := page().Render(w, httptest.NewRequest("GET", "/", nil), 200, broken); err == nil || w.Body.Len() > 0 || w.Header().Get("Content-Type") != "" {
		t.Errorf("%v, %d bytes written", err, w.Body.Len())
	}
}

func TestErrorsOf(t *testing.T) {
	e := ui.ErrorsOf(errs.InvalidField("key", "key.missing", "A key is required."))
	if e.Of("key") != "A key is required." || e.Of("name") != "" || e.Msg != "" || !e.Any() {
		t.Errorf("%+v", e)
	}
	if e := ui.ErrorsOf(errs.Blocked("gate.no", "The verdict is NO-GO.")); e.Msg != "The verdict is NO-GO." || e.Reason != "gate.no" {
		t.Errorf("%+v", e)
	}
	if ui.ErrorsOf(nil).Any() {
		t.Error("no error is an error")
	}
	if e := ui.ErrorsOf(errors.New("secret text")); strings.Contains(e.Msg, "secret") {
		t.Error("an inner error reaches the page")
	}
}

func TestDateTimeRoundTrip(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC)
	got, err := ui.ParseDateTime("opens", ui.DateTimeValue(at, zone), zone)
	if err != nil || !got.Equal(at) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "yesterday", "2026-13-01T00:00"} {
		if _, err := ui.ParseDateTime("opens", bad, zone); errs.CodeOf(err) != errs.CodeInvalid || errs.As(err).Fields[0].Name != "opens" {
			t.Errorf("%q gives %v", bad, err)
		}
	}
	if _, err := ui.ParseDate("due", "19.11.2026", zone); errs.CodeOf(err) != errs.CodeInvalid {
		t.Errorf("a German date gives %v", err)
	}
}
