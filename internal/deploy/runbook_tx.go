package deploy

import (
	"slipway/internal/deploy/book"
	"slipway/internal/deploy/runlog"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Runbooks keeps runbooks and which of them each release runs. The names below are what other areas need of package book.
type (
	Runbooks       = book.Runbooks
	Summary        = book.Summary
	Version        = book.Version
	Filter         = book.Filter
	Binding        = book.Binding
	Choice         = book.Choice
	Change         = book.Change
	RunbookContent = book.RunbookContent
	Timing         = book.Timing
)

// Chunk is a piece of the log of a run; LogFilter narrows a log.
type (
	Chunk     = runlog.Chunk
	LogFilter = runlog.Filter
)

// LogOf returns the log of a run in order. It checks no permission.
func LogOf(tx *db.Tx, r id.Run, f LogFilter) ([]Chunk, error) { return runlog.Of(tx, r, f) }

// The sections of a release's content that this area owns.
const (
	SectionRunbook = book.SectionRunbook
	SectionBackout = book.SectionBackout
)

// NewRunbooks returns the service over a migrated database.
func NewRunbooks(d *db.DB) (*Runbooks, error) { return book.New(d) }

// VersionOf returns a version of a runbook, the newest for 0. It checks no permission. It fails with errs.NotFound.
func VersionOf(tx *db.Tx, key string, version int) (Version, error) {
	return book.VersionOf(tx, key, version)
}

// BindingOf returns what a release runs. It checks no permission. It fails with errs.NotFound if no runbook was chosen.
func BindingOf(tx *db.Tx, r id.Release) (Binding, error) { return book.BindingOf(tx, r) }

// RunbookSection returns the signed content of the runbook of a release; an empty object without one. It checks no permission.
func RunbookSection(tx *db.Tx, r id.Release) (any, error) { return book.RunbookSection(tx, r) }

// BackoutSection returns the signed content of the back-out of a release: its graph, when it starts by itself, and which
// step takes back which. It checks no permission.
func BackoutSection(tx *db.Tx, r id.Release) (any, error) { return book.BackoutSection(tx, r) }

// BackoutPresent reports whether the release has a way back, and says so in a sentence: which, or what is missing. It checks
// no permission.
func BackoutPresent(tx *db.Tx, r id.Release) (bool, string, error) { return book.BackoutPresent(tx, r) }

// BackoutRehearsed returns when a rehearsal of the release last carried out the back-out of the chosen version; none if it
// never did. It checks no permission.
func BackoutRehearsed(tx *db.Tx, r id.Release) (db.Time, error) { return book.BackoutRehearsed(tx, r) }

// Authors returns who changed a section of a release after an instant, each once: who chose the runbook, and who wrote the
// versions of it that came in. The zero instant is the beginning. It checks no permission.
func Authors(tx *db.Tx, r id.Release, section string, since db.Time) ([]id.Person, error) {
	return book.Authors(tx, r, section, since)
}

// ChangesSince returns the changes of a section after an instant, oldest first, 200 at most; "" is both sections. It checks
// no permission.
func ChangesSince(tx *db.Tx, r id.Release, section string, since db.Time) ([]Change, error) {
	return book.ChangesSince(tx, r, section, since)
}
