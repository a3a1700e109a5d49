package deploy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// target is a server that counts what it was asked to do, by idempotency key.
type target struct {
	*httptest.Server
	mu   sync.Mutex
	keys map[string]int
	seen []string
}

func newTarget(t testing.TB, answer http.HandlerFunc) *target {
	x := &target{keys: map[string]int{}}
	x.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		x.mu.Lock()
		x.keys[r.Header.Get("Idempotency-Key")]++
		x.seen = append(x.seen, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(b))
		x.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(x.Close)
	return x
}

const whole = `kind: runbook
key: whole
parameters:
  - {name: bank, required: true}
  - {name: mode, default: blue}
steps:
  - {key: open, kind: manual, owner: release-manager, planned: 3m}
  - {key: tell, kind: notify, needs: [open], notify: {to: [support], text: "${release.key} goes to ${environment.key}."}}
  - key: deploy
    kind: http
    needs: [open]
    back_out: undo
    http:
      method: POST
      url: "${param.bank}/deployments"
      headers: {Authorization: "Bearer ${secret.router}"}
      body: '{"version": "${service.payments-core.version}", "was": "${service.payments-core.before}"}'
      expect: [200]
      condition: answer.state == "ready" && status == 200
  - {key: only-green, kind: command, needs: [deploy], when: param.mode == "green", command: {argv: ["false"]}}
  - key: migrate
    kind: command
    needs: [deploy]
    command: {argv: [sh, -c, "echo migrating $SLIPWAY_STEP; echo $WORD"], env: {WORD: "${secret.word}"}}
  - {key: record, kind: record, needs: [migrate, only-green], record: {service: payments-core, environment: "${environment.key}", version: "${service.payments-core.version}", digest: "${service.payments-core.digest}"}}
  - {key: settle, kind: wait, needs: [record], wait: 2m}
  - {key: smoke, kind: http, needs: [settle], verification: true, http: {url: "${param.bank}/health"}}
back_out:
  steps:
    - {key: undo, kind: http, http: {method: POST, url: "${param.bank}/undo"}}
`

func TestWholeRun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newTarget(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"state":"ready"}`) })
		w := deploytest.New(t, d, nil)
		w.Put(t, whole)
		r := w.Ready(t, "payments-26.11.0", "whole")
		if _, err := w.Runs.StartRun(w.Admin, r.Key, deploy.NewRun{}); errs.ReasonOf(err) != "runbook.parameters" {
			t.Fatalf("a required parameter is missing: %v", err)
		}
		params := map[string]string{"bank": x.URL}
		if _, err := w.Books.SetRunbook(w.Admin, r.Key, 0, deploy.Choice{Parameters: &params}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Catalog.RecordDeployment(w.Admin, catalog.NewDeployment{Service: "payments-core", Environment: "prod-north", Version: "8.31.0"}); err != nil {
			t.Fatal(err)
		}
		w.Start(t)
		run := w.Begin(t, r.Key, deploy.NewRun{})
		v := w.Step(t, run.ID, "open", runbook.StepAwaiting)
		if v.Steps[0].Role != "release-manager" || v.Forecast.End.IsZero() || len(v.Steps) != 8 {
			t.Errorf("%+v", v.Steps[0])
		}
		if _, err := w.Runs.Confirm(w.Admin, run.ID, "open", deploy.Answer{}); err != nil {
			t.Fatal(err)
		}
		w.Step(t, run.ID, "settle", runbook.StepRunning)
		d.Clock().(*clock.Fake).Advance(2 * time.Minute)
		w.Runs.Look()
		v = w.Ended(t, run.ID, runbook.StateSucceeded)
		for _, s := range v.Steps {
			if s.Key == "only-green" != (s.State == runbook.StepSkipped) {
				t.Errorf("%s is %s", s.Key, s.State)
			}
		}
		rel, err := w.Plans.Get(w.Admin, r.Key)
		if err != nil || rel.State != plan.Verified {
			t.Errorf("%s %v", rel.State, err)
		}
		x.mu.Lock()
		if len(x.keys) != 2 || !slices.Contains(x.seen, `POST /deployments Bearer hush-router {"version": "8.32.0", "was": "8.31.0"}`) {
			t.Errorf("%v %q", x.keys, x.seen)
		}
		x.mu.Unlock()
		log, ended, err := w.Runs.Log(w.Admin, run.ID, deploy.LogFilter{}, 0)
		if err != nil || !ended {
			t.Error(ended, err)
		}
		text := ""
		for i, c := range log {
			text += c.Text
			if c.Seq != int64(i+1) {
				t.Errorf("offset %d at %d", c.Seq, i)
			}
		}
		for _, want := range []string{"payments-26.11.0 goes to prod-north.", "migrating migrate\n", "POST " + x.URL + "/deployments", "Recorded: payments-core 8.32.0 in prod-north"} {
			if !strings.Contains(text, want) {
				t.Errorf("the log lacks %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "hush") {
			t.Errorf("a secret is in the log:\n%s", text)
		}
		actions := w.Actions(t, run.ID)
		for _, a := range []string{"run.started", "step.asked", "step.confirmed", "step.notified", "step.started", "step.succeeded", "step.skipped", "run.succeeded"} {
			if !slices.Contains(actions, a) {
				t.Errorf("no %s among %q", a, actions)
			}
		}
		n := 0
		for _, a := range actions {
			if a == "step.succeeded" {
				n++
			}
		}
		if n != 7 {
			t.Errorf("%d steps succeeded, want 7", n)
		}
		ds, err := w.Catalog.Deployments(w.Admin, catalog.DeploymentFilter{Release: r.ID})
		if err != nil || len(ds) != 1 || ds[0].Version != "8.32.0" || ds[0].Run != run.ID || ds[0].Before != "8.31.0" {
			t.Errorf("%+v %v", ds, err)
		}
	})
}
