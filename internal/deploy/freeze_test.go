package deploy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A freeze that begins while a run is live does to it what it says, once; a run that was resumed, rehearses, rolls back or began
// under the freeze is left alone.
func TestFreezesThatBegin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, `kind: runbook
key: slow
steps: [{key: ask, kind: manual, owner: x}, {key: then, kind: manual, owner: x, needs: [ask]}]
back_out: {steps: [{key: undo, kind: manual, owner: x}]}
`)
		now := d.Clock().(*clock.Fake)
		sys := auth.WithSystem(t.Context())
		cal := calendar.New(d)
		freeze := func(key string, does calendar.Running, in, until time.Duration, hardness string) {
			t.Helper()
			if _, err := cal.Add(w.Admin, calendar.Freeze, calendar.Spec{Key: key, Name: "Freeze " + key, Reason: "peak", Zone: "UTC", Running: does, Hardness: hardness,
				Start: now.Now().Add(in).UTC().Format("2006-01-02T15:04:05Z"), End: now.Now().Add(until).UTC().Format("2006-01-02T15:04:05Z")}); err != nil {
				t.Fatal(err)
			}
		}
		heed := func() {
			t.Helper()
			if err := w.Runs.HeedFreezes(sys); err != nil {
				t.Fatal(err)
			}
		}
		w.Start(t)
		run := w.Begin(t, w.Ready(t, "r1", "slow").Key, deploy.NewRun{})
		rehearsal := w.Begin(t, w.Ready(t, "r2", "slow").Key, deploy.NewRun{Mode: deploy.Rehearsal, Environment: "pre-prod"})
		freeze("noted", calendar.Finish, 10*time.Minute, 20*time.Hour, "hard")
		freeze("halt", calendar.Pause, 30*time.Minute, 20*time.Hour, "hard")
		heed()
		if v := w.Step(t, run.ID, "ask", runbook.StepAwaiting); v.State != runbook.StateRunning || len(v.Heeded) != 0 {
			t.Fatalf("before any start: %s %+v", v.State, v.Heeded)
		}
		now.Advance(11 * time.Minute)
		heed()
		heed()
		v := w.Step(t, run.ID, "ask", runbook.StepAwaiting)
		if v.State != runbook.StateRunning || len(v.Heeded) != 1 || v.Heeded[0].Key != "noted" || v.Heeded[0].Did != calendar.Finish {
			t.Fatalf("a notice: %s %+v", v.State, v.Heeded)
		}
		now.Advance(20 * time.Minute)
		heed()
		v = w.Until(t, run.ID, "paused", func(v deploy.View) bool { return v.State == runbook.StatePaused })
		if !strings.Contains(v.Course.Reason, "Freeze halt has begun") || v.Course.By != "" {
			t.Errorf("%q by %q", v.Course.Reason, v.Course.By)
		}
		if v := w.Step(t, rehearsal.ID, "ask", runbook.StepAwaiting); v.State != runbook.StateRunning || len(v.Heeded) != 0 {
			t.Errorf("the rehearsal: %s %+v", v.State, v.Heeded)
		}
		if _, err := w.Runs.Resume(w.Admin, run.ID); err != nil {
			t.Fatal(err)
		}
		now.Advance(time.Minute)
		heed()
		if v = w.Step(t, run.ID, "ask", runbook.StepAwaiting); v.State != runbook.StateRunning || v.Course.Reason != "" {
			t.Errorf("after it was resumed: %s %q", v.State, v.Course.Reason)
		}
		actions := w.Actions(t, run.ID)
		for action, want := range map[string]int{"run.freeze_met": 2, "run.paused": 1, "run.resumed": 1} {
			if n := count(actions, action); n != want {
				t.Errorf("%d times %s, want %d", n, action, want)
			}
		}

		// One that began under the freezes is not met by them again; one that is published later, with a start in the past, is.
		late := w.Begin(t, w.Ready(t, "r3", "slow").Key, deploy.NewRun{})
		heed()
		if v := w.Step(t, late.ID, "ask", runbook.StepAwaiting); v.State != runbook.StateRunning || len(v.Heeded) != 0 {
			t.Errorf("begun under a freeze: %s %+v", v.State, v.Heeded)
		}
		back := w.Begin(t, w.Ready(t, "r4", "slow").Key, deploy.NewRun{})
		if _, err := w.Runs.RollBack(w.Admin, back.ID, deploy.Back{Reason: "wrong"}); err != nil {
			t.Fatal(err)
		}
		now.Advance(time.Minute)
		freeze("ends", calendar.Abort, -time.Hour, 20*time.Hour, "soft")
		heed()
		v = w.Ended(t, late.ID, runbook.StateAborted)
		if !strings.Contains(v.Course.Reason, "Freeze ends has begun") {
			t.Errorf("%q", v.Course.Reason)
		}
		if rel, err := w.Plans.Get(w.Admin, "r3"); err != nil || rel.State != plan.Active {
			t.Errorf("%s %v", rel.State, err)
		}
		if v := w.Step(t, back.ID, "undo", runbook.StepAwaiting); v.State != runbook.StateRunning || len(v.Heeded) != 0 {
			t.Errorf("the roll back: %s %+v", v.State, v.Heeded)
		}
	})
}

func count(list []string, what string) int {
	return len(list) - len(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == what }))
}

// A restored database does not go on by itself with what was under way: its runs are paused, with the reason.
func TestPauseAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, "kind: runbook\nkey: two\nsteps: [{key: ask, kind: manual, owner: x}]\nback_out: {steps: [{key: undo, kind: manual, owner: x}]}\n")
		live := w.Begin(t, w.Ready(t, "r1", "two").Key, deploy.NewRun{})
		held := w.Begin(t, w.Ready(t, "r2", "two").Key, deploy.NewRun{})
		if _, err := w.Runs.Pause(w.Admin, held.ID, "lunch"); err != nil {
			t.Fatal(err)
		}
		if n, err := w.Runs.PauseAll(t.Context(), "Restored."); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		for run, reason := range map[string]string{string(live.ID): "Restored.", string(held.ID): "lunch"} {
			v, err := w.Runs.View(w.Admin, live.ID)
			if run == string(held.ID) {
				v, err = w.Runs.View(w.Admin, held.ID)
			}
			if err != nil || v.State != runbook.StatePaused || v.Course.Reason != reason {
				t.Errorf("%s %q %v", v.State, v.Course.Reason, err)
			}
		}
	})
}

// The run of a verified release is rolled back with a reason, and not once something else was deployed over it.
func TestVerifiedIsRolledBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, `kind: runbook
key: quick
steps:
  - {key: record, kind: record, back_out: undo, record: {service: ledger, environment: prod-north, version: "${service.ledger.version}"}}
  - {key: look, kind: manual, owner: x, needs: [record], verification: true}
back_out: {steps: [{key: undo, kind: record, record: {service: ledger, environment: prod-north, version: "1.0.0", outcome: rolled-back}}]}
`)
		w.Start(t)
		r := w.Ready(t, "r1", "quick")
		run := w.Begin(t, r.Key, deploy.NewRun{})
		w.Step(t, run.ID, "look", runbook.StepAwaiting)
		if _, err := w.Runs.Confirm(w.Admin, run.ID, "look", deploy.Answer{}); err != nil {
			t.Fatal(err)
		}
		w.Ended(t, run.ID, runbook.StateSucceeded)
		if rel, err := w.Plans.Get(w.Admin, r.Key); err != nil || rel.State != plan.Verified {
			t.Fatalf("%s %v", rel.State, err)
		}
		if _, err := w.Runs.RollBack(w.Admin, run.ID, deploy.Back{}); errs.ReasonOf(err) != "run.reason_missing" {
			t.Errorf("without a reason: %v", err)
		}
		over := catalog.NewDeployment{Service: "ledger", Environment: "prod-north", Version: "99.0.0"}
		if _, err := w.Catalog.RecordDeployment(w.Admin, over); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Runs.RollBack(w.Admin, run.ID, deploy.Back{Reason: "slow"}); errs.ReasonOf(err) != "run.superseded" || !strings.Contains(err.Error(), "99.0.0") {
			t.Errorf("over another deployment: %v", err)
		}
		over.Version = run.Given.Manifest[slices.IndexFunc(run.Given.Manifest, func(m deploy.Item) bool { return m.ServiceKey == "ledger" })].Version
		if _, err := w.Catalog.RecordDeployment(w.Admin, over); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Runs.RollBack(w.Admin, run.ID, deploy.Back{Reason: "slow"}); err != nil {
			t.Fatal(err)
		}
		v := w.Ended(t, run.ID, runbook.StateRolledBack)
		if v.Course.RollbackReason != "slow" || v.Course.Reason != "" {
			t.Errorf("%q %q", v.Course.RollbackReason, v.Course.Reason)
		}
		if rel, err := w.Plans.Get(w.Admin, r.Key); err != nil || rel.State != plan.RolledBack || !strings.Contains(rel.StateReason, "slow") {
			t.Errorf("%s %q %v", rel.State, rel.StateReason, err)
		}
	})
}

// The reason of a pause and that of a roll back stand side by side.
func TestReasonsApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, "kind: runbook\nkey: apart\nsteps: [{key: ask, kind: manual, owner: x}]\nback_out: {steps: [{key: undo, kind: manual, owner: x}]}\n")
		run := w.Begin(t, w.Ready(t, "r1", "apart").Key, deploy.NewRun{})
		for _, do := range []func() (deploy.Run, error){
			func() (deploy.Run, error) { return w.Runs.RollBack(w.Admin, run.ID, deploy.Back{}) },
			func() (deploy.Run, error) { return w.Runs.Pause(w.Admin, run.ID, "the bridge is down") },
			func() (deploy.Run, error) { return w.Runs.Explain(w.Admin, run.ID, "too slow") },
		} {
			if _, err := do(); err != nil {
				t.Fatal(err)
			}
		}
		v, err := w.Runs.View(w.Admin, run.ID)
		if err != nil || v.Course.Reason != "the bridge is down" || v.Course.RollbackReason != "too slow" {
			t.Errorf("%q %q %v", v.Course.Reason, v.Course.RollbackReason, err)
		}
	})
}
