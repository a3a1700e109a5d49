package riskweb_test

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

	"slipway/internal/clock"
	"slipway/internal/id"
	"slipway/internal/plan"
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
	"slipway/internal/risk"
	"slipway/internal/risk/risktest"
	"slipway/internal/risk/riskweb"
)

// place is a server on which everybody is the person of one context.
type place struct {
	t     *testing.T
	url   string
	pages *riskweb.Pages
	c     *http.Client
}

func open(t *testing.T, w risktest.World, as context.Context) *place {
	t.Helper()
	s := authtest.Service(t, w.DB)
	who := authtest.Me(t, as)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), who) }
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: w.DB.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "releases", Label: "Releases", Icon: "package", Href: "/releases", Go: "r"}, {Key: "risks", Label: "Risks", Icon: "shield-alert", Href: "/risks", Go: "k", Group: "Portfolio"}}}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell})
	frame := func(w http.ResponseWriter, r *http.Request, _, tab string, p web.Page) error {
		p.Body = ui.Join(ui.PageHead("Frame", tab), p.Body)
		return site.Render(w, r, p)
	}
	pages := riskweb.New(site, w.DB, w.Risks, frame).Use(riskweb.Options{Actions: func(_ *db.Tx, r risk.Risk) (templ.Component, error) {
		return ui.CardBox(ui.Card{ID: "actions", Title: "Actions of " + r.Key}), nil
	}})
	pages.Mount()
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
	return &place{t, srv.URL, pages, &http.Client{Jar: jar}}
}

func (p *place) do(r *http.Request, want int) (string, uitest.Tree) {
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
	return res.Request.URL.Path, uitest.DOM(p.t, string(b))
}

func (p *place) get(path string, want int) uitest.Tree {
	p.t.Helper()
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, http.NoBody)
	_, d := p.do(r, want)
	return d
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
	return p.do(r, want)
}

// bank fills a register as the mock shows it and returns the release manager's context.
func bank(t *testing.T, w risktest.World) context.Context {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s := authtest.Service(t, w.DB)
	ids := map[string]id.Person{}
	for key, name := range map[string]string{"maya": "Maya Lindqvist", "elena": "Elena Petrova", "tomas": "Tomás Ferreira", "lukasz": "Łukasz Nowak", "jonas": "Jonas Weber",
		"daniel": "Daniel Okafor", "ines": "Ines Moreau", "hannah": "Hannah Brandt", "kenji": "Kenji Watanabe", "sofia": "Sofia Rossi"} {
		p, err := s.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: key, Name: name, Email: key + "@aldermoor.example", Zone: "Europe/Copenhagen",
			Grants: []auth.Grant{{Role: "release-manager"}}})
		must(err)
		ids[key] = p.ID
	}
	maya, err := s.WithPerson(t.Context(), ids["maya"])
	must(err)
	now := w.DB.Clock().(*clock.Fake)
	back := func(weeks int) { now.Set(dbtest.Start.AddDate(0, 0, -7*weeks)) }
	back(4)
	rel := w.Release(t, "payments-26.11.0", plan.Planned)
	for _, x := range []struct {
		risk.NewRisk
		history [][2]int
	}{
		{risk.NewRisk{Release: rel.Key, Title: "Ledger migration cannot be rolled back inside the window", Probability: 2, Impact: 4, Owner: "elena", Review: "2026-11-19", Category: "technical", Blocks: "gate",
			Text:  "If the reverse migration meets a lock, the window ends with a half-migrated table and payments stop until it is repaired by hand.",
			Cause: "Exclusive lock on postings_2026, 410 M rows", Trigger: "Lock wait over 1 s in rehearsal"}, [][2]int{{2, 4}, {3, 4}, {4, 4}, {4, 5}}},
		{risk.NewRisk{Release: rel.Key, Title: "VoP responder at two partner banks returns late", Probability: 5, Impact: 3, Owner: "tomas", Review: "2026-11-19", Category: "vendor", Response: "reduce", Mitigation: "Build 4474 drops late answers", ResidualProbability: 3, ResidualImpact: 2}, nil},
		{risk.NewRisk{Product: "cards", Title: "One engineer knows the card-scheme certificate rotation", Probability: 2, Impact: 4, Owner: "lukasz", Review: "2026-11-26", Category: "people", Response: "reduce", Mitigation: "Pairing from 24 Nov, runbook v5", ResidualProbability: 1, ResidualImpact: 4}, [][2]int{{2, 4}, {2, 4}, {3, 4}}},
		{risk.NewRisk{Title: "Peak load test covers 1.6× not 2× of last November", Probability: 3, Impact: 5, Owner: "jonas", Review: "2026-11-20", Category: "technical", Response: "accept", Mitigation: "Extra capacity booked to 2 Dec", ResidualProbability: 2, ResidualImpact: 5}, [][2]int{{2, 5}}},
		{risk.NewRisk{Product: "payments", Title: "Step-up authentication late for PSD3 consent", Probability: 2, Impact: 3, Owner: "daniel", Review: "2026-11-23", Category: "schedule", Response: "reduce", Mitigation: "Second engineer asked", ResidualProbability: 2, ResidualImpact: 3}, [][2]int{{3, 3}}},
		{risk.NewRisk{Product: "payments", Title: "Fraud rules block good payments in peak week", Probability: 3, Impact: 3, Owner: "ines", Review: "2026-11-23", Category: "technical", Response: "reduce", Mitigation: "Shadow mode 48 h", ResidualProbability: 1, ResidualImpact: 3}, nil},
		{risk.NewRisk{Title: "Statements archive contract ends 31 Dec", Probability: 2, Impact: 4, Owner: "hannah", Review: "2026-12-01", Category: "vendor", Response: "transfer", Mitigation: "Extension signed for 3 months", ResidualProbability: 1, ResidualImpact: 4}, nil},
		{risk.NewRisk{Release: rel.Key, Title: "App store review delays the mobile part", Probability: 3, Impact: 2, Owner: "kenji", Review: "2026-11-19", Category: "vendor", Response: "accept", Mitigation: "Flag vop_check, server side"}, nil},
		{risk.NewRisk{Title: "Disaster-recovery site one version behind", Probability: 3, Impact: 3, Owner: "jonas", Review: "2026-11-27", Response: "reduce", Mitigation: "Catch-up job nightly", ResidualProbability: 1, ResidualImpact: 3}, [][2]int{{2, 3}}},
		{risk.NewRisk{Release: rel.Key, Title: "Support not briefed on payee-check wording", Probability: 3, Impact: 2, Owner: "sofia", Review: "2026-11-19", Response: "reduce", Mitigation: "Briefing 19 Nov 16:00", ResidualProbability: 1, ResidualImpact: 2}, [][2]int{{2, 2}}},
		{risk.NewRisk{Title: "Licence audit asks for component list", Probability: 1, Impact: 3, Owner: "hannah", Review: "2026-12-15", Response: "accept", Mitigation: "SBOM attached per release"}, nil},
	} {
		back(4)
		r, err := w.Risks.Open(maya, x.NewRisk)
		must(err)
		for i, h := range x.history {
			back(3 - i)
			if i == 3 {
				now.Set(dbtest.Start.Add(-2 * time.Hour))
			}
			_, err := w.Risks.Assess(maya, r.Key, 0, h[0], h[1], "Rehearsal 31 failed at step 6 of 9.")
			must(err)
		}
	}
	now.Set(dbtest.Start.Add(-time.Hour))
	_, err = w.Risks.Mitigate(maya, "R-1", 0, risk.Plan{Response: risk.Reduce, Mitigation: "Batches of 5,000, rehearsal 32 running", ResidualProbability: 2})
	must(err)
	_, err = w.Risks.Accept(maya, "R-4", 0, "Peak week is covered by the capacity that is booked.")
	must(err)
	now.Set(dbtest.Start)
	return maya
}

func TestRegisterPage(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := risktest.New(t, d)
	p := open(t, w, w.Admin)
	empty := p.get("/risks", 200)
	empty.Says(".empty h2", "No risks yet")
	empty.None(".heat")
	p = open(t, w, bank(t, w))
	page := p.get("/risks", 200)
	page.Says(".pagehead .sub", "10 open risks, 1 accepted, 4 at 10 or more, 1 blocks a gate.")
	if n := page.Count(".heat .rk"); n != 11 {
		t.Errorf("%d risks on the map", n)
	}
	if got := page.Texts("tbody .sq"); strings.Join(got, " ") != "20 15 12 10 9 9 8 6 6 4 3" {
		t.Errorf("scores: %q", got)
	}
	page.Says("#selected h2", "Ledger migration")
	page.Says("#selected .facts", "2 × 5 = 10")
	if l := page.One("#selected .rtrend").Attr("aria-label"); l != "The score rose from 8 in week 43 to 20 in week 47" {
		t.Errorf("trend: %s", l)
	}
	page.Says("tr#risk-R-1", "rising")
	page.Says("tr#risk-R-1 .late", "today")
	page = p.get("/risks?residual=1&sel=R-9", 200)
	page.Says("#selected h2", "Disaster-recovery")
	if got := page.Texts("tbody .sq"); strings.Join(got, " ") != "10 10 6 6 6 4 4 3 3 3 2" {
		t.Errorf("scores after the response: %q", got)
	}
	if n := p.get("/risks?show=accepted", 200).Count("tbody tr"); n != 1 {
		t.Errorf("%d accepted", n)
	}
	if n := p.get("/risks?due=1", 200).Count("tbody tr"); n != 4 {
		t.Errorf("%d reviews due", n)
	}
	page = p.get("/risks?p=3&i=3", 200)
	if page.Count("tbody tr") != 2 || page.Count(".heat .rk") != 11 {
		t.Errorf("a cell shows %d rows and %d marks", page.Count("tbody tr"), page.Count(".heat .rk"))
	}
	p.get("/risks?q=nothing+like+it", 200).Says(".empty h2", "No risk passes this filter")
	p.get("/risks?residul=1", 422)
	p.get("/risks?sel=R-99", 404)
	tab := p.get("/releases/payments-26.11.0/risks", 200)
	if n := tab.Count("tbody tr"); n != 4 {
		t.Errorf("%d risks of the release", n)
	}
	tab.Has(`a[href="/risks/new?release=payments-26.11.0"]`)
	p.get("/releases/moon/risks", 404)
}

func TestForms(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := risktest.New(t, d)
	maya := bank(t, w)
	p := open(t, w, maya)
	p.get("/risks/new?release=payments-26.11.0", 200).Has(`select[name=release] option[value="payments-26.11.0"][selected]`)
	p.get("/risks/new", 200).Has("select[name=residualImpact] option[value='0'][selected]")
	_, again := p.post("/risks/new", 422, "title", "", "probability", "3", "impact", "3", "blocks", "gate", "text", "Kept")
	again.Has("#title[aria-invalid=true]")
	again.Says("#blocks-err", "no gate to block")
	again.Says("textarea[name=text]", "Kept")
	at, made := p.post("/risks/new", 200, "title", "Certificate expires", "probability", "3", "impact", "4", "blocks", "gate", "release", "payments-26.11.0", "owner", "elena", "review", "2026-11-25")
	if at != "/risks/R-12" {
		t.Fatalf("made %s", at)
	}
	made.Says("h1", "Certificate expires")
	made.Says("#risk .note", "It blocks")
	form := p.get("/risks/R-12/assess", 200)
	rev := form.One("input[name=rev]").Attr("value")
	p.post("/risks/R-12/assess", 200, "rev", rev, "probability", "2", "impact", "4")
	_, conflict := p.post("/risks/R-12/assess", 409, "rev", rev, "probability", "5", "impact", "5", "reason", "Mine")
	conflict.Says("form .note", "Maya Lindqvist changed this at")
	conflict.Has("select[name=probability] option[value='5'][selected]")
	conflict.Says("textarea[name=reason]", "Mine")
	conflict.Has(".card .facts .sq")
	if got := conflict.One("input[name=rev]").Attr("value"); got == rev {
		t.Errorf("a second attempt would fail again: rev %s", got)
	}
	for _, x := range [][]string{
		{"mitigate", "response", "reduce", "mitigation", "Renew it", "residualProbability", "1", "residualImpact", "4"},
		{"edit", "title", "Certificate of the scheme expires", "blocks", "gate", "release", "payments-26.11.0", "product", "payments", "category", "vendor"},
		{"assign", "owner", "jonas", "review", "2026-11-24"},
		{"accept", "reason", "We renew on Monday"},
		{"reopen", "reason", "The vendor is late"},
		{"close", "reason", "Renewed"},
	} {
		_, page := p.post("/risks/R-12/"+x[0], 200, append([]string{"rev", "0"}, x[1:]...)...)
		page.Has("#toasts .toast")
	}
	shown := p.get("/risks/R-12", 200)
	shown.Says("#actions h2", "Actions of R-12")
	if n := shown.Count(".rows li"); n != 8 {
		t.Errorf("%d changes", n)
	}
	shown.Says("#risk .note", "Closed today 14:08 by Maya Lindqvist. Renewed")
	shown.Has(".diff ins")
	_, page := p.post("/risks/R-12/accept", 409, "rev", "0", "reason", "x")
	page.Says("form .unavail", "R-12 is closed")
	_, page = p.post("/risks/R-2/accept", 422, "rev", "0", "reason", "")
	page.Has("#reason[aria-invalid=true]")
	p.get("/risks/R-2/dance", 404)
	p.get("/risks/R-77", 404)

	viewer := open(t, w, authtest.Person(t, d, "viewer", "viewer"))
	viewer.get("/risks", 200).Says(".pagehead .unavail", "Not available: your roles do not open risks here.")
	viewer.get("/risks/R-2", 200).Says(".acts .unavail", "your roles do not carry")
	viewer.get("/risks/new", 403)
	viewer.post("/risks/R-2/assess", 403, "rev", "0", "probability", "1", "impact", "1")
}

func TestPaging(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := risktest.New(t, d)
	for range 60 {
		risktest.Open(t, w, "", "Many")
	}
	p := open(t, w, w.Admin)
	page := p.get("/risks", 200)
	if n := page.Count(".heat .rk"); n != 6 {
		t.Errorf("%d marks in one cell", n)
	}
	page.Says(".heat .rk:last-child", "+55")
	next := page.One(".pager a[rel=next]").Attr("href")
	if n := p.get(next, 200).Count("tbody tr"); n != 10 {
		t.Errorf("%d on the second page", n)
	}
}

func TestPanel(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := risktest.New(t, d)
	maya := bank(t, w)
	p := open(t, w, maya)
	err := d.Read(maya, func(tx *db.Tx) error {
		rel, err := plan.ReleaseByRef(tx, "payments-26.11.0")
		if err != nil {
			return err
		}
		c, err := p.pages.RisksPanel(tx, rel)
		if err != nil {
			return err
		}
		dom := uitest.Render(t, c)
		dom.Says(".card", "4 open, 1 blocking")
		if n := dom.Count("li"); n != 4 {
			t.Errorf("%d risks", n)
		}
		count, err := riskweb.TabCount(tx, rel)
		if count != "4" {
			t.Errorf("the tab counts %s", count)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPagesInABrowser looks at every page with axe, in both schemes, on a desk and on a phone.
func TestPagesInABrowser(t *testing.T) {
	tab := uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	w := risktest.New(t, d)
	p := open(t, w, bank(t, w))
	for _, x := range [][2]string{
		{"register", "/risks"}, {"after", "/risks?residual=1&sel=R-9"}, {"none", "/risks?q=zzz"}, {"tab", "/releases/payments-26.11.0/risks"}, {"risk", "/risks/R-1"},
		{"new", "/risks/new"}, {"assess", "/risks/R-1/assess"}, {"mitigate", "/risks/R-1/mitigate"}, {"edit", "/risks/R-1/edit"}, {"accept", "/risks/R-4/accept"},
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
