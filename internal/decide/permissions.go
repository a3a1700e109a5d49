package decide

import (
	"slipway/internal/platform/auth"
)

var signers = []string{auth.RoleReleaseManager, auth.RoleOperator, auth.RoleApprover, auth.RoleContributor}

// Permissions of the area. Signing and answering also ask for the role that the template names.
var Permissions = []auth.Permission{
	{Name: "approval.read", Text: "See approvals, polls, decisions and conditions.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "approval.sign", Text: "Sign, decline and withdraw for the roles one holds.", Roles: signers},
	{Name: "approval.ask", Text: "Ask for approvals.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
	{Name: "delegation.make", Text: "Let somebody act for oneself in a role, between two dates.", Roles: signers},
	{Name: "delegation.manage", Text: "Make and end the delegations of others."},
	{Name: "poll.open", Text: "Open, call and close a go/no-go, and decide it.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "poll.answer", Text: "Answer a go/no-go for the roles one holds.", Roles: signers},
	{Name: "condition.verify", Text: "Say that a condition is done that one verifies.", Roles: signers},
}
