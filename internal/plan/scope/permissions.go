package scope

import "slipway/internal/platform/auth"

// Permissions of the wing. Where the template names a role that approves, the answer asks for that role too.
var Permissions = []auth.Permission{
	{Name: "scope.propose", Text: "Propose changes of a release's scope, and withdraw one's own.", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RolePipeline}},
	{Name: "scope.answer", Text: "Approve and decline proposed changes of a release's scope.", Roles: []string{auth.RoleReleaseManager, auth.RoleApprover, auth.RoleOperator}},
}
