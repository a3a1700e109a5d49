package gate

// The entries of the area. No entry says that a verdict changed: it is computed from what these and other areas' entries
// recorded, and from time alone, so such an entry would repeat them, and would be missing where time decided.
const (
	CriterionAdded    = "criterion.added"
	CriterionChanged  = "criterion.changed"
	CriterionDropped  = "criterion.dropped"
	CriterionAnswered = "criterion.answered"
	EvidenceReceived  = "evidence.received"
	WaiverAsked       = "waiver.asked"
	WaiverGranted     = "waiver.granted"
	WaiverEnded       = "waiver.ended"
)
