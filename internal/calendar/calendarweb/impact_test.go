package calendarweb_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/impact"
	"slipway/internal/clock"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// busy makes a release on Tue 24 Nov from 21:00 to 23:00 that falls in the salary run.
func (p *pages) busy() plan.Release {
	p.t.Helper()
	p.seed()
	_, err := p.Calendar.Add(p.who["maya"], calendar.Busy, calendar.Spec{Name: "Salary run", Start: "2026-11-24T17:00", End: "2026-11-25T01:00", Zone: "Europe/Copenhagen", Scope: calendar.Scope{Services: []string{"ledger"}}})
	if err != nil {
		p.t.Fatal(err)
	}
	start := db.At(time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC))
	s := plantest.Spec("ledger-26.11.9")
	s.Name, s.Scope, s.Services, s.Environments = "Ledger 26.11.9", nil, []plan.ItemSpec{{Service: "ledger", Version: "6"}, {Service: "payments-core", Version: "9"}}, []string{"pre-prod"}
	s.Window = &plan.Window{Start: start, End: start.Add(2 * time.Hour)}
	r, err := p.Plans.Create(p.who["maya"], s)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

func stated(change ...string) url.Values {
	f := url.Values{"kind": {"downtime"}, "minutes": {"30"}, "users": {"All <b>branches</b>"}, "noticeHours": {"120"}, "noticeAt": {""}, "rev": {"0"}}
	for i := 0; i+1 < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

// TestImpactOfARelease states what a release does to users, marks them as told, and takes it back, in the pages.
func TestImpactOfARelease(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.busy()
	at := "/releases/" + r.Key + "/impact"
	page := p.see(at)
	page.Says("#impact-ledger", "Nothing is planned that its users would notice.")
	page.Says("#beside", "Salary run")
	if n := page.Count("#windows ol > li"); n != 5 {
		t.Errorf("%d windows", n)
	}
	w := p.do("POST", at+"/ledger", stated("kind", "noise", "minutes", "soon", "noticeHours", "-1", "noticeAt", "2027-01-01T10:00"))
	m := uitest.DOM(t, w.Body.String())
	if w.Code != 422 || m.Count(".err") != 1 || m.One("input[name=minutes]").Attr("value") != "soon" {
		t.Errorf("not a number: %d %v", w.Code, m.Texts(".err"))
	}
	w = p.do("POST", at+"/ledger", stated("kind", "noise", "minutes", "0", "noticeHours", "-1", "noticeAt", "2027-01-01T10:00"))
	m = uitest.DOM(t, w.Body.String())
	if w.Code != 422 || m.Count(".err") != 4 || m.One("input[name=users]").Attr("value") != "All <b>branches</b>" {
		t.Errorf("faults: %d %v", w.Code, m.Texts(".err"))
	}
	if w = p.do("POST", at+"/cards-core", stated()); w.Code != 422 || !strings.Contains(w.Body.String(), "does not carry the service Cards core") {
		t.Errorf("a service that it does not carry: %d", w.Code)
	}
	if w = p.do("POST", at+"/ledger", stated()); w.Code != 303 || w.Header().Get("Location") != at {
		t.Fatalf("state: %d %.900s", w.Code, w.Body)
	}
	page = p.see(at)
	page.Says("#impact-ledger", "Downtime of Ledger for 30 min")
	page.Says("#impact-ledger", "Users: All <b>branches</b>. A notice of 5 days is due today 21:00. They were not told yet.")
	page.Says("#impact-ledger", "Stated by Maya Lindqvist, today 14:08.")
	page.Says("#beside", "Busy time Tue 24 Nov, 21:00 on ledger")
	first := page.All("#windows ol > li")[0]
	if s := first.Text(); !strings.Contains(s, "Outside of every busy time.") || !strings.Contains(s, "Users can still be told in time, until") {
		t.Errorf("first window: %s", s)
	}
	if to := first.One("a.btn").Attr("href"); !strings.HasPrefix(to, "/releases/"+r.Key+"/move?start=2026-11-") {
		t.Errorf("it leads to %s", to)
	}
	for _, x := range page.All("#windows ol > li") {
		if strings.Contains(x.Text(), "1. Tue 24 Nov") {
			t.Errorf("in the salary run: %s", x.Text())
		}
	}

	// Somebody else changes it meanwhile.
	if w = p.do("POST", at+"/ledger", stated("rev", "1", "minutes", "20", "noticeHours", "96")); w.Code != 303 {
		t.Fatalf("change: %d", w.Code)
	}
	w = p.do("POST", at+"/ledger", stated("rev", "1", "minutes", "45"))
	m = uitest.DOM(t, w.Body.String())
	if w.Code != 409 || m.One("input[name=rev]").Attr("value") != "2" || m.One("input[name=minutes]").Attr("value") != "45" {
		t.Errorf("stale: %d", w.Code)
	}
	m.Says(".card .note[data-s=hold]", "As it is now: Downtime of Ledger for 20 min.")
	m.Says(".card .note[data-s=hold]", "A notice of 4 days is due tomorrow 21:00.")
	if w = p.do("POST", at+"/ledger/told", url.Values{"rev": {"1"}}); w.Code != 409 || !strings.Contains(w.Body.String(), "was changed by somebody else") {
		t.Errorf("told of an old version: %d", w.Code)
	}
	if w = p.do("POST", at+"/ledger/told", url.Values{"rev": {"2"}}); w.Code != 303 || w.Header().Get("Location") != at {
		t.Errorf("told: %d", w.Code)
	}
	page = p.see(at)
	page.Says("#impact-ledger", "They were told today 14:08, in time for the notice of 4 days.")
	if page.Count("#told-ledger") != 0 {
		t.Error("they can be told twice")
	}
	// The release is moved: they were told another time, and are told again.
	later := db.At(time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC))
	p.DB.Clock().(*clock.Fake).Advance(time.Hour)
	if _, err := p.Plans.Set(p.who["maya"], r.Key, 0, plan.Edit{Window: &plan.Window{Start: later, End: later.Add(2 * time.Hour)}, Reason: "Less harm"}); err != nil {
		t.Fatal(err)
	}
	page = p.see(at)
	page.Says("#impact-ledger", "The window was moved after that, today 15:08: tell them the new time.")
	page.Has("#told-ledger")
	owed := p.see("/impacts")
	owed.Says("#impacts", "The window was moved after that, today 15:08: tell them the new time. A notice of 4 days is due Sun 22 Nov, 21:00.")
	owed.Says("#impacts .due", "Told another time")
	owed.Has("#impacts form")
	// A form that is saved without another time keeps the instant to the second.
	form := p.see(at + "/ledger")
	keep := stated("rev", "3", "minutes", "20", "noticeHours", "96", "noticeAt", form.One("input[name=noticeAt]").Attr("value"))
	if w = p.do("POST", at+"/ledger", keep); w.Code != 303 {
		t.Errorf("save: %d %.600s", w.Code, w.Body)
	}
	of, err := p.Impacts.Of(p.Admin, r.Key)
	if err != nil || of[0].NoticeAt != db.At(dbtest.Start) {
		t.Errorf("told at %v, %v", of[0].NoticeAt, err)
	}
	if w = p.do("POST", at+"/ledger/drop", url.Values{}); w.Code != 303 {
		t.Errorf("drop: %d", w.Code)
	}
	p.see(at).Says("#impact-ledger", "Nothing is planned")

	viewer := p.see(at, "viola")
	viewer.Says("#impact-ledger", "only release managers and contributors of Payments do.")
	if w = p.do("POST", at+"/ledger", stated(), "viola"); w.Code != 403 {
		t.Errorf("a viewer: %d", w.Code)
	}
	if w = p.do("GET", at+"/nothing", nil); w.Code != 404 {
		t.Errorf("no such service: %d", w.Code)
	}
}

// TestNoticesOwed lists what users are owed across releases, overdue first, and marks them as told.
func TestNoticesOwed(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.see("/impacts").Says("#impacts", "No notice is owed")
	r := p.busy()
	for _, x := range []struct {
		release, service string
		hours            int64
	}{{r.Key, "ledger", 24}, {"payments-26.11.0", "ledger", 24}, {"cards-26.11.4", "cards-core", 0}} {
		if _, err := p.Impacts.Set(p.Admin, x.release, x.service, impact.Spec{Kind: impact.Degradation, Minutes: 90, NoticeHours: x.hours}); err != nil {
			t.Fatal(err)
		}
	}
	page := p.see("/impacts")
	rows := page.Texts("#impacts li")
	if len(rows) != 2 || !strings.Contains(rows[0], "Payments 26.11.0") || !strings.Contains(rows[0], "17 h 8 min late") || !strings.Contains(rows[1], "Ledger 26.11.9") {
		t.Fatalf("%q", rows)
	}
	page.Says("#impacts", "Degradation of Ledger for 1 h 30 min")
	if n := p.see("/impacts?show=all").Count("#impacts li"); n != 3 {
		t.Errorf("%d impacts", n)
	}
	if n := p.see("/impacts?mine=1").Count("#impacts li"); n != 1 { // hers is the one that she made
		t.Errorf("%d of hers", n)
	}
	w := p.do("POST", "/releases/payments-26.11.0/impact/ledger/told", url.Values{"rev": {"1"}, "list": {"1"}})
	if w.Code != 303 || w.Header().Get("Location") != "/impacts" {
		t.Errorf("told: %d", w.Code)
	}
	if n := p.see("/impacts").Count("#impacts li"); n != 1 {
		t.Errorf("%d owed", n)
	}
	p.see("/impacts?show=told").Says("#impacts", "Told late")
	if w = p.do("GET", "/impacts?show=some", nil); w.Code != 422 {
		t.Errorf("a filter that is not known: %d", w.Code)
	}
	// The conflict leads here.
	card := p.see("/calendar/conflicts?code=calendar.notice_short&release=payments-26.11.0").One("#conflicts li a").Attr("href")
	p.see(card).Says("main", "Say that users were told")
}

// TestImpactLooks opens the pages in a browser with axe, in both schemes, on a desk and on a phone.
func TestImpactLooks(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.busy()
	if _, err := p.Impacts.Set(p.Admin, r.Key, "ledger", impact.Spec{Kind: impact.Downtime, Minutes: 30, Users: "Everybody who looks up a balance in a branch", NoticeHours: 120}); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	for name, path := range map[string]string{"impact": "/releases/" + r.Key + "/impact", "nothing": "/releases/cards-26.11.4/impact", "form": "/releases/" + r.Key + "/impact/ledger", "owed": "/impacts", "told": "/impacts?show=told"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, s.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, "impact-"+name)
		}
	}
}

// between is a release whose dependencies leave it a span.
type between struct{ from, to db.Time }

func (between) OutOfOrder(*db.Tx, id.Release) ([]calendar.Disorder, error) { return nil, nil }

func (b between) Bounds(*db.Tx, id.Release) (from, to db.Time, err error) { return b.from, b.to, nil }

// TestDependenciesNarrowTheTime says that dependencies leave no time, or little, where free times are offered.
func TestDependenciesNarrowTheTime(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.busy()
	on := func(day, hour int) db.Time { return db.At(time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC)) }
	for _, c := range []struct {
		b           between
		head, words string
	}{
		{between{on(27, 9), on(27, 10)}, "No time is free that its dependencies leave", "Its dependencies narrow the time: what it waits for comes Fri 27 Nov, 10:00, and what waits for it needs it by Fri 27 Nov, 11:00."},
		{between{on(28, 9), on(27, 10)}, "No time is free that its dependencies leave", "Its dependencies leave it no time: what it waits for comes Sat 28 Nov, 10:00, and what waits for it needs it by Fri 27 Nov, 11:00."},
		{between{0, on(18, 10)}, "No time is free that its dependencies leave", "Its dependencies leave it no time: what waits for it needs it by yesterday 11:00."},
		{between{on(27, 9), 0}, "1.", "Its dependencies narrow the time: what it waits for comes Fri 27 Nov, 10:00."},
		{between{0, on(27, 10)}, "1.", "Its dependencies narrow the time: what waits for it needs it by Fri 27 Nov, 11:00."},
		{between{}, "1.", ""},
	} {
		p.Conflicts.Ask(nil, c.b)
		page := p.see("/releases/" + r.Key + "/impact")
		page.Says("#windows", c.head)
		page.Says("#windows", c.words)
		if c.words == "" && strings.Contains(page.One("#windows").Text(), "dependencies") {
			t.Error("it speaks of dependencies that set no bound")
		}
	}
}

// TestImpactOfAnEndedRelease leaves out what is ahead: nothing is.
func TestImpactOfAnEndedRelease(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.busy()
	if _, err := p.Plans.Cancel(p.Admin, r.Key, "Not needed"); err != nil {
		t.Fatal(err)
	}
	page := p.see("/releases/" + r.Key + "/impact")
	page.Says("#impact-ledger", "the release is cancelled.")
	page.None("#windows, #beside")
}
