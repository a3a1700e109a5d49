package work

import "slipway/internal/platform/auth"

// Permissions of the area.
var Permissions = []auth.Permission{
	{Name: "work.read", Text: "See the tasks of releases.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "work.plan", Text: "Add tasks; change their owners, estimates, dates and dependencies.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
	{Name: "work.progress", Text: "Say how far a task is and what blocks it.",
		Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleApprover, auth.RoleOperator, auth.RolePipeline}},
}
