package roadmap_test

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
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/intake"
	"slipway/internal/plan/plantest"
	intakeweb "slipway/internal/plan/planweb/intake"
	roadmapweb "slipway/internal/plan/planweb/roadmap"
	"slipway/internal/plan/roadmap"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

const day = 24 * time.Hour

// fortnight departs every two weeks from December on.
type fortnight struct{}

func (fortnight) Cadence(train.Cadence) (train.Rule, error) { return fortnight{}, nil }

func (fortnight) Freezes(*db.Tx, train.Train, db.Time, db.Time) ([]train.Freeze, error) {
	return nil, nil
}

func (fortnight) After(t time.Time, n int) []plan.Window {
	var out []plan.Window
	for x := time.Date(2026, 12, 3, 20, 0, 0, 0, time.UTC); len(out) < n; x = x.AddDate(0, 0, 14) {
		if x.After(t) {
			out = append(out, plan.Window{Start: db.At(x), End: db.At(x.Add(time.Hour))})
		}
	}
	return out
}

func (fortnight) Frozen(_ *db.Tx, ps []catalog.Product, _, _ db.Time) (map[id.Product][]roadmap.Freeze, error) {
	out := map[id.Product][]roadmap.Freeze{}
	for _, p := range ps {
		start := db.At(time.Date(2026, 12, 18, 0, 0, 0, 0, time.UTC))
		out[p.ID] = []roadmap.Freeze{{Key: "year-end", Name: "Year end", Hard: true, Window: plan.Window{Start: start, End: start.Add(10 * day)}}}
	}
	return out, nil
}

type world struct {
	plantest.World
	trains   *train.Trains
	roads    *roadmap.Roadmaps
	requests *intake.Requests
}

func bank(t *testing.T) world {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, train.Permissions, roadmap.Permissions, intake.Permissions)
	w := world{World: plantest.New(t, d)}
	w.trains, w.requests = train.New(d, w.Plans, fortnight{}), intake.New(d, w.Plans)
	w.roads = roadmap.New(d, w.Plans, w.trains, fortnight{})
	w.Plans.Follow(w.roads)
	w.trains.Board(w.requests.Opened)
	return w
}

func (w world) train(t *testing.T) train.Timetable {
	t.Helper()
	x, err := w.trains.Add(w.Admin, train.Spec{Key: "line", Product: "payments", Cadence: train.Cadence{Start: "2026-12-03T20:00", Zone: "UTC", RRule: "FREQ=WEEKLY;INTERVAL=2", Length: "1h"}, Lead: "3d", Pattern: "{yy}.{m}.{d}"})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// place is a server on which everybody is the person of one context.
type place struct {
	t   *testing.T
	url string
	c   *http.Client
}

func open(t *testing.T, w world, as context.Context) *place {
	t.Helper()
	s := authtest.Service(t, w.DB)
	who := authtest.Me(t, as)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), who) }
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: w.DB.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile"}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell})
	roadmapweb.New(site, w.DB, w.Plans, w.roads, w.trains, w.Catalog).Mount()
	intakeweb.New(site, w.DB, w.requests, w.trains, w.Catalog).Mount()
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
	edge, err := httpx.Handler(h, httpx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(edge)
	t.Cleanup(srv.Close)
	jar, _ := cookiejar.New(nil)
	return &place{t, srv.URL, &http.Client{Jar: jar}}
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
	tree := uitest.DOM(p.t, string(b))
	if res.StatusCode != want {
		p.t.Fatalf("%s %s: status %d, want %d: %.3000s", r.Method, r.URL.Path, res.StatusCode, want, tree.One("body").Text())
	}
	return res.Request.URL.Path, tree
}

func (p *place) get(path string, want int) uitest.Tree {
	p.t.Helper()
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, http.NoBody)
	_, tree := p.do(r, want)
	return tree
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

// rev is the version that the forms of a page carry.
func rev(x uitest.Tree) string { return x.All("input[name=rev]")[0].Attr("value") }

// The roadmap shows releases, dates that people propose, and dates of trains; a date is proposed, countered and agreed by forms.
func TestRoadmap(t *testing.T) {
	w := bank(t)
	p := open(t, w, w.Admin)
	w.Release(t, "payments-26.11.0", plan.Active)
	w.train(t)
	on := "@product/" + string(w.Payments.ID)
	ines, ruth := open(t, w, authtest.Person(t, w.DB, "ines", "contributor"+on)), open(t, w, authtest.Person(t, w.DB, "ruth", "release-manager"+on))

	page := p.get("/roadmap", 200)
	page.Says(".pagehead .sub", "Q4 2026 to Q2 2027, 2 products. 0 dates agreed, 11 proposed, 0 in negotiation.")
	if n := page.Count(".road .rm.prop"); n != 11 {
		t.Errorf("%d marks", n)
	}
	if n := page.Count(".road .frz"); n != 2 {
		t.Errorf("%d freezes", n)
	}
	if n := page.Count("#list tbody tr"); n != 11 {
		t.Errorf("%d rows", n)
	}
	page.Says("#trains", "every 2 weeks, Thu 20:00. Next 26.12.3 opens by itself")
	if n := p.get("/roadmap?freezes=off&proposals=off", 200).Count(".road .frz, .road .rm"); n != 0 {
		t.Errorf("%d left", n)
	}
	p.get("/roadmap?from=2027-Q2&quarters=1", 200).Says(".pagehead .sub", "Q2 2027 to Q2 2027")
	p.get("/roadmap?from=soon", 422)
	p.get("/roadmap?quarters=99", 422)
	p.get("/roadmap?view=odd", 422)
	p.get("/roadmap?frm=x", 422)
	p.get("/roadmap?view=goals", 200)

	// An address that is cut short leads to the part of the roadmap that lists what was below it.
	p.get("/trains", 200).Has("#trains")
	p.get("/roadmap/dates", 200).Has("#list")

	form := ines.get("/roadmap/propose?release=payments-26.11.0", 200)
	form.Has(`input[name=start][value="2026-11-19T20:00"]`)
	form.Says("fieldset legend", "Roles that have to agree")
	form.Has("fieldset input[name=roles][value=release-manager]")
	form.Has("select[name=role] option[value=release-manager]")
	_, odd := ines.post("/roadmap/propose", 422, "release", "payments-26.11.0", "start", "2026-12-08T21:00", "end", "2026-12-08T23:00", "roles", "release-manager", "roles", "Not A Role")
	odd.Has("input[name=roles][value=release-manager][checked]")
	odd.Has("#roles-err")
	_, again := ines.post("/roadmap/propose", 422, "release", "payments-26.11.0", "start", "", "end", "", "reason", "Kept")
	again.Has("#start[aria-invalid=true]")
	again.Says("textarea[name=reason]", "Kept")
	at, made := ines.post("/roadmap/propose", 200, "release", "payments-26.11.0", "start", "2026-12-08T21:00", "end", "2026-12-08T23:00", "roles", "release-manager", "reason", "Earliest", "answerBy", "2026-11-23T12:00")
	if at != "/roadmap/dates/payments-26.11.0" {
		t.Fatalf("at %s", at)
	}
	made.Says("#answer", "You hold none of the roles")
	p.get("/roadmap", 200).Says("#negotiation", "Waits for release manager")

	mine := ruth.get(at, 200)
	_, faulty := ruth.post(at+"/counter", 422, "rev", rev(mine), "role", "release-manager", "start", "2026-12-15T21:00", "end", "2026-12-15T23:00", "reason", "")
	faulty.Has("#counter-reason[aria-invalid=true]")
	_, countered := ruth.post(at+"/counter", 200, "rev", rev(mine), "role", "release-manager", "start", "2026-12-15T21:00", "end", "2026-12-15T23:00", "reason", "No retest")
	countered.Says(".pagehead .sub", "In negotiation for")
	countered.Says(".nego", "“No retest”")
	_, stale := ines.post(at+"/agree", 409, "rev", rev(mine), "role", "proposer", "reason", "")
	stale.Says("#behind", "Something was said")
	_, agreed := ines.post(at+"/agree", 200, "rev", rev(stale), "role", "proposer", "reason", "")
	agreed.Says(".pagehead .sub", "Agreed for")
	r, err := w.Plans.Get(w.Admin, "payments-26.11.0")
	if err != nil || r.Window.Start.Std().Format(time.DateOnly) != "2026-12-15" {
		t.Errorf("%v %v", err, r.Window)
	}
	ines.post("/roadmap/publish", 403, "product", "")
	_, published := ruth.post("/roadmap/publish", 200, "product", "")
	published.Says(".pagehead .sub", "1 published date")
	if n := published.Count(".road .rm.agreed"); n != 1 {
		t.Errorf("%d published", n)
	}
	_, gone := ruth.post(at+"/withdraw", 200, "rev", rev(ruth.get(at, 200)), "reason", "Off")
	gone.Says("#answer", "The date is withdrawn.")
	vera := open(t, w, authtest.Person(t, w.DB, "vera", "viewer"+on))
	vera.get("/roadmap", 200).Says(".pagehead", "your roles do not carry roadmap.propose anywhere")
	vera.get("/roadmap/propose", 403)
	vera.get("/roadmap/dates/moon", 404)
}

// A train is stated with its dates shown first, changed, paused and opened by forms.
func TestTrain(t *testing.T) {
	w := bank(t)
	p := open(t, w, w.Admin)
	p.get("/trains/new", 200)
	stated := []string{"key", "line", "product", "payments", "start", "2026-12-03T20:00", "zone", "UTC", "rrule", "FREQ=WEEKLY;INTERVAL=2", "length", "1h", "lead", "3d", "pattern", "{yy}.{m}.{d}", "number", "", "frozen", "skip", "skips", "2026-12-17"}
	_, preview := p.post("/trains/new", 200, append(stated, "preview", "yes")...)
	preview.Says("#dates", "17 Dec is left out by hand.")
	if n := preview.Count("#dates tbody tr"); n != 10 {
		t.Errorf("%d dates", n)
	}
	_, again := p.post("/trains/new", 422, "key", "line", "product", "payments", "pattern", "x", "start", "2026-12-03T20:00", "zone", "UTC", "rrule", "X", "length", "1h", "lead", "3d")
	again.Has("#pattern[aria-invalid=true]")
	_, odd := p.post("/trains/new", 422, "key", "line", "product", "payments", "pattern", "{n}", "start", "2026-12-03T20:00", "zone", "UTC", "rrule", "FREQ=WEEKLY", "length", "a while", "lead", "soon")
	odd.Says("#length-err", "A window lasts a minute to seven days")
	odd.Says("#lead-err", "A release opens a minute to a year before")
	odd.Has(`input[name=length][value="a while"]`)
	_, again = p.post("/trains/new", 422, append(stated, "services", "ledger moon={n}")...)
	again.Has("#services[aria-invalid=true]")
	at, made := p.post("/trains/new", 200, append(stated, "services", "ledger\npayments-core={train}.{n}")...)
	if at != "/trains/line" {
		t.Fatalf("at %s", at)
	}
	made.Says(".pagehead .sub", "Runs. Payments departs every 2 weeks, Thu 20:00.")
	made.Says("#ahead", "Left out")
	made.Says("#train-facts", "ledger, payments-core={train}.{n}")
	v := rev(made)
	_, opened := p.post(at+"/open", 200, "rev", v, "reason", "")
	opened.Has(`#past a[href="/releases/payments-26.12.3"]`)
	v = rev(opened)
	_, faulty := p.post(at+"/pause", 422, "rev", v, "reason", "")
	faulty.Has("#pause-reason[aria-invalid=true]")
	_, paused := p.post(at+"/pause", 200, "rev", v, "reason", "Audit")
	paused.Says(".pagehead .sub", "Paused: Audit.")
	edit := p.get(at+"/edit", 200)
	edit.Says("textarea[name=services]", "payments-core={train}.{n}")
	edit.Has("select[name=template] option[value=standard][selected]")
	edit.Has("select[name=owner] option[selected]")
	edit.Has(`input[name=skips][value="2026-12-17"]`)
	_, stale := p.post(at+"/edit", 409, "rev", "1", "product", "payments", "start", "2026-12-03T20:00", "zone", "UTC", "rrule", "X", "length", "2h", "lead", "3d", "pattern", "{n}.0", "frozen", "skip")
	stale.Says("form .note", "changed by somebody else")
	if s := stale.One("form .note").Text(); strings.Count(s, "Not saved.") != 1 {
		t.Errorf("%q", s)
	}
	_, set := p.post(at+"/edit", 200, "rev", rev(stale), "product", "payments", "start", "2026-12-03T20:00", "zone", "UTC", "rrule", "X", "length", "2h", "lead", "3d", "pattern", "{n}.0", "frozen", "shift")
	set.Says("#train-facts", "the next free day")
	p.post(at+"/resume", 200, "rev", rev(set), "reason", "")
	_, closed := p.post(at+"/close", 200, "rev", "", "reason", "Ends")
	closed.Says(".pagehead .sub", "Closed.")
	vera := open(t, w, authtest.Person(t, w.DB, "vera", "viewer@product/"+string(w.Payments.ID)))
	vera.get("/trains/line", 200)
	vera.get("/trains/new", 403)
	vera.get("/trains/line/edit", 403)
}

// Somebody asks, and reads what became of it.
func TestRequests(t *testing.T) {
	w := bank(t)
	w.train(t)
	p, vera := open(t, w, w.Admin), open(t, w, authtest.Person(t, w.DB, "vera", "viewer@product/"+string(w.Payments.ID)))
	p.get("/requests", 200).Says(".empty h2", "Nothing waits for an answer")
	_, again := vera.post("/requests/new", 422, "product", "payments", "title", "", "goal", "Kept", "requirements", "", "wanted", "", "url", "")
	again.Has("#title[aria-invalid=true]")
	again.Says("textarea[name=goal]", "Kept")
	for _, title := range []string{"A", "B", "C"} {
		vera.post("/requests/new", 200, "product", "payments", "title", title, "goal", "Fewer calls", "requirements", "One\n\nTwo", "wanted", "2027-01-31", "url", "")
	}
	page := p.get("/requests", 200)
	page.Says(".pagehead .sub", "3 requests wait for an answer.")
	vera.get("/requests/REQ-1", 200).Says("#answer", "your roles do not carry request.answer here")
	form := p.get("/requests/REQ-1", 200)
	form.Says("#req-what", "Two")
	v := rev(form)
	_, faulty := p.post("/requests/REQ-1/accept", 422, "rev", v, "into", "", "reason", "")
	faulty.Has("#into[aria-invalid=true]")
	_, accepted := p.post("/requests/REQ-1/accept", 200, "rev", v, "into", "train:line", "reason", "It fits")
	accepted.Says("#req-top", "It goes with the next release of the train Payments. It fits")
	_, late := p.post("/requests/REQ-1/decline", 409, "rev", "", "reason", "No")
	late.Says("#behind", "REQ-1 is accepted already")
	p.post("/requests/REQ-2/decline", 200, "rev", "1", "reason", "We do not offer this")
	vera.get("/requests/REQ-2", 200).Says("#req-top", "We do not offer this")
	_, bad := p.post("/requests/REQ-3/defer", 422, "rev", "1", "until", "2020-01-01", "reason", "Later")
	bad.Has("#until[aria-invalid=true]")
	p.post("/requests/REQ-3/defer", 200, "rev", "1", "until", "2027-01-11", "reason", "Later")
	if n := vera.get("/requests?show=mine", 200).Count("#requests tbody tr"); n != 3 {
		t.Errorf("%d requests", n)
	}
	vera.post("/requests/REQ-3/withdraw", 200, "rev", "2", "reason", "")
	p.get("/requests?show=odd", 422)
	p.get("/requests/REQ-9", 404)
	stranger := open(t, w, authtest.Person(t, w.DB, "carl", "viewer@product/"+string(w.Cards.ID)))
	stranger.get("/requests/REQ-1", 404)
}
