package deploy

import "slipway/internal/platform/auth"

// Permissions of the area. Who holds the role that a step belongs to may answer it without run.operate.
var Permissions = []auth.Permission{
	{Name: "runbook.read", Text: "See runbooks.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "runbook.edit", Text: "Add and change runbooks.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator}},
	{Name: "runbook.choose", Text: "Choose which version of a runbook a release runs, and its parameters.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "run.read", Text: "See runs and their logs.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "run.rehearse", Text: "Start a rehearsal.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator}},
	{Name: "run.start", Text: "Start the live run of a release.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RolePipeline}},
	{Name: "run.override", Text: "Start a live run without clearance, or give the go after the back-out deadline, with a reason."},
	{Name: "run.answer", Text: "Answer the steps whose role one holds, or that one was asked to do.", Signed: true},
	{Name: "run.operate", Text: "Pause, resume, retry, skip and stop; answer any step; hand steps to people.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator}},
	{Name: "run.comment", Text: "Comment on a run.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RoleContributor, auth.RoleApprover}},
	{Name: "run.abort", Text: "Abort a run without undoing anything.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator}},
	{Name: "run.rollback", Text: "Roll a run back.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator}},
}
