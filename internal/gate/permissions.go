package gate

import "slipway/internal/platform/auth"

// Permissions of the area.
var Permissions = []auth.Permission{
	{Name: "gate.read", Text: "See criteria, evidence, waivers and verdicts.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "gate.edit", Text: "Add, change and drop the criteria of a release.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "gate.confirm", Text: "Confirm the criteria that are yours, and ask for waivers.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleApprover, auth.RoleOperator}},
	{Name: "gate.waive", Text: "Grant, refuse and withdraw waivers.", Roles: []string{auth.RoleApprover}},
	{Name: "evidence.add", Text: "Send evidence for a release.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleOperator, auth.RolePipeline}},
}
