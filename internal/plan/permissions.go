package plan

import (
	"slipway/internal/platform/auth"
)

// Permissions of the area.
var Permissions = []auth.Permission{
	{Name: "plan.read", Text: "See releases, their plans, scope and manifests.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "plan.edit", Text: "Create releases; change their window, manifest and plan; retarget one that was rolled back.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "plan.scope", Text: "Add, change and remove scope items.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RolePipeline}},
	{Name: "plan.progress", Text: "Say how far milestones, phases and deliverables are.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RolePipeline}},
	{Name: "plan.advance", Text: "Plan, activate, verify and close a release.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "plan.hold", Text: "Put a release on hold and resume it.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "plan.cancel", Text: "Cancel a release.", Roles: []string{auth.RoleReleaseManager}},
	{Name: "plan.import", Text: "Take over releases in any state from elsewhere."},
	{Name: "template.read", Text: "See the templates of releases.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "template.edit", Text: "Add and change the templates of releases."},
}
