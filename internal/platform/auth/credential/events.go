package credential

// The ledger actions of this package. Their payloads carry no secret and no address.
const (
	TokenMade     = "token.made"
	TokenChanged  = "token.changed"
	TokenRevoked  = "token.revoked"
	SessionOpened = "session.opened"
	SessionClosed = "session.closed"
)
