package planweb_test

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestReleasesList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.see("/releases").Says(".empty", "No releases yet")
		p.see("/releases", "viola").Says(".pagehead .unavail", "only release managers create releases")
		for _, s := range []plan.State{plan.Draft, plan.Active, plan.Deploying, plan.Held, plan.Cancelled, plan.Closed} {
			p.Release(t, "payments-"+string(s), s)
		}
		page := p.see("/releases")
		page.Says("h1", "Releases")
		page.Says(".pagehead .sub", "4 open, 1 deploying now, 2 cannot go as they stand. 2 ended.")
		if n := page.Count("tr[id]"); n != 6 {
			t.Errorf("%d rows", n)
		}
		page.Says(".tbl", "T−06:52")
		page.Says(".whyx", "2 criteria not met")
		if n := p.see("/releases?show=open").Count("tr[id]"); n != 4 {
			t.Errorf("%d open", n)
		}
		if n := p.see("/releases?show=closed").Count("tr[id]"); n != 2 {
			t.Errorf("%d closed", n)
		}
		if n := p.see("/releases?blocked=1").Count("tr[id]"); n != 2 {
			t.Errorf("%d blocked", n)
		}
		p.see("/releases?mine=1").Says(".empty", "No release passes this filter")
		if n := p.see("/releases?q=PAYMENTS-held&product=payments&owner=admin").Count("tr[id]"); n != 1 {
			t.Errorf("%d found", n)
		}
		p.see("/releases", "carla").Says(".empty", "No releases yet")
		if w := p.do("GET", "/releases?produkt=x", nil); w.Code != 422 {
			t.Errorf("an unknown filter: %d", w.Code)
		}
		if w := p.do("GET", "/releases?after=zz", nil); w.Code != 422 {
			t.Errorf("a broken cursor: %d", w.Code)
		}
		w := p.do("GET", "/releases.csv?show=open", nil)
		rows, err := csv.NewReader(strings.NewReader(w.Body.String())).ReadAll()
		if err != nil || len(rows) != 5 || rows[0][0] != "key" {
			t.Errorf("%v %v", rows, err)
		}
	})
}

func TestReleasesListPages(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	for i := range 53 {
		p.Release(t, "payments-"+string(rune('a'+i/26))+string(rune('a'+i%26)), plan.Draft)
	}
	first := p.see("/releases?show=open")
	next := first.One(`a[rel="next"]`).Attr("href")
	second := p.see(next)
	if a, b := first.Count("tr[id]"), second.Count("tr[id]"); a != 50 || b != 3 {
		t.Errorf("%d and %d rows", a, b)
	}
	second.None(`a[rel="next"]`)
	if back := second.One(`a[rel="first"]`).Attr("href"); back != "/releases?show=open" {
		t.Errorf("back to %s", back)
	}
}

func TestNewRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		page := p.see("/releases/new?product=payments")
		page.Has(`select[name="product"] option[value="payments"][selected]`)
		page.Has(`input[name="environments"][value="prod-north"]`)
		if w := p.do("GET", "/releases/new", nil, "viola"); w.Code != 403 {
			t.Errorf("a viewer: %d", w.Code)
		}
		bad := p.refused(422, "/releases/new", url.Values{"product": {"payments"}, "version": {"a b"}, "template": {"standard"}, "start": {"2026-11-19T22:00"}, "end": {"2026-11-19T21:00"}, "services": {"payments-core=1.0\nnope=2"}, "title": {"Kept"}})
		bad.Says("#version-err", "A version has no spaces")
		bad.Says("#end-err", "not after its start")
		bad.Says("#services-err", "There is no service")
		bad.Has(`input[name="title"][value="Kept"]`)
		p.refused(422, "/releases/new", url.Values{"services": {"payments-core 1.0"}}).Says("#services-err", "Line 1")
		to := p.send("/releases/new", url.Values{"product": {"payments"}, "version": {"26.11.0"}, "template": {"standard"}, "title": {"Instant payee verification"},
			"start": {"2026-11-19T21:00"}, "end": {"2026-11-19T23:30"}, "environments": {"pre-prod", "prod-north"}, "services": {"payments-core=8.32.0\nledger=5.15.0"}, "objectives": {"One\n\nTwo"}})
		if to != "/releases/payments-26.11.0" {
			t.Errorf("leads to %s", to)
		}
		page = p.see(to)
		page.Says(".relmeta", "Thu 19 Nov, 21:00 to 23:30 CET")
		page.Says(".tminus", "T−06:52:00")
		page.Says(".relmeta", "pre-prod and prod-north")
		p.see(to+"/plan").Says("main", "Two")
		p.refused(409, "/releases/new", url.Values{"product": {"payments"}, "version": {"26.11.0"}, "template": {"standard"}}).Says("main", "There is a release payments-26.11.0 already")
	})
}
