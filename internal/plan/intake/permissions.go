package intake

import "slipway/internal/platform/auth"

// Permissions of the wing.
var Permissions = []auth.Permission{
	{Name: "request.read", Text: "See requests for releases and what became of them.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "request.file", Text: "Ask for a release, and withdraw one's own requests.", Roles: append([]string{auth.RolePipeline}, auth.Everybody...)},
	{Name: "request.answer", Text: "Accept requests into releases and trains, defer and decline them.", Roles: []string{auth.RoleReleaseManager}},
}
