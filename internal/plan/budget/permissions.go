package budget

import "slipway/internal/platform/auth"

// Permissions of the wing.
var Permissions = []auth.Permission{
	{Name: "budget.read", Text: "See what releases were to cost and what they cost.", Roles: auth.Everybody},
	{Name: "budget.edit", Text: "Plan effort and cost of a release.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "budget.book", Text: "Book effort and cost to lines of a release's budget.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleOperator, auth.RolePipeline}},
}
