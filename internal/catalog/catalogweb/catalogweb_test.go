package catalogweb_test

import (
	"context"
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
	"slipway/internal/catalog/catalogweb"
	"slipway/internal/clock"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

// place is a server on which everybody is the person of one context.
type place struct {
	t   *testing.T
	url string
	c   *http.Client
}

func open(t *testing.T, as context.Context, d *db.DB) *place {
	t.Helper()
	s := authtest.Service(t, d)
	who := authtest.Me(t, as)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), who) }
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: d.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "releases", Label: "Releases", Icon: "package", Href: "/releases", Go: "r"},
				{Key: "environments", Label: "What runs where", Icon: "grid-3x3", Href: "/environments", Go: "w", Group: "Portfolio"},
				{Key: "admin", Label: "Administration", Icon: "settings", Href: "/admin", Group: "Portfolio"}}}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell})
	catalogweb.New(site, d, catalog.New(d), catalogweb.Options{Releases: func(_ *db.Tx, ids []id.Release) (map[id.Release]string, error) {
		return map[id.Release]string{"26-11": "Payments 26.11.0"}, nil
	}}).Mount()
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
	return &place{t, srv.URL, &http.Client{Jar: jar}}
}

func (p *place) do(r *http.Request, want int) uitest.Tree {
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
	d := uitest.DOM(p.t, string(b))
	if res.StatusCode != want {
		p.t.Fatalf("%s %s: status %d, want %d: %.2000s", r.Method, r.URL.Path, res.StatusCode, want, d.One("body").Text())
	}
	return d
}

func (p *place) get(path string, want int) uitest.Tree {
	p.t.Helper()
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, http.NoBody)
	return p.do(r, want)
}

func (p *place) post(path string, want int, pairs ...string) uitest.Tree {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.url)
	return p.do(r, want)
}

// bank fills a catalog as the mock shows it and returns the release manager's context.
func bank(t *testing.T, d *db.DB) context.Context {
	t.Helper()
	s := authtest.Service(t, d, catalog.Permissions)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ids := map[string]id.Person{}
	for key, name := range map[string]string{"maya": "Maya Lindqvist", "elena": "Elena Petrova", "jonas": "Jonas Weber"} {
		p, err := s.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: key, Name: name, Email: key + "@aldermoor.example", Zone: "Europe/Copenhagen", Grants: []auth.Grant{{Role: "release-manager"}}})
		must(err)
		ids[key] = p.ID
	}
	_, err := s.AddTeam(auth.WithSystem(t.Context()), people.NewTeam{Name: "Payments core", Members: []id.Person{"elena"}})
	must(err)
	maya, err := s.WithPerson(t.Context(), ids["maya"])
	must(err)
	c := catalog.New(d)
	for _, name := range []string{"Payments", "Ledger", "Cards", "Accounts", "Identity", "Fraud", "Platform", "Channels", "Partner APIs", "Documents"} {
		_, err := c.AddProduct(maya, catalog.ProductSpec{Key: id.Keyed(name), Name: name, Owner: "elena"})
		must(err)
	}
	environments := []string{"staging", "pre-prod", "prod-north", "prod-west", "dr"}
	for i, e := range []catalog.EnvironmentSpec{
		{Name: "Staging", Tier: "staging", Default: "open"}, {Name: "Pre-prod", Tier: "pre-production", Default: "open"},
		{Name: "Prod north", Tier: "production", Rule: "release-only", Text: "Serves the north, 60 % of payments."}, {Name: "Prod west", Tier: "production", Rule: "release-only"}, {Name: "DR", Tier: "production", Rule: "window-only"},
	} {
		e.Key, e.Rank, e.Owner = environments[i], i, "jonas"
		_, err := c.AddEnvironment(maya, e)
		must(err)
	}
	now := d.Clock().(*clock.Fake)
	for _, x := range []struct{ service, product, versions string }{
		{"payments-core", "payments", "8.32.0 8.32.0 8.31.2 8.31.2 8.31.2"}, {"ledger", "ledger", "5.15.0 5.15.0 5.14.0 5.14.0 5.13.1"},
		{"cards-auth", "cards", "9.4.0 9.4.0 9.3.6 9.3.6 9.3.6"}, {"accounts", "accounts", "4.9.0 4.8.3 4.8.3 4.8.3 4.8.3"}, {"identity", "identity", "6.2.1 6.2.1 6.2.0 6.2.0 6.2.0"},
		{"onboarding-kyc", "accounts", "3.0.4 3.0.4 3.0.4 3.0.4 3.0.4"}, {"fraud-scoring", "fraud", "2.18.0 2.16.0 2.17.3 2.17.3 2.17.3"}, {"notifications", "platform", "3.9.2 3.9.2 3.9.1 3.9.1 3.9.1"},
		{"mobile-bff", "channels", "12.9.0 12.9.0 12.8.4 12.8.4 12.8.4"}, {"web-bank", "channels", "7.4.0-rc2 7.3.1 7.3.1 7.3.0 7.3.1"}, {"open-banking-api", "partner-apis", "5.0.0-b7 4.6.2 4.6.2 4.6.2 -"},
		{"statements", "documents", "2.4.0 2.4.0 2.4.0 2.4.0 2.4.0"},
	} {
		_, err := c.AddService(maya, catalog.ServiceSpec{Key: x.service, Name: x.service, Product: x.product, Tier: 1, Owner: "elena", Team: "payments-core"})
		must(err)
		for i, v := range strings.Fields(x.versions) {
			if v == "-" {
				continue
			}
			now.Set(dbtest.Start.Add(-time.Duration(40-3*i) * time.Hour))
			in := catalog.NewDeployment{Service: x.service, Environment: environments[i], Version: v, Source: "pipeline 4471"}
			if x.service == "statements" {
				in.Digest = "sha256:" + strings.Repeat("7be1", 16)
				if i == 3 {
					in.Digest = "sha256:" + strings.Repeat("c09d", 16)
				}
			}
			_, err := c.RecordDeployment(maya, in)
			must(err)
		}
	}
	now.Set(dbtest.Start.Add(-2 * time.Hour))
	must(d.Write(maya, func(tx *db.Tx) error {
		_, err := catalog.RecordDeployment(tx, catalog.NewDeployment{Service: "payments-core", Environment: "prod-north", Version: "8.31.9", Outcome: catalog.Failed, Release: "26-11"})
		return err
	}))
	_, err = c.BarVersion(maya, catalog.NewBar{Service: "payments-core", Version: "8.31.9", FromTier: catalog.PreProduction, Reason: "Lock timeout on postings_2026; backed out on 19 Nov."})
	must(err)
	now.Set(dbtest.Start)
	return maya
}

func TestMatrixPage(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	authtest.Service(t, d, catalog.Permissions)
	open(t, authtest.Admin(t, d), d).get("/environments", 200).Says(".empty h2", "No services yet")
	p := open(t, bank(t, d), d)
	page := p.get("/environments", 200)
	page.Says(".pagehead .sub", "12 services in 5 environments, as recorded at 14:08. 4 drifts.")
	if n := page.Count(".matrix tbody tr"); n != 12 {
		t.Errorf("%d rows", n)
	}
	page.Says("#service-ledger td.df", "5.13.1 behind production production has 5.14.0")
	page.Says("#service-statements td.df", "another artefact")
	if got := page.Texts("#service-payments-core td.up"); strings.Join(got, "|") != "8.32.0 ahead of production|8.32.0 ahead of production" {
		t.Errorf("ahead: %q", got)
	}
	if n := page.Count(".drift > li"); n != 4 {
		t.Errorf("%d drifts", n)
	}
	if n := p.get("/environments?drift=1", 200).Count(".matrix tbody tr"); n != 4 {
		t.Errorf("%d rows that drift", n)
	}
	if n := p.get("/environments?product=channels&tier=production", 200).Count(".matrix tbody td"); n != 6 {
		t.Errorf("%d cells", n)
	}
	p.get("/environments?q=zzz", 200).Says(".empty h2", "No service passes this filter")
	then := p.get("/environments?at=2026-11-18T03:00", 200)
	then.Says(".pagehead .sub", "as recorded until Wed 18 Nov, 03:00 CET")
	if got := then.Texts("#service-ledger td"); strings.Join(got, "|") != "5.15.0|5.15.0|–|–|–" {
		t.Errorf("then: %q", got)
	}
	p.get("/environments?at=yesterday", 422)
	p.get("/environments?product=moon", 404)
}

func TestCompareAndChanged(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, bank(t, d), d)
	page := p.get("/environments/compare?a=prod-north&b=dr", 200)
	if got := page.Texts("tbody .r-main .t"); strings.Join(got, " ") != "ledger open-banking-api" {
		t.Errorf("differences: %q", got)
	}
	page.Says("#pair-ledger .r-state", "ahead")
	page.Says("#pair-open-banking-api .r-state", "only in one")
	if n := p.get("/environments/compare?a=prod-north&b=dr&all=1", 200).Count("tbody tr"); n != 12 {
		t.Errorf("%d compared", n)
	}
	p.get("/environments/compare?a=prod-north&b=prod-north", 200).Says(".empty h2", "No difference")
	p.get("/environments/compare?a=prod-north", 200).Has("select[name=b] option[value=dr][selected]")
	p.get("/environments/compare?a=moon", 404)

	page = p.get("/environments/prod-north/changed", 200)
	if n := page.Count("tbody tr"); n != 13 {
		t.Errorf("%d changes", n)
	}
	page.Says("tbody tr:first-child", "Failed")
	page.Has(`tbody tr:first-child a[href="/releases/26-11"]`)
	page.Says(".facts", "A release that carries the version and may go")
	p.get("/environments/prod-north/changed?since=2026-11-19T13:00", 200).Says(".empty h2", "Nothing was deployed")
	p.get("/environments/moon/changed", 404)
}

func TestServicePage(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	maya := bank(t, d)
	p := open(t, maya, d)
	page := p.get("/services/payments-core", 200)
	page.Says("h1", "payments-core")
	page.Says("#bars .rows", "Lock timeout on postings_2026")
	if n := page.Count("#deployments tbody tr"); n != 6 {
		t.Errorf("%d deployments", n)
	}
	if n := p.get("/services/payments-core?environment=staging", 200).Count("#deployments tbody tr"); n != 1 {
		t.Errorf("%d deployments to staging", n)
	}
	again := p.post("/services/payments-core/bar", 422, "version", "8 32", "fromTier", "production", "reason", "Kept")
	again.Says("#version-err", "no spaces")
	again.Says("#bar-reason", "Kept")
	again.Has("select[name=fromTier] option[value=production][selected]")
	p.post("/services/payments-core/bar", 409, "version", "8.31.9", "fromTier", "production", "reason", "Again").Says("#bar-form .note", "is barred already")
	p.post("/services/payments-core/bar", 200, "version", "8.30.0", "fromTier", "development", "reason", "Old").Has("#toasts .toast")
	bars, err := catalog.New(d).Bars(maya, "payments-core", false)
	if err != nil || len(bars) != 2 {
		t.Fatalf("%d bars, %v", len(bars), err)
	}
	p.post("/services/payments-core/lift", 422, "bar", bars[0].ID, "reason", "").Has("details[open] [aria-invalid=true]")
	p.post("/services/payments-core/lift", 200, "bar", bars[0].ID, "reason", "Fixed").Has("#toasts .toast")
	p.post("/services/payments-core/lift", 409, "bar", bars[0].ID, "reason", "Fixed").Says("#bars .note", "lifted already")
	p.get("/services/payments-core?lifted=1", 200).Says("#bars .rows", "Lifted")
	p.get("/services/moon", 404)
	viewer := open(t, authtest.Person(t, d, "viewer", "viewer"), d)
	viewer.get("/services/payments-core", 200).Says("#bar-form .unavail", "your roles do not carry version.bar here")
	viewer.post("/services/payments-core/bar", 403, "version", "1", "fromTier", "test", "reason", "x")
}

func TestAdministration(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, bank(t, d), d)
	if n := p.get("/admin/catalog", 200).Count("tbody tr"); n != 10 {
		t.Errorf("%d products", n)
	}
	if n := p.get("/admin/catalog/services?product=channels", 200).Count("tbody tr"); n != 2 {
		t.Errorf("%d services", n)
	}
	p.get("/admin/catalog/environments?q=prod", 200).Says("tbody tr:last-child", "Prod west")
	p.get("/admin/catalog/planets", 404)
	for _, x := range [][]string{
		{"products", "key", "savings", "name", "Savings", "owner", "elena"},
		{"services", "key", "savings-core", "name", "Savings core", "product", "savings", "tier", "2", "team", "payments-core"},
		{"environments", "key", "perf", "name", "Performance", "tier", "test", "rank", "1", "rule", "open", "default", "open"},
	} {
		kind, form := x[0], x[1:]
		p.get("/admin/catalog/add/"+kind, 200)
		p.post("/admin/catalog/add/"+kind, 422, append([]string{"name", ""}, form[4:]...)...).Has("#key[aria-invalid=true]")
		p.post("/admin/catalog/add/"+kind, 200, form...).Has("#toasts .toast")
		p.post("/admin/catalog/add/"+kind, 409, form...).Says("#key-err", "already")
		at := "/admin/catalog/edit/" + kind + "/" + form[1]
		page := p.get(at, 200)
		rev := page.One("input[name=rev]").Attr("value")
		change := append([]string{"rev", rev, "name", "Theirs"}, form[4:]...)
		p.post(at, 200, change...)
		change[3] = "Mine"
		page = p.post(at, 409, change...)
		page.Says("form .note", "Not saved.")
		page.Has("input[name=name][value=Mine]")
		page.Says(".facts", "Theirs")
		change[1] = page.One("input[name=rev]").Attr("value")
		p.post(at, 200, change...)
		p.get(at, 200).Has("input[name=name][value=Mine]")
	}
	p.post("/admin/catalog/edit/services/savings-core", 422, "rev", "3", "name", "x", "product", "", "tier", "nine").Has("#tier[aria-invalid=true]")
	viewer := open(t, authtest.Person(t, d, "viewer", "viewer"), d)
	viewer.get("/admin/catalog", 200).Says(".pagehead .unavail", "your roles do not carry catalog.edit here")
	viewer.post("/admin/catalog/add/environments", 403, "key", "x", "name", "x", "tier", "test")
}

// TestPagesInABrowser looks at every page with axe, in both schemes, on a desk and on a phone.
func TestPagesInABrowser(t *testing.T) {
	tab := uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	p := open(t, bank(t, d), d)
	for _, x := range [][2]string{
		{"matrix", "/environments"}, {"drift", "/environments?drift=1"}, {"none", "/environments?q=zzz"}, {"compare", "/environments/compare?a=prod-north&b=dr"},
		{"changed", "/environments/prod-north/changed"}, {"service", "/services/payments-core"}, {"products", "/admin/catalog"}, {"environment", "/admin/catalog/edit/environments/prod-north"},
		{"add-service", "/admin/catalog/add/services"}, {"record", "/deployments/new?service=ledger"},
	} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, p.url+x[1], l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", x[0], f)
			}
			uitest.FullShot(t, tab, l, x[0])
		}
	}
}
