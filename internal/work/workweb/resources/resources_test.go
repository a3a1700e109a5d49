package resources_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/catalog"
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
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
	"slipway/internal/work/workweb/resources"
)

type pages struct {
	worktest.World
	t         *testing.T
	handler   http.Handler
	who       map[string]context.Context
	resources *resource.Resources
	capacity  *capacity.Capacity
}

const release = "open-banking-26.12.0"

func open(t *testing.T, d *db.DB) *pages {
	t.Helper()
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions)
	p := &pages{World: worktest.New(t, d), t: t, who: map[string]context.Context{}, resources: resource.New(d, resource.Options{})}
	p.capacity = capacity.New(d, p.resources, capacity.Options{})
	for _, x := range []struct{ key, name, role string }{{"maya", "Maya Lindqvist", "release-manager"}, {"daniel", "Daniel Okafor", "contributor"}, {"oskar", "Oskar Karlsson", "contributor"}, {"kenji", "Kenji Watanabe", "contributor"},
		{"viola", "Viola Rossi", "viewer"}, {"carla", "Carla Jensen", "release-manager@product/" + string(p.Cards.ID)}} {
		role, scope, _ := strings.Cut(x.role, "@")
		who, err := s.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: x.key, Name: x.name, Zone: "Europe/Stockholm", Grants: []auth.Grant{{Role: role, Scope: auth.Scope(scope)}}})
		if err != nil {
			t.Fatal(err)
		}
		if p.who[x.key], err = s.WithPerson(t.Context(), who.ID); err != nil {
			t.Fatal(err)
		}
	}
	p.fill(s.AddTeam)
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
		Declared: func(name string) bool { return strings.HasPrefix(name, "resource.") || name == "work.plan" },
	}
	site := web.New(web.Options{Guard: guard, Shell: func(ctx context.Context, v web.View) templ.Component {
		who, _ := auth.Viewer(ctx)
		return ui.Shell(ui.Page{Title: v.Title, Now: dbtest.Start, Toasts: v.Toasts, Path: v.Path, Viewer: &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Zone: who.Zone()}}, v.Body)
	}})
	resources.New(site, d, p.resources, p.capacity).Mount()
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

// fill makes daniel's week 49 too full.
func (p *pages) fill(team func(context.Context, people.NewTeam) (auth.Team, error)) {
	p.t.Helper()
	must := func(_ any, err error) {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
	}
	must(team(p.Admin, people.NewTeam{Key: "identity", Name: "Identity", Members: []id.Person{"daniel"}}))
	must(team(p.Admin, people.NewTeam{Key: "accounts", Name: "Accounts and onboarding", Members: []id.Person{"oskar"}}))
	must(p.resources.NameLead(p.Admin, "accounts", "kenji"))
	must(p.resources.SetSkills(p.Admin, "daniel", []resource.Skill{{Skill: "identity-protocols", Level: 5}}))
	must(p.resources.SetSkills(p.Admin, "oskar", []resource.Skill{{Skill: "identity-protocols", Level: 3}}))
	p.Release(p.t, release, plan.Draft)
	from, due := db.At(time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)), db.At(time.Date(2026, 12, 4, 16, 0, 0, 0, time.UTC))
	p.Add(p.t, release, work.Spec{Key: "step-up", Name: "Step-up authentication", Owner: "daniel", Estimate: work.Estimate{Likely: 24 * 60}, NotBefore: from, Due: due})
	p.Add(p.t, release, work.Spec{Key: "pen-test", Name: "Penetration test", Owner: "daniel", Estimate: work.Estimate{Likely: 16 * 60}, NotBefore: from, Due: due})
	must(p.capacity.Allocate(p.Admin, capacity.NewAllocation{Person: "daniel", Name: "Identity on call", Weekly: 12 * 60, First: "2026-W49"}))
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

func (p *pages) text(status int, method, path string, form url.Values, as ...string) string {
	p.t.Helper()
	w := p.do(method, path, form, as...)
	if w.Code != status {
		p.t.Fatalf("%s %s: %d, want %d: %.900s", method, path, w.Code, status, w.Body)
	}
	return w.Body.String()
}

func (p *pages) has(text string, wants ...string) {
	p.t.Helper()
	for _, w := range wants {
		not := strings.HasPrefix(w, "!")
		if strings.Contains(text, strings.TrimPrefix(w, "!")) == not {
			_, sub, _ := strings.Cut(text, `class="sub">`)
			p.t.Errorf("the page says %q: %v (under its title %.200s)", w, not, sub)
		}
	}
}

func TestWeeks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.has(p.text(200, "GET", "/resources", nil), "First week over 100 %: Identity, week 49, because of Step-up authentication.", "Daniel Okafor, week 49: 130 %, over", `aria-current="true"`,
			"Identity, week 49: 130 %", "24 h", "Lend Oskar Karlsson, week 49", "has the skill identity protocols (level 3)", ">w47<", "!>w6<", "!week 6:", "52 h of 40 h. 12 h too much.", "Nobody waits")
		p.has(p.text(200, "GET", "/resources?weeks=26&over=1", nil), ">w19<", "Daniel Okafor", "!Viola Rossi")
		p.has(p.text(200, "GET", "/resources?q=nothing", nil), "No row passes this filter")
		p.has(p.text(200, "GET", "/resources?at=person/oskar/2026-W48", nil), "Oskar Karlsson, week 48: 0 %", "Nothing is planned in this week")
		p.text(422, "GET", "/resources?at=person/oskar/2020-W48", nil)
		p.text(404, "GET", "/resources?at=person/nobody/2026-W48", nil)
		p.text(422, "GET", "/resources?kind=planet", nil)
		p.has(p.text(200, "GET", "/resources", nil, "viola"), "!resources/requests/new", "!Set up")
		p.has(p.text(200, "GET", "/resources?at=person/daniel/2026-W49", nil, "carla"), "Work that you may not see", "!Step-up", "!Penetration")
		csv := p.text(200, "GET", "/resources.csv?kind=person&q=daniel", nil)
		p.has(csv, "kind,key,name,week,planned hours,available hours,percent,over\n", "person,daniel,Daniel Okafor,2026-W49,52,40,130,true\n")
	})
}

func TestTake(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		if _, err := p.resources.SetDeputies(p.Admin, "daniel", []string{"oskar"}); err != nil {
			t.Fatal(err)
		}
		const at = "/resources?kind=person&at=person/daniel/2026-W49"
		page := p.text(200, "GET", at, nil)
		p.has(page, "Hand Penetration test to Oskar Karlsson", "a named deputy", "!fixed, else where")
		_, way, _ := strings.Cut(page, `name="way" value="`)
		way, _, _ = strings.Cut(way, `"`)
		p.has(p.text(409, "POST", strings.Replace(at, "?", "/take?", 1), url.Values{"way": {"swap-none"}}), "Not taken.", "no such way out any more", "Hand Penetration test")
		p.has(p.text(200, "GET", at, nil, "viola"), "Hand Penetration test", `!name="way"`)
		p.text(403, "POST", strings.Replace(at, "?", "/take?", 1), url.Values{"way": {way}}, "viola")
		p.text(303, "POST", strings.Replace(at, "?", "/take?", 1), url.Values{"way": {way}})
		p.has(p.text(200, "GET", at, nil), "Daniel Okafor, week 49: 90 %", "!Ways out")
	})
}

func TestRequests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		const at = "/resources/requests/"
		p.has(p.text(200, "GET", at+"new?release="+release+"&person=oskar&task=step-up&weekly=20&first=2026-W49", nil), "Goes to Kenji Watanabe, who leads Accounts and onboarding.", `value="20"`, "40 h free")
		p.text(403, "GET", at+"new", nil, "viola")
		form := url.Values{"release": {release}, "person": {"oskar"}, "task": {"step-up"}, "weekly": {"44"}, "first": {"2026-W49"}, "reason": {""}}
		p.has(p.text(422, "POST", at+"new", form), "Why it matters", `aria-invalid="true"`, `value="44"`)
		form.Set("weekly", "much")
		p.has(p.text(422, "POST", at+"new", form), "Give the hours of a week")
		form.Set("weekly", "44")
		form.Set("reason", "It is on the critical path")
		p.text(303, "POST", at+"new", form)
		qs, err := p.capacity.Requests(p.Admin, capacity.RequestFilter{})
		if err != nil || len(qs) != 1 || qs[0].Weekly != 44*60 {
			t.Fatalf("%+v %v", qs, err)
		}
		one := at + qs[0].ID
		p.has(p.text(200, "GET", "/resources", nil, "kenji"), "Oskar Karlsson, week 49", "1 open", one+"/grant")
		p.has(p.text(200, "GET", "/resources", nil, "viola"), "1 open", "!"+one+"/grant")
		p.text(403, "POST", one+"/grant", url.Values{}, "daniel")
		p.has(p.text(409, "POST", one+"/grant", url.Values{"back": {"/resources"}}, "kenji"), "over 100 % in week 49 (110 %)", "Grant it although there is not enough time")
		p.has(p.text(422, "POST", one+"/refuse", url.Values{}, "kenji"), "Not saved.")
		p.text(303, "POST", one+"/grant", url.Values{"anyway": {"on"}, "answer": {"Only this once"}}, "kenji")
		p.has(p.text(200, "GET", "/resources", nil), "granted by Kenji Watanabe", "Only this once", "none open")
		p.text(409, "POST", one+"/withdraw", url.Values{})
	})
}

func TestPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		const at = "/people/oskar"
		p.text(404, "GET", "/people/nobody", nil)
		p.has(p.text(200, "GET", at, nil, "viola"), "Oskar Karlsson", "identity protocols", "!State days away", "!Promise time")
		p.has(p.text(200, "GET", at, nil, "oskar"), "State days away", "State skills", "!Promise time", "!State working time")
		p.has(p.text(200, "GET", at, nil, "kenji"), "State days away", "Promise time", "State working time")
		away := url.Values{"first": {"2026-12-07"}, "last": {"2026-12-01"}, "kind": {"vacation"}, "note": {"Skiing"}}
		p.has(p.text(422, "POST", at+"/absences", away, "oskar"), "The last day away is not before the first.", "Skiing")
		away.Set("last", "2026-12-11")
		p.text(303, "POST", at+"/absences", away, "oskar")
		p.text(403, "POST", at+"/absences", away, "daniel")
		p.has(p.text(200, "GET", at, nil, "kenji"), "Waits for an answer", "Skiing", "Grant")
		p.has(p.text(200, "GET", at, nil, "oskar"), "Waits for an answer", "!/grant")
		p.has(p.text(200, "GET", at, nil, "viola"), "!Skiing", "!Waits for an answer")
		as, err := p.resources.Absences(p.Admin, resource.AbsenceFilter{Person: "oskar"})
		if err != nil || len(as) != 1 {
			t.Fatalf("%+v %v", as, err)
		}
		p.text(403, "POST", at+"/absences/"+as[0].ID+"/grant", url.Values{}, "oskar")
		p.text(404, "POST", at+"/absences/"+as[0].ID+"/burn", url.Values{}, "kenji")
		p.has(p.text(422, "POST", at+"/absences/"+as[0].ID+"/refuse", url.Values{}, "kenji"), "Not saved.")
		p.text(303, "POST", at+"/absences/"+as[0].ID+"/grant", url.Values{}, "kenji")
		p.has(p.text(200, "GET", at, nil, "viola"), "Mon 7 Dec to Fri 11 Dec", "Granted, away", "!Skiing", "w50")
		p.text(303, "POST", at+"/absences/"+as[0].ID+"/withdraw", url.Values{}, "oskar")
		p.text(303, "POST", at+"/skills", url.Values{"skills": {"Penetration test 4\njava 2\n"}}, "oskar")
		p.has(p.text(422, "POST", at+"/skills", url.Values{"skills": {"java"}}, "oskar"), "This line is not understood")
		p.has(p.text(422, "POST", at+"/skills", url.Values{"skills": {"java 9"}}, "oskar"), "A level is 1 to 5")
		p.has(p.text(200, "GET", at, nil, "viola"), "penetration test", "level 4")
		p.text(303, "POST", at+"/deputies", url.Values{"deputy1": {"kenji"}, "deputy2": {""}, "deputy3": {""}}, "oskar")
		p.has(p.text(422, "POST", at+"/deputies", url.Values{"deputy1": {"kenji"}, "deputy2": {"kenji"}, "deputy3": {""}}, "oskar"), "is named twice")
		p.has(p.text(200, "GET", at, nil, "viola"), "Kenji Watanabe")
		hours := url.Values{"since": {"2026-11-23"}, "hours": {"mon-fri 9-5"}, "share": {"100"}, "zone": {""}}
		p.has(p.text(422, "POST", at+"/hours", hours, "kenji"), "Give working hours such as", "mon-fri 9-5")
		hours.Set("hours", "mon-thu 09:00-15:00")
		p.text(403, "POST", at+"/hours", hours, "oskar")
		p.text(303, "POST", at+"/hours", hours, "kenji")
		ts, err := p.resources.Times(p.Admin, resource.KindPerson, "oskar")
		if err != nil || len(ts) != 1 {
			t.Fatalf("%+v %v", ts, err)
		}
		p.text(303, "POST", at+"/hours", url.Values{"drop": {ts[0].ID}}, "kenji")
		promise := url.Values{"release": {""}, "name": {""}, "weekly": {"10"}, "first": {"2026-W48"}, "last": {""}}
		p.text(422, "POST", at+"/allocations", promise, "kenji")
		promise.Set("name", "Support")
		p.text(303, "POST", at+"/allocations", promise, "kenji")
		al, err := p.capacity.Allocations(p.Admin, capacity.AllocationFilter{Person: "oskar"})
		if err != nil || len(al) != 1 {
			t.Fatalf("%+v %v", al, err)
		}
		p.has(p.text(200, "GET", at, nil, "viola"), "Support", "10 h a week, week 48")
		p.text(303, "POST", at+"/allocations/"+al[0].ID, url.Values{"rev": {"1"}, "weekly": {"0"}}, "kenji")
		p.has(p.text(200, "GET", at, nil, "viola"), "No time is promised")
	})
}

func TestSetup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		const at = "/resources/setup"
		p.has(p.text(200, "GET", at, nil), "Name the lead", "Add holidays", "Add a tool", "Bookable around the clock")
		p.has(p.text(200, "GET", at, nil, "viola"), "!Name the lead", "!Add holidays", "Led by Kenji Watanabe.")
		p.text(303, "POST", at+"/teams/identity/lead", url.Values{"person": {"daniel"}})
		p.text(403, "POST", at+"/teams/identity/lead", url.Values{"person": {"oskar"}}, "oskar")
		hours := url.Values{"since": {"2026-11-23"}, "hours": {"mon-sat 08:00-16:00"}, "share": {"100"}, "zone": {""}}
		p.text(303, "POST", at+"/environments/pre-prod/hours", hours)
		p.text(303, "POST", at+"/teams/identity/hours", hours, "daniel")
		hours.Set("hours", "x")
		p.has(p.text(422, "POST", at+"/teams/identity/hours", hours), "Give working hours such as")
		set := url.Values{"key": {"se"}, "name": {"Bank holidays"}, "days": {"2026-12-25 Christmas Day\n2026-12-26 Boxing Day"}, "feed": {""}, "followers": {"team/identity", "person/oskar"}}
		p.text(303, "POST", at+"/holidays", set)
		p.has(p.text(200, "GET", at, nil), "Bank holidays, 2 days", "For Oskar Karlsson and Identity.")
		set.Set("days", "tomorrow")
		p.has(p.text(422, "POST", at+"/holidays", set), "Give a day such as")
		p.has(p.text(200, "GET", "/people/oskar", nil), "Christmas Day")
		p.text(303, "POST", at+"/holidays/se/remove", url.Values{})
		tool := url.Values{"key": {"load-rig"}, "name": {"Load rig"}, "text": {""}, "kind": {"equipment"}, "team": {"accounts"}, "units": {"1"}, "weekly": {"48"}}
		p.text(303, "POST", at+"/tools", tool)
		p.has(p.text(200, "GET", at, nil), "Load rig, equipment, 48 h a week")
		p.has(p.text(200, "GET", "/resources", nil), "Load rig")
		tool.Set("units", "0")
		p.has(p.text(422, "POST", at+"/tools", tool), "There are 1 to 100,000 of it")
	})
}

func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	if _, err := p.capacity.Ask(p.Admin, capacity.NewRequest{Release: release, Skill: "identity-protocols", Weekly: 600, First: "2026-W49", Reason: "The date"}); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(p.handler)
	defer s.Close()
	for name, path := range map[string]string{"weeks": "/resources", "half": "/resources?weeks=26&over=1", "request": "/resources/requests/new?release=" + release + "&person=oskar", "person": "/people/daniel", "setup": "/resources/setup"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, s.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, "resources-"+name)
		}
	}
}
