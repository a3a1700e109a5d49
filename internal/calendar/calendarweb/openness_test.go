package calendarweb_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/internal/calendar/calendartest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

func TestOpennessOfAll(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	page := p.see("/calendar/openness?at=2026-11-28T10:00")
	page.Says("#decides h2", "Environments on Sat 28 Nov, 10:00 CET")
	page.Says("#environment-prod-north .r-state", "Needs approval")
	page.Says("#environment-prod-north", "Peak trading")
	page.Says("#environment-prod-north", "Open Wed 2 Dec, 00:00")
	page.Says("#environment-pre-prod .r-state", "Closed")
	page.Says("#environment-pre-prod", "No window is active")
	page.Has(`#environment-pre-prod a[href="/calendar/openness?at=2026-11-28T10%3A00&environment=pre-prod"]`)
	// A freeze of one service does not close the environment as such, and is not hidden either.
	page = p.see("/calendar/openness?at=2026-12-20T10:00")
	page.Says("#environment-prod-north .r-state", "Open")
	page.Says("#environment-prod-north", "Year-end close is in force for some services.")
	page = p.see("/calendar/openness?at=2026-12-20T10:00&service=ledger")
	page.Says("#decides h2", "for Ledger")
	page.Says("#environment-prod-north .r-state", "Closed")
	p.see("/calendar").Has(`a[href="/calendar/openness"]`)
}

// TestOpennessOfOne holds each line of the rule against a time at which it decides.
func TestOpennessOfOne(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	calendartest.Freeze(t, p.Calendar, p.who["maya"], "Audit", "2026-11-24T00:00", "2026-11-25T00:00", calendartest.In("pre-prod"))
	calendartest.Freeze(t, p.Calendar, p.who["maya"], "Stocktaking", "2026-11-26T20:00", "2026-11-26T22:00", calendartest.Soft, calendartest.In("pre-prod"))
	for _, c := range []struct {
		name, query string
		decides     int // the line of the rule, from 1
		word, cause string
		reason      string
		changes     string
	}{
		{"hard freeze", "environment=pre-prod&at=2026-11-24T21:00", 1, "Closed", "Pre-prod is closed", "Freeze Audit is in force until Wed 25 Nov, 00:00 CET.", "Open from Wed 25 Nov, 00:00 CET"},
		{"outside of windows", "environment=pre-prod&at=2026-11-25T12:00", 2, "Closed", "Pre-prod is closed", "No window is active. The next starts Thu 26 Nov, 20:00 CET.", "Needs approval from Thu 26 Nov, 20:00 CET"},
		{"soft freeze", "environment=pre-prod&at=2026-11-26T21:00", 3, "Ask", "Pre-prod needs the approval of a freeze's owner", "Soft freeze Stocktaking is in force until Thu 26 Nov, 22:00 CET.", "Ask Maya Lindqvist to let the release pass"},
		{"window", "environment=pre-prod&at=2026-11-26T23:00", 4, "Open", "Pre-prod is open", "Window Pre-prod nights is active until Fri 27 Nov, 04:00 CET.", "Stands like this until Fri 27 Nov, 04:00 CET"},
		{"default", "environment=prod-north", 5, "Open", "Prod north is open", "No window matches, and the environment is open without one.", "Stands like this until Mon 23 Nov, 00:00 CET"},
		{"freeze of a service", "environment=prod-north&service=ledger&at=2026-12-24T12:00", 1, "Closed", "Prod north for Ledger is closed", "Freeze Year-end close is in force", "Open from Mon 4 Jan 2027, 06:00 CET"},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := p.see("/calendar/openness?" + c.query)
			page.Says(".verdict .word", c.word)
			page.Says(".verdict .why h2", c.cause)
			page.Says(".reasons", c.reason)
			page.Says(".path", c.changes)
			for i, due := range page.Texts("#decides ol .due") {
				if got := strings.HasPrefix(due, "decides"); got != (i+1 == c.decides) {
					t.Errorf("line %d %s", i+1, due)
				}
			}
		})
	}
	page := p.see("/calendar/openness?environment=prod-north&at=2026-12-20T10:00")
	page.Says("#openness .note", "Year-end close is in force for some services.")
	page.Says("#decides .rows a", "Year-end close")
	page.Has(`#decides a[href="/calendar/freezes/year-end-close"]`)
}

func TestOpennessAhead(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	page := p.see("/calendar/openness?environment=prod-north")
	want := "Thu 19 Nov, 14:08 to Mon 23 Nov, 00:00 CET|Mon 23 Nov, 00:00 to Wed 2 Dec, 00:00 CET|Wed 2 Dec, 00:00 to Thu 3 Dec, 00:00 CET"
	if got := strings.Join(page.Texts("#decides .rows.thin .t"), "|"); got != want {
		t.Errorf("stretches %q", got)
	}
	if got := strings.Join(page.Texts("#decides .rows.thin .due"), " "); got != "Open Needs approval Open" {
		t.Errorf("states %q", got)
	}
	if n := page.Count("#decides .tl .bar"); n != 3 {
		t.Errorf("%d bars", n)
	}
	// Windows that recur make many stretches: the list is cut, the axis is not.
	page = p.see("/calendar/openness?environment=pre-prod")
	if bars, rows := page.Count("#decides .tl .bar"), page.Count("#decides .rows.thin > li"); bars != 9 || rows != 8 {
		t.Errorf("%d bars, %d rows", bars, rows)
	}
}

func TestOpennessFaults(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	for _, c := range []struct{ query, at, says string }{
		{"service=moon", "#service-err", "There is no service"}, {"environment=moon", "#environment-err", "There is no environment"},
		{"environment=pre-prod&at=soon", "#at-err", "Give a date and a time"}, {"at=3000-01-01T00:00", "#at-err", "between 2000 and 2199"},
	} {
		w := p.do("GET", "/calendar/openness?"+c.query, nil)
		if w.Code != 422 {
			t.Errorf("%s: status %d", c.query, w.Code)
			continue
		}
		uitest.DOM(t, w.Body.String()).Says(c.at, c.says)
	}
	if page := p.see("/calendar/openness", "viola"); page.Count("#decides tbody tr") == 0 {
		t.Error("a viewer sees no environment")
	}
}

func TestOpennessLooks(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	for name, path := range map[string]string{"all": "/calendar/openness?at=2026-12-20T10:00", "one": "/calendar/openness?environment=prod-north&at=2026-11-24T10:00", "fault": "/calendar/openness?service=moon"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, s.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, "openness-"+name)
		}
	}
}
