package register

import "slipway/internal/platform/auth"

// Permissions of the wing.
var Permissions = []auth.Permission{
	{Name: "action.read", Text: "See the action register.", Roles: auth.Everybody},
	{Name: "action.add", Text: "Add actions, and change those that one added or owns.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleApprover, auth.RoleOperator}},
	{Name: "action.edit", Text: "Change, hand over and drop every action.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "action.close", Text: "Close actions of others as proven, or send them back.", Roles: []string{auth.RoleReleaseManager, auth.RoleApprover}},
}
