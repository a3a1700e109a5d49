package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"slipway/internal/app"
	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
)

// TestListsAskAsMuchForManyAsForFew counts the statements behind a list of releases, behind the month and behind the frame of
// every page, first with a few releases and freezes and then with many.
func TestListsAskAsMuchForManyAsForFew(t *testing.T) {
	a, _ := open(t)
	admin := administrator(t, a)
	fill(t, a, admin)
	var at int
	more := func(n int) {
		t.Helper()
		now := a.DB.Clock().Now()
		in := make([]plan.Imported, n)
		for i := range in {
			start := db.At(now.Add(time.Duration(at*7) * time.Hour))
			s := plan.Spec{Key: fmt.Sprintf("release-%d", at), Product: "payments", Version: fmt.Sprintf("1.%d", at), Title: "One of many", Template: "standard", Runbook: "way-back",
				Window: &plan.Window{Start: start, End: start.Add(10 * time.Hour)}, Environments: []string{"production"}, Services: []plan.ItemSpec{{Service: "ledger", Version: "1"}}}
			in[i] = plan.Imported{Spec: s, State: plan.Active}
			at++
			from := now.Add(time.Duration(i) * 24 * time.Hour).Format("2006-01-02T15:04")
			f := calendar.Spec{Name: fmt.Sprintf("Freeze %d", at), Reason: "By number", Start: from, End: now.Add(time.Duration(i*24+5) * time.Hour).Format("2006-01-02T15:04"), Zone: "UTC", Hardness: "soft"}
			_, err := a.Calendar.Add(admin, calendar.Freeze, f)
			must(t, err)
		}
		_, err := a.Plans.Import(admin, in)
		must(t, err)
	}
	asked := func(what string, ask func(tx *db.Tx) error) func() int {
		return func() (n int) {
			for range 2 { // the first one fills what is kept
				must(t, a.DB.Read(admin, func(tx *db.Tx) error {
					err := ask(tx)
					n = tx.Statements()
					return err
				}))
			}
			t.Logf("%s: %d statements", what, n)
			return n
		}
	}
	questions := map[string]func() int{
		"list": asked("list", func(tx *db.Tx) error {
			rs, err := plan.Releases(tx, plan.Filter{Limit: 50})
			must(t, err)
			found, err := a.Gate.Standings(tx, rs)
			if len(found) != len(rs) || len(rs) != min(at, 50) {
				t.Errorf("%d standings of %d releases", len(found), len(rs))
			}
			return err
		}),
		"month": asked("month", func(tx *db.Tx) error {
			s, err := a.Calendar.ReadSurvey(tx, calendar.SurveyFilter{From: tx.Now, To: tx.Now.Add(30 * 24 * time.Hour)})
			if len(s.Releases) != at || len(s.Periods) != at {
				t.Errorf("%d releases and %d periods of %d", len(s.Releases), len(s.Periods), at)
			}
			return err
		}),
	}
	few := map[string]int{}
	more(5)
	for k, ask := range questions {
		few[k] = ask()
	}
	more(45)
	for k, ask := range questions {
		if n := ask(); n > few[k] {
			t.Errorf("%s: %d statements for 5 releases and freezes, %d for 50", k, few[k], n)
		}
	}
}

func administrator(t *testing.T, a *app.App) context.Context {
	t.Helper()
	system := auth.WithSystem(t.Context())
	p, err := a.Auth.AddPerson(system, people.NewPerson{Key: "ada", Name: "Ada", Email: "ada@aldermoor.example", Grants: []auth.Grant{{Role: auth.RoleAdministrator}}})
	must(t, err)
	ctx, err := a.Auth.WithPerson(t.Context(), p.ID)
	must(t, err)
	return ctx
}

func fill(t *testing.T, a *app.App, admin context.Context) {
	t.Helper()
	must(t, a.Plans.EnsureBuiltin(admin))
	_, err := a.Kinds.Apply(admin, []apply.File{{Name: "runbook.yaml", Text: "kind: runbook\nkey: way-back\nsteps:\n  - {key: on, kind: notify, notify: {text: on}}\nback_out:\n  steps:\n    - {key: off, kind: notify, notify: {text: off}}\n"}}, false)
	must(t, err)
	_, err = a.Catalog.AddProduct(admin, catalog.ProductSpec{Key: "payments", Name: "Payments"})
	must(t, err)
	_, err = a.Catalog.AddService(admin, catalog.ServiceSpec{Key: "ledger", Name: "Ledger", Product: "payments"})
	must(t, err)
	_, err = a.Catalog.AddEnvironment(admin, catalog.EnvironmentSpec{Key: "production", Name: "Production", Tier: "production", Default: "open"})
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
