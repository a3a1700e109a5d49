package workweb_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/work"
)

// TestTasksEverywhere lists the tasks of all releases that the viewer may see, by the filters of the address.
func TestTasksEverywhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.page(200, "GET", "/tasks", nil).Says(".empty", "No open tasks")
		r := p.Release(t, "payments-26.11.0", plan.Active)
		p.Add(t, r.Key, work.Spec{Name: "Step-up authentication", Owner: "oskar", Due: db.At(dbtest.Start.AddDate(0, 0, 3)), Estimate: work.Estimate{Likely: 90}})
		later := p.Add(t, r.Key, work.Spec{Name: "Celebrate", Owner: "maya", Due: db.At(dbtest.Start.AddDate(0, 0, 30))})

		all := p.page(200, "GET", "/tasks", nil)
		if n := all.Count("tbody tr"); n != 9 {
			t.Errorf("%d rows, want 9", n)
		}
		all.Says("tbody", "Payments")
		all.Says(".pager", "9 tasks, by due date")
		all.Has(`option[value="payments-26.11.0"]`)
		all.Has(`option[value="oskar"]`)
		for address, want := range map[string]int{"?mine=1": 1, "?owner=oskar": 1, "?due=late": 6, "?due=week": 7, "?release=payments-26.11.0": 9, "?state=all": 9, "?view=board": 0, "?silent=1": 0, "?q=celebrate": 1, "?owner=oskar&due=week": 1} {
			if n := p.page(200, "GET", "/tasks"+address, nil).Count("tbody tr"); n != want {
				t.Errorf("%s: %d rows, want %d", address, n, want)
			}
		}
		p.page(200, "GET", "/tasks?state=done", nil).Says(".empty", "No task passes this filter")
		if n := p.page(200, "GET", "/tasks?view=board", nil).Count("[data-card]"); n != 9 {
			t.Errorf("%d cards, want 9", n)
		}
		p.page(422, "GET", "/tasks?view=wall", nil)
		p.page(422, "GET", "/tasks?state=lost", nil)
		p.page(422, "GET", "/tasks?due=never", nil)
		p.page(422, "GET", "/tasks?owner=nobody", nil)
		p.page(422, "GET", "/tasks?after=zz", nil)
		p.page(404, "GET", "/tasks?release=none", nil)
		p.page(200, "GET", "/tasks", nil, "carla").Says(".empty", "No open tasks")
		if n := p.page(200, "GET", "/tasks", nil, "viola").Count("tbody form"); n != 0 {
			t.Errorf("whoever only looks can move %d tasks on", n)
		}
		w := p.do("POST", tasks+"/"+later.ID+"/status", url.Values{"rev": {"1"}, "status": {"doing"}, "back": {"/tasks?mine=1"}})
		if w.Code != 303 || w.Header().Get("Location") != "/tasks?mine=1" {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
		w = p.do("POST", tasks+"/"+later.ID+"/status", url.Values{"rev": {"2"}, "status": {"done"}, "back": {"https://evil.example/"}})
		if w.Code != 303 || w.Header().Get("Location") != "/" {
			t.Errorf("another site: %d %s", w.Code, w.Header().Get("Location"))
		}

		for i := range 60 {
			p.Add(t, r.Key, work.Spec{Name: fmt.Sprintf("Task %02d", i), Due: db.At(dbtest.Start.AddDate(0, 0, 40))})
		}
		first := p.page(200, "GET", "/tasks?q=task", nil)
		first.Says(".pager", "1 to 50 of 60 tasks")
		next := first.One(`.pager a[rel="next"]`).Attr("href")
		if n := p.page(200, "GET", next, nil).Count("tbody tr"); n != 10 {
			t.Errorf("%d rows on the second page of %s", n, next)
		}
	})
}

// TestTasksEverywhereLooks opens the list in a browser with axe, in both schemes, on a desk and on a phone.
func TestTasksEverywhereLooks(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.Release(t, "payments-26.11.0", plan.Active)
	p.Add(t, r.Key, work.Spec{Name: "Step-up authentication in identity", Owner: "oskar", Due: db.At(dbtest.Start.AddDate(0, 0, 3)), Estimate: work.Estimate{Low: 60, Likely: 90, High: 300}, Needs: []string{"cut"}})
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	for name, path := range map[string]string{"everywhere": "/tasks", "filtered": "/tasks?mine=1&due=late", "none": "/tasks?q=nothing"} {
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
