package deploy

import (
	"slipway/internal/deploy/book"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Backout is the way back of a release and how its last rehearsal ended.
type Backout = book.Backout

// Backouts returns the way back of releases in four statements, whatever their number. A release without a runbook is not in
// it. It checks no permission.
func Backouts(tx *db.Tx, releases ...id.Release) (map[id.Release]Backout, error) {
	return book.Backouts(tx, releases...)
}

// ChangeCounts returns how often the runbook and the back-out of releases were changed, in one statement: a release with the
// same number has the same content. It checks no permission.
func ChangeCounts(tx *db.Tx, releases ...id.Release) (map[id.Release]int64, error) {
	return book.ChangeCounts(tx, releases...)
}
