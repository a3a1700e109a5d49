package planning_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/catalog"
	"slipway/internal/clock"
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
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/target"
	"slipway/internal/work/worktest"
	"slipway/internal/work/workweb/gantt"
	"slipway/internal/work/workweb/planning"
)

// site is a release with a plan, its pages, and people with different rights.
type site struct {
	worktest.World
	t       testing.TB
	outlook *outlook.Outlooks
	release plan.Release
	handler http.Handler
	who     map[string]context.Context
}

const key = "open-banking-26.12.0"

func open(t testing.TB, d *db.DB) *site {
	t.Helper()
	service := authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
	s := &site{World: worktest.New(t, d), t: t, who: map[string]context.Context{}}
	s.outlook = outlook.New(d, outlook.Options{Resources: resource.New(d, resource.Options{})})
	for _, x := range []struct{ key, name, role string }{{"maya", "Maya Lindqvist", "release-manager"}, {"oskar", "Oskar Kowalski", "contributor"}, {"daniel", "Daniel Okafor", "contributor"}, {"viola", "Viola Rossi", "viewer"}} {
		who, err := service.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: x.key, Name: x.name, Zone: "Europe/Stockholm", Grants: []auth.Grant{{Role: x.role}}})
		if err != nil {
			t.Fatal(err)
		}
		if s.who[x.key], err = service.WithPerson(t.Context(), who.ID); err != nil {
			t.Fatal(err)
		}
	}
	guard := httpx.Guard{
		Identify: func(r *http.Request) (context.Context, error) {
			name := "maya"
			if c, err := r.Cookie("as"); err == nil {
				name = c.Value
			}
			v, _ := auth.Viewer(s.who[name])
			return auth.WithIdentity(r.Context(), v), nil
		},
		Demand: auth.Demand,
		Declared: func(name string) bool {
			return strings.HasPrefix(name, "work.") || strings.HasPrefix(name, "plan.") || strings.HasPrefix(name, "outlook.")
		},
	}
	w := web.New(web.Options{Guard: guard, Shell: func(ctx context.Context, v web.View) templ.Component {
		who, _ := auth.Viewer(ctx)
		return ui.Shell(ui.Page{Title: v.Title, Now: dbtest.Start, Toasts: v.Toasts, Path: v.Path, Viewer: &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Zone: who.Zone()}}, v.Body)
	}})
	frame := func(rw http.ResponseWriter, r *http.Request, ref, _ string, page web.Page) error {
		page.Body = templ.Join(ui.PageHead("Release "+ref, ""), page.Body)
		return w.Render(rw, r, page)
	}
	pages := planning.New(w, d, s.outlook, target.New(d, s.outlook), planning.Options{Page: frame, Freezes: func(_ *db.Tx, _ plan.Release, _, _ db.Time) ([]gantt.Stretch, error) {
		return []gantt.Stretch{{Name: "Production freeze", From: dbtest.Start.AddDate(0, 0, 4), To: dbtest.Start.AddDate(0, 0, 12)}}, nil
	}})
	pages.Mount()
	w.Handle("GET /releases/{ref}/plan", "plan.read", func(rw http.ResponseWriter, r *http.Request) error {
		body, err := pages.Panel(r.Context(), s.release, r.URL.Query())
		if err != nil {
			return err
		}
		return frame(rw, r, s.release.Key, "plan", web.Page{Title: "Plan", Body: body})
	})
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

// feature is a template whose phases a plan of five weeks has.
func feature() plan.Template {
	return plan.Template{Key: "feature", Name: "Feature", Phases: []plan.PhaseSpec{{Key: "scope", Name: "Scope and design", Days: 9}, {Key: "build", Name: "Build", Days: 20}, {Key: "test", Name: "Test", Days: 7}, {Key: "release", Name: "Release", Days: 1, Start: "-1d"}},
		Milestones: []plan.MilestoneSpec{{Key: "scope-agreed", Name: "Scope agreed", Offset: "-820h"}, {Key: "complete", Name: "Feature complete", Offset: "-196h"}, {Key: "go", Name: "Go/No-Go", Offset: "-10h"}}}
}

// opens is a window of two hours in December.
func opens(day, hour int) plan.Window {
	start := db.At(time.Date(2026, 12, day, hour, 0, 0, 0, time.UTC))
	return plan.Window{Start: start, End: start.Add(2 * time.Hour)}
}

func (s *site) make(t testing.TB) {
	t.Helper()
	if _, err := s.Plans.SetTemplate(s.Admin, 0, feature()); err != nil {
		t.Fatal(err)
	}
	w := opens(8, 20)
	r, err := s.Plans.Create(s.Admin, plan.Spec{Key: key, Product: "payments", Version: "26.12.0", Title: "PSD3 consent API", Template: "feature", Window: &w})
	if err != nil {
		t.Fatal(err)
	}
	s.release = r
}

func days(low, likely, high float64) work.Estimate {
	return work.Estimate{Low: int64(low * 480), Likely: int64(likely * 480), High: int64(high * 480)}
}

// consent is the plan of the design: done, under way and ahead.
func (s *site) consent(t testing.TB) {
	t.Helper()
	s.make(t)
	at := func(d, hour int) db.Time { return db.At(time.Date(2026, 11, d, hour-1, 0, 0, 0, time.UTC)) }
	for _, x := range []work.Spec{
		{Key: "contract", Name: "Consent model and API contract", Owner: "maya", Phase: "scope", Estimate: days(4, 5, 8), Due: at(10, 17)},
		{Key: "schema", Name: "Consent store schema", Owner: "viola", Phase: "scope", Estimate: days(3, 4, 6), Due: at(13, 17)},
		{Key: "service", Name: "Consent service", Owner: "oskar", Phase: "build", Estimate: days(8, 9, 13), Needs: []string{"contract", "schema"}, Due: at(27, 17)},
		{Key: "screens", Name: "Consent screens, mobile and web", Owner: "viola", Phase: "build", Estimate: days(7, 8, 12), After: []work.After{{Task: "service", Type: "SS", Lag: 480}}, Due: at(27, 17)},
		{Key: "step-up", Name: "Step-up authentication in identity", Owner: "daniel", Phase: "build", Estimate: days(7, 9, 16), Needs: []string{"contract"}, Due: at(27, 17)},
		{Key: "sandbox", Name: "Partner sandbox, 3 partners", Owner: "maya", Phase: "build", Estimate: days(5, 7, 12), Needs: []string{"contract"}, NotBefore: at(23, 9)},
		{Key: "integration", Name: "Integration test", Owner: "oskar", Phase: "test", Estimate: days(2, 3, 5), Needs: []string{"service", "screens", "step-up"}},
		{Key: "penetration", Name: "Penetration test", Owner: "daniel", Phase: "test", Estimate: days(3, 4, 7), Needs: []string{"screens"}, NotBefore: at(30, 9)},
		{Key: "rehearsal", Name: "Pre-prod and rollback rehearsal", Phase: "release", Estimate: days(1, 1, 2), Needs: []string{"integration", "penetration"}},
	} {
		s.Add(t, key, x)
	}
	if _, err := s.outlook.SaveBaseline(s.Admin, key, outlook.NewBaseline{Name: "As agreed"}); err != nil {
		t.Fatal(err)
	}
	set := func(task string, c work.Change) {
		x, err := s.Tasks.Find(s.Admin, key, task)
		if err == nil {
			_, err = s.Tasks.Set(s.Admin, x.ID, 0, c)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	doing, done := work.Doing, work.Done
	began := func(d, hour int) *db.Time { x := at(d, hour); return &x }
	left := func(n float64) *int64 { x := int64(n * 480); return &x }
	set("contract", work.Change{Status: &done, StartedAt: began(2, 9), EndedAt: began(10, 16)})
	set("schema", work.Change{Status: &done, StartedAt: began(9, 9), EndedAt: began(13, 15)})
	set("service", work.Change{Status: &doing, StartedAt: began(11, 10), Remaining: left(3.6)})
	set("screens", work.Change{Status: &doing, StartedAt: began(16, 9), Remaining: left(4.8)})
	set("step-up", work.Change{Status: &doing, StartedAt: began(16, 9), Remaining: left(7.6)})
}

func (s *site) do(method, path string, form url.Values, as ...string) *httptest.ResponseRecorder {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, body)
	r.RemoteAddr = "127.0.0.1:40000"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, a := range as {
		r.AddCookie(&http.Cookie{Name: "as", Value: a})
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *site) page(t testing.TB, status int, method, path string, form url.Values, as ...string) uitest.Tree {
	t.Helper()
	w := s.do(method, path, form, as...)
	if w.Code != status {
		t.Fatalf("%s %s: %d, want %d: %.900s", method, path, w.Code, status, w.Body)
	}
	if w.Body.Len() == 0 {
		return uitest.Tree{}
	}
	return uitest.DOM(t, w.Body.String())
}

const at = "/releases/" + key + "/plan"

func TestPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.consent(t)
		p := s.page(t, 200, "GET", at, nil)
		p.Says("#forecast", "No forecast yet")
		if n := p.Count("#picture svg .bk"); n != 9 {
			t.Errorf("%d bars", n)
		}
		if p.Count("#picture svg .bk.cr") == 0 || p.Count("#picture svg .bl") == 0 || p.Count("#picture svg .ed") == 0 || p.Count("#picture svg .ms") < 4 {
			t.Error("the picture lacks its critical path, baseline, links or milestones")
		}
		p.Says("#picture header .n", "As agreed, saved 19 Nov")
		p.Says("#picture footer", "Critical path: Step-up authentication in identity")

		table := s.page(t, 200, "GET", at+"?view=table", nil)
		if n := table.Count("#picture tbody tr"); n != 9+4+3+1 {
			t.Errorf("%d rows in the table", n)
		}
		table.Says("#picture tbody", "Critical, waits for Step-up authentication in identity")
		s.page(t, 200, "GET", at+"?zoom=quarter&from=2026-01-01&row=5&baseline=none&view=what", nil).Says("#picture header .n", "no baseline")

		s.page(t, 403, "POST", at+"/forecast", url.Values{}, "viola")
		s.page(t, 303, "POST", at+"/forecast", url.Values{})
		p = s.page(t, 200, "GET", at, nil)
		p.Says("#forecast", "Chance of Tue 8 Dec")
		p.Has("#forecast svg .din, #forecast svg .dout")
		if p.Count("#drivers li") == 0 {
			t.Error("no drivers")
		}
		if p.Count("#picture svg .p5") != 1 || p.Count("#picture svg .p8") != 1 {
			t.Error("no marks of the forecast")
		}
		x, err := s.Tasks.Find(s.Admin, key, "integration")
		if err != nil {
			t.Fatal(err)
		}
		e := days(4, 5, 9)
		if _, err := s.Tasks.Set(s.Admin, x.ID, 0, work.Change{Estimate: &e}); err != nil {
			t.Fatal(err)
		}
		s.page(t, 200, "GET", at, nil).Says("#forecast", "The plan has changed since")
		s.page(t, 404, "GET", "/releases/none/plan/level", nil)
	})
}

// TestLevel levels a plan in which somebody does two things at once, and refuses what is not what was shown.
func TestLevel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.make(t)
		s.Add(t, key, work.Spec{Key: "a", Name: "First", Owner: "oskar", Phase: "build", Estimate: days(1, 2, 3)})
		s.page(t, 200, "GET", at+"/level", nil).Says("#moved", "Nothing to level")
		s.Add(t, key, work.Spec{Key: "b", Name: "Second", Owner: "oskar", Phase: "build", Estimate: days(1, 1, 1)})
		s.page(t, 200, "GET", at+"/level", nil, "viola").Says(".unavail", "your roles do not carry work.plan here")
		p := s.page(t, 200, "GET", at+"/level", nil)
		p.Says("#over", "Oskar Kowalski")
		p.Says("#level", "1 task starts later")
		digest, starts := p.One(`input[name="digest"]`).Attr("value"), p.One(`input[name="starts"]`).Attr("value")
		s.page(t, 409, "POST", at+"/level", url.Values{"digest": {"other"}, "starts": {starts}}).Says("#level", "The plan has changed since")
		s.page(t, 403, "POST", at+"/level", url.Values{"digest": {digest}, "starts": {starts}}, "viola")
		s.page(t, 409, "POST", at+"/level", url.Values{"digest": {digest}, "starts": {starts + "a 1\n"}})
		s.DB.Clock().(*clock.Fake).Advance(2 * time.Minute) // levelled now it would come out otherwise
		s.page(t, 303, "POST", at+"/level", url.Values{"digest": {digest}, "starts": {starts}})
		moved := 0
		for _, k := range []string{"a", "b"} {
			x, err := s.Tasks.Find(s.Admin, key, k)
			if err != nil {
				t.Fatal(err)
			}
			if !x.NotBefore.IsZero() {
				moved++
				if starts != fmt.Sprintf("%s %d\n", k, x.NotBefore) {
					t.Errorf("%s starts at %d, shown was %q", k, x.NotBefore, starts)
				}
			}
		}
		if moved != 1 {
			t.Errorf("%d tasks have a new start", moved)
		}
	})
}

// TestWindowOpens draws the beginning of the window once, as the milestone that stands for it, and tells two points of one name apart.
func TestWindowOpens(t *testing.T) {
	s := open(t, dbtest.Open(t, db.SQLite))
	s.make(t)
	named := func(want ...string) {
		t.Helper()
		p := s.page(t, 200, "GET", at, nil)
		var got []string
		for _, x := range p.Texts("#picture .names .tn:not(.lg)") {
			if strings.Contains(x, "indow") {
				got = append(got, x)
			}
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q, want %q", got, want)
		}
	}
	named("Window opens")
	m, err := s.Plans.AddMilestone(s.Admin, key, plan.MilestoneSpec{Key: "opens", Name: "Window opens", Offset: "0h"})
	if err != nil {
		t.Fatal(err)
	}
	named("Window opens")
	s.page(t, 200, "GET", at, nil).Has(`#picture .names a[href="` + at + `/milestones?id=` + m.ID + `"]`)
	earlier := plan.Offset("-2d")
	if _, err := s.Plans.SetMilestone(s.Admin, key, m.ID, 0, plan.MilestoneEdit{Offset: &earlier}); err != nil {
		t.Fatal(err)
	}
	named("Window opens", "Start of the window")
}

func TestWish(t *testing.T) {
	s := open(t, dbtest.Open(t, db.SQLite))
	s.consent(t)
	s.page(t, 200, "GET", at+"/must-be-true", nil).Says("#ways", "Say which date is wanted")
	p := s.page(t, 200, "GET", at+"/must-be-true?by=2026-12-04T17:00&chance=80", nil)
	p.Says("#ways", "As things stand the chance to be done by")
	if p.Count("#moves tbody tr") == 0 {
		t.Error("no moves")
	}
	long := 0 // answers with more ways than are listed at first
	for _, chance := range []int{70, 75, 80, 85, 90} {
		p := s.page(t, 200, "GET", fmt.Sprintf("%s/must-be-true?by=2026-12-08T21:00&chance=%d", at, chance), nil)
		n := p.Count("#ways tbody tr")
		if p.Count("#ways .more") == 0 {
			continue
		}
		all := s.page(t, 200, "GET", p.One("#ways .more").Attr("href"), nil)
		if more := all.Count("#ways tbody tr"); n != 12 || more <= n || all.Count("#ways .more") != 0 {
			t.Errorf("%d ways at first, %d of all", n, more)
		}
		long++
		break
	}
	if long == 0 {
		t.Error("no answer has more ways than are listed at first")
	}
	s.page(t, 422, "GET", at+"/must-be-true?by=soon", nil).Says("#by-err", "Give a date and a time")
	s.page(t, 422, "GET", at+"/must-be-true?chance=100", nil).Says("#chance-err", "from 1 to 99")
}

// TestLooks opens the pages in a browser with axe, in both schemes, on a desk and on a phone.
func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	s := open(t, dbtest.Open(t, db.SQLite))
	s.consent(t)
	if _, err := s.outlook.MakeForecast(s.Admin, key, outlook.ForecastOptions{}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.handler)
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"plan": at, "month": at + "?zoom=month", "quarter": at + "?zoom=quarter&baseline=none", "table": at + "?view=table", "level": at + "/level", "baselines": at + "/baselines", "wish": at + "/must-be-true?chance=80"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, srv.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
}
