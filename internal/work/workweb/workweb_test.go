package workweb_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

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
	"slipway/internal/work/worktest"
	"slipway/internal/work/workweb"
)

type pages struct {
	worktest.World
	t       *testing.T
	handler http.Handler
	who     map[string]context.Context
}

func open(t *testing.T, d *db.DB) *pages {
	t.Helper()
	p := &pages{World: worktest.New(t, d), t: t, who: map[string]context.Context{}}
	s := authtest.Service(t, d)
	for _, x := range []struct{ key, name, role string }{{"maya", "Maya Lindqvist", "release-manager"}, {"oskar", "Oskar Kowalski", "operator"}, {"viola", "Viola Rossi", "viewer"}, {"carla", "Carla Jensen", "release-manager@product/" + string(p.Cards.ID)}} {
		role, scope, _ := strings.Cut(x.role, "@")
		who, err := s.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: x.key, Name: x.name, Zone: "Europe/Stockholm", Grants: []auth.Grant{{Role: role, Scope: auth.Scope(scope)}}})
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
			v, _ := auth.Viewer(p.who[name])
			return auth.WithIdentity(r.Context(), v), nil
		},
		Demand:   auth.Demand,
		Declared: func(name string) bool { return strings.HasPrefix(name, "work.") || strings.HasPrefix(name, "plan.") },
	}
	site := web.New(web.Options{Guard: guard, Shell: func(ctx context.Context, v web.View) templ.Component {
		who, _ := auth.Viewer(ctx)
		return ui.Shell(ui.Page{Title: v.Title, Now: dbtest.Start, Toasts: v.Toasts, Path: v.Path, Viewer: &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Zone: who.Zone()}}, v.Body)
	}})
	w := workweb.New(site, d, p.Tasks, func(w http.ResponseWriter, r *http.Request, ref, _ string, page web.Page) error {
		page.Body = templ.Join(ui.PageHead("Release "+ref, ""), page.Body)
		return site.Render(w, r, page)
	})
	w.Mount()
	site.Handle("GET /releases/{ref}/plan", "plan.read", func(rw http.ResponseWriter, r *http.Request) error {
		var body templ.Component
		err := d.Read(r.Context(), func(tx *db.Tx) error {
			rel, err := plan.ReleaseByRef(tx, r.PathValue("ref"))
			if err != nil {
				return err
			}
			panel, err := w.Panel(tx, rel, r.URL.Query())
			body = templ.Join(ui.PageHead("Plan", ""), panel)
			return err
		})
		if err != nil {
			return err
		}
		return site.Render(rw, r, web.Page{Title: "Plan", Body: body})
	})
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

func (p *pages) page(status int, method, path string, form url.Values, as ...string) uitest.Tree {
	p.t.Helper()
	w := p.do(method, path, form, as...)
	if w.Code != status {
		p.t.Fatalf("%s %s: %d, want %d: %.900s", method, path, w.Code, status, w.Body)
	}
	if w.Body.Len() == 0 {
		return uitest.Tree{}
	}
	return uitest.DOM(p.t, w.Body.String())
}

const (
	at    = "/releases/payments-26.11.0"
	tasks = at + "/tasks"
)

func TestTasksOnThePlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		r := p.Release(t, "payments-26.11.0", plan.Active)
		page := p.page(200, "GET", at+"/plan", nil)
		page.Says("#tasks header", "7 open, 0 done, 6 late")
		page.Says("#tasks", "Waits for cut")
		if n := page.Count("#tasks tr[id]"); n != 7 {
			t.Errorf("%d rows", n)
		}
		p.page(200, "GET", at+"/plan?tstatus=blocked", nil).Says("#tasks .empty", "No task passes this filter")
		p.page(200, "GET", at+"/plan?tstatus=late", nil).Says("#tasks tbody", "Cut the manifest")
		if n := p.page(200, "GET", at+"/plan?tasks=board", nil).Count("#tasks .board .column"); n != 4 {
			t.Errorf("%d columns", n)
		}
		p.page(422, "GET", at+"/plan?tafter=zz", nil)
		p.page(404, "GET", tasks+"/new", nil, "carla")

		form := p.page(200, "GET", tasks+"/new", nil)
		form.Has(`#tasks-known option[value="cut"]`)
		p.page(200, "GET", tasks+"/new", nil, "viola").Says(".unavail", "your roles do not carry work.plan here")
		bad := p.page(422, "POST", tasks+"/new", url.Values{"name": {"Kept"}, "likely": {"soon"}, "phase": {"prepare"}})
		bad.Says("#likely-err", "Give hours")
		bad.Has(`input[name="name"][value="Kept"]`)
		p.page(422, "POST", tasks+"/new", url.Values{"name": {"x"}, "likely": {"1"}, "low": {"3"}}).Says("#likely-err", "at most the likely one")
		p.page(403, "POST", tasks+"/new", url.Values{"name": {"x"}}, "oskar")
		p.page(303, "POST", tasks+"/new", url.Values{"name": {"Step-up authentication"}, "owner": {"oskar"}, "likely": {"1,5"}, "low": {"1"}, "high": {"8"}, "due": {"2026-11-19T17:00"}, "linkTask1": {"Cut the manifest"}, "linkType1": {"FS"}, "linkUnit1": {"d"}})
		x, err := p.Tasks.Find(p.Admin, r.Key, "step-up-authentication")
		if err != nil || x.Estimate != (work.Estimate{Low: 60, Likely: 90, High: 480}) || x.Due != db.At(time.Date(2026, 11, 19, 16, 0, 0, 0, time.UTC)) {
			t.Fatalf("%+v %v", x, err)
		}
		one := tasks + "/" + x.ID
		p.page(200, "GET", one, nil).Has(`input[name="likely"][value="1.5"]`)
		p.page(200, "GET", one, nil, "oskar").Says("#planned-why", "Only its progress can be changed")
		p.page(422, "POST", one, url.Values{"rev": {"1"}, "status": {"blocked"}}, "oskar").Says("#blocker-err", "Say what the task waits for")
		p.page(303, "POST", one, url.Values{"rev": {"1"}, "status": {"blocked"}, "blocker": {"Partner B"}}, "oskar")
		p.page(200, "GET", at+"/plan?tstatus=blocked", nil).Says("#task-"+x.ID, "Blocked: Partner B")
		stale := p.page(409, "POST", one, url.Values{"rev": {"1"}, "name": {"Mine"}, "status": {"doing"}})
		stale.Says(".diff", "Mine")
		stale.Says(".diff", "Partner B")
		stale.Has(`input[name="rev"][value="2"]`)
		p.page(303, "POST", one+"/status", url.Values{"rev": {"2"}, "status": {"doing"}}, "oskar")
		p.page(409, "POST", one+"/status", url.Values{"rev": {"2"}, "status": {"done"}}, "oskar")
		p.page(403, "POST", one+"/status", url.Values{"rev": {"3"}, "status": {"done"}}, "viola")
		cut, _ := p.Tasks.Find(p.Admin, r.Key, "cut")
		cycle := p.page(422, "POST", tasks+"/"+cut.ID, url.Values{"rev": {strconv.FormatInt(cut.Rev, 10)}, "name": {cut.Name}, "status": {"todo"}, "link": {"step-up-authentication FS 0 w"}})
		cycle.Says("#needs .err", "cut needs step-up-authentication needs cut")
		p.page(404, "GET", tasks+"/nothing", nil)
	})
}

// TestLinks writes links of every type with their lags, keeps what is ticked, and says what is wrong beside the line.
func TestLinks(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.Release(t, "payments-26.11.0", plan.Active)
	for _, k := range []string{"one-suite"} {
		p.Add(t, r.Key, work.Spec{Key: k, Name: k})
	}
	x := p.Add(t, r.Key, work.Spec{Name: "Integrate", Needs: []string{"cut"}})
	one := tasks + "/" + x.ID
	form := url.Values{"rev": {"1"}, "name": {"Integrate"}, "status": {"todo"}, "notBefore": {"2026-11-23T09:00"}, "link": {"cut FS 0 w"},
		"linkTask1": {"one-suite"}, "linkType1": {"SS"}, "linkLag1": {"1.5"}, "linkUnit1": {"d"}, "linkTask2": {"brief"}, "linkType2": {"FF"}, "linkLag2": {"-2"}, "linkUnit2": {"eh"}}
	bad := url.Values{}
	for k, v := range form {
		bad[k] = v
	}
	bad.Set("linkLag1", "soon")
	p.page(422, "POST", one, bad).Says("#linkLag1-err", "Give a number")
	bad.Set("linkLag1", "1")
	bad.Set("linkTask1", "nothing")
	p.page(422, "POST", one, bad).Says("#needs .err", "nothing")
	p.page(303, "POST", one, form)
	x, err := p.Tasks.Find(p.Admin, r.Key, x.Key)
	want := []work.After{{Task: "brief", Type: "FF", Lag: -120, Elapsed: true}, {Task: "one-suite", Type: "SS", Lag: 720}}
	if err != nil || !slices.Equal(x.Needs, []string{"cut"}) || !slices.Equal(x.After, want) || x.NotBefore != db.At(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)) {
		t.Fatalf("%+v %v", x, err)
	}
	page := p.page(200, "GET", one, nil)
	page.Says("#needs", "starts after its start, 12 working hours later")
	page.Says("#needs", "ends after its end, 2 hours around the clock earlier")
	p.page(303, "POST", one, url.Values{"rev": {"2"}, "name": {"Integrate"}, "status": {"doing"}, "remaining": {"3"}, "link": {"one-suite SS 720 w"}})
	if x, err = p.Tasks.Find(p.Admin, r.Key, x.Key); err != nil || len(x.Links()) != 1 || x.Remaining == nil || *x.Remaining != 180 {
		t.Errorf("%+v %v", x, err)
	}
	p.page(200, "GET", one+"?status=blocked", nil).Has(`input[name="status"][value="blocked"][checked]`)
}

// TestServes says which scope items a task serves; one that has left the scope stays until it is unticked.
func TestServes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		r := p.Release(t, "payments-26.11.0", plan.Active)
		have, err := p.Plans.Scope(p.Admin, r.Key, plan.ScopeFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 45 - len(have) {
			key := fmt.Sprintf("ZED-%02d", i+1)
			if _, err := p.Plans.AddScope(p.Admin, r.Key, plan.ScopeSpec{Key: key, Title: "Item " + key, Kind: plan.Story}, "needed"); err != nil {
				t.Fatal(err)
			}
		}
		form := p.page(200, "GET", tasks+"/new", nil)
		if n := form.Count(`#serves input[name="items"]`); n != 40 {
			t.Errorf("%d boxes, want 40", n)
		}
		if n := form.Count("#items-known option"); n != 45 {
			t.Errorf("%d items are proposed, want 45", n)
		}
		bad := p.page(422, "POST", tasks+"/new", url.Values{"name": {"Guard"}, "items": {"ZED-01"}, "itemsMore": {"ZED-02, NO-1"}})
		bad.Says("#serves .err", "has no item")
		bad.Has(`#serves input[name="items"][value="ZED-01"][checked]`)
		bad.Has(`#serves input[name="itemsMore"][value="ZED-02, NO-1"]`)
		p.page(303, "POST", tasks+"/new", url.Values{"name": {"Guard"}, "items": {"ZED-01"}, "itemsMore": {"ZED-03, ZED-02,"}})
		x, err := p.Tasks.Find(p.Admin, r.Key, "guard")
		if err != nil || !slices.Equal(x.Items, []string{"ZED-01", "ZED-02", "ZED-03"}) {
			t.Fatalf("%v %v", x.Items, err)
		}
		p.page(200, "GET", at+"/plan?tq=guard", nil).Says("#task-"+x.ID, "Serves ZED-01, ZED-02 and ZED-03")
		p.page(200, "GET", "/tasks?q=guard", nil).Says("#task-"+x.ID, ", serves ZED-01, ZED-02 and ZED-03")
		p.page(200, "GET", tasks+"/"+x.ID, nil, "oskar").Says(".facts", "ZED-01, ZED-02 and ZED-03")

		if err := p.Plans.RemoveScope(p.Admin, r.Key, "ZED-02", 0, "next time"); err != nil {
			t.Fatal(err)
		}
		one := tasks + "/" + x.ID
		page := p.page(200, "GET", one, nil)
		page.Has(`#serves input[value="ZED-02"][checked]`)
		page.Says("#serves", "Not in the scope")
		p.page(303, "POST", one, url.Values{"rev": {"1"}, "name": {"Guard"}, "status": {"todo"}, "items": {"ZED-01", "ZED-02"}})
		if x, err = p.Tasks.Find(p.Admin, r.Key, "guard"); err != nil || !slices.Equal(x.Items, []string{"ZED-01", "ZED-02"}) {
			t.Errorf("kept: %v %v", x.Items, err)
		}
		p.page(303, "POST", one, url.Values{"rev": {"2"}, "status": {"doing"}}, "oskar")
		if x, err = p.Tasks.Find(p.Admin, r.Key, "guard"); err != nil || len(x.Items) != 2 {
			t.Errorf("progress alone: %v %v", x.Items, err)
		}
		p.page(303, "POST", one, url.Values{"rev": {"3"}, "name": {"Guard"}, "status": {"doing"}})
		if x, err = p.Tasks.Find(p.Admin, r.Key, "guard"); err != nil || len(x.Items) != 0 {
			t.Errorf("unticked: %v %v", x.Items, err)
		}
	})
}

// TestBoard shows what holds cards up, and where they may go.
func TestBoard(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.Release(t, "payments-26.11.0", plan.Active)
	x := p.Add(t, r.Key, work.Spec{Name: "Sandbox"})
	blocked, why, who := work.Blocked, "contract", "oskar"
	if _, err := p.Tasks.Set(p.Admin, x.ID, 0, work.Change{Status: &blocked, Blocker: &why, WaitsFor: &who}); err != nil {
		t.Fatal(err)
	}
	page := p.page(200, "GET", at+"/plan?tasks=board", nil)
	page.Says("#card-"+x.ID, "Waits for Oskar Kowalski: contract")
	page.Has("#card-" + x.ID + ` [data-right][data-to="done"]`)
	page.Has("#card-" + x.ID + ` [data-left][data-to="doing"]`)
	page.Has("#card-" + x.ID + `[draggable="true"]`)
	page.Says("#bottlenecks", "Oskar Kowalski")
	if n := p.page(200, "GET", at+"/plan?tasks=board", nil, "viola").Count("[data-card] form"); n != 0 {
		t.Errorf("whoever only looks can move %d cards", n)
	}
	w := p.do("POST", tasks+"/"+x.ID+"/status", url.Values{"rev": {"2"}, "status": {"doing"}, "back": {at + "/plan?tasks=board#card-" + x.ID}})
	if w.Code != 303 || w.Header().Get("Location") != at+"/plan?tasks=board#card-"+x.ID {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	p.DB.Clock().(*clock.Fake).Advance(6 * 24 * time.Hour)
	p.page(200, "GET", at+"/plan?tasks=board", nil).Says("#card-"+x.ID, "No word for 6 days")
	if n := p.page(200, "GET", at+"/plan?tstatus=silent", nil).Count("#tasks tbody tr"); n == 0 {
		t.Error("nothing is silent")
	}
}

// TestProgress reports on many tasks at once: what is right is saved, what is not is shown again with what is wrong.
func TestProgress(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.Release(t, "payments-26.11.0", plan.Active)
	a, b := p.Add(t, r.Key, work.Spec{Name: "First", Owner: "oskar"}), p.Add(t, r.Key, work.Spec{Name: "Second"})
	page := p.page(200, "GET", tasks+"/progress", nil, "oskar")
	page.Has(`select[name="status"]`)
	page.Says("#report", "First")
	if n := p.page(200, "GET", tasks+"/progress?mine=1", nil, "oskar").Count("#report tbody tr"); n != 1 {
		t.Errorf("%d rows are Oskar's", n)
	}
	form := url.Values{"task": {a.ID, b.ID}, "rev": {"1", "1"}, "status": {"doing", "blocked"}, "left": {"4", ""}, "note": {"Goes well", ""}}
	bad := p.page(422, "POST", tasks+"/progress", form, "oskar")
	bad.Says("#report", "1 is saved")
	bad.Says("#row-"+b.ID, "Say what the task waits for")
	x, err := p.Tasks.Find(p.Admin, r.Key, "first")
	if err != nil || x.Status != work.Doing || x.Remaining == nil || *x.Remaining != 240 {
		t.Errorf("%+v %v", x, err)
	}
	form["status"][1], form["note"][1], form["rev"][0] = "blocked", "Partner B", "2"
	p.page(303, "POST", tasks+"/progress", form, "oskar")
	if x, err = p.Tasks.Find(p.Admin, r.Key, "second"); err != nil || x.Blocker != "Partner B" {
		t.Errorf("%+v %v", x, err)
	}
	p.page(403, "POST", tasks+"/progress", form, "viola")
}

// TestLooks opens the pages in a browser with axe, in both schemes, on a desk and on a phone.
func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.Release(t, "payments-26.11.0", plan.Active)
	for _, x := range []work.Spec{
		{Name: "Consent model and API contract", Owner: "maya", Phase: "prepare", Due: db.At(dbtest.Start.AddDate(0, 0, -3)), Estimate: work.Estimate{Low: 480, Likely: 960, High: 2400}},
		{Name: "Step-up authentication in identity", Owner: "oskar", Phase: "prepare", Due: db.At(dbtest.Start.AddDate(0, 0, -1)), Estimate: work.Estimate{Likely: 480}, Needs: []string{"consent-model-and-api-contract"}},
		{Name: "Partner sandbox, 3 partners", Owner: "viola", Phase: "test", Due: db.At(dbtest.Start.AddDate(0, 0, 1)), Estimate: work.Estimate{Likely: 240}, Needs: []string{"step-up-authentication-in-identity"}},
	} {
		p.Add(t, r.Key, x)
	}
	done, doing, blocked, why := work.Done, work.Doing, work.Blocked, "Partner B has missed two dates"
	for key, c := range map[string]work.Change{"consent-model-and-api-contract": {Status: &done}, "step-up-authentication-in-identity": {Status: &doing}, "partner-sandbox-3-partners": {Status: &blocked, Blocker: &why}} {
		x, err := p.Tasks.Find(p.Admin, r.Key, key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Tasks.Set(p.Admin, x.ID, 0, c); err != nil {
			t.Fatal(err)
		}
	}
	x, err := p.Tasks.Find(p.Admin, r.Key, "partner-sandbox-3-partners")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	for name, path := range map[string]string{"list": at + "/plan", "board": at + "/plan?tasks=board", "task": tasks + "/" + x.ID, "new": tasks + "/new", "progress": tasks + "/progress"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, s.URL+path, l)
			if l.Width > 400 || name == "task" || name == "new" { // the drawing stands in a scroller of the plan's page
				uitest.CheckReflow(t, tab, l)
			}
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
}
