package planweb_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// serving are the open tasks of one item.
func serving(*db.Tx, plan.Release) (map[string][]string, error) {
	names := []string{"Write the guard", "Try it"}
	for i := range 8 {
		names = append(names, "Task "+strconv.Itoa(i+3))
	}
	return map[string][]string{"PAY-2291": names}, nil
}

// A change of the scope is weighed, proposed and answered on its pages; what was typed is never lost.
func TestScopeChangePages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.Release(t, "payments-26.11.0", plan.Active)
		scope := p.see(at + "/scope")
		scope.Has(`#propose[href="` + at + `/scope/changes/new"]`)
		scope.Has("#compare")
		form := p.see(at+"/scope/changes/new?does=change&item=PAY-2291", "tomas")
		form.Has(`#title[value="A late answer can release a payment twice"]`)
		tasks := p.see(at + "/scope/changes/new?does=remove&item=PAY-2291&weigh=1")
		tasks.Says("#impact .facts", "PAY-2291")
		tasks.Says("#impact .facts", "Write the guard, Try it, Task 3, Task 4, Task 5, Task 6, Task 7, Task 8 and 2 more")
		weighed := p.see(at+"/scope/changes/new?does=add&key=PAY-9&title=Nine&effort=20&weigh=1", "tomas")
		weighed.Says("#impact", "+3 days")
		weighed.None("#impact .facts")
		weighed.Says("#impact", "Information security")
		weighed.Says(`form[action$="changes/new"]`, "your roles do not approve changes of the scope here")
		p.see(at+"/scope/changes/new?does=add&key=&title=Nine&weigh=1").Says("#key-err", "A key is required")
		in := url.Values{"does": {"add"}, "key": {"PAY-9"}, "title": {"Nine"}, "effort": {"x"}, "reason": {"asked by the bank"}}
		p.refused(422, at+"/scope/changes/new", in, "tomas").Says("#effort-err", "whole number")
		in.Set("effort", "20")
		if to := p.send(at+"/scope/changes/new", in, "tomas"); !strings.HasSuffix(to, "/scope/changes/1") {
			t.Errorf("it leads to %s", to)
		}
		p.see(at+"/scope").Says("#waiting", "Add PAY-9")
		one := p.see(at + "/scope/changes/1")
		one.Says("#impact", "1 of 1")
		one.Says("#answer", "Carry out and void 1 approval")
		p.see(at+"/scope/changes/1", "tomas").Has("#withdraw")
		p.refused(422, at+"/scope/changes/1/decline", url.Values{"note": {""}}).Says("#note-err", "must not be empty")
		p.send(at+"/scope/changes/1/approve", url.Values{"note": {"go on"}, "rev": {"1"}})
		p.see(at+"/scope").Says("#items", "PAY-9")
		p.see(at+"/scope/changes/1").Says("main", "Approved and carried out")
		p.refused(409, at+"/scope/changes/1/approve", url.Values{}).Says("main", "is applied since")
		if w := p.do("GET", at+"/scope/changes/9", nil); w.Code != 404 {
			t.Errorf("no such change: %d", w.Code)
		}
		remove := url.Values{"does": {"remove"}, "item": {"PAY-2188"}, "reason": {"next time"}, "apply": {"1"}}
		p.send(at+"/scope/changes/new", remove)
		p.see(at + "/scope").None(`#items a[href$="PAY-2188"]`)
	})
}

// The budget is planned, booked to and compared on its pages, the phases are planned anew, and repositories are kept.
func TestWingPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.Release(t, "payments-26.11.0", plan.Active)
		p.see(at+"/budget").Says(".empty", "No budget yet")
		p.see(at).Says("#overview-facts", "Plan a budget")
		line := url.Values{"key": {"testing"}, "name": {"Testing"}, "kind": {"effort"}, "planned": {"12,5"}, "currency": {"eur"}, "rate": {"90"}}
		p.refused(403, at+"/budget/new", line, "tomas")
		p.send(at+"/budget/new", line)
		line.Set("planned", "many")
		p.refused(422, at+"/budget/new", line).Says("#planned-err", "Write hours as 12.5")
		p.send(at+"/budget/testing/book", url.Values{"amount": {"13"}, "note": {"week 46"}}, "tomas")
		b := p.see(at + "/budget")
		b.Says("#lines", "12.5 h")
		b.Says("#lines", "0.5 h over")
		b.Says(".tiles", "1170.00 EUR")
		p.see(at + "/budget/testing").Has(`#rate[value="90.00"]`)
		p.send(at+"/budget/testing", url.Values{"rev": {"2"}, "key": {"testing"}, "kind": {"effort"}, "name": {"Tests"}, "planned": {"13"}, "actual": {"13"}})
		p.refused(409, at+"/budget/testing", url.Values{"rev": {"2"}, "kind": {"effort"}, "name": {"Tests"}, "planned": {"9"}})
		p.see(at).Says("#overview-facts", "13 h of 13 h")
		p.send(at+"/budget/testing/remove", url.Values{"rev": {"3"}})

		r, err := p.Plans.Get(p.Admin, "payments-26.11.0")
		if err != nil {
			t.Fatal(err)
		}
		before := p.see(at + "/replans")
		before.Says("#history", "never moved")
		before.Has("#phases table.fold td.r-main")
		before.Says("#phases", "Not due")
		p.refused(422, at+"/replans/test", url.Values{"rev": {rev(r.Rev)}, "name": {"Test"}, "days": {"x"}}).Says("#days-err", "whole number")
		p.send(at+"/replans/test", url.Values{"rev": {rev(r.Rev)}, "name": {"Test"}, "days": {"6"}, "reason": {"more suites"}})
		again := p.see(at + "/replans")
		again.Says("#history", "more suites")
		again.Says("#history", "−2 d")
		if w := p.do("GET", at+"/replans/none", nil); w.Code != 404 {
			t.Errorf("no such phase: %d", w.Code)
		}

		unread := p.see(at + "/scope/commits")
		unread.Says("#repositories .empty", "No repository is known")
		unread.Says("#list .empty", "No history is read yet")
		unread.None("#without") // nothing is known of which item has its commits
		repo := url.Values{"key": {"core"}, "url": {"https://git.example.com/core.git"}, "service": {"payments-core"}}
		p.send(at+"/scope/repositories/new", repo)
		repo.Set("url", "file:///etc")
		p.refused(422, at+"/scope/repositories/new", repo).Says("#url-err", "Repositories are read over https")
		p.see(at+"/scope/commits").Says("#repositories", "Not fetched yet")
		p.refused(409, at+"/scope/commits/fetch", url.Values{}).Says("main", "no git program")
		p.see(at + "/scope/repositories/core").Has(`#tag[value="v{version}"]`)
		p.send(at+"/scope/repositories/core", url.Values{"rev": {"1"}, "key": {"core"}, "url": {"https://git.example.com/other.git"}})
		p.send(at+"/scope/repositories/core/remove", url.Values{"rev": {"2"}})
		p.see(at+"/scope/commits", "viola").Says("#repositories .unavail", "repository.edit")
	})
}
