package plan_test

import (
	"slices"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

const day = 24 * 3600e9

// Every change of planned dates is kept with what was before and after; phases that are over keep their plan.
func TestReplans(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ledgertest.Open(t, d)
		w := plantest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		if _, err := w.Plans.EnterPhase(w.Admin, r.Key, "prepare", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Plans.LeavePhase(w.Admin, r.Key, "prepare", 0); err != nil {
			t.Fatal(err)
		}
		was := phases(t, w, r)
		later := plan.Window{Start: r.Window.Start.Add(2 * day), End: r.Window.End.Add(2 * day)}
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &later, Reason: "vendor slips"}); err != nil {
			t.Fatal(err)
		}
		at := later.Start.Add(-3 * day)
		if _, err := w.Plans.SetMilestone(w.Admin, r.Key, "cut-off", 0, plan.MilestoneEdit{At: &at, Reason: "earlier"}); err != nil {
			t.Fatal(err)
		}
		days := 6
		if _, err := w.Plans.SetPhase(w.Admin, r.Key, "test", 0, plan.PhaseEdit{Days: &days, Reason: "more suites"}); err != nil {
			t.Fatal(err)
		}
		rs, err := w.Plans.ReplansOf(w.Admin, r.Key)
		if err != nil || len(rs) != 3 {
			t.Fatalf("%d re-plans, %v", len(rs), err)
		}
		if x := rs[2]; x.Minutes != 2*24*60 || x.Reason != "vendor slips" || x.Person == "" || len(x.Moves) != 2+2*4+3 {
			t.Errorf("the window: %+v", x) // both ends, four phases that are not over, three milestones
		}
		if x := rs[1]; len(x.Moves) != 1 || x.Moves[0].Kind != "milestone" || x.Moves[0].After != at {
			t.Errorf("the milestone: %+v", x)
		}
		if x := rs[0]; x.Minutes != -2*24*60 || !slices.ContainsFunc(x.Moves, func(m plan.Move) bool { return m.Key == "test" && m.Point == "start" }) {
			t.Errorf("the phase: %+v", x)
		}
		now := phases(t, w, r)
		if now[0].PlannedEnd != was[0].PlannedEnd || now[0].StartVariance == nil || now[0].EndVariance == nil {
			t.Errorf("a phase that is over: %+v", now[0])
		}
		if x := now[1]; x.FirstEnd != was[1].PlannedEnd || x.Slipped != 2*24*60 || x.StartVariance == nil && x.Overdue {
			t.Errorf("a phase that was moved: %+v", x)
		}
		if _, err := w.Plans.SetPhase(w.Admin, r.Key, "prepare", 0, plan.PhaseEdit{Days: &days}); errs.As(err).Reason != "phase.over" {
			t.Errorf("a phase that is over is planned anew: %v", err)
		}
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Title: p("x")}); err != nil {
			t.Fatal(err)
		}
		if rs, err := w.Plans.ReplansOf(w.Admin, r.Key); err != nil || len(rs) != 3 {
			t.Errorf("another title is a re-plan: %d, %v", len(rs), err)
		}
	})
}

func phases(t *testing.T, w plantest.World, r plan.Release) []plan.PhaseProgress {
	t.Helper()
	ps, err := w.Plans.PhasesOf(w.Admin, r.Key)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}
