package deploy_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

func clockOf(d *db.DB) *clock.Fake { return d.Clock().(*clock.Fake) }

// Two replicas on one database: a run goes on in whichever is there, and a holder that lost its lease changes nothing any more.
func TestReplicas(t *testing.T) {
	p := dbtest.New(t, db.Postgres)
	c := clock.NewFake(dbtest.Start)
	slow := make(chan struct{})
	calls := make(chan string, 10)
	x := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		calls <- r.URL.Path
		if r.URL.Path == "/slow" || r.URL.Path == "/post" {
			select {
			case <-slow:
			case <-r.Context().Done():
			}
		}
	})
	key := t.TempDir() + "/key"
	long := func(o *deploy.Options) { o.Lease = time.Minute } // whatever the machine does: a lease runs out when the test says so
	w := deploytest.New(t, dbtest.Reopen(t, p, c), long, key)
	d2 := dbtest.Reopen(t, p, c)
	if _, err := ledger.Open(t.Context(), d2, ledger.Options{KeyFile: key}); err != nil {
		t.Fatal(err)
	}
	books, err := deploy.NewRunbooks(d2)
	if err != nil {
		t.Fatal(err)
	}
	o := deploytest.Options(t, t.TempDir())
	long(&o)
	other := deploy.New(d2, books, o)
	w.Put(t, `kind: runbook
key: shared
steps:
  - {key: open, kind: manual, owner: release-manager}
  - {key: slow, kind: http, needs: [open], http: {url: "`+x.URL+`/slow"}}
  - {key: post, kind: http, needs: [slow], on_unknown: repeat, http: {method: POST, url: "`+x.URL+`/post"}}
`)
	run := w.Begin(t, w.Ready(t, "r1", "shared").Key, deploy.NewRun{})
	w.Start(t)
	// Confirmed through the replica that carries nothing out.
	if _, err := other.Confirm(w.Admin, run.ID, "open", deploy.Answer{}); err != nil {
		t.Fatal(err)
	}
	if got := <-calls; got != "/slow" {
		t.Fatal(got)
	}
	deploytest.Start(t, other)
	take := func() {
		t.Helper()
		if err := d2.Write(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE run_attempt SET lease_until = 0 WHERE ended_at IS NULL`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		other.Look()
	}
	take()
	<-calls // taken up again: it only reads
	close(slow)
	w.Step(t, run.ID, "slow", runbook.StepSucceeded)
	v := w.Ended(t, run.ID, runbook.StateSucceeded)
	for _, s := range v.Steps {
		if s.Attempt != 1 {
			t.Errorf("%s: attempt %d", s.Key, s.Attempt)
		}
	}
	adopted, succeeded := 0, 0
	for _, a := range w.Actions(t, run.ID) {
		switch a {
		case "step.adopted":
			adopted++
		case "step.succeeded":
			succeeded++
		}
	}
	if adopted != 1 || succeeded != 3 {
		t.Errorf("adopted %d, succeeded %d: %v", adopted, succeeded, w.Actions(t, run.ID))
	}
}

// A result under an old token is refused and changes nothing.
func TestStaleResult(t *testing.T) {
	p := dbtest.New(t, db.Postgres)
	c := clock.NewFake(dbtest.Start)
	answer := make(chan struct{}, 1)
	calls := make(chan struct{}, 10)
	key := t.TempDir() + "/key"
	x := newTarget(t, func(http.ResponseWriter, *http.Request) { calls <- struct{}{}; <-answer })
	w := deploytest.New(t, dbtest.Reopen(t, p, c), func(o *deploy.Options) { o.Lease = time.Minute }, key) // it will not notice by itself
	d2 := dbtest.Reopen(t, p, c)
	if _, err := ledger.Open(t.Context(), d2, ledger.Options{KeyFile: key}); err != nil {
		t.Fatal(err)
	}
	books, err := deploy.NewRunbooks(d2)
	if err != nil {
		t.Fatal(err)
	}
	other := deploy.New(d2, books, deploytest.Options(t, t.TempDir()))
	w.Put(t, "kind: runbook\nkey: one\nsteps:\n  - {key: post, kind: http, http: {method: POST, url: \""+x.URL+"\"}}\n")
	w.Start(t)
	run := w.Begin(t, w.Ready(t, "r1", "one").Key, deploy.NewRun{})
	<-calls
	if err := d2.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE run_attempt SET lease_until = 0 WHERE ended_at IS NULL`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	deploytest.Start(t, other)
	w.Step(t, run.ID, "post", runbook.StepUnknown)
	answer <- struct{}{} // the old holder succeeds now
	w.Until(t, run.ID, "the late result is told", func(deploy.View) bool {
		d, err := w.Runs.Detail(w.Admin, run.ID)
		return err == nil && len(d.Attempts) == 1 && d.Attempts[0].Outcome == "lost"
	})
	log, _, err := w.Runs.Log(w.Admin, run.ID, deploy.LogFilter{}, 0)
	if err != nil || len(log) == 0 {
		t.Error(err)
	}
	v, err := w.Runs.View(w.Admin, run.ID)
	if s, _ := v.Course.Step("post"); err != nil || s.State != runbook.StepUnknown {
		t.Errorf("a stale result changed the step to %s %v", s.State, err)
	}
}
