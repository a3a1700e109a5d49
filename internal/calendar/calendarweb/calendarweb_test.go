package calendarweb_test

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

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/calendarweb"
	"slipway/internal/calendar/feed"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
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
)

// pages are the pages of a small bank, with Maya signed in unless the cookie "as" names somebody else.
type pages struct {
	calendartest.Whole
	t       testing.TB
	web     *calendarweb.Pages
	handler http.Handler
	who     map[string]context.Context
}

func open(t testing.TB, d *db.DB) *pages {
	t.Helper()
	authtest.Service(t, d, append(calendartest.Permissions(), feed.Permissions)...)
	p := &pages{Whole: calendartest.NewWhole(t, d), t: t, who: map[string]context.Context{}}
	s := authtest.Service(t, d)
	for _, x := range []struct{ key, name, role string }{{"maya", "Maya Lindqvist", "release-manager"}, {"aisha", "Aisha Rahman", "approver"}, {"viola", "Viola Rossi", "viewer"}} {
		who, err := s.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: x.key, Name: x.name, Zone: "Europe/Stockholm", Grants: []auth.Grant{{Role: x.role}}})
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
		Demand: auth.Demand, Declared: func(string) bool { return true },
	}
	site := web.New(web.Options{Guard: guard, Shell: p.shell})
	p.web = calendarweb.New(site, d, calendarweb.Services{Calendar: p.Calendar, Catalog: p.Catalog, Conflicts: p.Conflicts, Bookings: p.Bookings, Versions: p.Versions, Impacts: p.Impacts, Harm: p.Harm},
		calendarweb.Options{Marks: marks, Exists: func(path string) bool { return path == "/releases/{ref}/move" || path == "/releases/{ref}/impact" }})
	p.web.Mount()
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

// marks is NO-GO for active releases of payments.
func marks(_ *db.Tx, rs []plan.Release) (map[id.Release]calendarweb.Mark, error) {
	out := map[id.Release]calendarweb.Mark{}
	for _, r := range rs {
		if r.State == plan.Active && strings.HasPrefix(r.Key, "payments") {
			out[r.ID] = calendarweb.Mark{State: ui.NoGo, Word: "NO-GO"}
		}
	}
	return out, nil
}

func (p *pages) shell(ctx context.Context, v web.View) templ.Component {
	page := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: dbtest.Start, Toasts: v.Toasts, Path: v.Path,
		Nav: []ui.NavItem{{Key: "home", Label: "Mission control", Icon: "radar", Href: "/"}, {Key: "calendar", Label: "Calendar", Icon: "calendar-days", Href: "/calendar"}, {Key: "releases", Label: "Releases", Icon: "package", Href: "/releases"}}}
	if who, ok := auth.Viewer(ctx); ok {
		page.Viewer = &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Role: who.Role, Zone: who.Zone()}
	}
	return ui.Shell(page, v.Body)
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

func (p *pages) see(path string, as ...string) uitest.Tree {
	p.t.Helper()
	w := p.do("GET", path, nil, as...)
	if w.Code != http.StatusOK {
		p.t.Fatalf("GET %s: %d %.900s", path, w.Code, w.Body)
	}
	return uitest.DOM(p.t, w.Body.String())
}

// seed fills November as the mock has it.
func (p *pages) seed() {
	p.t.Helper()
	must := func(err error) {
		p.t.Helper()
		if err != nil {
			p.t.Fatal(err)
		}
	}
	e, err := p.Catalog.Environment(p.Admin, "prod-north")
	must(err)
	_, err = p.Catalog.SetEnvironment(p.Admin, e.Key, e.Rev, catalog.EnvironmentSpec{Key: e.Key, Name: e.Name, Tier: "production", Default: "open", Rule: "release-only"})
	must(err)
	cph, err := time.LoadLocation("Europe/Copenhagen")
	must(err)
	var in []plan.Imported
	add := func(key, name, day string, minutes int, state plan.State, product, service string) {
		start, err := time.ParseInLocation("2006-01-02 15:04", day, cph)
		must(err)
		s := plantest.Spec(key)
		s.Name, s.Product, s.Scope = name, product, nil
		s.Window = &plan.Window{Start: db.At(start), End: db.At(start.Add(time.Duration(minutes) * time.Minute))}
		s.Services = []plan.ItemSpec{{Service: service, Version: "1.0"}}
		in = append(in, plan.Imported{Spec: s, State: state, Reason: "As it was."})
	}
	add("cards-26.11.0", "Cards 26.11.0", "2026-11-04 21:00", 120, plan.RolledBack, "cards", "cards-core")
	add("payments-26.10.3", "Payments 26.10.3", "2026-11-10 21:00", 120, plan.Verified, "payments", "payments-core")
	add("ledger-26.11.1", "Ledger 26.11.1", "2026-11-12 21:00", 60, plan.Deployed, "payments", "ledger")
	add("cards-26.11.1", "Cards 26.11.1", "2026-11-19 13:30", 150, plan.Deploying, "cards", "cards-core")
	add("payments-26.11.0", "Payments 26.11.0", "2026-11-19 21:00", 150, plan.Active, "payments", "ledger")
	add("ledger-26.11.2", "Ledger 26.11.2", "2026-11-19 21:30", 45, plan.Active, "payments", "ledger")
	add("cards-26.11.4", "Cards 26.11.4", "2026-11-23 10:00", 60, plan.Planned, "cards", "cards-core")
	add("payments-26.12.0", "Payments 26.12.0", "2026-12-02 06:30", 60, plan.Draft, "payments", "payments-core")
	_, err = p.Plans.Import(p.Admin, in)
	must(err)
	calendartest.Freeze(p.t, p.Calendar, p.who["maya"], "Peak trading", "2026-11-23T00:00", "2026-12-02T00:00", calendartest.Soft, func(s *calendar.Spec) {
		s.Owner, s.Tiers, s.Running = "aisha", []string{"production"}, calendar.Pause
	})
	calendartest.Freeze(p.t, p.Calendar, p.who["maya"], "Year-end close", "2026-12-18T18:00", "2027-01-04T06:00", calendartest.For("ledger"))
	calendartest.Window(p.t, p.Calendar, p.who["maya"], "Pre-prod nights", "2026-11-17T20:00", "2026-11-18T04:00", calendartest.Weekly("TU,TH"), calendartest.In("pre-prod"))
}

func TestMonth(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	empty := p.see("/calendar")
	if empty.Count(".empty") != 1 || empty.Count(".month .day") != 42 {
		t.Errorf("empty month: %d days", empty.Count(".month .day"))
	}
	p.seed()
	m := p.see("/calendar")
	for selector, n := range map[string]int{".month .ev": 8, ".month .ev.clash": 3, ".month .day.today": 1, ".month .day.fz": 9, ".month .fzl": 2, ".clashcard": 2, "#freezes li": 2, "#windows li": 1, "#agenda li": 7, ".tl-row": 3} {
		if got := m.Count(selector); got != n {
			t.Errorf("%s: %d, want %d", selector, got, n)
		}
	}
	if s := text(m, ".pagehead .sub"); s != "Week 47. 7 releases this month, 3 conflicts, 2 freezes ahead. Times in CET." {
		t.Errorf("summary %q", s)
	}
	if s := text(m, ".clashcard"); !strings.Contains(s, "Payments 26.11.0 and Ledger 26.11.2 both change ledger in Prod north") || !strings.Contains(s, "Move Ledger 26.11.2 to today 23:30") {
		t.Errorf("conflict %q", s)
	}
	if got := p.see("/calendar?environment=pre-prod").Count(".month .ev"); got != 0 {
		t.Errorf("%d releases go to pre-prod", got)
	}
	if got := p.see("/calendar?product=cards").Count(".month .ev"); got != 3 {
		t.Errorf("%d releases of cards", got)
	}
	if got := p.see("/calendar?conflicts=1&month=2026-11").Count(".month .ev"); got != 3 {
		t.Errorf("%d releases in conflicts", got)
	}
	if got := p.see("/calendar?view=agenda&month=2026-12").Count("#agenda li"); got != 2 {
		t.Errorf("%d entries in December, not a release and the start of a freeze", got)
	}
	named := p.see("/calendar?view=month&at=2026-12") // the name is accepted; no link carries it
	if named.Count(".month .day") == 0 || named.Count(`a[href*="view=month"], input[name=view]`) != 0 {
		t.Errorf("month by its name: %v", named.Texts("h1"))
	}
	named.None("input[name=weeks]") // what a timeline has by itself is no state of a month
	named.Has(".filters button.apply[type=submit]:not(.vh)")
	named.Has(".filters details.rare select[name=product]")
	p.see("/calendar?tier=production").Has(".filters > select[name=tier]") // a filter that is set is seen
	quarter := p.see("/calendar?view=quarter")
	quarter.Has(`.qd.today[data-s=nogo]`) // the worst of the day is a verdict
	if got := quarter.Count(`.qd[data-s=nogo]`); got != 2 {
		t.Errorf("%d days with a release that is rolled back or NO-GO", got)
	}
	for _, path := range []string{"/calendar?month=2026-13", "/calendar?view=year", "/calendar?environment=moon", "/calendar?at=2026-11-31", "/calendar?view=timeline&weeks=3", "/calendar?tier=moon", "/calendar?team=nobody", "/calendar?view=agenda&after=x"} {
		if w := p.do("GET", path, nil); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	v := p.see("/calendar", "viola")
	if s := text(v, ".calacts"); !strings.Contains(s, "only release managers publish freezes") {
		t.Errorf("a viewer is told why: %q", s)
	}
}

func freezeForm(change ...string) url.Values {
	f := url.Values{"name": {"Quiet evening"}, "reason": {"The auditors are here"}, "start": {"2026-11-19T18:00"}, "end": {"2026-11-20T06:00"}, "zone": {"Europe/Copenhagen"},
		"hardness": {"hard"}, "running": {"abort"}, "tiers": {"production"}, "owner": {""}, "services": {""}, "serviceTiers": {""}, "rrule": {""}, "key": {""}, "rev": {"0"}}
	for i := 0; i+1 < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

func TestPublishFreeze(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.seed()
	w := p.do("POST", "/calendar/freezes/new", freezeForm())
	m := uitest.DOM(t, w.Body.String())
	if w.Code != 200 || m.Count("#effect .hits li") != 3 || !strings.Contains(text(m, "#effect"), "is aborted") {
		t.Fatalf("effect: %d %s", w.Code, text(m, "#effect"))
	}
	if ls, err := p.Calendar.List(p.Admin, calendar.Filter{Query: "quiet"}); err != nil || len(ls) != 0 {
		t.Fatalf("published before it was asked for: %v %v", ls, err)
	}
	w = p.do("POST", "/calendar/freezes/new", freezeForm("end", "2026-11-18T06:00", "zone", "Mars/Base", "services", "nope"))
	m = uitest.DOM(t, w.Body.String())
	if w.Code != 422 || m.Count(".err") != 2 || m.Count("[aria-invalid=true]") < 2 {
		t.Errorf("faults: %d %d %s", w.Code, m.Count(".err"), text(m, ".err"))
	}
	w = p.do("POST", "/calendar/freezes/new", freezeForm("publish", "true"))
	if w.Code != 303 || w.Header().Get("Location") != "/calendar/freezes/quiet-evening" {
		t.Fatalf("publish: %d %s", w.Code, w.Header().Get("Location"))
	}
	if s := text(p.see("/calendar/freezes/quiet-evening"), "main"); !strings.Contains(s, "is aborted") || !strings.Contains(s, "To come") || !strings.Contains(s, "The auditors are here") {
		t.Errorf("page %q", s)
	}
	// A change against an old version shows both texts.
	if w = p.do("POST", "/calendar/freezes/quiet-evening/edit", freezeForm("name", "Quieter", "rev", "1", "publish", "true")); w.Code != 303 {
		t.Fatalf("change: %d %.900s", w.Code, w.Body)
	}
	w = p.do("POST", "/calendar/freezes/quiet-evening/edit", freezeForm("name", "Quietest", "rev", "1", "publish", "true"))
	if m = uitest.DOM(t, w.Body.String()); w.Code != 409 || !strings.Contains(text(m, "main"), "As it is now") || !strings.Contains(w.Body.String(), `value="Quietest"`) {
		t.Errorf("stale: %d", w.Code)
	}
	if w = p.do("POST", "/calendar/freezes/quiet-evening/withdraw", url.Values{"rev": {"2"}, "reason": {""}}); w.Code != 422 {
		t.Errorf("withdraw without a reason: %d", w.Code)
	}
	if w = p.do("POST", "/calendar/freezes/quiet-evening/withdraw", url.Values{"rev": {"2"}, "reason": {"They left"}}); w.Code != 303 {
		t.Errorf("withdraw: %d", w.Code)
	}
	if w = p.do("POST", "/calendar/freezes/new", freezeForm("publish", "true"), "viola"); w.Code != 403 {
		t.Errorf("a viewer publishes: %d", w.Code)
	}
}

func TestPermit(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.seed()
	if s := text(p.see("/calendar/freezes/peak-trading"), "#permits"); !strings.Contains(s, "only Aisha Rahman, who owns it") {
		t.Errorf("why not: %q", s)
	}
	w := p.do("POST", "/calendar/freezes/peak-trading/permits", url.Values{"release": {"nope"}, "reason": {"x"}}, "aisha")
	if w.Code != 422 || !strings.Contains(w.Body.String(), "There is no release") {
		t.Errorf("unknown release: %d", w.Code)
	}
	w = p.do("POST", "/calendar/freezes/peak-trading/permits", url.Values{"release": {"cards-26.11.4"}, "reason": {"A small fix"}}, "aisha")
	if w.Code != 303 {
		t.Fatalf("permit: %d %.600s", w.Code, w.Body)
	}
	if n := p.see("/calendar").Count(".clashcard"); n != 2 {
		t.Errorf("%d conflicts after the permit", n)
	}
	ps, err := p.Calendar.Permits(p.Admin, "peak-trading")
	if err != nil || len(ps) != 1 {
		t.Fatal(ps, err)
	}
	if w = p.do("POST", "/calendar/freezes/peak-trading/permits/"+ps[0].ID+"/withdraw", url.Values{}, "aisha"); w.Code != 303 {
		t.Errorf("take back: %d", w.Code)
	}
}

func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.seed()
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	for name, path := range map[string]string{"month": "/calendar", "agenda": "/calendar?view=agenda", "week": "/calendar?view=week", "quarter": "/calendar?view=quarter", "timeline": "/calendar?view=timeline",
		"environments": "/calendar?view=timeline&by=environment&weeks=4", "bookings": "/calendar/bookings", "book": "/calendar/bookings/new", "thing": "/calendar/bookables/environment/pre-prod", "conflicts": "/calendar/conflicts",
		"publish": "/calendar/versions/new", "versions": "/calendar/versions", "freeze": "/calendar/freezes/peak-trading", "form": "/calendar/freezes/new"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, s.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
}

// crowd fills a month with releases.
func (p *pages) crowd(n int) {
	var in []plan.Imported
	start := time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)
	for i := range n {
		s := plantest.Spec(fmt.Sprintf("crowd-%d", i))
		at := start.Add(time.Duration(i) * 29 * 24 * time.Hour / time.Duration(n))
		s.Window, s.Scope = &plan.Window{Start: db.At(at), End: db.At(at.Add(time.Hour))}, nil
		in = append(in, plan.Imported{Spec: s, State: plan.Active})
	}
	if _, err := p.Plans.Import(p.Admin, in); err != nil {
		p.t.Fatal(err)
	}
}

// BenchmarkMonth is the page of a month with 300 releases, beside one statement and a constant page of the same size.
func BenchmarkMonth(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	p := open(b, d)
	p.seed()
	p.crowd(300)
	size := p.do("GET", "/calendar", nil).Body.Len()
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			if w := p.do("GET", "/calendar", nil); w.Code != 200 {
				b.Fatal(w.Code)
			}
		}
	})
	b.Run("limit", func(b *testing.B) {
		page := make([]byte, size)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for after, key := int64(0), ""; ; {
				var rs []plan.Release
				if err := d.Read(p.who["maya"], func(tx *db.Tx) (err error) {
					rs, err = plan.Releases(tx, plan.Filter{Limit: 200, AfterSort: after, AfterID: key})
					return err
				}); err != nil {
					b.Error(err)
				}
				if len(rs) < 200 {
					break
				}
				after, key = rs[199].Order(), string(rs[199].ID)
			}
			_, _ = w.Write(page)
		})
		for b.Loop() {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(b.Context(), "GET", "/", nil))
		}
	})
}

func text(d uitest.Tree, selector string) string { return strings.Join(d.Texts(selector), " | ") }
