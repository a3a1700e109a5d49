package publication

import "slipway/internal/platform/auth"

// Permissions of published versions.
var Permissions = []auth.Permission{
	{Name: "calendar.publish", Text: "Publish a version of the calendar.", Roles: []string{auth.RoleReleaseManager}},
}
