package repository

import "slipway/internal/platform/auth"

// Permissions of the wing.
var Permissions = []auth.Permission{
	{Name: "repository.read", Text: "See the repositories of products, and the commits of releases.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "repository.edit", Text: "Add, change and remove the repositories of products.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "repository.fetch", Text: "Bring the mirrors of repositories up to date.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RolePipeline}},
}
