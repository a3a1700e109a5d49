package plan

import (
	"slipway/internal/errs"
	"slipway/internal/id"
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
	r, err := releaseBy(tx, string(ref))
	if err != nil {
		return err
	}
	allowed := false
	for _, s := range marks[action] {
		allowed = allowed || s == r.State
	}
	if !transition(r.State, r.HeldFrom, to) || !allowed {
		return refused(r, to)
	}
	_, err = move(tx, r, to, action, reason)
	return err
}

// move writes the new state and its entry; the caller has judged the transition.
func move(tx *db.Tx, r Release, to State, action, reason string) (Release, error) {
	from := r.State
	r.HeldFrom = ""
	if to == Held {
		r.HeldFrom = from
	}
	r.State, r.StateReason, r.StateAt, r.StateBy = to, reason, tx.Now, actor(tx)
	r, err := save(tx, r)
	if err != nil {
		return r, err
	}
	entry(tx, r, action, map[string]any{"from": from, "to": to, "reason": reason})
	return r, nil
}

// refused says that the table has no way from where the release stands.
func refused(r Release, to State) error {
	switch {
	case r.State == to:
		return errs.Blocked("plan.transition_refused", "%s is %s already.", r.Name, to.Words())
	case r.State == Deploying && (to == Held || to == Cancelled):
		return errs.Blocked("plan.run_live", "%s is being deployed. Pause or abort its run first.", r.Name)
	case r.State == Held:
		return errs.Blocked("plan.held", "%s is on hold since %s: %s. Resume it first.", r.Name, r.StateAt.Std().Format("15:04 MST on 2 Jan"), r.StateReason)
	}
	return errs.Blocked("plan.transition_refused", "%s is %s and cannot become %s. From there it goes to %s.", r.Name, r.State.Words(), to.Words(), ways(r))
}

// ways lists where the release may go from where it stands.
func ways(r Release) string {
	var out []string
	for _, t := range transitions {
		if transition(r.State, r.HeldFrom, t.To) && t.From == r.State {
			out = append(out, t.To.Words())
		}
	}
	if len(out) == 0 {
		return "nowhere: it has ended"
	}
	return and(out)
}
