package verdict_test

import (
	"testing"
	"time"

	"slipway/internal/gate/verdict"
)

func TestNamedRolesStayApart(t *testing.T) {
	at := time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC)
	s := verdict.Snapshot{At: at, Criteria: []verdict.Criterion{
		{Key: "a", Kind: verdict.Approved, Mandatory: true, Roles: []verdict.RoleRule{{Role: "security"}}},
		{Key: "b", Kind: verdict.Approved, Mandatory: true, Roles: []verdict.RoleRule{{Role: "safety"}}},
		{Key: "c", Kind: verdict.Approved, Mandatory: true, Roles: []verdict.RoleRule{{Role: "quality"}}},
	}, Approvals: []verdict.Approval{{ID: "1", Role: "security", By: "x", At: at}, {ID: "2", Role: "qa", By: "y", At: at}}}
	s.NameRoles(map[string]string{"security": "Security", "safety": "Security", "quality": "qa"})
	v := verdict.Compute(s)
	if v.Answers[0].State != verdict.Met || v.Answers[1].State != verdict.NotMet || v.Answers[2].State != verdict.NotMet {
		t.Errorf("%+v", v.Answers)
	}
	if got := v.Reasons[0].Text; got != "Security (safety) has not signed." {
		t.Error(got)
	}
}
