package roadmap

import "slipway/internal/platform/auth"

// Permissions of the wing. Beside the permission, an answer asks for one of the roles that have to agree.
var Permissions = []auth.Permission{
	{Name: "roadmap.read", Text: "See the roadmap: proposed and agreed dates, and what was said about them.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "roadmap.propose", Text: "Propose dates of releases, and withdraw them.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
	{Name: "roadmap.answer", Text: "Agree to proposed dates, counter and refuse them, for a role that one holds.", Roles: []string{auth.RoleReleaseManager, auth.RoleApprover, auth.RoleOperator, auth.RoleContributor}},
	{Name: "roadmap.publish", Text: "Publish agreed dates.", Roles: []string{auth.RoleReleaseManager}},
}
