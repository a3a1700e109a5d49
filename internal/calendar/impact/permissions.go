package impact

import "slipway/internal/platform/auth"

// Permissions of impacts.
var Permissions = []auth.Permission{
	{Name: "impact.edit", Text: "State what a release does to the users of a service.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
}
