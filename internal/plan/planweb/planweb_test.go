package planweb_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/budget"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/planweb"
	"slipway/internal/plan/repository"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// pages are the pages of a small bank, with Maya signed in unless the cookie "as" names somebody else.
type pages struct {
	plantest.World
	t       *testing.T
	handler http.Handler
	who     map[string]context.Context
}

func open(t *testing.T, d *db.DB) *pages {
	t.Helper()
	lists := [][]auth.Permission{catalog.Permissions, plan.Permissions, scope.Permissions, budget.Permissions, repository.Permissions}
	authtest.Service(t, d, lists...)
	p := &pages{World: plantest.New(t, d), t: t, who: map[string]context.Context{}}
	s := authtest.Service(t, d)
	sys := auth.WithSystem(t.Context())
	for _, x := range []struct{ key, name, role string }{
		{"maya", "Maya Lindqvist", "release-manager"}, {"tomas", "Tomás Ferreira", "contributor"}, {"elena", "Elena Petrova", "approver"},
		{"lukasz", "Łukasz Nowak", "operator"}, {"viola", "Viola Rossi", "viewer"}, {"carla", "Carla Jensen", "release-manager@product/" + string(p.Cards.ID)},
	} {
		role, scope, _ := strings.Cut(x.role, "@")
		who, err := s.AddPerson(sys, people.NewPerson{Key: x.key, Name: x.name, Zone: "Europe/Stockholm", Grants: []auth.Grant{{Role: role, Scope: auth.Scope(scope)}}})
		if err != nil {
			t.Fatal(err)
		}
		if p.who[x.key], err = s.WithPerson(t.Context(), who.ID); err != nil {
			t.Fatal(err)
		}
	}
	guard := httpx.Guard{
		Identify: func(r *http.Request) (context.Context, error) {
			name := "maya"
			if c, err := r.Cookie("as"); err == nil {
				name = c.Value
			}
			v, ok := auth.Viewer(p.who[name])
			if !ok {
				return r.Context(), nil
			}
			return auth.WithIdentity(r.Context(), v), nil
		},
		Demand: auth.Demand,
		Declared: func(name string) bool {
			for _, x := range slices.Concat(lists...) {
				if x.Name == name {
					return true
				}
			}
			return false
		},
	}
	site := web.New(web.Options{Guard: guard, Shell: p.shell})
	planweb.New(site, d, p.Plans, p.Catalog).Use(planweb.Options{
		Room: true,
		Tabs: func(*db.Tx, plan.Release) ([]planweb.Tab, error) {
			return []planweb.Tab{{Name: "readiness", Text: "Readiness", Count: "12/14"}, {Name: "runbook", Text: "Runbook", Count: "31 steps"}, {Name: "risks", Text: "Risks", Count: "4"}, {Name: "record", Text: "Record"}}, nil
		},
		Standing:     p.standing,
		Consequences: consequences,
		ScopeChanges: scope.New(d, p.Plans, scope.Sources{Consequences: voids, Tasks: serving}), Budgets: budget.New(d, nil), Repositories: repository.New(d, repository.Options{}),
		Panels: planweb.Panels{Verdict: func(*db.Tx, plan.Release) (templ.Component, error) {
			return uiverdict.VerdictBox(uiverdict.Verdict{State: ui.NoGo, Word: "NO-GO", When: "if the window opened now", Foot: "Computed 14:07 from 14 criteria.", Cause: "One mandatory criterion is not met",
				Reasons: []uiverdict.Reason{{State: ui.NoGo, Title: "Back-out is not proven", Text: "Rehearsal 31 on 12 Nov failed at step 6 of 9."}}, Steps: []uiverdict.Step{{State: ui.Wait, Text: "Rehearsal 32 passes"}}}), nil
		}},
		Facts: func(*db.Tx, plan.Release) ([]ui.Fact, error) {
			return []ui.Fact{{Key: "Back-out", Value: "Reverse migration, 22 min planned"}}, nil
		},
		Outlook: func(context.Context, plan.Release, url.Values) (templ.Component, error) {
			return ui.Text("the outlook"), nil
		},
		Tasks: func(*db.Tx, plan.Release, url.Values) (templ.Component, error) { return ui.Text("the tasks"), nil },
	}).Mount()
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("/", h)
	if p.handler, err = httpx.Handler(mux, httpx.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *pages) shell(ctx context.Context, v web.View) templ.Component {
	page := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: dbtest.Start, Toasts: v.Toasts, Path: v.Path,
		Nav: []ui.NavItem{{Key: "home", Label: "Mission control", Icon: "radar", Href: "/"}, {Key: "releases", Label: "Releases", Icon: "package", Href: "/releases"}}}
	if who, ok := auth.Viewer(ctx); ok {
		page.Viewer = &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Role: who.Role, Zone: who.Zone()}
	}
	return ui.Shell(page, v.Body)
}

// standing is NO-GO for every active release that has a defect in its name, and GO for approved ones.
func (p *pages) standing(_ *db.Tx, rs []plan.Release) (map[id.Release]planweb.Standing, error) {
	out := map[id.Release]planweb.Standing{}
	for _, r := range rs {
		switch {
		case r.State == plan.Active && strings.HasPrefix(r.Key, "payments"):
			out[r.ID] = planweb.Standing{Load: ui.Load{Met: 11, Waived: 1, NotMet: 2}, State: ui.NoGo, Word: "NO-GO", Why: "2 criteria not met"}
		case r.State == plan.Approved, r.State == plan.Deploying:
			out[r.ID] = planweb.Standing{Load: ui.Load{Met: 12}, State: ui.Go, Word: "GO"}
		case r.State == plan.Active:
			out[r.ID] = planweb.Standing{Load: ui.Load{Met: 8, AtRisk: 1}, State: ui.Hold, Word: "AT RISK"}
		case !r.Ended():
			out[r.ID] = planweb.Standing{Load: ui.Load{Met: 3, Pending: 6}, State: ui.Wait, Word: "Not due"}
		}
	}
	return out, nil
}

func voids(*db.Tx, plan.Release) ([]scope.Consequence, error) {
	return []scope.Consequence{{Kind: "approval", Name: "Information security", Text: "signed the scope", Outcome: scope.Voids}}, nil
}

func consequences(_ *db.Tx, _ plan.Release, section string) ([]uiverdict.Hit, error) {
	if section == plan.SectionPlan {
		return []uiverdict.Hit{{State: ui.Go, Thing: "Information security", Text: "covers scope and manifest", Word: "Stands"}}, nil
	}
	return []uiverdict.Hit{{State: ui.NoGo, Thing: "Information security", Text: "Daniel signed 12:31. Covers " + section, Word: "Voids"}}, nil
}

func (p *pages) do(method, path string, form url.Values, as ...string) *httptest.ResponseRecorder {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(p.t.Context(), method, path, body)
	r.RemoteAddr = "127.0.0.1:40000"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, a := range as {
		r.AddCookie(&http.Cookie{Name: "as", Value: a})
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w
}

// see returns the page at a path; the test fails unless the answer is 200.
func (p *pages) see(path string, as ...string) uitest.Tree {
	p.t.Helper()
	w := p.do("GET", path, nil, as...)
	if w.Code != http.StatusOK {
		p.t.Fatalf("GET %s: %d %.600s", path, w.Code, w.Body)
	}
	return uitest.DOM(p.t, w.Body.String())
}

// send posts a form that must be carried out, and returns where it leads.
func (p *pages) send(path string, form url.Values, as ...string) string {
	p.t.Helper()
	w := p.do("POST", path, form, as...)
	if w.Code != http.StatusSeeOther {
		p.t.Fatalf("POST %s: %d %s", path, w.Code, text(p.t, w))
	}
	return w.Header().Get("Location")
}

// refused posts a form that must be refused with the status, and returns the page.
func (p *pages) refused(status int, path string, form url.Values, as ...string) uitest.Tree {
	p.t.Helper()
	w := p.do("POST", path, form, as...)
	if w.Code != status {
		p.t.Fatalf("POST %s: %d, want %d: %s", path, w.Code, status, text(p.t, w))
	}
	return uitest.DOM(p.t, w.Body.String())
}

func text(t *testing.T, w *httptest.ResponseRecorder) string {
	if w.Body.Len() == 0 {
		return ""
	}
	return uitest.DOM(t, w.Body.String()).One("main").Text()
}

func rev(n int64) string { return strconv.FormatInt(n, 10) }
