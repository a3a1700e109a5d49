package deploy

import (
	"slipway/internal/deploy/stored"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// What is kept of runs.
type (
	// Mode says whether a run is the real thing.
	Mode = stored.Mode
	// Given is what a run was started with. It is frozen, so that what a text means does not change on the way.
	Given = stored.Given
	// Item is one version that a run deploys.
	Item = stored.Item
	// Override says that a run went on against a refusal.
	Override = stored.Override
	// Run is one execution of a runbook for a release.
	Run = stored.Run
	// Heeded is a freeze that began while a live run was under way, and what it did to the run.
	Heeded = stored.Heeded
	// RunFilter narrows lists of runs, newest first.
	RunFilter = stored.RunFilter
	// Comment is what somebody said about a run or one of its steps.
	Comment = stored.Comment
)

// The modes.
const (
	Live      = stored.Live
	Rehearsal = stored.Rehearsal
)

// Scope returns the scope of the rights on a run: its release's product.
func Scope(r Run) auth.Scope { return stored.Scope(r) }

// Comments returns what was said about a run, oldest first, the newest 500. It checks no permission.
func Comments(tx *db.Tx, r id.Run) ([]Comment, error) { return stored.Comments(tx, r) }

// Clearance says whether a release may start to be deployed. It is declared here and answered above.
type Clearance interface {
	// MayStart fails with errs.Blocked, one field for each reason (Reason the stable code, Msg the sentence), if the live run of the
	// release must not start in these environments now.
	MayStart(tx *db.Tx, release id.Release, environments []id.Environment) error
}
