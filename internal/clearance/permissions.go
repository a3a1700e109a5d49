package clearance

import "slipway/internal/platform/auth"

// Permissions of the area.
var Permissions = []auth.Permission{
	{Name: "deploy.ask", Text: "Ask whether a version may be deployed.",
		Roles: []string{auth.RolePipeline, auth.RoleReleaseManager, auth.RoleOperator, auth.RoleContributor, auth.RoleApprover, auth.RoleAuditor, auth.RoleViewer}},
	{Name: "clearance.read", Text: "See recorded answers and overrides.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "override.give", Text: "Override a refusal for one digest, with a reason and a time limit.", Roles: []string{auth.RoleReleaseManager}},
}
