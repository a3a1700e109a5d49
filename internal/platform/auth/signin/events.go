package signin

// The ledger actions of this package. Their payloads carry no name, e-mail address, network address or secret.
const (
	PersonInvited   = "person.invited"
	PasswordChanged = "password.changed"
	SessionRefused  = "session.refused"
)
