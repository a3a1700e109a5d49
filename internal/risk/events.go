package risk

// The entries of the register. Their subject is the risk; their payload has before, after and the reason.
const (
	RiskOpened    = "risk.opened"
	RiskChanged   = "risk.changed"
	RiskAssessed  = "risk.assessed"
	RiskMitigated = "risk.mitigated"
	RiskAssigned  = "risk.assigned"
	RiskAccepted  = "risk.accepted"
	RiskClosed    = "risk.closed"
	RiskReopened  = "risk.reopened"
)
