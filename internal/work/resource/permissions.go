package resource

import "slipway/internal/platform/auth"

// Permissions of the wing. Who leads a team has the right to answer for its members without resource.edit.
var Permissions = []auth.Permission{
	{Name: "resource.read", Text: "See the capacity of teams, people, tools and environments.", Roles: auth.Everybody},
	{Name: "resource.mine", Text: "State one's own days away, skills and deputies; those of others where one leads their team.", Roles: auth.Everybody},
	{Name: "resource.request", Text: "Ask for people, skills and tools for a release.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
	{Name: "resource.answer", Text: "Answer requests and days away of the teams that one leads, and allocate their people.",
		Roles: []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RoleApprover, auth.RoleContributor}},
	{Name: "resource.edit", Text: "State working times, holidays, leads and tools; answer for every team.", Roles: []string{auth.RoleReleaseManager}},
}
