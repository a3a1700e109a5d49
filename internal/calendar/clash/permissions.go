package clash

import "slipway/internal/platform/auth"

// Permissions of conflicts.
var Permissions = []auth.Permission{
	{Name: "conflict.accept", Text: "Accept a conflict of the calendar, by name and with a reason.", Roles: []string{auth.RoleReleaseManager}},
}
