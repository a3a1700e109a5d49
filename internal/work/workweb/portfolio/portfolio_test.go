package portfolio_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
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
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
	"slipway/internal/work/workweb/portfolio"
)

type site struct {
	worktest.World
	t       *testing.T
	outlook *outlook.Outlooks
	pages   *portfolio.Pages
	handler http.Handler
}

func open(t *testing.T, d *db.DB) *site {
	t.Helper()
	service := authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
	s := &site{World: worktest.New(t, d), t: t}
	s.outlook = outlook.New(d, outlook.Options{Resources: resource.New(d, resource.Options{})})
	me := authtest.Me(t, s.Admin)
	guard := httpx.Guard{
		Identify: func(r *http.Request) (context.Context, error) { return service.WithPerson(r.Context(), me) },
		Demand:   auth.Demand,
		Declared: func(string) bool { return true },
	}
	w := web.New(web.Options{Guard: guard, Shell: func(ctx context.Context, v web.View) templ.Component {
		who, _ := auth.Viewer(ctx)
		return ui.Shell(ui.Page{Title: v.Title, Now: dbtest.Start, Path: v.Path, Viewer: &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Zone: who.Zone()}}, v.Body)
	}})
	s.pages = portfolio.New(w, d, s.outlook)
	s.pages.Mount()
	h, err := w.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("/", h)
	if s.handler, err = httpx.Handler(mux, httpx.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) page(status int, path string) uitest.Tree {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), "GET", path, nil)
	r.RemoteAddr = "127.0.0.1:40000"
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != status {
		s.t.Fatalf("%s: %d, want %d: %.600s", path, w.Code, status, w.Body)
	}
	return uitest.DOM(s.t, w.Body.String())
}

func (s *site) fill(n int) {
	s.t.Helper()
	for i := range n {
		in := plantest.Spec(fmt.Sprintf("payments-%02d", i))
		start := db.At(dbtest.Start).Add(time.Duration(i*5+3) * 24 * time.Hour)
		in.Name, in.Version, in.Window = fmt.Sprintf("Payments %02d", i), fmt.Sprintf("%d.0", i), &plan.Window{Start: start, End: start.Add(2 * time.Hour)}
		if i%3 == 2 {
			in.Product, in.Services, in.Scope = "cards", nil, nil
			in.Name = strings.Replace(in.Name, "Payments", "Cards", 1)
		}
		r, err := s.Plans.Create(s.Admin, in)
		if err != nil {
			s.t.Fatal(err)
		}
		if i == 1 {
			if _, err := s.outlook.MakeForecast(s.Admin, r.Key, outlook.ForecastOptions{Samples: 500}); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

func TestPortfolio(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.page(200, "/plans").Says("#plans[data-live] .empty", "No release is under way")
		s.fill(43)
		p := s.page(200, "/plans")
		if n := p.Count("#plans svg a.bk"); n != 40 {
			t.Errorf("%d lanes", n)
		}
		p.Has("#plans svg .lwindow")
		p.Has("#plans svg .ms")
		if p.Count("#plans svg .p5.in, #plans svg .p8.in") == 0 {
			t.Error("no marks of the forecast")
		}
		next := p.One(`.pager a[rel="next"]`).Attr("href")
		if n := s.page(200, next).Count("#plans svg a.bk"); n != 3 {
			t.Errorf("%d lanes on the second page", n)
		}
		if n := s.page(200, "/plans?product=cards&view=table").Count("#plans tbody tr"); n != 14 {
			t.Errorf("%d releases of cards", n)
		}
		folded := ""
		for _, x := range s.page(200, "/plans?view=table").Texts("#plans td.r-state") {
			folded += x
		}
		if !strings.Contains(folded, "% P80 ") {
			t.Errorf("a chance without a date to it: %q", folded)
		}
		s.page(200, "/plans?q=nothing").Says(".empty", "No release passes this filter")
		s.page(200, "/plans?zoom=quarter&from=2026-01-01").Says("#plans .gantt:not(.names)", "Q1 2026")
		for _, bad := range []string{"view=wall", "state=lost", "after=zz", "owner=nobody"} {
			s.page(422, "/plans?"+bad)
		}
	})
}

// What the page draws costs the same for many releases as for one.
func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.fill(30)
		var rs []plan.Release
		err := d.Read(s.Admin, func(tx *db.Tx) (err error) {
			rs, err = plan.Releases(tx, plan.Filter{Limit: 50})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rs {
			if _, err := s.outlook.Renew(auth.WithSystem(t.Context()), r.ID); err != nil {
				t.Fatal(err)
			}
		}
		count := func(rs []plan.Release) (n int) {
			for range 2 { // the first fills what is kept
				err := d.Read(s.Admin, func(tx *db.Tx) error {
					phases, milestones, forecasts, err := s.pages.Lines(tx, rs)
					if phases != len(rs) || milestones != len(rs) || forecasts != len(rs) {
						t.Errorf("of %d releases %d have phases, %d milestones and %d forecasts", len(rs), phases, milestones, forecasts)
					}
					n = tx.Statements()
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		if one, all := count(rs[:1]), count(rs); one != all || one > 4 {
			t.Errorf("%d statements for one release, %d for %d", one, all, len(rs))
		}
	})
}

// TestLooks opens the page in a browser with axe, in both schemes, on a desk and on a phone.
func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	s := open(t, dbtest.Open(t, db.SQLite))
	s.fill(9)
	srv := httptest.NewServer(s.handler)
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"picture": "/plans", "weeks": "/plans?zoom=week", "table": "/plans?view=table"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, srv.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, "plans-"+name)
		}
	}
}
