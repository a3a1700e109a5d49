package homeweb_test

import (
	"net/http"
	"strings"
	"testing"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

const night = `kind: runbook
key: night
name: Cards by night
steps:
  - {key: tell, name: Tell the schemes, kind: manual, owner: service-operations, planned: 5m}
  - {key: shift, name: Shift 25 % of authorisations to green, kind: manual, owner: service-operations, planned: 6m, needs: [tell]}
  - {key: watch, name: Watch the approval rate, kind: manual, owner: qa, planned: 10m, needs: [shift]}
  - {key: drop, name: Drop the old keys, kind: manual, owner: database, planned: 8m, needs: [watch], point_of_no_return: true}
`

// running starts a live run that waits for Aisha.
func (w world) running(t testing.TB) deploy.Run {
	t.Helper()
	x := deploytest.World{World: w.World.World, Ledger: w.Ledger, Books: w.Books, Runs: w.Runs}
	x.Put(t, night)
	s := plantest.Spec("cards-26.11.1")
	s.Template, s.Runbook, s.Version, s.Name, s.Title, s.Owner = "tier-1", "night", "26.11.1", "Cards 26.11.1", "Scheme certificates", "maya"
	r, err := w.Plans.Create(w.Admin, s)
	if err != nil {
		t.Fatal(err)
	}
	w.Bring(t, r.ID, plan.Approved)
	return x.Begin(t, r.Key, deploy.NewRun{})
}

// TestRunStandsOnThePage shows a live run to everybody and its question to whom it asks.
func TestRunStandsOnThePage(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	w.fill(t)
	run := w.running(t)
	dom := w.open(t, w.Maya).get("/", http.StatusOK)
	dom.Says(".livecard h2", "Live: Cards 26.11.1")
	dom.Has(`.livecard a[href="/runs/` + string(run.ID) + `"]`)
	aisha := w.open(t, w.Aisha).get("/", http.StatusOK)
	if rows := strings.Join(aisha.Texts("#mission-top .rows .t"), "\n"); !strings.Contains(rows, "Confirm step 1 of Cards 26.11.1") {
		t.Errorf("Aisha is not asked for her step: %s", rows)
	}
	if rows := strings.Join(w.open(t, w.Elena).get("/", http.StatusOK).Texts("#mission-top .rows .t"), "\n"); strings.Contains(rows, "Confirm step") {
		t.Errorf("Elena is asked for another's step: %s", rows)
	}
}

// TestPagesInABrowser looks at every page with axe, in both schemes, on a desk and on a phone.
func TestPagesInABrowser(t *testing.T) {
	tab := uitest.Browser(t)
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	look := func(p *place, name, path string) {
		t.Helper()
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, p.url+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
	maya := w.open(t, w.Maya)
	look(maya, "first-use", "/")
	r := w.fill(t)
	look(maya, "mission-quiet", "/")
	w.running(t)
	if _, err := w.Ledger.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Plans.Set(w.Admin, r.Key, r.Rev, plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: "5.15.1"}}, Reason: "A fix."}); err != nil {
		t.Fatal(err)
	}
	look(maya, "mission", "/")
	look(maya, "mission-all", "/?scope=all&items=all")
	look(w.open(t, w.Elena), "mission-elena", "/")
	at := "/releases/" + r.Key + "/record"
	look(maya, "record", at)
	look(maya, "record-none", at+"?action=waiver")
	look(maya, "record-entry", maya.get(at+"?action=approval", http.StatusOK).All("#entries tbody .t[href]")[0].Attr("href"))
	look(maya, "record-change", maya.get(at+"?action=release.changed", http.StatusOK).All("#entries tbody .t[href]")[0].Attr("href"))
	admin := w.open(t, w.Admin)
	look(admin, "record-all", "/record")
	look(admin, "admin-record", "/admin/record")
	look(admin, "admin-jobs", "/admin/jobs")
	look(admin, "admin-configuration", "/admin/configuration")
	look(admin, "palette", "/palette?q=ledger")
	look(admin, "more", "/more")
}
