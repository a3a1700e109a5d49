package gateweb_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"slipway/internal/plan"
	"slipway/internal/platform/ui/uitest"
)

// TestWhatChangedOfTheCriteria shows every change with its author, its reason and both texts, page by page.
func TestWhatChangedOfTheCriteria(t *testing.T) {
	p := open(t, false)
	status, page := p.get(at + "/criteria/changes")
	if status != 200 {
		t.Fatal(status)
	}
	page.Says("#changes", "Added, from the template tier-1-payments")
	all := page.Count("#changes .rows > li")

	spec := plan.CriterionSpec{Key: "cab", Name: "The board has seen it", Kind: plan.KindConfirmation, Due: "-1d"}
	if _, err := p.w.Gate.Add(p.as, "payments-26.11.0", spec, "asked for by the auditor"); err != nil {
		t.Fatal(err)
	}
	spec.Name, spec.Due, spec.Text = "The board has agreed", "-2d", "Minutes are linked."
	if _, err := p.w.Gate.Set(p.as, "payments-26.11.0", "cab", 0, spec, "clearer"); err != nil {
		t.Fatal(err)
	}
	_, page = p.get(at + "/criteria/changes?criterion=cab")
	if n := page.Count("#changes .rows > li"); n != 2 {
		t.Errorf("%d changes of one criterion", n)
	}
	first := page.All("#changes .rows > li")[0]
	first.Says(".m", "Changed by Maya Lindqvist: clearer")
	first.Says(".diff", "The board has seen it")
	for _, want := range []string{"Name", "Due", "More about it"} {
		first.Says(".diff", want)
	}
	first.Has(`a[href="` + at + `/readiness?criterion=cab#criterion-cab"]`)
	if err := p.w.Gate.Drop(p.as, "payments-26.11.0", "cab", 0, "the auditor is content"); err != nil {
		t.Fatal(err)
	}
	_, page = p.get(at + "/criteria/changes?criterion=cab")
	page.All("#changes .rows > li")[0].Says(".m", "Dropped by Maya Lindqvist: the auditor is content")
	page.Has(`option[value="cab"][selected]`)
	_, page = p.get(at + "/criteria/changes?criterion=none")
	page.Says("#changes .empty", "Nothing matches")

	for i := range 50 {
		if _, err := p.w.Gate.Add(p.as, "payments-26.11.0", plan.CriterionSpec{Key: fmt.Sprintf("more-%d", i), Name: "More", Kind: plan.KindConfirmation}, ""); err != nil {
			t.Fatal(err)
		}
	}
	_, page = p.get(at + "/criteria/changes")
	next := page.One(`.pager a[rel="next"]`).Attr("href")
	_, page = p.get(next)
	if n := page.Count("#changes .rows > li"); n != all+3 {
		t.Errorf("%d changes on the second page, want %d", n, all+3)
	}
	if status, _ := p.get(at + "/criteria/changes?after=zz"); status != 422 {
		t.Errorf("a page that is none: %d", status)
	}
	if status, _ := p.get("/releases/none/criteria/changes"); status != 404 {
		t.Errorf("no release: %d", status)
	}
}

// TestChangesInABrowser opens the page with axe, in both schemes, on a desk and on a phone.
func TestChangesInABrowser(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, false)
	if _, err := p.w.Gate.Set(p.as, "payments-26.11.0", "latency", 0, plan.CriterionSpec{Name: "p99 payment latency under 350 ms at 2× peak", Group: "Test", Question: "tested", Kind: plan.KindFact, Owner: "jonas", Condition: "fact.p99_ms <= 350"}, "the target of the quarter"); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	for _, l := range uitest.Looks {
		uitest.Open(t, tab, s.URL+at+"/criteria/changes", l)
		uitest.CheckReflow(t, tab, l)
		for _, f := range uitest.Findings(t, tab, l) {
			t.Error(f)
		}
		uitest.FullShot(t, tab, l, "changes")
	}
}
