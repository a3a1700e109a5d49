package clash

// The entries of conflicts.
const (
	ConflictFound    = "conflict.found"
	ConflictAccepted = "conflict.accepted"
	ConflictReopened = "conflict.reopened"
	ConflictGone     = "conflict.gone"
)
