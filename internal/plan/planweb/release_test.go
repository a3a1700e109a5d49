package planweb_test

import (
	"net/url"
	"strings"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

const at = "/releases/payments-26.11.0"

func TestFrameAndTransitions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		if _, err := p.Plans.Create(p.Admin, plan.Spec{Key: "payments-26.11.0", Product: "payments", Version: "26.11.0", Template: "standard"}); err != nil {
			t.Fatal(err)
		}
		page := p.see(at)
		page.Says("h1", "Payments 26.11.0")
		page.Says(".crumbs", "Releases Payments 26.11.0")
		page.Says(".tabs", "Readiness 12/14")
		page.Has(`.tabs a[aria-current="page"][href="` + at + `"]`)
		page.Says("#release-head .unavail", "the room opens once the release is active")
		page.Says("#release-acts", "There is no window.")
		page.None("#do-plan")
		page.Has(`#do-hold textarea[required]`)
		if w := p.do("GET", "/releases/nothing", nil); w.Code != 404 {
			t.Errorf("nothing: %d", w.Code)
		}
		if w := p.do("GET", at, nil, "carla"); w.Code != 404 {
			t.Errorf("a stranger: %d", w.Code)
		}
		again := p.refused(409, at+"/do/plan", url.Values{})
		again.Says("main", "The manifest is empty.")
		p.refused(422, at+"/do/hold", url.Values{"reason": {""}}).Says("#reason-hold-err", "This must not be empty")
		if w := p.do("POST", at+"/do/hold", url.Values{"reason": {"x"}}, "viola"); w.Code != 403 {
			t.Errorf("a viewer holds: %d", w.Code)
		}
		p.see(at, "viola").Says("#release-acts", "Your roles do not carry plan.hold here")
		p.send(at+"/do/hold", url.Values{"reason": {"the vendor slips"}})
		page = p.see(at + "/scope")
		page.Says(".relmeta", "On hold")
		page.Says(".note:not(.offline)", "the vendor slips")
		p.send(at+"/do/resume", url.Values{})
		p.see(at + "/do").Has(`#act-hold[href="` + at + `/do/hold"]`)
		p.see(at + "/do/cancel").Has("form textarea")
		p.send(at+"/do/cancel", url.Values{"reason": {"not needed"}})
		p.see(at).Says(".relmeta", "Cancelled")
		p.see(at+"/do/plan").Says("main form .unavail", "the release is cancelled")
		if w := p.do("GET", at+"/do/dance", nil); w.Code != 404 {
			t.Errorf("an unknown verb: %d", w.Code)
		}
	})
}

func TestScopeTab(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		r := p.Release(t, "payments-26.11.0", plan.Approved)
		if _, err := p.Catalog.RecordDeployment(p.Admin, catalog.NewDeployment{Service: "ledger", Environment: "prod-north", Version: "5.14.0"}); err != nil {
			t.Fatal(err)
		}
		page := p.see(at + "/scope")
		page.Says("#items", "PAY-2188")
		page.Says("#items .grp", "payments-core 2 items")
		page.Says("#manifest", "5.14.0")
		page.Says("#manifest", "nothing")
		p.see(at+"/scope?nocommit=1").Says("#items", "showing 1 of 2")
		p.see(at+"/scope?q=nowhere").Says(".empty", "No item passes this filter")

		form := p.see(at + "/scope/items/new")
		form.Says("#hits", "Information security")
		form.Says("#hits", "it becomes active again")
		p.refused(422, at+"/scope/items/new", url.Values{"key": {"A B"}, "title": {"Kept"}, "commits": {"zz"}}).Says("#key-err", "A key of a scope item has")
		if to := p.send(at+"/scope/items/new", url.Values{"key": {"PAY-9"}, "title": {"Drop late answers"}, "kind": {"story"}, "commits": {"4fd03e8 9c1f2ab"}, "service": {"payments-core"}, "reason": {"asked"}}); to != at+"/scope" {
			t.Errorf("leads to %s", to)
		}
		page = p.see(at + "/scope")
		page.Says("#changes", "PAY-9 Drop late answers, story in payments-core")
		page.Says("#changes", "asked")
		page.Says(".note:not(.offline)", "Changed after approval: scope.")
		items, err := p.Plans.Scope(p.Admin, r.Key, plan.ScopeFilter{Query: "PAY-9"})
		if err != nil || len(items) != 1 {
			t.Fatal(err)
		}
		one := at + "/scope/items/" + items[0].ID
		p.see(one).Has(`input[name="title"][value="Drop late answers"]`)
		set := url.Values{"rev": {"1"}, "key": {"PAY-9"}, "title": {"Mine"}, "kind": {"story"}, "state": {"done"}, "commits": {"4fd03e8"}, "service": {"payments-core"}}
		p.send(one, set)
		set.Set("title", "Ours")
		stale := p.refused(409, one, set)
		stale.Says(".diff del", "Mine")
		stale.Says(".diff ins", "Ours")
		stale.Has(`form input[name="rev"][value="2"]`)
		p.refused(409, one+"/remove", url.Values{"rev": {"1"}})
		p.send(one+"/remove", url.Values{"rev": {"2"}, "reason": {"not now"}})
		if w := p.do("GET", one, nil); w.Code != 404 {
			t.Errorf("removed: %d", w.Code)
		}

		p.see(at + "/scope/manifest?service=ledger").Has(`input[name="version"][value="5.15.0"]`)
		rel, _ := p.Plans.Get(p.Admin, r.Key)
		carry := url.Values{"rev": {rev(rel.Rev)}, "service": {"ledger"}, "version": {"5.16.0"}, "reason": {"fix"}}
		p.refused(422, at+"/scope/manifest", url.Values{"rev": {rev(rel.Rev)}, "service": {"ledger"}, "version": {"x y"}}).Says("#version-err", "no spaces")
		p.send(at+"/scope/manifest", carry)
		carry.Set("version", "5.17.0")
		p.refused(409, at+"/scope/manifest", carry).Says(".diff", "5.16.0")
		p.send(at+"/scope/manifest/drop", url.Values{"rev": {rev(rel.Rev + 1)}, "service": {"payments-core"}})
		page = p.see(at + "/scope")
		page.Says("#changes", "ledger 5.16.0")
		page.Says("#manifest", "1 service")

		p.see(at + "/scope/window").Has(`input[name="start"][value="2026-11-19T21:00"]`)
		rel, _ = p.Plans.Get(p.Admin, r.Key)
		move := url.Values{"rev": {rev(rel.Rev)}, "start": {"2026-11-20T21:00"}, "end": {"2026-11-20T20:00"}, "environments": {"prod-north"}}
		p.refused(422, at+"/scope/window", move).Says("#end-err", "not after its start")
		move.Set("end", "2026-11-20T23:30")
		p.send(at+"/scope/window", move)
		p.see(at+"/scope").Says("#changes", "Fri 20 Nov, 21:00 to 23:30 CET")
		p.see(at+"/scope", "viola").Says("#items .unavail", "your roles do not carry plan.scope here")
		p.see(at+"/retarget").Says("form .unavail", "only a release that was rolled back is retargeted")
	})
}

func TestRetarget(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	r := p.Release(t, "payments-26.11.0", plan.RolledBack)
	page := p.see(at + "/retarget")
	page.Has("button#save")
	form := url.Values{"rev": {rev(r.Rev)}, "start": {"2026-11-19T21:00"}, "end": {"2026-11-19T23:30"}, "environments": {"prod-north"}, "services": {"payments-core=8.32.0@" + plantest.Digest + "\nledger=5.15.0"}}
	p.refused(422, at+"/retarget", form).Says("#reason-err", "must not be empty")
	form.Set("reason", "with the fix")
	form.Set("services", "payments-core=8.32.1\nledger=5.15.0")
	p.send(at+"/retarget", form)
	p.see(at).Says(".relmeta", "Active")
}

func TestPlanTab(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		r := p.Release(t, "payments-26.11.0", plan.Active)
		page := p.see(at + "/plan")
		page.Says("#plan", "Deliver what is ready by the cut-off")
		page.Says("main", "the outlook")
		page.Says("#milestones", "Go/no-go")
		page.Says("#milestones", "4 h before the window")
		page.Says("main", "the tasks")
		p.send(at+"/plan/phases/enter", url.Values{"phase": {"prepare"}}, "tomas")
		if w := p.do("POST", at+"/plan/phases/enter", url.Values{"phase": {"prepare"}}); w.Code != 409 {
			t.Errorf("entered twice: %d", w.Code)
		}
		page = p.see(at + "/plan")
		page.Has(`#phases button[aria-label="End Prepare"]`)
		p.see(at).Has(`.rail li[aria-current="step"]`)
		ms, _ := p.Plans.MilestonesOf(p.Admin, r.Key)
		m := ms[0]
		p.send(at+"/plan/milestones/reach", url.Values{"id": {m.ID}, "rev": {"1"}, "do": {"reached"}}, "tomas")
		p.see(at+"/plan").Says("#milestone-"+m.ID, "reached today 14:08")
		p.see(at + "/plan/milestones?id=" + m.ID).Has(`input[name="name"]`)
		for _, part := range []string{"milestones", "deliverables"} {
			p.page(422, "POST", at+"/plan/"+part, url.Values{"name": {" "}, "offset": {"-1d"}}, "tomas").Says("#name-err", "This must not be empty.")
		}
		p.send(at+"/plan/milestones", url.Values{"id": {m.ID}, "rev": {"2"}, "name": {"Cut"}, "owner": {"tomas"}, "offset": {"-6d"}})
		p.refused(409, at+"/plan/milestones", url.Values{"id": {m.ID}, "rev": {"2"}, "name": {"Other"}, "offset": {"-6d"}}).Says(".diff del", "Cut")
		p.refused(422, at+"/plan/milestones", url.Values{"name": {""}}).Has("#name-err")
		p.send(at+"/plan/milestones", url.Values{"name": {"Partner sandbox open"}, "at": {"2026-11-18T09:00"}})
		p.see(at+"/plan").Says("#milestones", "Partner sandbox open")
		p.send(at+"/plan/milestones/remove", url.Values{"id": {m.ID}, "rev": {"3"}, "reason": {"double"}})
		ds, _ := p.Plans.DeliverablesOf(p.Admin, r.Key)
		p.send(at+"/plan/deliverables/state", url.Values{"id": {ds[0].ID}, "rev": {"1"}, "state": {"ready"}})
		p.send(at+"/plan/deliverables", url.Values{"id": {ds[0].ID}, "rev": {"2"}, "name": {"Notes"}, "url": {"https://example.com/notes"}})
		p.refused(422, at+"/plan/deliverables", url.Values{"name": {"Notes 2"}, "url": {"nowhere"}}).Says("#url-err", "begins with https")
		p.send(at+"/plan/deliverables", url.Values{"name": {"Migration plan"}})
		p.see(at+"/plan").Says("#deliverables", "Migration plan")
		rel, _ := p.Plans.Get(p.Admin, r.Key)
		p.see(at + "/edit").Has(`input[name="name"][value="Payments 26.11.0"]`)
		p.send(at+"/edit", url.Values{"rev": {rev(rel.Rev)}, "name": {"Payments 26.11"}, "version": {"26.11.0"}, "title": {"Payee"}, "owner": {"tomas"}, "objectives": {"Alpha\nBeta"}, "successCriteria": {"Gamma"}})
		page = p.see(at + "/plan")
		page.Says("h1", "Payments 26.11")
		page.Says("#plan", "Beta")
		stale := p.refused(409, at+"/edit", url.Values{"rev": {rev(rel.Rev)}, "name": {"Other"}, "version": {"26.11.0"}})
		stale.Says(".diff", "Payments 26.11")
		if !strings.Contains(stale.One("main").Text(), "Not saved") {
			t.Error("the conflict does not say that nothing was saved")
		}
		p.see(at+"/plan", "viola").Says("#milestones .unavail", "only a release manager of Payments changes the plan")
	})
}
