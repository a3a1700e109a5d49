package deploy_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// What many releases are told of their way back is what each is told; a rehearsal that was given up says why.
func TestBackouts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, `kind: runbook
key: there
steps: [{key: go, kind: notify, back_out: undo, notify: {text: on}}, {key: ask, kind: manual, owner: x, needs: [go]}]
back_out: {steps: [{key: undo, kind: manual, owner: x}]}
`)
		w.Put(t, `kind: runbook
key: forward
steps: [{key: go, kind: notify, back_out: fix-forward, notify: {text: on}}]
back_out: {fix_forward: Restore it.}
`)
		there, forward := w.Ready(t, "r1", "there"), w.Ready(t, "r2", "forward")
		bare := w.Release(t, "r3", "planned")
		read := func() (out map[id.Release]deploy.Backout) {
			t.Helper()
			if err := d.Read(w.Admin, func(tx *db.Tx) (err error) {
				out, err = deploy.Backouts(tx, there.ID, forward.ID, bare.ID)
				for _, r := range []id.Release{there.ID, forward.ID, bare.ID} {
					present, _, err := deploy.BackoutPresent(tx, r)
					if err != nil || present != out[r].Present {
						t.Errorf("%s: present %v, alone %v, %v", r, out[r].Present, present, err)
					}
					at, err := deploy.BackoutRehearsed(tx, r)
					if err != nil || out[r].Failed == "" && at != out[r].Rehearsed {
						t.Errorf("%s: rehearsed %s, alone %s, %v", r, out[r].Rehearsed, at, err)
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		first := read()
		if b := first[there.ID]; !b.Present || b.Changed.IsZero() || !b.Rehearsed.IsZero() || b.Failed != "" {
			t.Errorf("not rehearsed: %+v", b)
		}
		if b, ok := first[bare.ID]; ok || !first[forward.ID].Present {
			t.Errorf("without a runbook: %+v; fix forward: %+v", b, first[forward.ID])
		}
		w.Start(t)
		rehearse := func(end func(run id.Run)) {
			clockOf(d).Set(d.Clock().Now().Add(time.Minute))
			run := w.Begin(t, there.Key, deploy.NewRun{Mode: deploy.Rehearsal, Environment: "pre-prod"})
			w.Step(t, run.ID, "ask", runbook.StepAwaiting)
			if _, err := w.Runs.RollBack(w.Admin, run.ID, deploy.Back{Reason: "as planned"}); err != nil {
				t.Fatal(err)
			}
			w.Step(t, run.ID, "undo", runbook.StepAwaiting)
			end(run.ID)
		}
		rehearse(func(run id.Run) {
			if _, err := w.Runs.Abort(w.Admin, run, "the lock timed out"); err != nil {
				t.Fatal(err)
			}
			w.Ended(t, run, runbook.StateFailed)
		})
		if b := read()[there.ID]; b.Rehearsed.IsZero() || !strings.Contains(b.Failed, "the lock timed out") {
			t.Errorf("given up: %+v", b)
		}
		rehearse(func(run id.Run) {
			if _, err := w.Runs.Confirm(w.Admin, run, "undo", deploy.Answer{}); err != nil {
				t.Fatal(err)
			}
			w.Ended(t, run, runbook.StateRolledBack)
		})
		if b := read()[there.ID]; b.Rehearsed <= b.Changed || b.Failed != "" {
			t.Errorf("carried out: %+v", b)
		}
	})
}
