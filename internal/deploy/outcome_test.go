package deploy_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

const failing = `kind: runbook
key: failing
rollback_on_failed_verification: true
parameters: [{name: url, required: true}]
steps:
  - {key: deploy, kind: http, back_out: undo, http: {method: POST, url: "${param.url}/deploy"}}
  - {key: record, kind: record, needs: [deploy], back_out: return, record: {service: payments-core, environment: prod-north, version: "${service.payments-core.version}"}}
  - {key: smoke, kind: http, needs: [record], verification: true, http: {url: "${param.url}/health", condition: answer.ok}}
  - {key: close, kind: manual, owner: release-manager, needs: [smoke]}
back_out:
  steps:
    - {key: undo, kind: http, http: {method: POST, url: "${param.url}/undo"}}
    - {key: return, kind: record, needs: [undo], record: {service: payments-core, environment: prod-north, version: "${service.payments-core.before}", outcome: rolled-back}}
`

// A failed verification takes everything back: the old version is recorded, the bad one barred everywhere.
func TestFailedVerification(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newTarget(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"ok": false}`) })
		w := deploytest.New(t, d, nil)
		w.Put(t, failing)
		r := w.Ready(t, "bad", "failing")
		params := map[string]string{"url": x.URL}
		if _, err := w.Books.SetRunbook(w.Admin, r.Key, 0, deploy.Choice{Parameters: &params}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Catalog.RecordDeployment(w.Admin, catalog.NewDeployment{Service: "payments-core", Environment: "prod-north", Version: "8.31.0"}); err != nil {
			t.Fatal(err)
		}
		w.Start(t)

		rehearsal := w.Begin(t, r.Key, deploy.NewRun{Mode: deploy.Rehearsal, Environment: "pre-prod"})
		w.Ended(t, rehearsal.ID, runbook.StateRolledBack)
		rel, err := w.Plans.Get(w.Admin, r.Key)
		if err != nil || rel.State == plan.RolledBack || rel.State == plan.Deploying {
			t.Errorf("a rehearsal moved the release: %s %v", rel.State, err)
		}
		if err := d.Read(w.Admin, func(tx *db.Tx) error {
			at, err := deploy.BackoutRehearsed(tx, r.ID)
			if at != tx.Now {
				t.Errorf("rehearsed at %s", at)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if ds, _ := w.Catalog.Deployments(w.Admin, catalog.DeploymentFilter{Environment: "prod-north"}); len(ds) != 1 {
			t.Errorf("a rehearsal is in the catalog as production: %+v", ds)
		}

		run := w.Begin(t, r.Key, deploy.NewRun{})
		v := w.Ended(t, run.ID, runbook.StateRolledBack)
		if !strings.Contains(v.Course.RollbackReason, "Verification failed") || len(v.Steps) != 6 {
			t.Errorf("%q, %d steps", v.Course.RollbackReason, len(v.Steps))
		}
		if rel, err = w.Plans.Get(w.Admin, r.Key); err != nil || rel.State != plan.RolledBack {
			t.Errorf("%s %v", rel.State, err)
		}
		ds, err := w.Catalog.Deployments(w.Admin, catalog.DeploymentFilter{Environment: "prod-north"})
		if err != nil || len(ds) != 3 || ds[0].Version != "8.31.0" || ds[0].Outcome != catalog.RolledBack {
			t.Errorf("%+v %v", ds, err)
		}
		bars, err := w.Catalog.Bars(w.Admin, "payments-core", false)
		if err != nil || len(bars) != 1 || bars[0].Version != "8.32.0" || bars[0].FromTier != catalog.Development || bars[0].Release != r.ID {
			t.Errorf("%+v %v", bars, err)
		}
	})
}

func TestClearance(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gate := &deploytest.Gate{}
		w := deploytest.New(t, d, func(o *deploy.Options) { o.Clearance = gate })
		w.Put(t, "kind: runbook\nkey: short\nsteps: [{key: do, kind: manual, owner: database}]\n")
		r := w.Ready(t, "r1", "short")
		gate.Refusal = errs.Blocked("clearance.refused", "The verdict is NO-GO.").With(errs.Field{Reason: "gate.evidence_missing", Msg: "No test report."})
		manager := authtest.Person(t, d, "mia", "release-manager")
		if _, err := w.Runs.StartRun(manager, r.Key, deploy.NewRun{}); errs.ReasonOf(err) != "clearance.refused" || len(errs.As(err).Fields) != 1 {
			t.Fatalf("%v", err)
		}
		if _, err := w.Runs.StartRun(manager, r.Key, deploy.NewRun{Override: "It burns."}); !errs.Is(err, errs.CodeForbidden) {
			t.Fatalf("%v", err)
		}
		run := w.Begin(t, r.Key, deploy.NewRun{Override: "It burns."})
		if len(run.Overridden) != 1 || run.Overridden[0].Reason != "It burns." || len(run.Overridden[0].Reasons) != 1 || w.Actions(t, run.ID)[0] != "run.overridden" {
			t.Errorf("%+v %v", run.Overridden, w.Actions(t, run.ID))
		}
		if _, err := w.Runs.StartRun(w.Admin, r.Key, deploy.NewRun{Override: "Once more."}); errs.ReasonOf(err) != "run.live" {
			t.Errorf("a second live run: %v", err)
		}
		// Who may confirm: the role's holder, whoever was asked by name, and who operates the run.
		anna, ben, cleo := authtest.Person(t, d, "anna", "viewer"), authtest.Person(t, d, "ben", "viewer", "database@product/"+string(w.Payments.ID)), authtest.Person(t, d, "cleo", "viewer")
		if _, err := w.Runs.Confirm(anna, run.ID, "do", deploy.Answer{}); errs.ReasonOf(err) != "run.not_yours" {
			t.Errorf("%v", err)
		}
		if _, err := w.Runs.Reassign(manager, run.ID, "do", "cleo"); err != nil {
			t.Error(err)
		}
		for _, who := range []context.Context{ben, cleo, manager} {
			if err := d.Read(who, func(tx *db.Tx) error {
				again, err := deploy.RunByID(tx, run.ID)
				if err != nil {
					return err
				}
				ok, why, err := w.Runs.MayAnswer(tx, again, "do")
				if !ok {
					t.Errorf("may not: %s", why)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		}
		if _, err := w.Runs.Pause(ben, run.ID, ""); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("%v", err)
		}
		if _, err := w.Runs.Confirm(ben, run.ID, "do", deploy.Answer{Asked: 7}); errs.ReasonOf(err) != "run.other_question" {
			t.Errorf("%v", err)
		}
		if _, err := w.Runs.Abort(manager, run.ID, "Enough."); err != nil {
			t.Error(err)
		}
		rel, err := w.Plans.Get(w.Admin, r.Key)
		if err != nil || rel.State != plan.Active {
			t.Errorf("%s %v", rel.State, err)
		}
		if _, err := w.Runs.Confirm(ben, run.ID, "do", deploy.Answer{}); errs.ReasonOf(err) != "run.ended" {
			t.Errorf("%v", err)
		}
	})
}

// What is not known follows the step's on_unknown; the key stays the same for as long as it is the same attempt.
func TestUnknown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var cuts atomic.Int32
		x := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/check":
			case r.URL.Path == "/ask", cuts.Add(1) <= 4:
				panic(http.ErrAbortHandler) // the connection breaks after the request was received
			}
		})
		w := deploytest.New(t, d, nil)
		w.Put(t, fmt.Sprintf(`kind: runbook
key: unknown
steps:
  - {key: ask, kind: http, http: {method: POST, url: "%[1]s/ask"}}
  - {key: repeat, kind: http, on_unknown: repeat, http: {method: POST, url: "%[1]s/repeat"}}
  - {key: look, kind: http, needs: [repeat], on_unknown: check, http: {method: POST, url: "%[1]s/ask"}, check: {http: {url: "%[1]s/check"}}}
  - {key: reads, kind: http, retries: 3, retry_wait: 1ms, http: {url: "%[1]s/reads"}}
`, x.URL))
		w.Start(t)
		run := w.Begin(t, w.Ready(t, "r1", "unknown").Key, deploy.NewRun{})
		v := w.Step(t, run.ID, "ask", runbook.StepUnknown)
		if len(v.Attentions) != 1 || v.Attentions[0].Code != "step.unknown" {
			t.Errorf("%+v", v.Attentions)
		}
		w.Step(t, run.ID, "repeat", runbook.StepSucceeded)
		w.Step(t, run.ID, "look", runbook.StepSucceeded)
		w.Until(t, run.ID, "reads done", func(v deploy.View) bool {
			s, _ := v.Course.Step("reads")
			if s.State == runbook.StepReady {
				clockOf(d).Advance(time.Minute)
				w.Runs.Look()
			}
			return s.State == runbook.StepSucceeded
		})
		x.mu.Lock()
		byStep := map[string]int{}
		for k := range x.keys {
			byStep[strings.Split(k, "/")[1]]++
		}
		x.mu.Unlock()
		if byStep["ask"] != 1 || byStep["repeat"] != 1 || byStep["look"] != 2 { // the check has a key of its own
			t.Errorf("%v", byStep)
		}
		if _, err := w.Runs.Skip(w.Admin, run.ID, "ask", deploy.Answer{}); errs.ReasonOf(err) != "run.missing" {
			t.Errorf("a skip needs its reason: %v", err)
		}
		if _, err := w.Runs.Confirm(w.Admin, run.ID, "ask", deploy.Answer{}); err != nil {
			t.Error(err)
		}
		w.Ended(t, run.ID, runbook.StateSucceeded)
	})
}

// A command runs where it may, is stopped when told so, and never sees a secret in its arguments.
func TestCommands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := deploytest.New(t, d, nil)
		w.Put(t, `kind: runbook
key: commands
steps:
  - {key: long, kind: command, command: {argv: [sh, -c, "trap 'echo ouch; exit 1' TERM; echo begun; while :; do sleep 0.05; done"]}}
  - {key: away, kind: command, command: {argv: [pwd], dir: /etc}}
  - {key: leaks, kind: command, command: {argv: [echo, "${secret.token}"]}}
  - {key: fails, kind: command, command: {argv: [sh, -c, "exit 7"]}}
`)
		w.Start(t)
		run := w.Begin(t, w.Ready(t, "r1", "commands").Key, deploy.NewRun{})
		for step, want := range map[string]string{"away": "may not work in /etc", "leaks": "cannot stand in an argument", "fails": "status 7"} {
			v := w.Step(t, run.ID, step, runbook.StepFailed)
			if s, _ := v.Course.Step(step); !strings.Contains(s.Reason, want) {
				t.Errorf("%s: %q", step, s.Reason)
			}
		}
		for after, text := int64(0), ""; !strings.Contains(text, "begun"); {
			log, _, err := w.Runs.Log(w.Admin, run.ID, deploy.LogFilter{Step: "long", After: after}, 20*time.Second)
			if err != nil || len(log) == 0 {
				t.Fatalf("nothing in the log: %v", err)
			}
			for _, c := range log {
				text, after = text+c.Text, c.Seq
			}
		}
		if _, err := w.Runs.Skip(w.Admin, run.ID, "long", deploy.Answer{Reason: "it hangs"}); errs.ReasonOf(err) != "run.in_flight" {
			t.Errorf("%v", err)
		}
		if _, err := w.Runs.StopStep(w.Admin, run.ID, "long", deploy.Answer{Reason: "it hangs"}); err != nil {
			t.Fatal(err)
		}
		v := w.Step(t, run.ID, "long", runbook.StepFailed)
		if s, _ := v.Course.Step("long"); s.Reason != "it hangs" {
			t.Errorf("%q", s.Reason)
		}
		for _, step := range []string{"long", "away", "leaks", "fails"} {
			if _, err := w.Runs.Skip(w.Admin, run.ID, step, deploy.Answer{Reason: "done by hand"}); err != nil {
				t.Error(err)
			}
		}
		w.Ended(t, run.ID, runbook.StateSucceeded)
	})
}
