package clearanceweb_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"slipway/internal/calendar/calendartest"
	"slipway/internal/clearance"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// TestLook opens every page with axe, in both schemes, on a desk and on a phone.
func TestLook(t *testing.T) {
	tab := uitest.Browser(t)
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	p := w.open(w.Admin)
	look := func(name, path string) {
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
	look("ask", "/may-deploy")
	look("answers-none", "/may-deploy/answers")
	look("overrides-none", "/overrides")
	calendartest.Freeze(t, w.Calendar, w.Admin, "Peak trading", "2026-11-19T00:00", "2026-11-21T00:00", calendartest.For("ledger"))
	var recorded string
	for _, q := range []clearance.Question{{Service: "payments-core", Version: "8.32.0", Digest: plantest.Digest, Environment: "prod-north"}, {Service: "ledger", Version: "5.15.0", Environment: "pre-prod"}, {Service: "cards-core", Version: "2", Environment: "pre-prod"}} {
		q.Record = true
		a, err := w.clearance.MayDeploy(w.Admin, q)
		w.must(err)
		if recorded == "" {
			recorded = a.Record
		}
	}
	for i, reason := range []string{"The exercise of Friday needs the new version before its release is due.", "Wrong digest."} {
		o, err := w.clearance.Override(w.Admin, clearance.NewOverride{Service: "payments-core", Environment: "prod-north", Digest: plantest.Digest, Reason: reason, Until: db.At(dbtest.Start).Add(24 * time.Hour)})
		w.must(err)
		if i == 1 {
			_, err = w.clearance.WithdrawOverride(w.Admin, o.ID)
			w.must(err)
		}
	}
	look("refused", asked)
	look("faults", "/may-deploy?service=ledger&version=1+2&environment=")
	look("answers", "/may-deploy/answers?answer="+recorded)
	look("overrides", "/overrides?all=1")
	w.ready = true
	w.Bring(t, w.release.ID, plan.Approved)
	look("allowed", "/may-deploy?service=payments-core&version=8.32.0&environment=prod-north&at=2026-11-19T20:30")
}

// TestAskInABrowser asks, records and overrides by hand.
func TestAskInABrowser(t *testing.T) {
	tab := uitest.Browser(t)
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	p := w.open(w.Admin)
	run := func(js string) {
		t.Helper()
		if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](js+`, true`)); err != nil {
			t.Fatal(err)
		}
	}
	uitest.Open(t, tab, p.url+"/may-deploy", uitest.Looks[0])
	run(`document.querySelector("#service").value = "payments-core", document.querySelector("#version").value = "8.32.0", document.querySelector("#environment").value = "prod-north", document.querySelector("#do-ask").click()`)
	uitest.Until(t, tab, "it is refused", `document.querySelector(".verdict .word")?.innerText.includes("No")`)
	run(`document.querySelector("#record").click()`)
	uitest.Until(t, tab, "it is recorded", `location.pathname === "/may-deploy/answers" && document.querySelector("#answer")?.innerText.includes("Refused: payments-core 8.32.0")`)
	uitest.Open(t, tab, p.url+"/overrides?service=payments-core&environment=prod-north&digest="+plantest.Digest, uitest.Looks[0])
	run(`document.querySelector("#give-reason").value = "It stops the fraud.", document.querySelector("#give-until").value = "2026-11-20T12:00", document.querySelector("#do-give").click()`)
	uitest.Until(t, tab, "it stands", `document.querySelector("#overrides .rows")?.innerText.includes("It stops the fraud.")`)
	run(`document.querySelector("#overrides .rows form button").click()`)
	uitest.Until(t, tab, "it is withdrawn", `document.querySelector("#overrides .rows")?.innerText.includes("withdrawn")`)
}
