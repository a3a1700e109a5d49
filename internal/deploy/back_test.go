package deploy_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A roll back does not wait for what was told to stop longer than it takes to end, nor for questions, nor for a pause.
func TestRollBackInFlight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		calls := make(chan string, 10)
		x := newTarget(t, func(_ http.ResponseWriter, r *http.Request) {
			calls <- r.URL.Path
			if r.URL.Path == "/hang" {
				<-r.Context().Done()
			}
		})
		w := deploytest.New(t, d, nil)
		w.Put(t, fmt.Sprintf(`kind: runbook
key: flight
steps:
  - {key: hang, kind: http, back_out: undo, http: {url: "%[1]s/hang"}}
  - {key: long, kind: command, command: {argv: [sleep, "600"]}}
  - {key: ask, kind: manual, owner: x}
back_out:
  steps:
    - {key: undo, kind: http, http: {method: POST, url: "%[1]s/undo"}}
    - {key: never, kind: notify, notify: {text: back}}
`, x.URL))
		r := w.Ready(t, "r1", "flight")
		w.Start(t)
		run := w.Begin(t, r.Key, deploy.NewRun{})
		<-calls
		w.Step(t, run.ID, "long", runbook.StepRunning)
		if _, err := w.Runs.Pause(w.Admin, run.ID, "wait"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Runs.RollBack(w.Admin, run.ID, deploy.Back{}); err != nil {
			t.Fatal(err)
		}
		v := w.Ended(t, run.ID, runbook.StateRolledBack)
		for _, s := range v.Steps[:3] {
			if s.State != runbook.StepCancelled {
				t.Errorf("%s is %s", s.Key, s.State)
			}
		}
		if rel, err := w.Plans.Get(w.Admin, r.Key); err != nil || rel.State != plan.RolledBack {
			t.Errorf("%s %v", rel.State, err)
		}
		if _, err := w.Runs.Explain(w.Admin, run.ID, "It was too slow."); err != nil {
			t.Error(err)
		}
		if _, err := w.Runs.Explain(w.Admin, run.ID, "Again."); errs.ReasonOf(err) != "run.reason_given" {
			t.Errorf("%v", err)
		}
	})
}

// A run that was aborted can still be rolled back and takes its release along; one whose release is verified can not.
func TestLateRollBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, `kind: runbook
key: late
steps:
  - {key: record, kind: record, back_out: undo, record: {service: ledger, environment: prod-north, version: "${service.ledger.version}"}}
  - {key: wait, kind: manual, owner: x, needs: [record]}
back_out: {steps: [{key: undo, kind: notify, notify: {text: back}}]}
`)
		r := w.Ready(t, "r1", "late")
		w.Start(t)
		run := w.Begin(t, r.Key, deploy.NewRun{})
		w.Step(t, run.ID, "wait", runbook.StepAwaiting)
		if _, err := w.Runs.Abort(w.Admin, run.ID, "enough"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Runs.RollBack(w.Admin, run.ID, deploy.Back{Reason: "after all"}); err != nil {
			t.Fatal(err)
		}
		w.Ended(t, run.ID, runbook.StateRolledBack)
		if rel, err := w.Plans.Get(w.Admin, r.Key); err != nil || rel.State != plan.RolledBack {
			t.Errorf("%s %v", rel.State, err)
		}
		// The ledger's version still runs there, so it was not backed out; payments-core never came.
		bars, err := w.Catalog.Bars(w.Admin, "ledger", false)
		if err != nil || len(bars) != 0 {
			t.Errorf("%+v %v", bars, err)
		}
		if bars, err = w.Catalog.Bars(w.Admin, "payments-core", false); err != nil || len(bars) != 1 || bars[0].FromTier != catalog.Development {
			t.Errorf("%+v %v", bars, err)
		}
	})
}

// The go of a point of no return is refused once the way back no longer fits the window, but for an override with its reason.
func TestPastTheDeadline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, `kind: runbook
key: point
steps:
  - {key: drop, kind: command, owner: x, point_of_no_return: true, back_out: fix-forward, command: {argv: ["true"]}}
back_out: {fix_forward: Restore it., steps: [{key: tell, kind: manual, owner: x, planned: 30m}]}
`)
		r := w.Ready(t, "r1", "point")
		w.Start(t)
		run := w.Begin(t, r.Key, deploy.NewRun{})
		w.Step(t, run.ID, "drop", runbook.StepAwaiting)
		clockOf(d).Set(r.Window.End.Std().Add(-29 * time.Minute))
		if v, err := w.Runs.View(w.Admin, run.ID); err != nil || v.Alarm == "" {
			t.Errorf("no alarm: %v", err)
		}
		if _, err := w.Runs.Confirm(w.Admin, run.ID, "drop", deploy.Answer{}); errs.ReasonOf(err) != "run.past_backout_deadline" {
			t.Fatalf("%v", err)
		}
		if _, err := w.Runs.Confirm(w.Admin, run.ID, "drop", deploy.Answer{Reason: "The board agreed to stay longer."}); err != nil {
			t.Fatal(err)
		}
		v := w.Ended(t, run.ID, runbook.StateSucceeded)
		if len(v.Overridden) != 1 || !slices.Contains(w.Actions(t, run.ID), "run.overridden") {
			t.Errorf("%+v", v.Overridden)
		}
	})
}
