package clearance

// The entries of the area.
const (
	Answered          = "clearance.answered"
	OverrideGiven     = "override.given"
	OverrideWithdrawn = "override.withdrawn"
)
