package app_test

import (
	"reflect"
	"testing"
	"time"

	"slipway/internal/decide"
	"slipway/internal/deploy"
	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/risk"
)

// TestWhatListsRememberIsCurrent signs a release and changes one section of it after the other: a list, which remembers
// contents by how often they changed, names the same sections as void as the release itself, which reads them.
func TestWhatListsRememberIsCurrent(t *testing.T) {
	a, _ := open(t)
	admin := administrator(t, a)
	fill(t, a, admin)
	signer, err := a.Auth.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: "nora", Name: "Nora", Email: "nora@aldermoor.example", Grants: []auth.Grant{{Role: "approver"}}})
	must(t, err)
	nora, err := a.Auth.WithPerson(t.Context(), signer.ID)
	must(t, err)
	start := db.At(a.DB.Clock().Now()).Add(240 * time.Hour)
	_, err = a.Plans.Import(admin, []plan.Imported{{State: plan.Active, Spec: plan.Spec{Key: "signed", Product: "payments", Version: "1", Title: "It is signed", Template: "standard", Runbook: "way-back",
		Window: &plan.Window{Start: start, End: start.Add(time.Hour)}, Environments: []string{"production"}, Services: []plan.ItemSpec{{Service: "ledger", Version: "1"}}}}})
	must(t, err)
	r, err := a.Plans.Get(admin, "signed")
	must(t, err)
	set := func(e plan.Edit) error {
		now, err := a.Plans.Get(admin, r.Key)
		must(t, err)
		_, err = a.Plans.Set(admin, r.Key, now.Rev, e)
		return err
	}
	title := "Another"
	later := plan.Window{Start: start.Add(time.Hour), End: start.Add(3 * time.Hour)}
	var opened risk.Risk
	void := func(when string) []string {
		t.Helper()
		var list []gate.Approval
		var alone []decide.RoleState
		must(t, a.DB.Read(admin, func(tx *db.Tx) error {
			for range 2 { // the second is answered from memory
				of, err := a.Decisions.Approvals(tx, []plan.Release{r.Release})
				must(t, err)
				list = of[r.ID]
			}
			return nil
		}))
		must(t, a.DB.Read(admin, func(tx *db.Tx) (err error) {
			alone, err = a.Decisions.RoleStates(tx, r.Release)
			return err
		}))
		if len(list) != 1 || !reflect.DeepEqual(list[0].Void, alone[0].Signatures[0].Changed) {
			t.Fatalf("%s: the list says %+v, the release %+v", when, list, alone[0].Signatures)
		}
		return list[0].Void
	}
	for _, c := range []struct {
		section string
		change  func() error
	}{
		{"scope", func() error {
			_, err := a.Plans.AddScope(admin, r.Key, plan.ScopeSpec{Key: "PAY-1", Title: "One more"}, "It was asked for")
			return err
		}},
		{"manifest", func() error { return set(plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: "2"}}}) }},
		{"window", func() error { return set(plan.Edit{Window: &later}) }},
		{"plan", func() error { return set(plan.Edit{Title: &title}) }},
		{"plan", func() error {
			_, err := a.Plans.AddMilestone(admin, r.Key, plan.MilestoneSpec{Key: "cut", Name: "Cut", Offset: "-2d"})
			return err
		}},
		{"criteria", func() error { return a.Gate.Drop(admin, r.Key, "window-open", 0, "Not here") }},
		{"risk", func() (err error) {
			opened, err = a.Risks.Open(admin, risk.NewRisk{Release: r.Key, Title: "A vendor slips", Probability: 2, Impact: 2})
			return err
		}},
		{"risk", func() error {
			_, err := a.Risks.Assess(admin, opened.Key, opened.Rev, 4, 4, "It is worse")
			return err
		}},
		{"back-out", func() error {
			_, err := a.Kinds.Apply(admin, []apply.File{{Name: "runbook.yaml", Text: "kind: runbook\nkey: way-back\nsteps:\n  - {key: on, kind: notify, notify: {text: on}}\nback_out:\n  steps:\n    - {key: away, kind: notify, notify: {text: off}}\n"}}, false)
			must(t, err)
			newest := 0
			_, err = a.Runbooks.SetRunbook(admin, r.Key, 0, deploy.Choice{Version: &newest})
			return err
		}},
	} {
		_, err := a.Decisions.Sign(nora, r.Key, "approver", decide.NewSignature{})
		must(t, err)
		if v := void("before " + c.section); len(v) != 0 {
			t.Errorf("signed just now, and void: %v", v)
		}
		must(t, c.change())
		if v := void("after " + c.section); !reflect.DeepEqual(v, []string{c.section}) {
			t.Errorf("after a change of %s the list calls %v void", c.section, v)
		}
	}
}
