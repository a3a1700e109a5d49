package deployweb_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/deployweb"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/live"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

// place is a server with the pages of releases and runs. Everybody has an address of their own to come by.
type place struct {
	deploytest.World
	t     *testing.T
	gate  *deploytest.Gate
	pages *deployweb.Pages
	h     http.Handler
	hub   *live.Hub
}

func open(t *testing.T, d *db.DB) *place {
	t.Helper()
	gate := &deploytest.Gate{}
	w := deploytest.New(t, d, func(o *deploy.Options) { o.Clearance = gate })
	p := &place{World: w, t: t, gate: gate}
	var pages *deployweb.Pages
	shell := func(ctx context.Context, v web.View) templ.Component {
		u := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: d.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "home", Label: "Mission control", Icon: "radar", Href: "/"}, {Key: "calendar", Label: "Calendar", Icon: "calendar-days", Href: "/calendar"},
				{Key: "releases", Label: "Releases", Icon: "package", Href: "/releases"}, {Key: "runs", Label: "Runbooks", Short: "Live", Icon: "list-checks", Href: "/runs", Live: true}}}
		who, ok := auth.Viewer(ctx)
		if v.Bare || !ok {
			return ui.Bare(u, v.Body)
		}
		u.Viewer = &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Role: who.Role, Zone: who.Zone(), Lang: who.Locale}
		if pages != nil {
			_ = d.Read(ctx, func(tx *db.Tx) (err error) {
				u.Watch.Runs, err = pages.WatchRuns(tx)
				return err
			})
		}
		if len(v.Live) > 0 {
			u.Live = &ui.Stream{URL: web.LiveURL(v.Path)}
		}
		return ui.Shell(u, v.Body)
	}
	accounts := authtest.Service(t, d)
	guard := accounts.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) {
		return accounts.WithPerson(r.Context(), id.Person(r.Header.Get("X-Test-Person")))
	}
	site := web.New(web.Options{Guard: guard, Shell: shell, SignIn: "/sign-in"})
	hub := live.NewHub(live.Config{})
	p.hub = hub
	site.Live(hub, func(ctx context.Context) (int64, error) {
		h, err := w.Ledger.Head(ctx)
		return h.Size, err
	})
	framed := func(r *http.Request, ref string, page web.Page) web.Page {
		head := ui.ReleaseHead{Name: ref, Crumbs: []ui.Crumb{{Text: "Releases", Href: "/releases"}, {Text: ref}}}
		var n string
		_ = d.Read(r.Context(), func(tx *db.Tx) error {
			rel, err := plan.ReleaseByRef(tx, ref)
			if err != nil {
				return err
			}
			head.Name, head.Title = rel.Name, rel.Title
			n, err = deployweb.TabCount(tx, rel)
			return err
		})
		page.Nav, page.Body = "releases", ui.Join(ui.ReleaseHeader(head), ui.Tabs("Release sections", []ui.Tab{{Text: "Runbook", Count: n, Href: "/releases/" + ref + "/runbook", Current: true}}), page.Body)
		return page
	}
	pages = deployweb.Mount(site, d, w.Books, w.Runs, deployweb.Options{Clearance: gate,
		Page: func(w http.ResponseWriter, r *http.Request, ref, _ string, page web.Page) error {
			return site.Render(w, r, framed(r, ref, page))
		},
		Again: func(w http.ResponseWriter, r *http.Request, err error, ref, _ string, page web.Page) error {
			return site.Again(w, r, err, framed(r, ref, page))
		}})
	p.pages = pages
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(cancel)
	go func() {
		_ = w.Ledger.Follow(ctx, ledger.FromHead, func(rs []ledger.Record) error {
			topics := []string{web.WatchTopic}
			for _, r := range rs {
				topics = append(topics, r.Subject.Kind+"/"+r.Subject.ID, "release/"+string(r.Release))
			}
			hub.Wake(rs[len(rs)-1].Seq, topics...)
			return nil
		})
	}()
	routes := map[string]string{}
	for _, r := range site.Routes() {
		routes[r.Pattern] = r.Permission
	}
	if err := accounts.Catalog().CheckRoutes(routes); err != nil {
		t.Fatal(err)
	}
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", asset.Handler())
	mux.Handle("/", h)
	if p.h, err = httpx.Handler(mux, httpx.Options{}); err != nil {
		t.Fatal(err)
	}
	return p
}

// visitor is somebody with a browser without script.
type visitor struct {
	*place
	url string
	c   *http.Client
}

// as gives a person a server of their own.
func (p *place) as(key string, roles ...string) visitor {
	p.t.Helper()
	me := authtest.Me(p.t, authtest.Person(p.t, p.DB, key, roles...))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Test-Person", string(me))
		p.h.ServeHTTP(w, r)
	}))
	p.t.Cleanup(srv.Close)
	p.t.Cleanup(func() { p.hub.Close(); p.pages.Close() }) // before the server: it waits for its streams
	return visitor{p, srv.URL, srv.Client()}
}

func (v visitor) get(path string) (int, uitest.Tree) {
	v.t.Helper()
	r, _ := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.url+path, http.NoBody)
	code, _, page := v.do(r)
	return code, page
}

// page is get for a page that must be there.
func (v visitor) page(path string) uitest.Tree {
	v.t.Helper()
	code, page := v.get(path)
	if code != http.StatusOK {
		v.t.Fatalf("%s answers %d: %s", path, code, page.Text())
	}
	return page
}

func (v visitor) post(path string, pairs ...string) (int, string, uitest.Tree) {
	v.t.Helper()
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	r, _ := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.url+path, strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", v.url)
	return v.do(r)
}

// done is post for a form that must be carried out; it returns the page behind it.
func (v visitor) done(path string, pairs ...string) uitest.Tree {
	v.t.Helper()
	code, _, page := v.post(path, pairs...)
	if code != http.StatusOK {
		v.t.Fatalf("%s answers %d: %s", path, code, page.One("main").Text())
	}
	return page
}

func (v visitor) do(r *http.Request) (int, string, uitest.Tree) {
	v.t.Helper()
	res, err := v.c.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode, res.Request.URL.Path, uitest.DOM(v.t, string(b))
}

// shoot judges a page in every look and leaves pictures of it.
func (p *place) shoot(ctx context.Context, v visitor, name, path string) {
	p.t.Helper()
	v.page(path)
	for _, l := range uitest.Looks {
		uitest.Open(p.t, ctx, v.url+path, l)
		uitest.CheckReflow(p.t, ctx, l)
		for _, f := range uitest.Findings(p.t, ctx, l) {
			p.t.Errorf("%s: %s", name, f)
		}
		if l.Scheme == "light" || l.Width > 1000 {
			uitest.FullShot(p.t, ctx, l, name)
		}
	}
}

func runPath(r deploy.Run) string { return "/runs/" + string(r.ID) }

// newest returns the newest run.
func (p *place) newest() deploy.Run {
	p.t.Helper()
	rs, err := p.Runs.List(p.Admin, "", deploy.RunFilter{Limit: 1})
	if err != nil || len(rs) != 1 {
		p.t.Fatalf("no run: %v", err)
	}
	return rs[0]
}

// release makes an approved release without a runbook.
func (p *place) release(key string) {
	p.t.Helper()
	p.World.Release(p.t, key, plan.Approved)
}

// text returns an answer as it is.
func (v visitor) text(path string) string {
	v.t.Helper()
	r, _ := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.url+path, http.NoBody)
	res, err := v.c.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s answers %d: %v", path, res.StatusCode, err)
	}
	return string(b)
}

// also is shoot for the pages that are looked at only when pictures are wanted.
func (p *place) also(ctx context.Context, v visitor, name, path string) {
	p.t.Helper()
	v.page(path)
	if os.Getenv("SLIPWAY_SHOTS") != "" {
		p.shoot(ctx, v, name, path)
	}
}
