package calendar

import "slipway/internal/platform/auth"

// Permissions of the calendar.
var Permissions = []auth.Permission{
	{Name: "calendar.read", Text: "See windows, freezes, conflicts and whether an environment is open.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "window.edit", Text: "Add, change and withdraw windows.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "freeze.edit", Text: "Add, change and withdraw freezes.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "busy.edit", Text: "Add, change and withdraw busy times, such as peaks and month-ends.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "freeze.permit", Text: "Let a release pass a soft freeze that one owns.", Roles: []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RoleApprover}},
}
