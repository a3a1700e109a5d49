package planning_test

import (
	"net/url"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
)

// forecast makes a forecast by the page's button.
func (s *site) forecast(t testing.TB) {
	t.Helper()
	s.page(t, 303, "POST", at+"/forecast", url.Values{})
}

func (s *site) pass(days int) {
	s.DB.Clock().(*clock.Fake).Advance(time.Duration(days) * 24 * time.Hour)
}

// window moves the window, or takes it away.
func (s *site) window(t testing.TB, w plan.Window) {
	t.Helper()
	r, err := s.Plans.Set(s.Admin, key, 0, plan.Edit{Window: &w, Reason: "Moved"})
	if err != nil {
		t.Fatal(err)
	}
	s.release = r
}

// TestTrend: the card says how the chance has moved, and draws it by the day.
func TestTrend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.consent(t)
		forecast := func() {
			t.Helper()
			s.page(t, 303, "POST", at+"/forecast", url.Values{})
		}
		pass := func(days int) { d.Clock().(*clock.Fake).Advance(time.Duration(days) * 24 * time.Hour) }
		forecast()
		if s.page(t, 200, "GET", at, nil).Count("#forecast .trail") != 0 {
			t.Error("a trail of one forecast")
		}
		pass(1)
		x, err := s.Tasks.Find(s.Admin, key, "service")
		if err != nil {
			t.Fatal(err)
		}
		left := int64(12 * 480)
		if _, err := s.Tasks.Set(s.Admin, x.ID, 0, work.Change{Remaining: &left}); err != nil {
			t.Fatal(err)
		}
		forecast()
		p := s.page(t, 200, "GET", at, nil)
		p.Says("#forecast", "Down from ")
		p.Says("#forecast", " yesterday; 1 task has changed since. P50 is ")
		p.Has("#forecast .trail svg.spark")
		p.Says("#forecast .trail summary", "2 days")
		p.Says("#forecast .trail tbody", "20 Nov")
		pass(7)
		s.page(t, 200, "GET", at, nil).Says("#forecast", "It is of an earlier day")
		forecast()
		p = s.page(t, 200, "GET", at, nil)
		p.Says("#forecast", "As likely as a week earlier. P50 is ")
		p.Says("#forecast .trail summary", "9 days")
		if n := p.Count("#forecast .trail tbody tr"); n != 3 {
			t.Errorf("%d forecasts are listed", n)
		}
	})
}

// TestTrendOfAnotherWindow: a chance of another window is said to be one.
func TestTrendOfAnotherWindow(t *testing.T) {
	s := open(t, dbtest.Open(t, db.SQLite))
	s.consent(t)
	s.forecast(t)
	s.pass(1)
	s.window(t, opens(8, 18))
	s.forecast(t)
	s.page(t, 200, "GET", at, nil).Says("#forecast", " yesterday, when the window was to open at 21:00. P50 is ")
	s.pass(1)
	s.window(t, opens(18, 18))
	s.forecast(t)
	p := s.page(t, 200, "GET", at, nil)
	p.Says("#forecast", "Chance of Fri 18 Dec")
	p.Says("#forecast", "Up from ")
	p.Says("#forecast", " on Thursday, when the window was to open Tue 8 Dec. P50 is ")
	p.Says("#forecast .trail thead", "Window")
	p.Says("#forecast .trail tbody", "Fri 18 Dec")
}

// TestTrendWithoutAWindow: without a window the card says how P50 has moved.
func TestTrendWithoutAWindow(t *testing.T) {
	s := open(t, dbtest.Open(t, db.SQLite))
	if _, err := s.Plans.SetTemplate(s.Admin, 0, feature()); err != nil {
		t.Fatal(err)
	}
	r, err := s.Plans.Create(s.Admin, plan.Spec{Key: key, Product: "payments", Version: "26.12.0", Template: "feature"})
	if err != nil {
		t.Fatal(err)
	}
	s.release = r
	x := s.Add(t, key, work.Spec{Key: "a", Name: "First", Owner: "oskar", Phase: "build", Estimate: days(1, 1, 1)})
	s.forecast(t)
	p := s.page(t, 200, "GET", at, nil)
	p.Says("#forecast", "Done by Fri 20 Nov All 10,000 runs end Fri 20 Nov, made today 14:08.")
	p.None("#forecast figure") // one bar says nothing
	s.pass(1)
	e := days(4, 5, 8)
	if _, err := s.Tasks.Set(s.Admin, x.ID, 0, work.Change{Estimate: &e}); err != nil {
		t.Fatal(err)
	}
	s.forecast(t)
	p = s.page(t, 200, "GET", at, nil)
	p.Says("#forecast", "Later than yesterday, when it was Fri 20 Nov; 1 task has changed since. P50 is ")
	p.Has("#forecast figure")
	p.Says("#forecast .trail summary", "2 days")
	p.None("#forecast .spark")
	s.pass(1)
	s.window(t, opens(8, 20))
	s.forecast(t)
	s.page(t, 200, "GET", at, nil).Says("#forecast", "There was no window on Thursday; 1 task has changed since. P50 is ")
	done := work.Done
	if _, err := s.Tasks.Set(s.Admin, x.ID, 0, work.Change{Status: &done}); err != nil {
		t.Fatal(err)
	}
	s.page(t, 200, "GET", at, nil).Says("#forecast", "No work is left before the window.")
}
