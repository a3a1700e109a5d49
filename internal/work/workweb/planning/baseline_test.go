package planning_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

// remove takes a milestone out of the plan.
func (s *site) remove(t testing.TB, milestone string) {
	t.Helper()
	if err := s.Plans.RemoveMilestone(s.Admin, key, milestone, 0, "not needed"); err != nil {
		t.Fatal(err)
	}
}

func TestBaselines(t *testing.T) {
	s := open(t, dbtest.Open(t, db.SQLite))
	s.make(t)
	s.remove(t, "scope-agreed")
	x := s.Add(t, key, work.Spec{Key: "a", Name: "First", Owner: "oskar", Phase: "build", Estimate: days(1, 1, 1)})
	s.page(t, 200, "GET", at+"/baselines", nil).Says("#variance", "No baseline yet")
	s.page(t, 403, "POST", at+"/baselines", url.Values{"name": {"Mine"}}, "viola")
	s.page(t, 303, "POST", at+"/baselines", url.Values{"name": {"As agreed"}, "note": {"By all"}})
	s.page(t, 200, "GET", at+"/baselines?moved=1", nil).Says("#variance", "Nothing has moved")
	e := days(3, 3, 3)
	if _, err := s.Tasks.Set(s.Admin, x.ID, 0, work.Change{Estimate: &e}); err != nil {
		t.Fatal(err)
	}
	s.Add(t, key, work.Spec{Key: "b", Name: "Added later", Phase: "build"})
	p := s.page(t, 200, "GET", at+"/baselines?moved=1", nil)
	p.Says("#variance", "Ready Tue 24 Nov, 4 d later than planned (Fri 20 Nov), 2 d of it in working hours.")
	p.Says("#variance tbody", "+2 d of work")
	p.Says("#variance tbody", "Added since")
	p.Says("#saved", "As agreed")
	p.Says("#saved", "Maya Lindqvist. By all")
	bad := s.page(t, 422, "POST", at+"/baselines", url.Values{"name": {strings.Repeat("x", 2000)}, "note": {"kept"}})
	bad.Says("#name-err", "")
	bad.Says("textarea[name=note]", "kept")
	s.page(t, 404, "GET", at+"/baselines?against=9", nil)
}

// TestMovedOverANight: what moved by no working time has moved nevertheless.
func TestMovedOverANight(t *testing.T) {
	s := open(t, dbtest.Open(t, db.SQLite))
	s.make(t)
	s.remove(t, "scope-agreed")
	if _, err := s.outlook.SaveBaseline(s.Admin, key, outlook.NewBaseline{}); err != nil {
		t.Fatal(err)
	}
	s.page(t, 200, "GET", at+"/baselines?moved=1", nil).Says("#variance", "Nothing has moved")
	phases, err := s.Plans.PhasesOf(s.Admin, key)
	if err != nil {
		t.Fatal(err)
	}
	end := phases[0].PlannedEnd // Tue 10 Nov, 21:00 in Stockholm
	if _, err = s.Plans.EnterPhase(s.Admin, key, "scope", phases[0].PlannedStart); err == nil {
		_, err = s.Plans.LeavePhase(s.Admin, key, "scope", end.Add(12*time.Hour))
	}
	if err == nil {
		_, err = s.Plans.EnterPhase(s.Admin, key, "build", end.Add(12*time.Hour))
	}
	if err != nil {
		t.Fatal(err)
	}
	p := s.page(t, 200, "GET", at+"/baselines?moved=1", nil)
	if row := p.All("#variance tbody tr")[1].Text(); row != "Scope and design 12 h late Tue 10 Nov Wed 11 Nov planned Tue 10 Nov 0 h working time" {
		t.Errorf("%q", row)
	}
	s.page(t, 200, "GET", at, nil).Says("#picture .gsplit", "12 h late")
	s.DB.Clock().(*clock.Fake).Advance(18 * 24 * time.Hour) // Build should be over
	s.page(t, 200, "GET", at+"/baselines?moved=1", nil).Says("#variance tbody", "Build 7 d late Mon 30 Nov Mon 7 Dec planned Mon 30 Nov")
}
