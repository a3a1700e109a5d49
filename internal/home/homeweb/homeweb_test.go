package homeweb_test

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

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/decide/decidetest"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/home"
	"slipway/internal/home/homeweb"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
	"slipway/internal/risk"
	"slipway/internal/risk/risktest"
	"slipway/internal/work"
)

// world is decidetest's bank with a calendar, risks, tasks, runs and a record.
type world struct {
	decidetest.World
	Ledger *ledger.Ledger
	Runs   *deploy.Runs
	Books  *deploy.Runbooks
	Tasks  *work.Tasks
	Home   *home.Home
	Record *home.Record
	Jobs   *job.Runner
}

func permissions() [][]auth.Permission {
	return [][]auth.Permission{work.Permissions, calendar.Permissions, risk.Permissions, deploy.Permissions, home.Permissions}
}

func newWorld(t testing.TB, d *db.DB) world {
	t.Helper()
	l, err := ledger.Open(t.Context(), d, ledger.Options{KeyFile: t.TempDir() + "/ledger.key"})
	if err != nil {
		t.Fatal(err)
	}
	w := world{World: decidetest.New(t, d, permissions()...), Ledger: l, Tasks: work.New(d)}
	if w.Books, err = deploy.NewRunbooks(d); err != nil {
		t.Fatal(err)
	}
	w.Runs = deploy.New(d, w.Books, deploytest.Options(t, t.TempDir()))
	w.Plans.Follow(w.Tasks, w.Books)
	w.Home = home.New(home.Areas{Calendar: calendar.New(w.DB), Gate: w.Gate, Decisions: w.Decisions, Runs: w.Runs})
	w.Record = home.NewRecord(d, l)
	if w.Jobs, err = job.Open(d, job.Options{}); err != nil {
		t.Fatal(err)
	}
	return w
}

// place is a server on which everybody is one person.
type place struct {
	t   *testing.T
	url string
	c   *http.Client
}

func (w world) open(t *testing.T, as context.Context) *place {
	t.Helper()
	return open(t, w.DB, authtest.Service(t, w.DB), as, w.Home, w.Record, w.Jobs)
}

func open(t *testing.T, d *db.DB, s *account.Service, as context.Context, h *home.Home, record *home.Record, jobs *job.Runner) *place {
	t.Helper()
	who := authtest.Me(t, as)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), who) }
	nav := []ui.NavItem{{Key: "home", Label: "Mission control", Icon: "radar", Href: "/", Go: "h", Hot: true, Count: 5}, {Key: "releases", Label: "Releases", Icon: "package", Href: "/releases", Go: "r"},
		{Key: "record", Label: "Record", Icon: "scroll-text", Href: "/record", Group: "Portfolio"}, {Key: "admin", Label: "Administration", Icon: "settings", Href: "/admin", Group: "Portfolio"}}
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: d.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile", Nav: nav, More: "/more"}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell})
	frame := func(w http.ResponseWriter, r *http.Request, _, tab string, p web.Page) error {
		p.Body = ui.Join(ui.PageHead("Frame", tab), p.Body)
		return site.Render(w, r, p)
	}
	homeweb.New(site, d, h, record, homeweb.Options{Version: "1.0.0", Release: frame, Exists: func(path string) bool { return path != "/admin/catalog" && path != "/templates" },
		Places: func(context.Context) []ui.NavItem { return nav }, Operations: func() []api.Described { return nil }, Jobs: jobs,
		Config: []config.Value{{Name: "data", Value: "/var/lib/slipway", Source: "flag"}, {Name: "database", Source: "default"}, {Name: "ledger-key", Value: "(set)", Source: "environment"}},
		Backup: "slipway backup slipway.backup"}).Mount()
	handler, err := site.Handler()
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
	mux.Handle("/", handler)
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
	if res.StatusCode != want {
		p.t.Fatalf("%s %s: status %d, want %d: %.3000s", r.Method, r.URL.Path, res.StatusCode, want, b)
	}
	return uitest.DOM(p.t, string(b))
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

// fill makes a day as the mock shows it: a release tonight with an open go/no-go, others ahead, a freeze, risks, a task.
func (w world) fill(t testing.TB) plan.Release {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	r := w.Release(t, "payments-26.11.0", plan.Active)
	owner := "maya"
	_, err := w.Plans.Set(w.Admin, r.Key, r.Rev, plan.Edit{Owner: &owner, Reason: "She leads it."})
	must(err)
	w.Sign(t, w.Elena, r, "database")
	days := func(n int, hour int) plan.Window {
		at := dbtest.Start.AddDate(0, 0, n).Truncate(24 * time.Hour).Add(time.Duration(hour) * time.Hour)
		return plan.Window{Start: db.At(at), End: db.At(at.Add(2 * time.Hour))}
	}
	for n, x := range []struct{ key, title string }{{"identity-26.11.3", "Passkey fallback fix"}, {"web-26.12.0", "Statements search"}, {"open-banking-26.12.0", "PSD3 consent API"}} {
		s := plantest.Spec(x.key)
		window := days(2+6*n, 7)
		s.Window, s.Title, s.Template, s.Version, s.Owner = &window, x.title, "tier-1", x.key[strings.LastIndex(x.key, "-")+1:], "maya"
		made, err := w.Plans.Create(w.Admin, s)
		must(err)
		w.Bring(t, made.ID, plan.Planned)
	}
	w.Open(t, r)
	c := calendar.New(w.DB)
	calendartest.Freeze(t, c, w.Admin, "Peak trading", "2026-11-23T00:00", "2026-12-02T00:00")
	risks := risktest.World{World: w.World.World, Risks: risk.New(w.DB)}
	risktest.Open(t, risks, r.Key, "Ledger migration cannot be rolled back inside the window", func(in *risk.NewRisk) { in.Owner = "elena" })
	risktest.Open(t, risks, "", "One engineer knows the certificate rotation", func(in *risk.NewRisk) { in.Impact = 3 })
	_, err = w.Tasks.Add(w.Admin, r.Key, work.Spec{Name: "Brief the support desk", Owner: "maya", Due: db.At(dbtest.Start.Add(-2 * time.Hour))})
	must(err)
	r, err = w.release(r.ID)
	must(err)
	return r
}

func (w world) release(of id.Release) (r plan.Release, err error) {
	err = w.DB.Read(w.Admin, func(tx *db.Tx) error {
		r, err = plan.ReleaseByID(tx, of)
		return err
	})
	return r, err
}

// TestMissionTellsWhatWaitsForWhom asks as the lead, as an approver and as somebody without a role.
func TestMissionTellsWhatWaitsForWhom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.fill(t)
		maya := w.open(t, w.Maya).get("/", http.StatusOK)
		rows := strings.Join(maya.Texts("#mission-top .rows .t"), "\n")
		for _, want := range []string{"Brief the support desk"} {
			if !strings.Contains(rows, want) {
				t.Errorf("Maya's list lacks %q: %s", want, rows)
			}
		}
		if strings.Contains(rows, "Sign for") {
			t.Errorf("Maya signs nothing: %s", rows)
		}
		maya.Says("#mission-upcoming", "Passkey fallback fix")
		maya.Has("#mission-strip .horizon li.fz")
		maya.Says("#mission-below", "cannot be rolled back")
		if n := maya.Count("#mission-upcoming tbody tr"); n != 4 {
			t.Errorf("%d releases ahead, want 4", n)
		}

		priya := w.open(t, w.Priya)
		rows = strings.Join(priya.get("/", http.StatusOK).Texts("#mission-top .rows .t"), "\n")
		for _, want := range []string{"Answer the go/no-go of", "Sign for Quality assurance", "Confirm for"} {
			if !strings.Contains(rows, want) {
				t.Errorf("Priya's list lacks %q: %s", want, rows)
			}
		}
		if strings.Contains(rows, "for Database") {
			t.Errorf("Priya is asked for another's role: %s", rows)
		}
		all := strings.Join(priya.get("/?scope=all&items=all", http.StatusOK).Texts("#mission-top .rows li"), "\n")
		if !strings.Contains(all, "Waits for Database") {
			t.Errorf("all teams' list does not say for whom it waits: %s", all)
		}

		nobody := authtest.Person(t, d, "newcomer")
		w.open(t, nobody).get("/", http.StatusOK).Says("main", "You hold no role yet.")
	})
}

// TestVoidedSignatureComesBack changes what was signed: the signer is asked again, and told what changed.
func TestVoidedSignatureComesBack(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	r := w.fill(t)
	elena := w.open(t, w.Elena)
	if s := elena.get("/", http.StatusOK).One("#mission-top").Text(); strings.Contains(s, "Sign for Database: "+r.Name) {
		t.Errorf("Elena has signed and is asked again: %s", s)
	}
	if _, err := w.Plans.Set(w.Admin, r.Key, r.Rev, plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: "5.15.1"}}, Reason: "A fix."}); err != nil {
		t.Fatal(err)
	}
	elena.get("/", http.StatusOK).Says("#mission-top", "Sign again for Database")
	elena.get("/", http.StatusOK).Says("#mission-top", "Voided: manifest changed after the signature.")
}

// TestFirstUse shows the way through an empty installation.
func TestFirstUse(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	dom := w.open(t, w.Maya).get("/", http.StatusOK)
	dom.Says("h1", "Welcome, Maya")
	dom.Says("#setup", "of 6 done")
	if n := dom.Count("#setup ol > li"); n != 6 {
		t.Errorf("%d steps, want 6", n)
	}
	dom.One("#setup li.live")
	dom.Has(`a[href="/releases/new"]`)
}

// TestRecord reads the record of a release: sentences, differences, filters, pages, an opened entry.
func TestRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		r := w.fill(t)
		for n := range 70 {
			title := "Instant payee verification " + strings.Repeat("x", n+1)
			now, err := w.release(r.ID)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Plans.Set(w.Maya, r.Key, now.Rev, plan.Edit{Title: &title}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Ledger.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		p := w.open(t, w.Maya)
		at := "/releases/" + r.Key + "/record"
		dom := p.get(at, http.StatusOK)
		if n := dom.Count("#entries tbody tr .t[href]"); n != 50 {
			t.Fatalf("%d entries on the first page, want 50", n)
		}
		dom.Says("#record-state", "No checkpoint yet")
		seen := map[string]bool{}
		pages := 0
		for next := at; next != ""; pages++ {
			dom = p.get(next, http.StatusOK)
			for _, a := range dom.All("#entries tbody .t[href]") {
				if seen[a.Text()] {
					t.Errorf("%s is on two pages", a.Text())
				}
				seen[a.Text()] = true
			}
			next = ""
			if all := dom.All(`#entries a[rel="next"]`); len(all) == 1 {
				next = all[0].Attr("href")
			}
		}
		if pages != 2 || len(seen) < 75 {
			t.Errorf("%d entries on %d pages", len(seen), pages)
		}
		if all := dom.All(`#entries a[rel="prev"]`); len(all) != 1 {
			t.Error("the last page leads to no newer one")
		} else if n := p.get(all[0].Attr("href"), http.StatusOK).Count("#entries tbody .t[href]"); n != 50 {
			t.Errorf("the page before has %d entries, want 50", n)
		}
		dom = p.get(at+"?order=oldest", http.StatusOK)
		if s := dom.Texts("#entries tbody .t"); !strings.Contains(strings.Join(s, " "), "Release created: ") {
			t.Errorf("oldest first does not begin with the release: %v", s)
		}
		dom = p.get(at+"?action=approval", http.StatusOK)
		dom.Says("#entries tbody", "Approval signed for database")
		p.get(at+"?action=waiver", http.StatusOK).Says("#entries", "Nothing in the record passes these filters.")
		p.get(at+"?persn=x", http.StatusUnprocessableEntity)

		open := p.get(at+"?action=approval", http.StatusOK).All("#entries tbody .t[href]")[0].Attr("href")
		dom = p.get(open, http.StatusOK)
		dom.Says("#entry .pill", "Waiting")
		dom = p.post(dom.One("#entry form").Attr("action"), http.StatusOK, "back", open)
		dom.Says("#entry .pill", "Included")
		dom.Has("#entry svg.mk")
		dom.Says("#record-state", "Signed up to")
		dom = p.get(p.get(at, http.StatusOK).All("#entries tbody .t[href]")[0].Attr("href"), http.StatusOK)
		dom.Has("#entry .diff del")
		dom.Has("#entry .diff ins")

		// What one may not see is not there.
		stranger := w.open(t, authtest.Person(t, d, "stranger", auth.RoleViewer+"@product/"+string(w.Cards.ID)))
		stranger.get(at, http.StatusNotFound)
		stranger.get("/record?entry="+url.QueryEscape(strings.TrimPrefix(open[strings.Index(open, "entry=")+6:], "#")), http.StatusNotFound)
		stranger.get("/record", http.StatusOK).None(`#entries a[href="/releases/` + r.Key + `"]`)
	})
}

// TestAdministration verifies the record and reads jobs and configuration, each only for those who may.
func TestAdministration(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	w.fill(t)
	admin := w.open(t, w.Admin)
	admin.get("/admin/record", http.StatusOK).Has("#verify")
	admin.post("/admin/record/verify", http.StatusOK).Says(`.note[data-s="go"]`, "Verified:")
	admin.get("/admin/jobs", http.StatusOK).Says("main", "Nothing failed for good")
	dom := admin.get("/admin/configuration", http.StatusOK)
	dom.Says("main", "slipway backup")
	dom.Says("main", "(set)")
	maya := w.open(t, w.Maya)
	maya.get("/admin/jobs", http.StatusForbidden)
	maya.get("/admin/configuration", http.StatusForbidden)
	maya.post("/admin/record/verify", http.StatusForbidden)
}

// TestPalette finds what the person may see.
func TestPalette(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	r := w.fill(t)
	maya := w.open(t, w.Maya)
	maya.get("/palette?q=payee", http.StatusOK).Has(`a[href="/releases/` + r.Key + `"]`)
	maya.get("/palette?q=ledger", http.StatusOK).Says("main", "R-1")
	w.open(t, w.Admin).get("/palette?q=%230", http.StatusOK).Says("main", "#0")
	maya.get("/palette?q=%230", http.StatusOK).Says("main", "Nothing found")
	maya.get("/palette?q=zzzz", http.StatusOK).Says("main", "Nothing found")
	stranger := w.open(t, authtest.Person(t, w.DB, "stranger", auth.RoleViewer+"@product/"+string(w.Cards.ID)))
	stranger.get("/palette?q=payee", http.StatusOK).None(`a[href="/releases/` + r.Key + `"]`)
}
