package book

// The entries about runbooks.
const (
	RunbookAdded   = "runbook.added"
	RunbookChanged = "runbook.changed"
	RunbookChosen  = "runbook.chosen" // for a release
)

// The sections of a release's content that this area owns.
const (
	SectionRunbook = "runbook"
	SectionBackout = "back-out"
)
