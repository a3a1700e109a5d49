package planning_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/work/outlook"
)

// large is a plan of many tasks, each after one before it.
func (s *site) large(t testing.TB, n int) {
	t.Helper()
	s.make(t)
	const width = 100 // tasks beside each other
	phases := []string{"scope", "build", "test"}
	var owners []id.Person
	for _, who := range []string{"maya", "oskar", "daniel", "viola"} {
		v, _ := auth.Viewer(s.who[who])
		owners = append(owners, v.Person)
	}
	err := s.DB.Write(s.Admin, func(tx *db.Tx) error {
		for i := range n {
			task := fmt.Sprintf("00000000-0000-7000-8000-%012d", i)
			if _, err := tx.Exec(`INSERT INTO task (id, release, key, name, text, owner, phase, status, status_at, blocker, low, likely, high, from_window, sort_at, search, rev, created_at, created_by, changed_at, changed_by, heard_at)
				VALUES ($1, $2, $3, $4, '', $5, $6, 'todo', $7, '', 60, 120, 300, '', $8, $3, 1, $7, 'x', $7, 'x', $7)`, task, s.release.ID, fmt.Sprintf("t-%04d", i), fmt.Sprintf("Task number %04d", i), owners[i%len(owners)], phases[i*3/n], tx.Now, i); err != nil {
				return err
			}
			if i < width {
				continue
			}
			if _, err := tx.Exec(`INSERT INTO task_link (task, giver, kind, lag, elapsed) VALUES ($1, $2, 'FS', 0, FALSE)`, task, fmt.Sprintf("00000000-0000-7000-8000-%012d", i-width)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLarge pages through a plan of 3,000 tasks: every row once, each piece small.
func TestLarge(t *testing.T) {
	s := open(t, dbtest.Open(t, db.SQLite))
	s.large(t, 3000)
	w := s.do("GET", at, nil)
	if w.Code != 200 || w.Body.Len() > 200<<10 {
		t.Errorf("%d with %d bytes", w.Code, w.Body.Len())
	}
	p := uitest.DOM(t, w.Body.String())
	p.Says(".gmore", "Show rows 61 to 120 of 3,008")
	next := p.One(".gmore").Attr("hx-get")
	bars, pieces := p.Count("#picture svg .bk"), 1
	for next != "" {
		r := httptest.NewRequestWithContext(t.Context(), "GET", next, nil)
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Request-Type", "partial")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.Len() > 64<<10 {
			t.Fatalf("%s: %d with %d bytes", next, w.Code, w.Body.Len())
		}
		p := uitest.DOM(t, w.Body.String())
		bars += p.Count("svg .bk")
		next = ""
		if p.Count(".gmore") > 0 {
			next = p.One(".gmore").Attr("hx-get")
		}
		if pieces++; pieces > 100 {
			t.Fatal("the pieces never end")
		}
		if testing.Short() && pieces > 3 {
			return
		}
	}
	if pieces != 51 {
		t.Errorf("%d pieces", pieces)
	}
	last := s.page(t, 200, "GET", at+"?row=2990&view=table", nil)
	last.Says(".pager", "2,991 to 3,008 of 3,008 rows")
}

// TestScroll draws further rows as one scrolls, and goes from bar to bar by the arrow keys.
func TestScroll(t *testing.T) {
	tab := uitest.Browser(t)
	s := open(t, dbtest.Open(t, db.SQLite))
	s.large(t, 300)
	srv := httptest.NewServer(s.handler)
	t.Cleanup(srv.Close)
	uitest.Open(t, tab, srv.URL+at, uitest.Looks[0])
	do := func(js string) {
		if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](js+"; true")); err != nil {
			t.Fatal(err)
		}
	}
	for pieces := 2; pieces <= 4; pieces++ {
		do(`document.querySelector(".gmore").scrollIntoView()`)
		uitest.Until(t, tab, "further rows are drawn", fmt.Sprintf(`document.querySelectorAll("[data-gantt]").length >= %d`, pieces))
	}
	do(`document.querySelector(".gantt:not(.names) a").focus()`)
	if err := chromedp.Do(tab, chromedp.KeyEvent(kb.ArrowDown)); err != nil {
		t.Fatal(err)
	}
	uitest.Until(t, tab, "the next bar has the focus", `document.activeElement === document.querySelectorAll(".gantt:not(.names) a")[1]`)
	do(`{ const g = document.querySelector("[data-again]"); g.dataset.old = ""; g.dispatchEvent(new CustomEvent("again")); }`)
	uitest.Until(t, tab, "a further piece is drawn anew", `!document.querySelector("[data-old]") && document.querySelectorAll("[data-gantt] > .gsplit").length >= 4`)
	for _, f := range uitest.Findings(t, tab, uitest.Looks[0]) {
		t.Error(f)
	}
}

// BenchmarkPage measures the plan of 3,000 tasks, and its bytes.
func BenchmarkPage(b *testing.B) {
	s := open(b, dbtest.Open(b, db.SQLite))
	s.large(b, 3000)
	if _, err := s.outlook.SaveBaseline(s.Admin, key, outlook.NewBaseline{}); err != nil {
		b.Fatal(err)
	}
	if _, err := s.outlook.MakeForecast(s.Admin, key, outlook.ForecastOptions{Samples: 1000}); err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{at, at + "?view=table", at + "/rows?row=600"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			bytes := 0
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), "GET", path, nil)
				r.Header.Set("HX-Request", "true")
				r.Header.Set("HX-Request-Type", "partial")
				w := httptest.NewRecorder()
				s.handler.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatalf("%d %.300s", w.Code, w.Body)
				}
				bytes = w.Body.Len()
			}
			b.ReportMetric(float64(bytes), "B/page")
		})
	}
}
