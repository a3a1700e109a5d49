package planweb_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// bank fills the database as the mocks show it.
func (p *pages) bank() {
	t := p.t
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []string{"identity", "fraud", "accounts"} {
		_, err := p.Catalog.AddProduct(p.Admin, catalog.ProductSpec{Key: x, Name: string(x[0]-32) + x[1:]})
		must(err)
		_, err = p.Catalog.AddService(p.Admin, catalog.ServiceSpec{Key: x + "-core", Name: x, Product: x})
		must(err)
	}
	for _, x := range []catalog.ServiceSpec{{Key: "mobile-bff", Name: "Mobile BFF", Product: "payments", Owner: "tomas"}, {Key: "notifications", Name: "Notifications", Product: "payments", Owner: "lukasz"}} {
		_, err := p.Catalog.AddService(p.Admin, x)
		must(err)
	}
	_, err := p.Catalog.AddEnvironment(p.Admin, catalog.EnvironmentSpec{Key: "prod-west", Name: "Prod west", Tier: "production", Rank: 1})
	must(err)
	for _, e := range []string{"prod-north", "prod-west"} {
		for s, v := range map[string]string{"payments-core": "8.31.2", "ledger": "5.14.0", "mobile-bff": "12.8.4", "notifications": "3.9.1"} {
			_, err := p.Catalog.RecordDeployment(p.Admin, catalog.NewDeployment{Service: s, Environment: e, Version: v})
			must(err)
		}
	}
	spec := plantest.Spec("payments-26.11.0")
	spec.Owner, spec.Environments = "tomas", []string{"prod-north", "prod-west"}
	spec.Services = append(spec.Services, plan.ItemSpec{Service: "mobile-bff", Version: "12.9.0", Digest: plantest.Digest}, plan.ItemSpec{Service: "notifications", Version: "3.9.2", Digest: plantest.Digest, Commit: "5e02c1d"})
	spec.Scope = append(spec.Scope,
		plan.ScopeSpec{Key: "PAY-2190", Title: "Show match, close match, no match to the payer", Service: "payments-core", State: plan.ScopeDone, Owner: "tomas", URL: "https://tracker.example.com/PAY-2190", Commits: []string{"b20c9d1", "77a10bc", "c41d9e0"}},
		plan.ScopeSpec{Key: "LED-810", Title: "Store the payee answer with the posting", Service: "ledger", State: plan.ScopeDone, Owner: "elena", Commits: []string{"d1c88f0"}},
		plan.ScopeSpec{Key: "MOB-1549", Title: "Copy for “close match”, 4 languages", Service: "mobile-bff", State: plan.ScopeDone, Owner: "maya", NoCommit: "Text only, in the content store."},
		plan.ScopeSpec{Key: "NOT-377", Title: "Two templates for refused payments", Service: "notifications", State: plan.ScopeDone, Owner: "lukasz", Commits: []string{"5e02c1d"}})
	r, err := p.Plans.Create(p.Admin, spec)
	must(err)
	p.Bring(t, r.ID, plan.Active)
	for _, phase := range []string{"prepare", "test"} {
		at := map[string]db.Time{"prepare": db.At(dbtest.Start).Add(-9 * 24 * time.Hour), "test": db.At(dbtest.Start).Add(-4 * 24 * time.Hour)}[phase]
		_, err = p.Plans.EnterPhase(p.Admin, r.Key, phase, at)
		must(err)
	}
	_, err = p.Plans.LeavePhase(p.Admin, r.Key, "prepare", db.At(dbtest.Start).Add(-4*24*time.Hour))
	must(err)
	_, err = p.Plans.AddScope(p.who["tomas"], r.Key, plan.ScopeSpec{Key: "PAY-2204", Title: "Drop answers that arrive after 10 s", Service: "payments-core", Owner: "tomas", Commits: []string{"4fd03e8"}}, "found in the load test")
	must(err)
	for _, x := range []struct {
		key, product, title, owner string
		state                      plan.State
		start                      time.Duration
	}{
		{"cards-26.11.1", "cards", "Tokenised card references", "lukasz", plan.Deploying, -38 * time.Minute}, {"identity-26.11.3", "identity", "Passkey fallback fix", "maya", plan.Approved, 17 * time.Hour},
		{"fraud-26.11.4", "fraud", "Takeover rules", "elena", plan.Planned, 93 * time.Hour}, {"accounts-26.12.0", "accounts", "Joint account closing", "tomas", plan.Held, 14 * 24 * time.Hour},
		{"identity-26.12.0", "identity", "", "maya", plan.Active, 20 * 24 * time.Hour}, {"fraud-26.11.3", "fraud", "Rules set 884", "elena", plan.Closed, -7 * 24 * time.Hour},
		{"cards-26.11.0", "cards", "Tokenised card references", "lukasz", plan.Cancelled, -15 * 24 * time.Hour}, {"fraud-26.12.1", "fraud", "Rules set 890", "elena", plan.Draft, 0},
	} {
		d := p.DB.Clock().(*clock.Fake)
		if x.start < -24*time.Hour {
			d.Set(dbtest.Start.Add(x.start - time.Hour))
		}
		w := plan.Window{Start: db.At(dbtest.Start).Add(x.start), End: db.At(dbtest.Start).Add(x.start + 90*time.Minute)}
		s := plan.Spec{Key: x.key, Product: x.product, Version: x.key[len(x.product)+1:], Title: x.title, Template: "standard", Owner: x.owner, Window: &w, Environments: []string{"prod-north"},
			Services: []plan.ItemSpec{{Service: x.product + "-core", Version: "1.2.3"}}}
		made, err := p.Plans.Create(p.Admin, s)
		must(err)
		p.Bring(t, made.ID, x.state)
		d.Set(dbtest.Start)
	}
}

// TestLooks opens every page in a browser with axe, in both schemes, on a desk and on a phone.
func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	p.bank()
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	one := "/releases/payments-26.11.0"
	for name, path := range map[string]string{
		"list": "/releases", "new": "/releases/new", "overview": one, "scope": one + "/scope", "plan": one + "/plan", "actions": one + "/do", "hold": one + "/do/hold", "item": one + "/scope/items/new",
		"manifest": one + "/scope/manifest?service=ledger", "window": one + "/scope/window", "edit": one + "/edit", "milestone": one + "/plan/milestones",
	} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, s.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
}

// TestActionsInABrowser opens the menu and a dialog from it, and puts a release on hold by hand.
func TestActionsInABrowser(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	p.Release(t, "payments-26.11.0", plan.Active)
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	l := uitest.Looks[0]
	uitest.Open(t, tab, s.URL+"/releases/payments-26.11.0/plan", l)
	click := func(selector string) {
		t.Helper()
		if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](`document.querySelector('`+selector+`').click(), true`)); err != nil {
			t.Fatal(err)
		}
	}
	click(`[aria-label="More actions"]`)
	uitest.Until(t, tab, "the menu opens", `document.querySelector("#release-acts").open`)
	for _, f := range uitest.Findings(t, tab, l) {
		t.Errorf("menu: %s", f)
	}
	uitest.Shot(t, tab, l, "menu")
	click("#act-hold")
	uitest.Until(t, tab, "the dialog opens, with the focus on the reason", `document.querySelector("#do-hold").open && document.activeElement.id === "reason-hold"`)
	uitest.Shot(t, tab, l, "hold")
	if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](`document.querySelector("#reason-hold").value = "the vendor slips", document.querySelector("#do-hold button[type=submit]").click(), true`)); err != nil {
		t.Fatal(err)
	}
	uitest.Until(t, tab, "it is on hold", `document.querySelector(".relmeta")?.innerText.includes("On hold") && document.querySelector("#toasts")?.innerText.includes("on hold")`)
}
