package web_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/web"
)

func text(format string, args ...any) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := fmt.Fprintf(w, format, args...)
		return err
	})
}

type whoKey struct{}

func guard(checked *bool) httpx.Guard {
	return httpx.Guard{
		Identify: func(r *http.Request) (context.Context, error) {
			c, err := r.Cookie("who")
			switch {
			case err != nil:
				return r.Context(), nil //nolint:nilerr // without a cookie it is nobody
			case c.Value == "expired":
				return nil, errs.Unauthenticated("auth.session_expired", "Your session has ended.")
			}
			return context.WithValue(r.Context(), whoKey{}, c.Value), nil
		},
		Demand: func(ctx context.Context, _ string) (context.Context, func() bool, error) {
			if ctx.Value(whoKey{}) == nil {
				return nil, nil, errs.Unauthenticated("auth.not_signed_in", "Sign in.")
			}
			return ctx, func() bool { return *checked }, nil
		},
		Declared: func(p string) bool { return p == "boat.read" || p == "boat.add" },
	}
}

type boatForm struct {
	Name  string   `form:"name"`
	Masts int      `form:"masts"`
	Tags  []string `form:"tag"`
	Sails bool     `form:"sails"`
	Due   db.Time  `form:"due"`
	Crew  *int     `form:"crew"`
	Note  string   `form:"note,raw"`
	Plan  web.File `form:"plan"`
}

func newSite(t *testing.T, checked *bool) http.Handler {
	t.Helper()
	s := web.New(web.Options{Guard: guard(checked), SignIn: "/sign-in", Shell: func(_ context.Context, v web.View) templ.Component {
		return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			fmt.Fprintf(w, "<html data-theme=%q><title>%s</title>", v.Scheme, html.EscapeString(v.Title))
			fmt.Fprintf(w, "<live>%s</live>", strings.Join(v.Live, " "))
			for _, x := range v.Toasts {
				fmt.Fprintf(w, "<toast>%s</toast>", html.EscapeString(x.Title))
			}
			return v.Body.Render(ctx, w)
		})
	}})
	s.Handle("GET /boats", "boat.read", func(w http.ResponseWriter, r *http.Request) error {
		return s.Render(w, r, web.Page{Title: "Boats", Live: []string{"boats"}, Body: text("<main>body</main>"), Block: text("<ul>block</ul>")})
	})
	s.Handle("POST /boats", "boat.add", func(w http.ResponseWriter, r *http.Request) error {
		var f boatForm
		err := s.Form(r, &f)
		if err == nil && f.Name == "crash" {
			err = errs.Internal("boat.crash", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return s.Again(w, r, err, web.Page{Title: "Add", Live: []string{"boats"}, Body: text("form again with %s", html.EscapeString(f.Name))})
		}
		return s.Redirect(w, r, "/boats", web.Toast{Title: "Added é", State: "go"})
	})
	s.Handle("GET /broken", web.Public, func(w http.ResponseWriter, r *http.Request) error {
		return s.Render(w, r, web.Page{Body: templ.ComponentFunc(func(context.Context, io.Writer) error { return io.ErrClosedPipe })})
	})
	s.Handle("GET /sign-in", web.Public, func(w http.ResponseWriter, r *http.Request) error {
		return s.Render(w, r, web.Page{Title: "Sign in", Body: text("sign in"), Bare: true})
	})
	inner, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	h, err := httpx.Handler(inner, httpx.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func do(h http.Handler, method, path, form string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	r.AddCookie(&http.Cookie{Name: "who", Value: "maya"})
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func TestPages(t *testing.T) {
	checked := true
	h := newSite(t, &checked)
	for name, c := range map[string]struct {
		method, path, form string
		headers            []string
		status             int
		has, hasNot        string
	}{
		"whole":             {"GET", "/boats", "", nil, 200, "<main>body</main>", "block"},
		"block":             {"GET", "/boats", "", []string{"HX-Request", "true", "HX-Request-Type", "partial"}, 200, "<ul>block</ul>", "<html"},
		"htmx, whole":       {"GET", "/boats", "", []string{"HX-Request", "true", "HX-Request-Type", "full"}, 200, "<html", "block"},
		"head":              {"HEAD", "/boats", "", nil, 200, "", "<html"},
		"not found":         {"GET", "/ships", "", nil, 404, "There is no page", ""},
		"wrong method":      {"DELETE", "/boats", "", nil, 405, "does not take", ""},
		"form refused":      {"POST", "/boats", "name=x&masts=many", nil, 422, "form again with x", "Added"},
		"live":              {"GET", "/boats", "", nil, 200, "<live>boats</live>", ""},
		"refused, not live": {"POST", "/boats", "name=x&masts=many", nil, 422, "<live></live>", ""},
		"form with <b>":     {"POST", "/boats", "name=%3Cb%3E&masts=many", nil, 422, "&lt;b&gt;", "<b>"},
		"cross site":        {"POST", "/boats", "name=x", []string{"Sec-Fetch-Site", "cross-site"}, 403, "another site", ""},
		"cross origin":      {"POST", "/boats", "name=x", []string{"Origin", "https://evil.example"}, 403, "another site", ""},
		"internal":          {"POST", "/boats", "name=crash", nil, 500, "Nothing was changed", "EOF"},
		"drawing fails":     {"GET", "/broken", "", nil, 500, "Slipway failed", "pipe"},
		"too large":         {"POST", "/boats", "name=" + strings.Repeat("x", 10<<20), nil, 413, "", ""},
		"JSON":              {"POST", "/boats", `{"name":"x"}`, []string{"Content-Type", "application/json"}, 422, "form again", ""},
		"dark":              {"GET", "/boats", "", []string{"Cookie", "who=maya; slipway_theme=dark"}, 200, `data-theme="dark"`, ""},
		"forged toast":      {"GET", "/boats", "", []string{"Cookie", "who=maya; slipway_toast=%%%"}, 200, "body", "<toast>"},
		"broken multipart":  {"POST", "/boats", "--x\r\nnonsense", []string{"Content-Type", "multipart/form-data; boundary=x"}, 422, "form again", ""},
		"no boundary":       {"POST", "/boats", "x", []string{"Content-Type", "multipart/form-data"}, 422, "form again", ""},
	} {
		t.Run(name, func(t *testing.T) {
			rec := do(h, c.method, c.path, c.form, c.headers...)
			body := rec.Body.String()
			if rec.Code != c.status || !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
				t.Errorf("status %d, want %d; %.400s", rec.Code, c.status, body)
			}
			if name != "cross site" && name != "cross origin" && rec.Header().Get("Content-Type") != "text/html; charset=utf-8" {
				t.Errorf("content type %q", rec.Header().Get("Content-Type"))
			}
			if p := rec.Header().Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self'") || !strings.Contains(p, "form-action 'self'") {
				t.Errorf("policy %q", p)
			}
		})
	}
}

func TestPostRedirectGet(t *testing.T) {
	checked := true
	h := newSite(t, &checked)
	rec := do(h, "POST", "/boats", "name=Aurora")
	if rec.Code != 303 || rec.Header().Get("Location") != "/boats" {
		t.Fatalf("%d %v", rec.Code, rec.Header())
	}
	var cookie *http.Cookie
	for _, c := range rec.Result().Cookies() {
		if strings.Contains(c.Name, "toast") {
			cookie = c
		}
	}
	if cookie == nil || !cookie.HttpOnly {
		t.Fatalf("the toast is not kept: %v", rec.Header())
	}
	rec = do(h, "GET", "/boats", "", "Cookie", "who=maya; "+cookie.Name+"="+cookie.Value)
	if !strings.Contains(rec.Body.String(), "<toast>Added é</toast>") {
		t.Errorf("the toast is lost: %s", rec.Body)
	}
	rec = do(h, "POST", "/boats", "name=Aurora", "HX-Request", "true", "HX-Request-Type", "partial")
	if rec.Code != 200 || rec.Header().Get("HX-Redirect") != "/boats" || rec.Header().Get("Location") != "" || len(rec.Result().Cookies()) != 1 {
		t.Errorf("htmx: %d %v", rec.Code, rec.Header())
	}
}

func TestSignIn(t *testing.T) {
	checked := true
	h := newSite(t, &checked)
	for _, c := range []struct{ method, path, cookie, to string }{
		{"GET", "/boats?x=1", "", "/sign-in?next=%2Fboats%3Fx%3D1"},
		{"GET", "/boats", "who=expired", "/sign-in?next=%2Fboats"},
		{"POST", "/boats", "", "/sign-in"},
	} {
		rec := do(h, c.method, c.path, "", "Cookie", c.cookie)
		if rec.Code != 303 || rec.Header().Get("Location") != c.to {
			t.Errorf("%s %s: %d %q, want %q", c.method, c.path, rec.Code, rec.Header().Get("Location"), c.to)
		}
	}
	if rec := do(h, "GET", "/sign-in", "", "Cookie", "who=expired"); rec.Code != 200 {
		t.Errorf("an expired session keeps people from signing in: %d", rec.Code)
	}
}

func TestForgottenCheck(t *testing.T) {
	checked := false
	h := newSite(t, &checked)
	for _, method := range []string{"GET", "POST"} {
		rec := do(h, method, "/boats", "")
		if method == "POST" {
			rec = do(h, method, "/boats", "name=Aurora")
		}
		if rec.Code != 500 || !strings.Contains(rec.Body.String(), "auth.check_missing") {
			t.Errorf("%s: %d %s", method, rec.Code, rec.Body)
		}
	}
}

func TestRegistrationIsRefused(t *testing.T) {
	checked := true
	nothing := func(http.ResponseWriter, *http.Request) error { return nil }
	for pattern, permission := range map[string]string{"GET /a": "", "GET /b": "boat.sink", "/c": web.Public, "PUT /d": web.Public, "GET e": web.Public, "GET /{": web.Public} {
		s := web.New(web.Options{Guard: guard(&checked), Shell: func(context.Context, web.View) templ.Component { return nil }})
		s.Handle(pattern, permission, nothing)
		if _, err := s.Handler(); err == nil {
			t.Errorf("%s with %q is accepted", pattern, permission)
		}
	}
}

func TestLocal(t *testing.T) {
	for in, want := range map[string]string{
		"/boats?x=1#y": "/boats?x=1#y", "": "/", "boats": "/", "//evil.example": "/", "/\\evil.example": "/", "https://evil.example": "/",
		"/a\r\nSet-Cookie: x": "/", "/\t/evil.example": "/", "javascript:alert(1)": "/", "/a//b": "/a//b",
	} {
		if got := web.Local(in); got != want {
			t.Errorf("Local(%q) = %q, want %q", in, got, want)
		}
	}
}

func decode(t *testing.T, form string) (boatForm, error) {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var f boatForm
	return f, web.Decode(r, &f)
}

func TestForm(t *testing.T) {
	f, err := decode(t, "name=+Aurora%0D%0A&masts=2&tag=a&tag=&tag=b&sails=on&due=2026-11-19T13:08:00Z&crew=4&note=+x+&_ui=1")
	if err != nil || f.Name != "Aurora" || f.Masts != 2 || len(f.Tags) != 2 || !f.Sails || f.Due.IsZero() || f.Crew == nil || *f.Crew != 4 || f.Note != " x " {
		t.Errorf("%+v %v", f, err)
	}
	if f, err = decode(t, "name=&masts=&due=&crew="); err != nil || f.Crew != nil || f.Sails || !f.Due.IsZero() {
		t.Errorf("an empty form: %+v %v", f, err)
	}
	for form, want := range map[string]string{
		"nmae=x": "nmae", "masts=two": "masts", "name=a&name=b": "name", "name=%00": "name", "name=%ff": "name", "due=soon": "due", "crew=x": "crew", "masts=99999999999999999999": "masts",
	} {
		_, err := decode(t, form)
		e := errs.As(err)
		if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) == 0 || e.Fields[0].Name != want {
			t.Errorf("%s: %v", form, err)
		}
	}
	if _, err := decode(t, strings.Repeat("a=1&", 3000)); !errs.Is(err, errs.CodeTooLarge) {
		t.Errorf("3,000 fields: %v", err)
	}
	if _, err := decode(t, "a=%zz"); errs.ReasonOf(err) != "form.malformed" {
		t.Errorf("%v", err)
	}
}

func TestMultipart(t *testing.T) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if err := m.WriteField("name", "Aurora"); err != nil {
		t.Fatal(err)
	}
	part, err := m.CreateFormFile("plan", "../../etc/plan.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte("a plan"))
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	var f boatForm
	if err := web.Decode(r, &f); err != nil || f.Name != "Aurora" || f.Plan.Name != "plan.txt" || string(f.Plan.Bytes) != "a plan" {
		t.Errorf("%+v %v", f, err)
	}
}

func TestQuery(t *testing.T) {
	var f struct {
		Name string `form:"name"`
	}
	r := httptest.NewRequest("GET", "/?nam=x", nil)
	if err := web.Query(r, &f); errs.As(err).Fields[0].Msg != `The field "nam" is not known here. Did you mean "name"?` {
		t.Error(err)
	}
}

func TestAddressIsReadAgain(t *testing.T) {
	type filter struct {
		State string   `form:"state"`
		Tags  []string `form:"tag"`
		Past  bool     `form:"past"`
		Open  *bool    `form:"open"`
		Weeks int      `form:"weeks"`
		Since db.Time  `form:"since"`
		Shown int
	}
	since := db.At(time.Date(2026, 11, 19, 20, 0, 0, 1000, time.UTC))
	no := false
	for want, in := range map[string]filter{
		"/risks":                  {Shown: 3},
		"/risks?past=1&state=%26": {State: "&", Past: true},
		"/risks?open=false&since=2026-11-19T20%3A00%3A00.000001Z&tag=a&tag=b+c&weeks=-2": {Tags: []string{"a", "b c"}, Weeks: -2, Since: since, Open: &no},
	} {
		got := web.Address("/risks", in)
		if got != want {
			t.Errorf("%+v is at %s, want %s", in, got, want)
		}
		var again filter
		if err := web.Query(httptest.NewRequest("GET", got, nil), &again); err != nil {
			t.Error(err)
		}
		if in.Shown = 0; !reflect.DeepEqual(again, in) {
			t.Errorf("%s is read as %+v, want %+v", got, again, in)
		}
	}
}

func TestLinkLeavesOutWhatIsEmpty(t *testing.T) {
	for want, got := range map[string]string{
		"/services/a":               web.Link("/services/a", "environment", ""),
		"/services/a?q=b+%26+c&z=1": web.Link("/services/a", "z", "1", "environment", "", "q", "b & c"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func FuzzForm(f *testing.F) {
	for _, s := range []string{"name=x", "masts=1&tag=a&tag=b", "due=2026-11-19", "%", "name=%00", "a;b", "name=" + strings.Repeat("é", 100), "crew=-1&sails=false"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, form string) {
		got, err := decode(t, form)
		if err != nil {
			if c := errs.CodeOf(err); c != errs.CodeInvalid && c != errs.CodeTooLarge {
				t.Errorf("%q: %v", form, err)
			}
			return
		}
		v, perr := url.ParseQuery(form)
		if perr != nil {
			t.Errorf("%q was accepted: %v", form, perr)
		}
		if strings.ContainsRune(got.Name+got.Note, 0) || len(v["name"]) > 1 {
			t.Errorf("%q gave %+v", form, got)
		}
	})
}
