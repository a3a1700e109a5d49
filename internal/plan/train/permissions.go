package train

import "slipway/internal/platform/auth"

// Permissions of the wing.
var Permissions = []auth.Permission{
	{Name: "train.read", Text: "See trains, their dates and the releases that they opened.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "train.edit", Text: "Add, change, pause, resume and close trains, which open releases by themselves; open the next release early.", Roles: []string{auth.RoleReleaseManager}},
}
