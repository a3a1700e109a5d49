package plan

import (
	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// The Mark functions move a release on for the areas that decide and deploy it. They check no permission, since the
// caller has; the transition table holds, and they fail with errs.Blocked plan.transition_refused where it has no such
// way. reason is what the record and the page say. Each appends an entry.

// MarkApproved says that the release may go: decided GO, or signed by all where no poll is held.
func MarkApproved(tx *db.Tx, r id.Release, reason string) error {
	return mark(tx, r, Approved, ReleaseApproved, reason)
}

// MarkReopened takes an approved release back to active, for a decision that was withdrawn or content that changed.
func MarkReopened(tx *db.Tx, r id.Release, reason string) error {
	return mark(tx, r, Active, ReleaseReopened, reason)
}

// MarkDeploying says that a live run has started.
func MarkDeploying(tx *db.Tx, r id.Release, reason string) error {
	return mark(tx, r, Deploying, ReleaseStarted, reason)
}

// MarkStopped takes a deploying release back to active, since its run failed or was aborted without a back-out.
func MarkStopped(tx *db.Tx, r id.Release, reason string) error {
	return mark(tx, r, Active, ReleaseStopped, reason)
}

// MarkDeployed says that the live run has succeeded.
func MarkDeployed(tx *db.Tx, r id.Release, reason string) error {
	return mark(tx, r, Deployed, ReleaseDeployed, reason)
}

// MarkVerified says that the verification steps of the live run have succeeded.
func MarkVerified(tx *db.Tx, r id.Release, reason string) error {
	return mark(tx, r, Verified, ReleaseVerified, reason)
}

// MarkRolledBack says that the live run has returned to the last good state.
func MarkRolledBack(tx *db.Tx, r id.Release, reason string) error {
	return mark(tx, r, RolledBack, ReleaseRolledBack, reason)
}

// marks are the states from which each mark leads; the table alone would let MarkStopped reopen an approved release.
var marks = map[string][]State{
	ReleaseApproved: {Active}, ReleaseReopened: {Approved}, ReleaseStarted: {Active, Approved}, ReleaseStopped: {Deploying},
	ReleaseDeployed: {Deploying}, ReleaseVerified: {Deployed}, ReleaseRolledBack: {Deploying, Deployed, Verified},
}

func mark(tx *db.Tx, ref id.Release, to State, action, reason string) error {
	r, err := release.By(tx, string(ref))
	if err != nil {
		return err
	}
	allowed := false
	for _, s := range marks[action] {
		allowed = allowed || s == r.State
	}
	if !release.Leads(r.State, r.HeldFrom, to) || !allowed {
		return release.Refused(r, to)
	}
	_, err = release.Move(tx, r, to, action, reason)
	return err
}
