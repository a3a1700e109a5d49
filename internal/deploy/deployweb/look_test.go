package deployweb_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"slipway/internal/clock"
	"slipway/internal/deploy"
	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// night is a runbook in five lanes with a point of no return.
const night = `kind: runbook
key: cards
name: Cards blue/green
description: Blue/green in both regions, then the old column goes.
parameters:
  - {name: bank, required: true}
lanes:
  - {key: command, name: Command}
  - {key: database, name: Database}
  - {key: app, name: "App, north"}
  - {key: traffic, name: Traffic}
  - {key: verification, name: Verification}
sections:
  - {key: prepare, name: Prepare}
  - {key: deploy, name: Deploy}
  - {key: switch, name: Switch}
steps:
  - {key: open, name: "Open bridge, announce start", section: prepare, lane: command, kind: manual, owner: release-manager, planned: 3m, instructions: Read the plan for the night aloud.}
  - {key: baseline, name: Baseline approval rate, section: prepare, lane: verification, kind: manual, owner: quality, planned: 5m, needs: [open]}
  - {key: snapshot, name: Snapshot cards-db, section: prepare, lane: database, kind: command, owner: database, planned: 7m, needs: [open], command: {argv: [sh, -c, "echo snapshot 1; echo snapshot 2; sleep 0.2; echo snapshot done"]}, back_out: drop-snapshot}
  - {key: deploy, name: Deploy to green, section: deploy, lane: app, kind: http, owner: platform, planned: 5m, needs: [snapshot], back_out: blue, http: {method: POST, url: "${param.bank}/deployments"}}
  - {key: confirm, name: Confirm scheme certificates, section: deploy, lane: command, kind: manual, owner: release-manager, planned: 5m, needs: [deploy, baseline], instructions: Both regions must present the new scheme certificate before 60 %.}
  - {key: shift, name: Shift 60 %, section: switch, lane: traffic, kind: http, owner: platform, planned: 10m, needs: [confirm], back_out: blue, http: {method: POST, url: "${param.bank}/traffic"}}
  - {key: drop, name: Drop old token column, section: switch, lane: database, kind: command, owner: database, go: release-manager, planned: 12m, needs: [shift], point_of_no_return: true, back_out: fix-forward, command: {argv: [echo, dropped]}}
  - {key: regression, name: Regression, section: switch, lane: verification, kind: http, owner: quality, planned: 15m, needs: [drop], verification: true, http: {url: "${param.bank}/health"}}
  - {key: close, name: Close bridge, section: switch, lane: command, kind: manual, owner: release-manager, planned: 7m, needs: [regression]}
back_out:
  fix_forward: The old column is restored from the snapshot.
  steps:
    - {key: tell, name: Tell support, lane: command, kind: notify, planned: 1m, notify: {to: [support], text: "${release.key} is being rolled back."}}
    - {key: blue, name: Return traffic to blue, lane: traffic, kind: http, owner: platform, planned: 4m, http: {method: POST, url: "${param.bank}/blue"}}
    - {key: drop-snapshot, name: Drop the snapshot, lane: database, kind: command, owner: database, planned: 3m, needs: [blue], command: {argv: [echo, gone]}}
    - {key: prove, name: Confirm approval rate, lane: verification, kind: manual, owner: quality, planned: 2m, needs: [blue, drop-snapshot]}
`

// bank answers everything with 200, but what a test says otherwise.
func bank(t *testing.T, fails func(r *http.Request) bool) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fails != nil && fails(r) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// ready makes an approved release that runs the night.
func (p *place) ready(key, bank string) plan.Release {
	p.t.Helper()
	p.Put(p.t, night)
	spec := plantest.Spec(key)
	spec.Runbook = "cards"
	r, err := p.Plans.Create(p.Admin, spec)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.Books.SetRunbook(p.Admin, key, 0, deploy.Choice{Parameters: &map[string]string{"bank": bank}}); err != nil {
		p.t.Fatal(err)
	}
	return p.Bring(p.t, r.ID, plan.Approved)
}

// pass lets time pass.
func (p *place) pass(d time.Duration) {
	p.DB.Clock().(*clock.Fake).Advance(d)
}

func (p *place) confirm(run id.Run, step string) {
	p.t.Helper()
	p.Step(p.t, run, step, runbook.StepAwaiting)
	if _, err := p.Runs.Confirm(p.Admin, run, step, deploy.Answer{}); err != nil {
		p.t.Fatal(err)
	}
}

// TestLook opens the pages in both schemes and on a phone. With SLIPWAY_SHOTS set it opens all of them and leaves pictures.
func TestLook(t *testing.T) {
	ctx := uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.Start(t)
	b := bank(t, nil)
	p.ready("cards-26.11.1", b)
	maya := p.as("maya", "release-manager", "quality")
	p.as("admin")
	for i := range 3 {
		r := p.Begin(t, "cards-26.11.1", deploy.NewRun{Mode: deploy.Rehearsal})
		for _, s := range []string{"open", "baseline", "confirm", "drop", "close"} {
			p.pass(time.Duration(3+i) * time.Minute)
			p.confirm(r.ID, s)
		}
		p.Ended(t, r.ID, runbook.StateSucceeded)
	}
	p.shoot(ctx, maya, "tab", "/releases/cards-26.11.1/runbook")
	run := p.Begin(t, "cards-26.11.1", deploy.NewRun{})
	p.pass(4 * time.Minute)
	p.confirm(run.ID, "open")
	p.Step(t, run.ID, "deploy", runbook.StepSucceeded)
	p.pass(9 * time.Minute)
	p.also(ctx, maya, "log", "/runs/"+string(run.ID)+"?step=snapshot")
	p.confirm(run.ID, "baseline")
	p.Step(t, run.ID, "confirm", runbook.StepAwaiting)
	p.pass(2 * time.Minute)
	p.shoot(ctx, maya, "console", "/runs/"+string(run.ID))
	p.also(ctx, maya, "index", "/runs")
	p.shoot(ctx, maya, "book", "/runbooks/cards")
	p.also(ctx, maya, "edit", "/runbooks/cards/edit")
	p.also(ctx, maya, "choose", "/releases/cards-26.11.1/runbook/choose")
	p.also(ctx, maya, "rehearse", "/releases/cards-26.11.1/runbook/rehearse")
	p.also(ctx, maya, "live", "/releases/cards-26.11.1/runbook")
	uitest.Open(t, ctx, maya.url+"/runs/"+string(run.ID), uitest.Looks[0])
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("[data-dialog=rb]"))); err != nil {
		t.Fatal(err)
	}
	uitest.Until(t, ctx, "the dialog is open and shut", `document.querySelector("#rb").open && document.querySelector("#rb-act").disabled`)
	for _, f := range uitest.Findings(t, ctx, uitest.Looks[0]) {
		t.Error(f)
	}
	uitest.Shot(t, ctx, uitest.Looks[0], "dialog")
	if _, err := p.Runs.RollBack(p.Admin, run.ID, deploy.Back{}); err != nil {
		t.Fatal(err)
	}
	p.Step(t, run.ID, "prove", runbook.StepAwaiting)
	p.shoot(ctx, maya, "back", "/runs/"+string(run.ID))
	p.confirm(run.ID, "prove")
	p.Ended(t, run.ID, runbook.StateRolledBack)
	p.also(ctx, maya, "ended", "/runs/"+string(run.ID))
}
