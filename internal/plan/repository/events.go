package repository

// The entries of the wing.
const (
	Added   = "repository.added"
	Changed = "repository.changed"
	Removed = "repository.removed"
	Fetched = "repository.fetched"
)
