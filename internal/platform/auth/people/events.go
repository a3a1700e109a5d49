package people

// The ledger actions of this package. Their payloads carry identifiers, roles and permissions, never a person's name or
// e-mail address.
const (
	PersonAdded       = "person.added"
	PersonChanged     = "person.changed"
	PersonDeactivated = "person.deactivated"
	PersonReactivated = "person.reactivated"
	PersonErased      = "person.erased"
	TeamAdded         = "team.added"
	TeamChanged       = "team.changed"
	TeamClosed        = "team.closed"
	TeamReopened      = "team.reopened"
	RoleDefined       = "role.defined"
	RoleChanged       = "role.changed"
	RoleGranted       = "role.granted"
	RoleRevoked       = "role.revoked"
)
