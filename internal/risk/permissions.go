package risk

import "slipway/internal/platform/auth"

// Permissions of the register. On a risk of a product they are asked within the product, on one of the portfolio
// everywhere.
var Permissions = []auth.Permission{
	{Name: "risk.read", Text: "See the risks of releases and products.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "risk.open", Text: "Open a risk.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleApprover, auth.RoleOperator, auth.RolePipeline}},
	{Name: "risk.assess", Text: "Assess and describe risks, plan the response, assign the owner and the review.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
	{Name: "risk.accept", Text: "Accept a risk, or take away that it blocks a gate, with a reason.", Roles: []string{auth.RoleReleaseManager, auth.RoleApprover}},
	{Name: "risk.close", Text: "Close a risk with a reason, and open it again.", Roles: []string{auth.RoleReleaseManager}},
}
