package clearanceweb_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/clearance/clearanceweb"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

// world is a small bank with a release that carries payments-core 8.32.0, and may-deploy over it.
type world struct {
	calendartest.World
	t         *testing.T
	db        *db.DB
	ledger    *ledger.Ledger
	clearance *clearance.Clearance
	release   plan.Release
	ready     bool // how the release stands
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, clearance.Permissions)
	w := &world{t: t, db: d, ledger: ledgertest.Open(t, d)}
	w.clearance = clearance.New(d, clearance.Options{Ledger: w.ledger, Standing: func(*db.Tx, plan.Release) (clearance.Standing, error) {
		if w.ready {
			return clearance.Standing{Verdict: "go", Decision: "go"}, nil
		}
		return clearance.Standing{Verdict: "no-go", Reasons: []clearance.Reason{{Code: "evidence.failed", Text: "Rehearsal 31 failed at step 6 of 9.", Next: "Rehearse once more."}}}, nil
	}})
	w.World = calendartest.New(t, d)
	e, err := w.Catalog.Environment(w.Admin, "prod-north")
	w.must(err)
	_, err = w.Catalog.SetEnvironment(w.Admin, "prod-north", e.Rev, catalog.EnvironmentSpec{Key: "prod-north", Name: "Prod north", Tier: "production", Default: "open", Rule: "release-only"})
	w.must(err)
	w.release, err = w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// place is a server on which everybody is the person of one context.
type place struct {
	t   *testing.T
	url string
	c   *http.Client
}

func (w *world) open(as context.Context) *place {
	w.t.Helper()
	s := authtest.Service(w.t, w.db)
	who := authtest.Me(w.t, as)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), who) }
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: w.db.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "releases", Label: "Releases", Icon: "package", Href: "/releases", Go: "r"}, {Key: "environments", Label: "What runs where", Icon: "grid-3x3", Href: "/environments", Go: "w", Group: "Portfolio"}}}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell, Log: slog.New(slog.NewTextHandler(w.t.Output(), nil))})
	clearanceweb.New(site, w.db, w.clearance, w.Catalog).Mount()
	routes := map[string]string{}
	for _, r := range site.Routes() {
		routes[r.Pattern] = r.Permission
	}
	w.must(s.Catalog().CheckRoutes(routes))
	h, err := site.Handler()
	w.must(err)
	mux := http.NewServeMux()
	mux.Handle("/static/", asset.Handler())
	mux.Handle("/", h)
	edge, err := httpx.Handler(mux, httpx.Options{})
	w.must(err)
	srv := httptest.NewServer(edge)
	w.t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &place{w.t, srv.URL, &http.Client{Jar: jar}}
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
		p.t.Fatalf("%s %s: status %d, want %d: %.2000s", r.Method, r.URL, res.StatusCode, want, d.One("body").Text())
	}
	return d
}

func (p *place) get(path string, want int) uitest.Tree {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do(r, want)
}

func (p *place) post(path string, want int, pairs ...string) uitest.Tree {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, strings.NewReader(v.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.url)
	return p.do(r, want)
}

const (
	asked = "/may-deploy?service=payments-core&version=8.32.0&digest=&environment=prod-north&at=&release="
	until = "2026-11-20T12:00"
)

func TestAsk(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	p := w.open(w.Admin)
	page := p.get("/may-deploy", 200)
	page.Says("h1", "May I deploy?")
	if page.Count(".verdict") != 0 || page.Count("#services option") == 0 {
		t.Error("the empty form has an answer, or suggests no service")
	}
	// A link fills the form in and asks nothing.
	page = p.get("/may-deploy?service=ledger&environment=prod-north", 200)
	page.Has("input[name=service][value=ledger]")
	page.Has("select[name=environment] option[value=prod-north][selected]")
	if page.Count(".verdict, .err") != 0 {
		t.Error("a form that was filled in by a link is asked")
	}

	page = p.get(asked, 200)
	page.Says(".verdict .word", "No")
	page.Says(".verdict .why h2", "payments-core 8.32.0 is refused in Prod north for 4 reasons")
	page.Says(".reasons", "not approved")
	page.Says(".reasons", "Rehearsal 31 failed at step 6 of 9.")
	page.Says(".reasons", "Rehearse once more.")
	page.Has(`.reasons [data-reason="evidence.failed"]`)
	page.Says(".path", "Waiting does not help.")
	page.Has(`.path a[href="/overrides?environment=prod-north&service=payments-core#give"]`)
	page.Has(`#rests a[href="/releases/payments-1/readiness"]`)

	w.ready = true
	w.Bring(t, w.release.ID, plan.Approved)
	page = p.get(asked, 200)
	page.Says(".verdict .why h2", "payments-core 8.32.0 is refused in Prod north")
	page.Says(".path", "Wait until "+ui.Instant(w.release.Window.Start.Std(), dbtest.Start, time.UTC))
	page = p.get(strings.Replace(asked, "&at=", "&at="+ui.DateTimeValue(w.release.Window.Start.Std().Add(time.Minute), time.UTC), 1), 200)
	page.Says(".verdict .word", "Yes")
	page.Says(".verdict .why h2", "payments-core 8.32.0 may be deployed to Prod north")
	page.Has(`.facts a[href="/releases/payments-1"]`)
	page.Says("#rests", "authorises it")
	p.get("/may-deploy?service=ledger&version=1&environment=pre-prod", 200).Says("#rests .facts", "No release is needed here")
	p.get("/may-deploy?service=moon&version=1&environment=pre-prod", 200).Says(".reasons", "There is no service moon here.")

	// Faults stand beside their fields, and nothing that was typed is lost.
	page = p.get("/may-deploy?service=ledger&version=1+2&environment=pre-prod", 422)
	page.Says("#version-err", "no spaces")
	page.Has("input[name=service][value=ledger]")
	p.get("/may-deploy?service=ledger&version=&digest=&environment=pre-prod", 422).Says("#version-err", "Name the version")
	p.get("/may-deploy?service=ledger&version=1&environment=", 422).Says("#environment-err", "Name the environment")
	p.get("/may-deploy?service=ledger&version=1&environment=pre-prod&at=soon", 422).Says("#at-err", "Give a date and a time")
}

func TestRecordedAnswers(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	p := w.open(w.Admin)
	p.get("/may-deploy/answers", 200).Says(".empty h2", "No answer was recorded")
	before := len(ledgertest.Actions(t, w.ledger))
	page := p.post("/may-deploy", 200, "service", "payments-core", "version", "8.32.0", "digest", plantest.Digest, "environment", "prod-north", "at", "", "release", "")
	page.Has("#toasts .toast")
	page.Says("h1", "Recorded answers")
	page.Says("#answer .opened", "Rehearsal 31 failed")
	page.Says("#answer .facts", "payments-core")
	if got := ledgertest.Actions(t, w.ledger)[before:]; strings.Join(got, " ") != "clearance.answered" {
		t.Errorf("entries %q", got)
	}
	p.post("/may-deploy", 422, "service", "payments-core", "version", "", "digest", "", "environment", "prod-north").Says("#version-err", "Name the version")
	p.post("/may-deploy", 200, "service", "ledger", "version", "1", "environment", "pre-prod")

	page = p.get("/may-deploy/answers", 200)
	if got := page.Texts("#answers tbody .r-state"); strings.Join(got, " ") != "Allowed Refused" {
		t.Errorf("answers %q", got)
	}
	if n := p.get("/may-deploy/answers?outcome=refused", 200).Count("#answers tbody tr"); n != 1 {
		t.Errorf("%d refused", n)
	}
	if n := p.get("/may-deploy/answers?service=ledger&environment=pre-prod&outcome=allowed", 200).Count("#answers tbody tr"); n != 1 {
		t.Errorf("%d of the ledger", n)
	}
	p.get("/may-deploy/answers?service=moon", 200).Says(".empty h2", "No answer passes this filter")
	p.get("/may-deploy/answers?outcome=perhaps", 422)
	p.get("/may-deploy/answers?answer=none", 404)
	// An answer that the filter leaves out can still be looked at.
	first := page.All("#answers tbody tr")[1].Attr("id")
	p.get("/may-deploy/answers?outcome=allowed&answer="+strings.TrimPrefix(first, "a-"), 200).Says("#answer", "Refused: payments-core 8.32.0 to Prod north")
}

func TestAnswersByPage(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	for range 53 {
		_, err := w.clearance.MayDeploy(w.Admin, clearance.Question{Service: "ledger", Version: "1", Environment: "pre-prod", Record: true})
		w.must(err)
	}
	p := w.open(w.Admin)
	page := p.get("/may-deploy/answers", 200)
	if n := page.Count("#answers tbody tr"); n != 50 {
		t.Errorf("%d on the first page", n)
	}
	page = p.get(page.One(".pager a[rel=next]").Attr("href"), 200)
	if n := page.Count("#answers tbody tr"); n != 3 {
		t.Errorf("%d on the second page", n)
	}
	page.Has(`.pager a[rel=first][href="/may-deploy/answers"]`)
}

func TestOverrides(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	p := w.open(w.Admin)
	p.get("/overrides", 200).Says(".empty h2", "No override stands")
	page := p.get("/overrides?service=payments-core&environment=prod-north&digest="+plantest.Digest, 200)
	page.Has("#give-service[value=payments-core]")
	page.Has("#give-environment option[value=prod-north][selected]")
	page.Has(`#give-digest[value="` + plantest.Digest + `"]`)

	good := map[string]string{"service": "payments-core", "environment": "prod-north", "digest": plantest.Digest, "reason": "It stops the fraud.", "until": until}
	give := func(want int, change ...string) uitest.Tree {
		t.Helper()
		var pairs []string
		for k, x := range good {
			if len(change) == 2 && change[0] == k {
				x = change[1]
			}
			pairs = append(pairs, k, x)
		}
		return p.post("/overrides", want, pairs...)
	}
	for _, c := range []struct{ field, value, says string }{
		{"service", "moon", "There is no service"}, {"environment", "", "There is no environment"}, {"digest", "", "Name it"}, {"digest", "sha256:xyz", "digest"},
		{"reason", "", "Say why"}, {"until", "", "Say up to when"}, {"until", "2026-11-19T01:00", "still to come"}, {"until", "2027-01-01T00:00", "seven days"}, {"until", "soon", "Give a date"},
	} {
		again := give(422, c.field, c.value)
		again.Says("#give-"+c.field+"-err", c.says)
		if c.field != "reason" {
			again.Says("#give-reason", "It stops the fraud.")
		}
	}
	before := len(ledgertest.Actions(t, w.ledger))
	page = give(200)
	page.Has("#toasts .toast")
	page.Says("#overrides .rows", "It stops the fraud.")
	page.Says("#overrides .rows .due", "until tomorrow")
	p.get("/may-deploy?service=payments-core&version=8.32.0&digest="+plantest.Digest+"&environment=prod-north", 200).Has(`.reasons [data-reason="clearance.overridden"]`)
	p.get("/overrides?service=ledger", 200).Says(".empty h2", "No override passes this filter")
	o := strings.TrimPrefix(page.One("#overrides .rows > li").Attr("id"), "o-")
	p.post("/overrides/"+o+"/withdraw", 200).Says("#overrides .rows .due", "withdrawn")
	p.post("/overrides/"+o+"/withdraw", 409).Says("#overrides .note", "is over")
	p.post("/overrides/moon/withdraw", 404)
	p.get("/overrides", 200).Says(".empty h2", "No override stands")
	if got := ledgertest.Actions(t, w.ledger)[before:]; strings.Join(got, " ") != "override.given override.withdrawn" {
		t.Errorf("entries %q", got)
	}
}

func TestRightsOnPages(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	_, err := w.clearance.Override(w.Admin, clearance.NewOverride{Service: "payments-core", Environment: "prod-north", Digest: plantest.Digest, Reason: "x", Until: w.release.Window.End})
	w.must(err)
	viewer := w.open(authtest.Person(t, d, "viola", "viewer"))
	page := viewer.get("/overrides", 200)
	page.Says("#give .unavail", "only release managers override a refusal.")
	page.Says("#overrides .rows .unavail", "only release managers override a refusal.")
	viewer.post("/overrides", 403, "service", "ledger", "environment", "pre-prod", "digest", plantest.Digest, "reason", "x", "until", until)
	if viewer.get(asked, 200).Count(`.path a[href^="/overrides"]`) != 0 {
		t.Error("a viewer is led to a form that refuses")
	}
	// Who sees only cards sees nothing of payments, neither the release that carries it nor the override.
	cards := w.open(authtest.Person(t, d, "carl", "release-manager@"+string(catalog.Scope(w.Cards.ID))))
	cards.get("/overrides?all=1", 200).Says(".empty h2", "No override was ever given")
	page = cards.get(asked, 200)
	page.Says(".reasons", "There is no service payments-core here.")
	page.Says("#rests", "None that you may see.")
	cards.post("/overrides", 422, "service", "payments-core", "environment", "prod-north", "digest", plantest.Digest, "reason", "x", "until", until).Says("#give-service-err", "There is no service")
	nobody := w.open(authtest.Person(t, d, "nils"))
	nobody.get("/may-deploy", 403)
}
