package apply

import "slipway/internal/platform/auth"

// Permissions of files. What a document may change is asked of its own area.
var Permissions = []auth.Permission{
	{Name: "apply.run", Text: "Apply files", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleOperator}},
	{Name: "apply.export", Text: "Export what one may read as files",
		Roles: []string{auth.RoleReleaseManager, auth.RoleContributor, auth.RoleOperator, auth.RoleApprover, auth.RoleAuditor, auth.RoleViewer}},
}
