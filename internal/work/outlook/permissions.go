package outlook

import "slipway/internal/platform/auth"

// Permissions of the wing.
var Permissions = []auth.Permission{
	{Name: "outlook.read", Text: "See schedules, forecasts and baselines of releases.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "outlook.forecast", Text: "Have a forecast made now.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RolePipeline}},
	{Name: "outlook.baseline", Text: "Save a baseline of a release.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
}
