package dependency

import "slipway/internal/platform/auth"

// Permissions of the wing. They are asked for in the product of either side; dependency.agree in the giver's, or in the
// taker's where the giver has none.
var Permissions = []auth.Permission{
	{Name: "dependency.read", Text: "See what releases, services, teams and outside parties wait for.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "dependency.plan", Text: "Propose, change and withdraw dependencies.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
	{Name: "dependency.agree", Text: "Agree to give something, promise a date, say that it is at risk or delivered.",
		Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleOperator}},
}
