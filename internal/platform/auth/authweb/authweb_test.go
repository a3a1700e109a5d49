package authweb_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"slipway/internal/clock"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/authweb"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

// place is a server with the pages of auth, and a browser without script.
type place struct {
	t   *testing.T
	d   *db.DB
	s   *account.Service
	url string
	c   *http.Client
}

const productA = auth.Scope("product/a")

func open(t *testing.T, d *db.DB, s *account.Service, c clock.Clock) *place {
	t.Helper()
	shell := func(ctx context.Context, v web.View) templ.Component {
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: c.Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "home", Label: "Mission control", Icon: "radar", Href: "/", Go: "h"}, {Key: "admin", Label: "Administration", Icon: "settings", Href: "/admin", Group: "Portfolio"}}}
		who, ok := auth.Viewer(ctx)
		if v.Bare || !ok {
			return ui.Bare(p, v.Body)
		}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Role: who.Role, Zone: who.Zone(), Lang: who.Locale, KeysOff: who.KeysOff}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: s.Guard(), Shell: shell, SignIn: "/sign-in"})
	authweb.Mount(site, s, authweb.Options{Org: "Aldermoor Bank", Host: "slipway.aldermoor.example", Version: "1.0.0", Clock: c,
		Scopes: func(context.Context) ([]authweb.ScopeName, error) {
			return []authweb.ScopeName{{Scope: productA, Name: "Payments"}, {Scope: "product/b", Name: "Fraud"}}, nil
		}})
	site.Handle("GET /{$}", web.Public, func(w http.ResponseWriter, r *http.Request) error {
		return site.Render(w, r, web.Page{Title: "Home", Body: templ.Raw("<h1>Home</h1>")})
	})
	routes := map[string]string{}
	for _, r := range site.Routes() {
		routes[r.Pattern] = r.Permission
	}
	if err := s.Catalog().CheckRoutes(routes); err != nil {
		t.Fatal(err)
	}
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", asset.Handler())
	mux.Handle("/", h)
	edge, err := httpx.Handler(mux, httpx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(edge)
	t.Cleanup(srv.Close)
	jar, _ := cookiejar.New(nil)
	return &place{t, d, s, srv.URL, &http.Client{Jar: jar}}
}

// get and post return the status, the path that the browser ended on, and the page.
func (p *place) get(path string) (int, string, uitest.Tree) {
	p.t.Helper()
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, http.NoBody)
	return p.do(r)
}

func (p *place) post(path string, pairs ...string) (int, string, uitest.Tree) {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.url)
	return p.do(r)
}

func (p *place) do(r *http.Request) (int, string, uitest.Tree) {
	p.t.Helper()
	res, err := p.c.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, res.Request.URL.Path, uitest.DOM(p.t, string(b))
}

func (p *place) status(got, want int, what string, page uitest.Tree) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("%s: status %d, want %d: %.600s", what, got, want, page.Text())
	}
}

func TestFirstRunAndSigningIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		p := open(t, d, s, d.Clock())
		started, err := s.Start(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		st, at, page := p.get("/profile")
		if st != 200 || at != "/sign-in" {
			t.Errorf("without a session: %d at %s", st, at)
		}
		page.Says("h1", "Sign in")
		page.None(".demo-people")

		st, _, page = p.get(started.FirstRun)
		p.status(st, 200, "first run", page)
		page.Has(`form[action="` + started.FirstRun + `"] input[name="password"][autocomplete="new-password"]`)
		st, _, page = p.post(started.FirstRun, "name", "Maya Lindqvist", "email", "maya@example.com", "zone", "Europe/Stockholm", "password", authtest.Password, "again", "another")
		p.status(st, 422, "two passwords", page)
		page.Has(`#again[aria-invalid="true"]`)
		page.Has(`input[name="name"][value="Maya Lindqvist"]`)
		st, at, page = p.post(started.FirstRun, "name", "Maya Lindqvist", "email", "maya@example.com", "zone", "Europe/Stockholm", "password", authtest.Password, "again", authtest.Password)
		if st != 200 || at != "/" {
			t.Fatalf("first run: %d at %s: %s", st, at, page.Text())
		}
		st, _, page = p.get(started.FirstRun)
		p.status(st, 404, "the link again", page)
		page.Has(`a[href="/sign-in"]`)

		_, _, page = p.get("/profile")
		page.Says("h1", "Maya Lindqvist")
		page.Says(".pill", "here")
		st, at, page = p.post("/sign-out")
		if st != 200 || at != "/sign-in" {
			t.Errorf("signed out: %d at %s", st, at)
		}
		page.Says(".toast b", "Signed out")
		st, _, page = p.post("/sign-in", "login", "maya@example.com", "password", "wrong wrong wrong", "next", "/profile")
		p.status(st, 422, "a wrong password", page)
		page.Says("#password-err", "That e-mail address and password do not match. 4 tries left.")
		page.Has(`input[name="login"][value="maya@example.com"]`)
		page.None(`input[name="password"][value="wrong wrong wrong"]`)
		if _, at, _ = p.post("/sign-in", "login", "maya@example.com", "password", authtest.Password, "next", "//evil.example"); at != "/" {
			t.Errorf("a foreign next leads to %s", at)
		}
		p.post("/sign-out")
		if _, at, _ = p.post("/sign-in", "login", "maya@example.com", "password", authtest.Password, "next", "/profile"); at != "/profile" {
			t.Errorf("next leads to %s", at)
		}
		if st, _, page = p.post("/sign-in/demo", "person", "x"); st != 403 {
			t.Errorf("the demonstration's door: %d %s", st, page.Text())
		}
	})
}

func TestThrottledSignInSaysWhen(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d, authtest.Service(t, d), d.Clock())
	for range 5 {
		p.post("/sign-in", "login", "maya", "password", "x", "next", "/")
	}
	st, _, page := p.post("/sign-in", "login", "maya", "password", "x", "next", "/")
	p.status(st, 429, "the sixth try", page)
	page.Says(".note p", "Not signed in. Too many tries to sign in. Try again in 15 minutes. An administrator can give you a link that sets a new password.")
}

// signedIn returns a place where the person with the key is signed in.
func signedIn(t *testing.T, d *db.DB, key string, roles ...string) *place {
	t.Helper()
	s := authtest.Service(t, d)
	authtest.SetPassword(t, authtest.Person(t, d, key, roles...), d)
	p := open(t, d, s, d.Clock())
	if st, _, page := p.post("/sign-in", "login", key, "password", authtest.Password, "next", "/"); st != 200 {
		t.Fatalf("%d %s", st, page.Text())
	}
	return p
}

func TestAdministrationOfPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := signedIn(t, d, "admin", auth.RoleAdministrator)
		authtest.Person(t, d, "tomas", "approver@product/a", "viewer")
		_, _, page := p.get("/admin")
		page.Says(`.tabs a[aria-current="page"]`, "People 2")
		if got := page.Texts("tbody .who"); len(got) != 2 || got[1] != "T Tomas" {
			t.Errorf("people %q", got)
		}
		_, _, page = p.get("/admin?q=zzz")
		page.Says(".empty h2", "Nobody is found")
		_, _, page = p.get("/admin?q=tomas&inactive=on&after=a")
		page.Has(`.pager a[rel="first"][href="/admin?inactive=1&q=tomas"]`)
		page.Has(`footer > a[href="/admin?q=tomas"]`)

		st, _, page := p.post("/admin/people", "name", "", "email", "x", "key", "", "kind", "person", "role", "", "scope", "")
		p.status(st, 422, "nobody", page)
		page.Has(`#add-person[data-open]`)
		page.Has(`#add-name[aria-invalid="true"]`)
		st, at, page := p.post("/admin/people", "name", "Elena Petrova", "email", "elena@example.com", "key", "", "kind", "person", "role", "contributor", "scope", "product/b")
		if st != 200 || at != "/admin/people/elena-petrova" {
			t.Fatalf("%d at %s: %s", st, at, page.Text())
		}
		page.Says("tbody .t", "Contributor")
		if got := page.Texts("tbody td"); len(got) < 2 || got[1] != "Fraud" {
			t.Errorf("where %q", got)
		}

		// An invitation is shown once and works once, in another browser.
		_, _, page = p.post("/admin/people/elena-petrova/invite")
		link := page.One(".secret").Text()
		if !strings.HasPrefix(link, p.url+"/invitation/") {
			t.Fatalf("link %q", link)
		}
		other := open(t, d, p.s, d.Clock())
		path := strings.TrimPrefix(link, p.url)
		_, _, page = other.get(path)
		page.Says("h1", "Welcome, Elena Petrova")
		if st, at, page = other.post(path, "login", "elena@example.com", "password", authtest.Password, "again", authtest.Password); st != 200 || at != "/" {
			t.Errorf("%d at %s: %s", st, at, page.Text())
		}
		if st, _, _ = other.get(path); st != 404 {
			t.Errorf("the link again: %d", st)
		}
		if st, _, page = other.get("/admin"); st != 403 { // a role of one product does not see everybody
			t.Errorf("elena sees people: %d %s", st, page.Text())
		}
		if st, _, _ = other.get("/profile"); st != 200 {
			t.Errorf("her profile: %d", st)
		}

		// Roles with dates, and back.
		elena := person(t, d, "elena-petrova")
		st, _, page = p.post("/admin/grants", "person", string(elena.ID), "role", "approver", "scope", "product/a", "from", "2026-12-21", "until", "2027-01-01")
		p.status(st, 200, "grant", page)
		if got := page.Texts("tbody .wide"); len(got) != 2 || got[0] != "Mon 21 Dec to Fri 1 Jan 2027" {
			t.Errorf("dates %q", got)
		}
		st, _, page = p.post("/admin/grants", "person", string(elena.ID), "role", "approver", "scope", "", "from", "2027-12-21", "until", "2027-01-01")
		p.status(st, 422, "a grant that ends before it begins", page)
		page.Has(`#give-until[aria-invalid="true"]`)

		// A change over a newer one is refused and shows both.
		if _, err := p.s.SetPerson(authtest.Admin(t, d), "elena-petrova", people.PersonChange{Zone: ptr("Europe/Sofia"), Version: 1}); err != nil {
			t.Fatal(err)
		}
		st, _, page = p.post("/admin/people/elena-petrova", "name", "Elena P.", "email", "elena@example.com", "zone", "UTC", "locale", "en-GB", "rev", "1")
		p.status(st, 409, "stale", page)
		page.Has(`input[name="name"][value="Elena P."]`)
		if got := page.Texts(".facts dd"); len(got) != 3 || got[2] != "Europe/Sofia" {
			t.Errorf("theirs %q", got)
		}
		st, _, page = p.post("/admin/people/elena-petrova", "name", "Elena P.", "email", "elena@example.com", "zone", "UTC", "locale", "en-GB", "rev", "2")
		p.status(st, 200, "saved again", page)
		page.Says("h1", "Elena P.")

		st, _, page = p.post("/admin/people/admin/deactivate")
		p.status(st, 409, "the last administrator", page)
		page.Says(".note:not(.offline) p", "Not done. Somebody active must stay administrator everywhere, without an end. Make another one first.")
		st, _, page = p.post("/admin/people/elena-petrova/erase", "confirm", "no")
		p.status(st, 422, "not confirmed", page)
		st, at, _ = p.post("/admin/people/elena-petrova/erase", "confirm", "elena-petrova")
		if st != 200 || !strings.HasPrefix(at, "/admin/people/erased-") {
			t.Errorf("%d at %s", st, at)
		}
		if st, _, _ = p.get("/admin/people/nobody"); st != 404 {
			t.Errorf("nobody: %d", st)
		}
	})
}

func ptr[T any](v T) *T { return &v }

func person(t *testing.T, d *db.DB, key string) (p auth.Person) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { p, err = auth.PersonByKey(tx, key); return err }); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAdministrationOfTeamsRolesAndTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := signedIn(t, d, "admin", auth.RoleAdministrator)
		authtest.Person(t, d, "tomas")
		_, _, page := p.get("/admin/teams")
		page.Says(".empty h2", "No team yet")
		st, _, page := p.post("/admin/teams", "name", "Payments core", "key", "", "text", "", "members", "tomas\nghost")
		p.status(st, 422, "an unknown member", page)
		page.Says("#add-members-err", `There is no person "ghost".`)
		st, at, page := p.post("/admin/teams", "name", "Payments core", "key", "", "text", "Owns payments", "members", "tomas, admin")
		if st != 200 || at != "/admin/teams/payments-core" {
			t.Fatalf("%d at %s: %s", st, at, page.Text())
		}
		st, _, page = p.post("/admin/teams/payments-core", "name", "Payments core", "key", "payments-core", "text", "", "members", "tomas", "rev", "1")
		p.status(st, 200, "change", page)
		if page.Count(".rows.thin li") != 1 {
			t.Error("one member is left")
		}
		closeAndReopenTeam(p)

		st, at, page = p.post("/admin/roles", "name", "Service operations", "key", "service-operations", "text", "")
		if st != 200 || at != "/admin/roles/service-operations" {
			t.Fatalf("%d at %s: %s", st, at, page.Text())
		}
		st, _, page = p.post("/admin/roles/service-operations", "key", "service-operations", "name", "Service operations", "text", "Runs the night", "permission", "people.read", "permission", "token.make", "rev", "1")
		p.status(st, 200, "permissions", page)
		if page.Count(`input[name="permission"][checked]`) != 2 {
			t.Error("two permissions are ticked")
		}
		_, _, page = p.get("/admin/roles/viewer")
		page.None(`input[name="permission"]`)
		if st, _, _ = p.get("/admin/roles/boss"); st != 404 {
			t.Errorf("an unknown role: %d", st)
		}

		st, _, page = p.post("/admin/tokens", "name", "gitlab", "owner", "tomas", "role", "pipeline", "scope", "product/a", "days", "30")
		p.status(st, 200, "token", page)
		secret := page.One(".secret").Text()
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+secret)
		if _, err := p.s.Identify(r); err != nil {
			t.Error(err)
		}
		_, _, page = p.get("/admin/tokens")
		page.None(".secret")
		if got := page.Texts("tbody .wide"); len(got) != 2 || got[0] != "Pipeline Payments" {
			t.Errorf("token %q", got)
		}
		st, _, page = p.post("/admin/tokens", "name", "", "owner", "ghost", "role", "", "scope", "", "days", "0")
		p.status(st, 422, "no token", page)
		list, _, err := p.s.Tokens(authtest.Admin(t, d), credential.TokenFilter{All: true})
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		changeToken(p, list[0])
		st, _, page = p.post("/admin/tokens/" + string(list[0].ID) + "/revoke")
		p.status(st, 200, "revoke", page)
		page.Says(".empty h2", "No token")
	})
}

func closeAndReopenTeam(p *place) {
	p.t.Helper()
	_, _, page := p.get("/admin/teams/payments-core")
	page.Has(`dialog#close-team textarea[name="reason"]`)
	st, _, page := p.post("/admin/teams/payments-core/close", "reason", " ")
	p.status(st, 422, "no reason", page)
	page.Says("#close-reason-err", "Say why; the record keeps it.")
	st, _, page = p.post("/admin/teams/payments-core/close", "reason", "Merged")
	p.status(st, 200, "close", page)
	page.None("#close-team")
	page.None(`textarea[name="members"]`)
	page.Has(`form[action="/admin/teams/payments-core/reopen"]`)
	_, _, page = p.get("/admin/teams")
	page.Says(".empty h2", "No team yet")
	_, _, page = p.get("/admin/teams?closed=on")
	page.Has(`a[href="/admin/teams/payments-core"]`)
	st, _, page = p.post("/admin/teams/payments-core/reopen")
	p.status(st, 200, "reopen", page)
	page.Has(`textarea[name="members"]`)
}

func changeToken(p *place, was credential.Token) {
	p.t.Helper()
	at := "/admin/tokens/" + string(was.ID)
	st, _, page := p.post(at, "name", "", "days", "")
	p.status(st, 422, "no name", page)
	page.Says("#name-"+string(was.ID)+"-err", "A name is required.")
	for _, days := range []string{"0", "400", "soon"} {
		st, _, page = p.post(at, "name", "github", "days", days)
		p.status(st, 422, "days "+days, page)
		page.Says("#days-"+string(was.ID)+"-err", "A token lives 1 to 366 days.")
	}
	st, _, page = p.post(at, "name", "github", "days", "60")
	p.status(st, 200, "change", page)
	page.Has(`button[aria-label="Change github"]`)
	now, err := p.s.Token(authtest.Admin(p.t, p.d), was.ID)
	if err != nil || now.Name != "github" || !now.ExpiresAt.After(was.ExpiresAt) {
		p.t.Errorf("%+v %v", now, err)
	}
}

func TestProfile(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := signedIn(t, d, "maya", auth.RoleReleaseManager)
	again := open(t, d, p.s, d.Clock())
	again.post("/sign-in", "login", "maya", "password", authtest.Password, "next", "/")
	_, _, page := p.get("/profile")
	if page.Count(".rows > li") != 3 {
		t.Errorf("%d sessions", page.Count(".rows > li"))
	}
	rev := page.One(`input[name="rev"]`).Attr("value")
	st, _, page := p.post("/profile", "rev", rev, "locale", "en-GB", "zone", "Europe/Stockholm", "theme", "dark")
	p.status(st, 200, "settings", page)
	page.Has(`html[data-theme="dark"]`)
	page.Has(`html[data-keys="off"]`)
	st, _, page = p.post("/profile/sessions/close-others")
	p.status(st, 200, "end others", page)
	page.Says(".toast b", "2 sessions ended")
	if _, at, _ := again.get("/profile"); at != "/sign-in" {
		t.Errorf("the other browser is at %s", at)
	}
	st, _, page = p.post("/profile/password", "login", "", "old", "wrong", "password", "seven quiet boats at noon", "again", "seven quiet boats at noon")
	p.status(st, 422, "a wrong password", page)
	page.Says("#old-err", "This is not your present password.")
	st, _, page = p.post("/profile/password", "login", "", "old", authtest.Password, "password", "seven quiet boats at noon", "again", "seven quiet boats at noon")
	p.status(st, 200, "a new password", page)
	page.Says(".toast b", "Password changed")

	// A viewer sees what is off and why.
	v := signedIn(t, d, "viewer", auth.RoleViewer)
	_, _, page = v.get("/admin")
	page.Says(".acts small", "Not available: only an administrator can add people.")
	if st, _, _ = v.post("/admin/people", "name", "X", "email", "", "key", "", "kind", "", "role", "", "scope", ""); st != 403 {
		t.Errorf("adding as a viewer: %d", st)
	}
}
