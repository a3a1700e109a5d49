package scope_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/plan"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// What a change does to the work is asked item by item, and the answer stands beside it. Who does not know leaves the rule of thumb.
func TestWorkIsAskedByItem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t, "standard", plan.Draft) // PAY-2188 is done, PAY-2291 is open with 12 hours
		var asked []scope.Work
		answer := scope.Delay{Days: 3, Ready: db.At(dbtest.Start), Text: "scheduled anew"}
		w.changes = scope.New(d, w.Plans, scope.Sources{
			Delay: func(_ *db.Tx, _ plan.Release, work []scope.Work) (scope.Delay, error) {
				asked = work
				return answer, nil
			},
			Tasks: func(*db.Tx, plan.Release) (map[string][]string, error) {
				return map[string][]string{"PAY-2291": {"Build", "Test"}}, nil
			},
		})
		steps := []plan.ScopeStep{{Add: &plan.ScopeSpec{Key: "PAY-9", Title: "Nine", Effort: 20}}, {Remove: "PAY-2291"}, {Remove: "PAY-2188"}}
		i, err := w.changes.Weigh(w.Admin, r.Key, steps)
		if err != nil {
			t.Fatal(err)
		}
		want := []scope.Work{{Key: "PAY-2188", Title: "Ask the payee bank for the name before an instant payment", Gone: true},
			{Key: "PAY-2291", Title: "A late answer can release a payment twice", Hours: -12, Gone: true}, {Key: "PAY-9", Title: "Nine", Hours: 20}}
		if diff := cmp.Diff(want, asked); diff != "" {
			t.Error(diff)
		}
		if i.Days != 3 || i.DaysText != "scheduled anew" || i.Ready != answer.Ready || i.Lines[0].Tasks != nil || !cmp.Equal(i.Lines[1].Tasks, []string{"Build", "Test"}) {
			t.Errorf("%+v", i)
		}
		answer = scope.Delay{}
		if i, err = w.changes.Weigh(w.Admin, r.Key, steps); err != nil || i.Days != 1 || i.DaysText == "" || !i.Ready.IsZero() {
			t.Errorf("%+v %v", i, err)
		}
		asked = nil
		if _, err := w.changes.Weigh(w.Admin, r.Key, []plan.ScopeStep{{Change: &plan.ScopeSpec{Key: "PAY-2291", Title: "Another title", Kind: plan.Defect, Service: "payments-core", Effort: 12}}}); err != nil || asked != nil {
			t.Errorf("nothing of the work changes: %+v %v", asked, err)
		}
	})
}
