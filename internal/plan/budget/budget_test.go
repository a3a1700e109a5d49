package budget_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/budget"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// Lines are planned, booked to and compared; effort at a rate counts as cost.
func TestBudget(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		authtest.Service(t, d, catalog.Permissions, plan.Permissions, budget.Permissions)
		w := plantest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		b := budget.New(d, func(*db.Tx, plan.Release) (int64, bool, error) { return 90, true, nil })
		elena := authtest.Person(t, d, "elena", "contributor")
		before := len(ledgertest.Actions(t, l))

		for _, x := range []budget.NewLine{
			{Key: "testing", Name: "Testing", Kind: budget.Effort, Role: "contributor", Rate: 9_000, Currency: "EUR", Planned: 40 * 60},
			{Key: "writing", Name: "Writing", Kind: budget.Effort, Planned: 600},
			{Key: "licence", Name: "Load test licence", Kind: budget.Cost, Currency: "EUR", Planned: 250_000},
			{Key: "travel", Name: "Travel", Kind: budget.Cost, Currency: "DKK", Planned: 500_00},
		} {
			if _, err := b.Add(w.Admin, r.Key, x); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Book(elena, r.Key, "testing", budget.Booking{Amount: 50 * 60, Note: "weeks 46 and 47"}); err != nil {
			t.Fatal(err)
		}
		name := "Licence for the load test"
		n, err := b.Set(w.Admin, r.Key, "licence", 1, budget.Edit{Name: &name})
		if err != nil || n.Rev != 2 {
			t.Fatalf("%+v, %v", n, err)
		}
		if _, err := b.Set(w.Admin, r.Key, "licence", 1, budget.Edit{Name: &name}); !errs.Is(err, errs.CodeConflict) {
			t.Errorf("a stale change: %v", err)
		}
		if err := b.Remove(w.Admin, r.Key, "travel", 0, "by train"); err != nil {
			t.Fatal(err)
		}
		got, err := b.Get(elena, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(budget.Amount{Planned: 3000, Actual: 3000}, got.Effort); diff != "" {
			t.Errorf("effort (-want +got):\n%s", diff)
		}
		want := []budget.Price{{Currency: "EUR", Amount: budget.Amount{Planned: 250_000 + 360_000, Actual: 450_000, Variance: -160_000}}}
		if diff := cmp.Diff(want, got.Cost); diff != "" {
			t.Errorf("cost (-want +got):\n%s", diff)
		}
		if got.Spent == nil || *got.Spent != 90 || len(got.Lines) != 3 {
			t.Errorf("%+v", got)
		}
		if n := len(ledgertest.Actions(t, l)) - before; n != 7 {
			t.Errorf("%d entries, want 7", n)
		}
		if _, err := b.Add(elena, r.Key, budget.NewLine{Key: "x", Name: "X", Kind: budget.Effort}); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("a contributor plans: %v", err)
		}
	})
}

func TestFaults(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ledgertest.Open(t, d)
		authtest.Service(t, d, catalog.Permissions, plan.Permissions, budget.Permissions)
		w := plantest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		b := budget.New(d, nil)
		ok := budget.NewLine{Key: "k", Name: "K", Kind: budget.Cost, Currency: "EUR"}
		for field, spoil := range map[string]func(*budget.NewLine){
			"key":      func(l *budget.NewLine) { l.Key = "No Key" },
			"name":     func(l *budget.NewLine) { l.Name = "" },
			"kind":     func(l *budget.NewLine) { l.Kind, l.Currency = "", "" },
			"currency": func(l *budget.NewLine) { l.Currency = "" },
			"rate":     func(l *budget.NewLine) { l.Rate = 5 },
			"planned":  func(l *budget.NewLine) { l.Planned = -1 },
			"actual":   func(l *budget.NewLine) { l.Actual = 1 << 60 },
		} {
			in := ok
			spoil(&in)
			_, err := b.Add(w.Admin, r.Key, in)
			if e := errs.As(err); e == nil || e.Code != errs.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := b.Add(w.Admin, r.Key, ok); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Book(w.Admin, r.Key, "k", budget.Booking{Amount: -1}); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("less than nothing: %v", err)
		}
	})
}
