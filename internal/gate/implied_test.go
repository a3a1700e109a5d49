package gate_test

import (
	"testing"

	"slipway/internal/gate"
	"slipway/internal/gate/gatetest"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A template that asks for signatures and a poll asks the verdict for them too, whether or not it says so in its criteria.
func TestWhatATemplateAsksForIsInTheVerdict(t *testing.T) {
	no := false
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		in := plan.Template{Key: "signed", Name: "Signed",
			Phases: []plan.PhaseSpec{{Key: "test", Name: "Test", Days: 5}},
			Criteria: []plan.CriterionSpec{
				{Key: "approval-operator", Name: "Briefed", Kind: plan.KindConfirmation},
				{Key: "signed", Name: "Signed", Kind: plan.KindApproval, Role: "approver"},
				{Key: "seen", Name: "Seen", Kind: plan.KindApproval, Role: "viewer", Mandatory: &no},
			},
			Approvals: []plan.ApprovalSpec{{Role: "approver"}, {Role: "operator", Name: "Operations"}, {Role: "viewer"}},
			Poll:      &plan.PollSpec{Roles: []plan.PollRole{{Role: "approver"}}},
		}
		if _, err := w.Plans.SetTemplate(w.Admin, 0, in); err != nil {
			t.Fatal(err)
		}
		r := w.From(t, "pay", "signed", plan.Active)
		if _, err := w.Gate.Confirm(w.Admin, "pay", "approval-operator", gate.Confirmed, ""); err != nil {
			t.Fatal(err)
		}
		v := w.Verdict(t, w.Admin, "pay")
		if got, want := codes(v), "signed:approval.missing approval-operator-2:approval.missing approval-viewer:approval.missing go-no-go:poll.undecided"; got != want {
			t.Errorf("the verdict names %s, want %s", got, want)
		}
		at := d.Clock().Now()
		w.Says.Signed[r.ID] = []gate.Approval{{ID: "1", Role: "approver", By: "a", At: at}, {ID: "2", Role: "operator", By: "b", At: at}, {ID: "3", Role: "viewer", By: "c", At: at}}
		w.Says.Decided[r.ID] = gate.Poll{Decided: true, Outcome: "go", At: at, By: "a"}
		if v := w.Verdict(t, w.Admin, "pay"); v.Word != gate.Go {
			t.Errorf("with everything signed and decided it is %s for %s", v.Word, codes(v))
		}
	})
}
