package auth

// Permissions are what this package asks for. Those marked Signed concern the caller's own account.
var Permissions = []Permission{
	{Name: "session.read", Text: "See one's own sessions", Signed: true},
	{Name: "session.close", Text: "Sign out, end one's own sessions", Signed: true},
	{Name: "profile.read", Text: "See one's own profile", Signed: true},
	{Name: "profile.edit", Text: "Change one's own settings and password", Signed: true},
	{Name: "people.read", Text: "See people, teams and roles", Roles: []string{RoleReleaseManager, RoleOperator, RoleApprover, RoleContributor, RoleAuditor, RoleViewer, RolePipeline}},
	{Name: "people.edit", Text: "Add, change, invite, deactivate and erase people"},
	{Name: "team.edit", Text: "Add and change teams"},
	{Name: "role.define", Text: "Define roles beside the built-in ones"},
	{Name: "role.grant", Text: "Give roles to people and teams, and take them back"},
	{Name: "token.read", Text: "See one's own tokens", Signed: true},
	{Name: "token.make", Text: "Make a token for oneself", Roles: []string{RoleReleaseManager, RoleOperator, RoleApprover, RoleContributor, RoleAuditor}},
	{Name: "token.revoke", Text: "Revoke one's own tokens", Signed: true},
	{Name: "token.manage", Text: "See, make and revoke tokens of others"},
}
