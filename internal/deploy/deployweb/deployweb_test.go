package deployweb_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"slipway/internal/deploy"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// TestNight goes through a live run by the pages alone, as people without script do, on both engines.
func TestNight(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.Start(t)
		p.ready("pay-26.11.0", bank(t, nil))
		maya, viewer := p.as("maya", "release-manager", "quality"), p.as("vera", "viewer")

		tab := maya.page("/releases/pay-26.11.0/runbook")
		tab.Says(".startbar", "Cleared to start.")
		tab.Says(".tabs [aria-current]", "9 steps")
		if n := tab.Count(".rbs tbody tr"); n != 9 {
			t.Errorf("%d steps on the tab, wanted 9", n)
		}
		tab.Says("#backout", "4 steps, 9 min")
		console := maya.done("/releases/pay-26.11.0/runbook/start")
		console.Says("h1", "Payments 26.11.0")
		console.Has("#run-lanes svg.dag")
		console.Says("#run-step-h", "1. Open bridge")
		console.Has("#run-step-acts button.go")
		run := p.newest()
		viewer.page(runPath(run)).Says("#run-step-acts", "Not available")

		code, _, refused := viewer.post(runPath(run)+"/steps/open/confirm", "asked", "1")
		if code != http.StatusForbidden {
			t.Errorf("a viewer confirms: %d", code)
		}
		refused.Says("#run-step-acts", "release-manager")
		maya.done(runPath(run)+"/steps/open/confirm", "asked", "1")
		p.Step(t, run.ID, "deploy", runbook.StepSucceeded)
		maya.page(runPath(run)+"?step=snapshot").Says("#run-log", "snapshot done")

		held := maya.done(runPath(run) + "/pause")
		held.Says("#run-head .pill", "On hold")
		held.Says("#run-news", "nothing new starts")
		maya.done(runPath(run) + "/resume").None("#run-pause[disabled]")

		code, _, refused = maya.post(runPath(run)+"/steps/baseline/skip", "reason", "")
		if code != http.StatusUnprocessableEntity {
			t.Errorf("a skip without a reason: %d %s", code, refused.One("#run-step").Text())
		}
		refused.Has("#run-step-acts details[open]")
		maya.done(runPath(run)+"/steps/baseline/confirm", "asked", "1")
		p.Step(t, run.ID, "confirm", runbook.StepAwaiting)
		maya.done(runPath(run)+"/comment", "text", "North <b>presents</b> it.").Says("#run-notes-list", "North <b>presents</b> it.")
		maya.done(runPath(run)+"/steps/confirm/confirm", "asked", "1")
		p.Step(t, run.ID, "drop", runbook.StepAwaiting)

		asks := maya.page(runPath(run))
		asks.Has("dialog#go-step [data-confirm-text='Payments 26.11.0']")
		code, _, refused = maya.post(runPath(run)+"/steps/drop/confirm", "asked", "1", "confirm", "payments")
		if code != http.StatusUnprocessableEntity {
			t.Errorf("the go without the name: %d", code)
		}
		refused.Says("main .err", "Type Payments 26.11.0")
		maya.done(runPath(run)+"/steps/drop/confirm", "asked", "1", "confirm", "Payments 26.11.0")
		p.Step(t, run.ID, "close", runbook.StepAwaiting)
		maya.done(runPath(run)+"/steps/close/confirm", "asked", "1")
		p.Ended(t, run.ID, runbook.StateSucceeded)
		over := maya.page(runPath(run))
		over.Says("#run-news", "The run succeeded. 9 of 9 done")
		over.None("#run-steps tr.wait, #run-steps tr.skip")
		maya.page("/runs").Says("#runs-list tbody", "Succeeded")
	})
}

// TestRollBack fails a step, and takes the way back.
func TestRollBack(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.Start(t)
	p.ready("pay-26.11.0", bank(t, func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/deployments") }))
	maya := p.as("maya", "release-manager", "quality")
	run := p.Begin(t, "pay-26.11.0", deploy.NewRun{})
	p.confirm(run.ID, "open")
	p.Step(t, run.ID, "deploy", runbook.StepFailed)
	c := maya.page(runPath(run))
	c.Says("#run-news [role=alert]", "Step 4 needs a decision.")
	c.Says("#run-step-h", "4. Deploy to green")
	c.Has("#run-step-acts button.primary")
	c.Says("dialog#rb", "Takes about 9 min")
	maya.page(runPath(run) + "/ask/rollback").None("button[disabled]")
	code, _, refused := maya.post(runPath(run)+"/rollback", "confirm", "")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a roll back without the name: %d", code)
	}
	refused.Says("main .err", "Nothing was done.")
	maya.done(runPath(run)+"/rollback", "confirm", "Payments 26.11.0")
	p.Step(t, run.ID, "prove", runbook.StepAwaiting)
	c = maya.page(runPath(run))
	c.Has("#run-back svg.dag")
	c.Has("#run-why")
	c.Says("#run-steps tbody", "Return traffic to blue")
	maya.done(runPath(run)+"/reason", "reason", "The deployment answers 503.").None("#run-why")
	maya.done(runPath(run)+"/steps/prove/confirm", "asked", "1")
	p.Ended(t, run.ID, runbook.StateRolledBack)
	over := maya.page(runPath(run))
	over.Says("#run-news", "was rolled back. The way back took")
	over.None("#run-steps tr.skip") // the class of the skip link, which hides
	maya.page("/releases/pay-26.11.0/runbook").Says(".startbar", "the release is rolled back")
}

// TestRefusedStart says why a run does not start, and lets who may override it with a reason.
func TestRefusedStart(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.ready("pay-26.11.0", "http://127.0.0.1:1")
	p.gate.Refusal = errs.Blocked("clearance.refused", "The run may not start: the verdict is NO-GO.").With(
		errs.Field{Reason: "verdict.nogo", Msg: "The verdict is NO-GO. Two criteria are not met."}, errs.Field{Reason: "window.closed", Msg: "The window opens at 21:00."})
	maya, admin := p.as("maya", "release-manager"), p.as("admin")
	bar := maya.page("/releases/pay-26.11.0/runbook").One(".startbar")
	bar.Says(".cant", "Cannot start. The verdict is NO-GO. Two criteria are not met.")
	bar.Says("#why-start-run", "it is not cleared; only an administrator may do this.")
	code, _, page := maya.post("/releases/pay-26.11.0/runbook/start")
	if code != http.StatusConflict && code != http.StatusUnprocessableEntity {
		t.Errorf("a start that is refused: %d", code)
	}
	page.Says("main", "The window opens at 21:00.")
	admin.page("/releases/pay-26.11.0/runbook/start").Has("#override")
	console := admin.done("/releases/pay-26.11.0/runbook/start", "override", "The bank is down, and this mends it.")
	console.Says("#run-news", "The bank is down, and this mends it.")
}

// TestRunbooks writes a runbook, is told its faults by line, chooses it for a release and rehearses it.
func TestRunbooks(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	maya, viewer := p.as("maya", "release-manager"), p.as("vera", "viewer")
	maya.page("/runs").Says("#runs-list", "No runs yet")
	maya.page("/runbooks").Says("main", "No runbooks yet")
	code, _, page := maya.post("/runbooks", "source", "kind: runbook\nkey: cards\nsteps:\n  - {key: a, kind: manual}\n  - {key: b, kind: wait, wait: 2m, needs: [nobody]}\n")
	if code != http.StatusUnprocessableEntity {
		t.Fatalf("a faulty runbook: %d", code)
	}
	page.Says("main", "Line 4")
	page.Says("main", "Line 5")
	page.Says("textarea", "needs: [nobody]")
	book := maya.done("/runbooks", "source", night)
	book.Says("h1", "Cards blue/green")
	book.Has("svg.dag.pre")
	maya.done("/runbooks/cards", "source", strings.Replace(night, "planned: 3m", "planned: 4m", 1))
	if n := maya.page("/runbooks/cards?version=1").Count("a[href^='/runbooks/cards?version=']"); n != 2 {
		t.Errorf("%d versions, wanted 2", n)
	}
	code, _, _ = maya.post("/runbooks/cards", "source", strings.Replace(night, "key: cards", "key: other", 1))
	if code != http.StatusUnprocessableEntity {
		t.Errorf("another key: %d", code)
	}
	code, _, _ = viewer.post("/runbooks", "source", night)
	if code != http.StatusForbidden {
		t.Errorf("a viewer writes a runbook: %d", code)
	}
	p.release("pay-26.11.0")
	maya.page("/releases/pay-26.11.0/runbook").Says("main", "No runbook yet")
	tab := maya.done("/releases/pay-26.11.0/runbook/choose", "runbook", "cards", "version", "1", "parameters", "bank=http://127.0.0.1:1", "rev", "0")
	tab.Says(".startbar", "Version 2 is newer.")
	code, _, page = maya.post("/releases/pay-26.11.0/runbook/choose", "runbook", "cards", "version", "x", "rev", "0")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a faulty version: %d", code)
	}
	page.Has("#version[aria-invalid]")
	code, _, page = maya.post("/releases/pay-26.11.0/runbook/rehearse", "parameters", "bank\n")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a faulty parameter: %d", code)
	}
	page.Says("#parameters-err", "Line 1: write name=value.")
	maya.done("/releases/pay-26.11.0/runbook/rehearse", "environment", "pre-prod").Says("#run-head", "Rehearsal")
	maya.page("/runs?mode=live").Says("#runs-list", "No runs yet")
	maya.page("/runs?mode=rehearsal").Says("#runs-live", "Payments 26.11.0, run 1")
	if code, _ := maya.get("/runs?mode=wrong"); code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown mode: %d", code)
	}
	if code, _ := maya.get("/runs/01a1fe12-30db-797d-840f-a85e9d925bcc"); code != http.StatusNotFound {
		t.Errorf("a run that is not there: %d", code)
	}
}

// TestPanels draws what other pages show of a live run.
func TestPanels(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.ready("pay-26.11.0", "http://127.0.0.1:1")
	err := d.Read(p.Admin, func(tx *db.Tx) error {
		c, err := p.pages.LivePanel(tx)
		if c != nil {
			t.Error("a panel without a live run")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Begin(t, "pay-26.11.0", deploy.NewRun{})
	p.pass(6 * time.Minute)
	err = d.Read(p.Admin, func(tx *db.Tx) error {
		c, err := p.pages.LivePanel(tx)
		if err != nil {
			return err
		}
		card := uitest.Render(t, c)
		card.Says("h2", "Live: Payments 26.11.0")
		card.Says(".facts", "1. Open bridge")
		card.Says("header .pill", "+3 min")
		rs, err := p.pages.WatchRuns(tx)
		if len(rs) != 1 || rs[0].Step != "step 1 of 9" || rs[0].Offset != "+3 min" {
			t.Errorf("the watch bar: %+v", rs)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTwoTabs confirms a step in one browser and sees it in another, with what is typed there left alone.
func TestTwoTabs(t *testing.T) {
	one, two := uitest.Browser(t), uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.Start(t)
	p.ready("pay-26.11.0", bank(t, nil))
	maya, vera := p.as("maya", "release-manager", "quality"), p.as("olga", "operator")
	run := p.Begin(t, "pay-26.11.0", deploy.NewRun{})
	p.Step(t, run.ID, "open", runbook.StepAwaiting)
	uitest.Open(t, one, maya.url+runPath(run), uitest.Looks[2])
	uitest.Open(t, two, vera.url+runPath(run)+"?step=snapshot", uitest.Looks[0])
	uitest.Until(t, two, "the stream is open", `document.querySelector("[data-lamp]").dataset.lamp === "live"`)
	do(t, two, chromedp.SendKeys(chromedp.CSS("#run-note-text"), "Watching"))
	do(t, one, chromedp.Click(chromedp.CSS("#run-step-acts button.go")))
	uitest.Until(t, two, "the other tab shows the step done, by whom, and the next one", `document.querySelector("#run-steps tbody tr").className.includes("go") && document.querySelector("#run-steps tbody tr").innerText.includes("Maya")`)
	uitest.Until(t, two, "the log came by its own stream", `document.querySelector("#run-log").innerText.includes("snapshot done") && !document.querySelector("#run-log-none")`)
	uitest.Until(t, two, "the opened step is done", `document.querySelector("#run-step-head svg").getAttribute("aria-label") === "Done"`)
	uitest.Until(t, two, "what was typed is still there", `document.querySelector("#run-note-text").value === "Watching"`)
	uitest.Until(t, two, "the tiles move", `document.querySelector("#run-tiles").innerText.includes("of 9")`)
	if _, err := p.Runs.Pause(p.Admin, run.ID, "Let us look first."); err != nil {
		t.Fatal(err)
	}
	for _, ctx := range []context.Context{one, two} {
		uitest.Until(t, ctx, "both tabs show the hold", `document.querySelector("#run-head .pill").innerText.includes("On hold") && document.querySelector("#run-news").innerText.includes("Let us look first.")`)
	}
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// TestLogStream reads the log of a step behind an offset.
func TestLogStream(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.Start(t)
	p.ready("pay-26.11.0", bank(t, nil))
	maya := p.as("maya", "release-manager")
	run := p.Begin(t, "pay-26.11.0", deploy.NewRun{Mode: deploy.Rehearsal})
	for _, s := range []string{"open", "baseline", "confirm", "drop", "close"} {
		p.confirm(run.ID, s)
	}
	p.Ended(t, run.ID, runbook.StateSucceeded)
	whole := maya.text(runPath(run) + "/log?step=snapshot")
	if !strings.Contains(whole, "snapshot 1\n") || !strings.Contains(whole, "snapshot done") || !strings.HasSuffix(whole, "event: end\ndata: end\n\n") {
		t.Errorf("the log: %q", whole)
	}
	at := strings.LastIndex(whole, "id: ")
	last, _, _ := strings.Cut(whole[at+4:], "\n")
	if n, _ := strconv.Atoi(last); n == 0 {
		t.Fatalf("no offset in %q", whole)
	}
	if rest := maya.text(runPath(run) + "/log?step=snapshot&after=" + last); strings.Contains(rest, "snapshot") {
		t.Errorf("behind the last offset there is %q", rest)
	}
}
