package train

// The entries of the wing.
const (
	Added   = "train.added"
	Changed = "train.changed"
	Paused  = "train.paused"
	Resumed = "train.resumed"
	Closed  = "train.closed"
	Opened  = "train.opened"
	Skipped = "train.skipped"
	Stalled = "train.stalled"
)
