package dependencies_test

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
	"slipway/internal/work/dependency"
	"slipway/internal/work/workweb/dependencies"
)

const day = 24 * time.Hour

var noon = db.At(dbtest.Start).Add(10 * day)

type world struct {
	plantest.World
	deps *dependency.Dependencies
}

// bank is a world with some services that call each other and three releases behind each other.
func bank(t *testing.T) world {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, dependency.Permissions)
	w := world{plantest.New(t, d), dependency.New(d)}
	w.Plans.Follow(w.deps)
	return w
}

func (w world) fill(t *testing.T) {
	t.Helper()
	for i, key := range []string{"ledger-1", "payments-2", "cards-3"} {
		in := plantest.Spec(key)
		start := noon.Add(time.Duration(i*7) * day)
		in.Window = &plan.Window{Start: start, End: start.Add(2 * time.Hour)}
		in.Name, in.Version = strings.ToUpper(key[:1])+key[1:], key[len(key)-1:]+".0"
		if key == "cards-3" {
			in.Product, in.Services, in.Scope = "cards", nil, nil
		}
		if _, err := w.Plans.Create(w.Admin, in); err != nil {
			t.Fatal(err)
		}
	}
	for _, in := range []dependency.Spec{
		{Key: "core-ledger", What: "Postings", Giver: "service:ledger", Taker: "service:payments-core", Type: dependency.Calls, Release: "payments-2"},
		{Key: "cards-core", What: "Authorisation", Giver: "service:payments-core", Taker: "service:cards-core", Type: dependency.Calls},
		{Key: "vop", What: "Contract v2", Giver: "outside:VoP responder", Taker: "service:payments-core", Type: dependency.Calls, Status: dependency.AtRisk, Note: "Two banks answer late", Release: "payments-2"},
		{Key: "schema", What: "Schema <b>first</b>", Giver: "release:ledger-1", Taker: "release:payments-2"},
		{Key: "payee", What: "Payee check", Giver: "release:payments-2", Taker: "release:cards-3"},
	} {
		if _, err := w.deps.Add(w.Admin, in); err != nil {
			t.Fatal(err)
		}
	}
}

// place is a server on which everybody is the person of one context.
type place struct {
	t   *testing.T
	url string
	c   *http.Client
}

func open(t *testing.T, w world, as context.Context) *place {
	t.Helper()
	s := authtest.Service(t, w.DB)
	who := authtest.Me(t, as)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), who) }
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: w.DB.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "dependencies", Label: "Dependencies", Icon: "network", Href: "/dependencies", Go: "d"}}}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell})
	dependencies.New(site, w.DB, w.deps, w.Catalog).Mount()
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	routes := map[string]string{}
	for _, r := range site.Routes() {
		routes[r.Pattern] = r.Permission
	}
	if err := s.Catalog().CheckRoutes(routes); err != nil {
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
	return &place{t, srv.URL, &http.Client{Jar: jar}}
}

func (p *place) do(r *http.Request, want int) (path, body string) {
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
	if res.StatusCode != want {
		p.t.Fatalf("%s %s: status %d, want %d: %.3000s", r.Method, r.URL.Path, res.StatusCode, want, uitest.DOM(p.t, string(b)).One("body").Text())
	}
	return res.Request.URL.Path, string(b)
}

func (p *place) raw(path string, want int) string {
	p.t.Helper()
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, http.NoBody)
	_, b := p.do(r, want)
	return b
}

func (p *place) get(path string, want int) uitest.Tree {
	p.t.Helper()
	return uitest.DOM(p.t, p.raw(path, want))
}

func (p *place) post(path string, want int, pairs ...string) (string, uitest.Tree) {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.url)
	at, b := p.do(r, want)
	return at, uitest.DOM(p.t, b)
}

func TestMap(t *testing.T) {
	w := bank(t)
	p := open(t, w, w.Admin)
	p.get("/dependencies", 200).Says(".empty h2", "Nothing depends on anything here")
	w.fill(t)
	page := p.get("/dependencies", 200)
	page.Says(".pagehead .sub", "3 services, 1 outside party, 3 calls.")
	if n := page.Count("svg.graph a.nd"); n != 4 {
		t.Errorf("%d places", n)
	}
	if n := page.Count("svg.graph path.ge"); n != 3 {
		t.Errorf("%d ways", n)
	}
	if n := page.Count("#list tbody tr"); n != 5 {
		t.Errorf("%d rows", n)
	}
	page.Says("#list", "Schema <b>first</b>")
	focus := p.get("/dependencies?q=payments-core&release=payments-2", 200)
	focus.Says("svg.graph a.sel .t1", "Payments core")
	focus.Says("svg.graph a.sel .ct", "8.32.0")
	if n := focus.Count("svg.graph path.ch"); n != 2 {
		t.Errorf("%d ways change", n)
	}
	focus.Says("#focus h2", "Payments core")
	focus.Says("#blast .n", "3 direct")
	if got := focus.Texts("#blast .t"); strings.Join(got, "|") != "VoP responder|Cards core|Ledger" {
		t.Errorf("around: %q", got)
	}
	focus.Says("#blast footer", "Order in Payments-2: Ledger , then Payments core")
	if l := focus.One("svg.graph").Attr("aria-label"); l != "Map around Payments core. Called by Cards core. Calls Ledger and VoP responder. The list beside it has the same data." {
		t.Errorf("label %s", l)
	}
	p.get("/dependencies?q=ledger&depth=2", 200).Says("#blast .n", "1 direct, 2 indirect")
	p.get("/dependencies?q=zzz", 200).Says("#lost", "Nothing on this map is called")
	p.get("/dependencies?view=odd", 422)
	p.get("/dependencies?show=odd", 422)
	p.get("/dependencies?vew=teams", 422)
	p.get("/dependencies?view=teams", 200).Has(".empty")
}

func TestReleasesAndSlips(t *testing.T) {
	w := bank(t)
	w.fill(t)
	p := open(t, w, w.Admin)
	page := p.get("/dependencies?view=releases", 200)
	if got := page.Texts("svg.graph .cl"); len(got) != 4 || !strings.HasPrefix(got[1], "Week ") || got[0] != "Without a window" {
		t.Errorf("columns %q", got)
	}
	page.Says(".pagehead .sub", "3 releases, 1 outside party")
	focus := p.get("/dependencies?view=releases&q=release%3Aledger-1&slip=9d", 200)
	if got := focus.Texts("#slips .hitlist .t"); strings.Join(got, "|") != "Payments-2" {
		t.Errorf("hit: %q", got)
	}
	focus.Says("#slips .hitlist", "Moves by 2 d 2 h, to")
	far := p.get("/dependencies?view=releases&q=release%3Aledger-1&slip=20d", 200)
	if got := far.Texts("#slips .hitlist .t"); strings.Join(got, "|") != "Payments-2|Cards-3" {
		t.Errorf("hit: %q", got)
	}
	far.Says("#slips .hitlist", "Through Payments-2.")
	near := p.get("/dependencies?view=releases&q=release%3Aledger-1&slip=1d", 200)
	near.Says("#slips .hitlist", "Has 5 d 22 h left.")
	p.get("/dependencies?view=releases&q=release%3Aledger-1&slip=soon", 200).Has("#slip[aria-invalid=true]")
}

func TestDownload(t *testing.T) {
	w := bank(t)
	w.fill(t)
	p := open(t, w, w.Admin)
	s := p.raw("/dependencies.svg?q=ledger", 200)
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasPrefix(s, "<svg xmlns=") || !strings.Contains(s, "<style>") {
		t.Errorf("%.200s", s)
	}
}

func TestForms(t *testing.T) {
	w := bank(t)
	w.fill(t)
	p := open(t, w, w.Admin)
	p.get("/dependencies/new?taker=outside%3AVendor", 200).Has(`input[name=takerOutside][value="Vendor"]`)
	_, again := p.post("/dependencies/new", 422, "giver", "", "giverOutside", "", "taker", "release:payments-2", "what", "", "text", "Kept", "type", "finish-start")
	again.Has("#giver[aria-invalid=true]")
	again.Has("#what[aria-invalid=true]")
	again.Says("textarea[name=text]", "Kept")
	_, circle := p.post("/dependencies/new", 422, "giver", "release:cards-3", "taker", "release:ledger-1", "what", "Back", "type", "finish-start")
	circle.Says("#taker-err", "Ledger-1 waits for Cards-3 waits for Payments-2 waits for Ledger-1")
	at, made := p.post("/dependencies/new", 200, "giver", "", "giverOutside", "VoP responder", "taker", "release:payments-2", "what", "Test certificate", "type", "finish-start", "lag", "2d", "promised", "2026-12-10T09:00")
	if at != "/dependencies/vop-responder-to-payments-2" {
		t.Fatalf("made %s", at)
	}
	made.Says("h1", "Test certificate")
	made.Says("#dependency", "later than Payments-2 needs it")
	form := p.get(at+"/answer", 200)
	form.Has("input[name=status][value=agreed][checked]")
	rev := form.One("input[name=rev]").Attr("value")
	_, faulty := p.post(at+"/answer", 422, "rev", rev, "status", "at-risk", "promised", "", "note", "")
	faulty.Has("#note[aria-invalid=true]")
	_, done := p.post(at+"/answer", 200, "rev", rev, "status", "at-risk", "promised", "2026-12-01T09:00", "note", "They are late")
	done.Says("#dependency .note", "They are late")
	_, conflict := p.post(at+"/edit", 409, "rev", rev, "what", "Mine", "type", "finish-start", "text", "", "lag", "", "release", "", "owner", "")
	conflict.Says("form .note", "changed this at")
	conflict.Has(`input[name=what][value="Mine"]`)
	_, withdrawn := p.post(at+"/withdraw", 200, "rev", conflict.One("input[name=rev]").Attr("value"), "note", "Not needed")
	withdrawn.Says("h1", "Test certificate")
	if n := p.get("/dependencies?show=all", 200).Count("#list tbody tr"); n != 6 {
		t.Errorf("%d rows", n)
	}
	p.get(at+"/explode", 404)
	p.get("/dependencies/moon", 404)
}

func TestViewersSeeNoButtons(t *testing.T) {
	w := bank(t)
	w.fill(t)
	p := open(t, w, authtest.Person(t, w.DB, "vera", "viewer@product/"+string(w.Payments.ID)))
	p.get("/dependencies", 200).Says(".pagehead", "your roles do not carry dependency.plan anywhere")
	p.get("/dependencies/schema", 200).Says(".acts", "your roles do not carry dependency.agree here")
	p.get("/dependencies/new", 403)
	p.post("/dependencies/schema/answer", 403, "rev", "1", "status", "agreed", "promised", "", "note", "")
	stranger := open(t, w, authtest.Person(t, w.DB, "carl", "viewer@product/"+string(w.Cards.ID)))
	if n := stranger.get("/dependencies", 200).Count("#list tbody tr"); n != 2 {
		t.Errorf("a stranger sees %d", n)
	}
	stranger.get("/dependencies/schema", 404)
	stranger.get("/dependencies?view=releases&q=release:payments-2", 200).Says("#focus h2", "Payments-2")
}

func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	w := bank(t)
	w.fill(t)
	p := open(t, w, w.Admin)
	for _, x := range []string{"/dependencies?q=payments-core&release=payments-2&depth=2", "/dependencies?view=releases&q=release:ledger-1&slip=9d", "/dependencies/vop", "/dependencies/vop/answer", "/dependencies/new"} {
		uitest.Axe(t, tab, p.url+x)
	}
}
