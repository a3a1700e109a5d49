package home

import "slipway/internal/platform/auth"

// Permissions of what sees everything.
var Permissions = []auth.Permission{
	{Name: "record.read", Text: "See the record of what happened",
		Roles: []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RoleApprover, auth.RoleContributor, auth.RoleAuditor, auth.RoleViewer}},
	{Name: "record.export", Text: "Export the record with its proofs", Roles: []string{auth.RoleReleaseManager, auth.RoleAuditor}},
	{Name: "record.verify", Text: "Recompute the whole ledger", Roles: []string{auth.RoleAuditor}},
	{Name: "job.read", Text: "See the jobs that failed for good"},
	{Name: "job.decide", Text: "Let a job that failed for good start again, or forget it"},
	{Name: "config.read", Text: "See the effective configuration, without its secrets"},
	{Name: "home.read", Text: "See mission control",
		Roles: []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RoleApprover, auth.RoleContributor, auth.RoleAuditor, auth.RoleViewer}},
}
