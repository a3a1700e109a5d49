package release

import (
	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// Move writes the new state and its entry; the caller has judged the transition.
func Move(tx *db.Tx, r Release, to State, action, reason string) (Release, error) {
	from := r.State
	r.HeldFrom = ""
	if to == Held {
		r.HeldFrom = from
	}
	r.State, r.StateReason, r.StateAt, r.StateBy = to, reason, tx.Now, Actor(tx)
	r, err := Save(tx, r)
	if err != nil {
		return r, err
	}
	Entry(tx, r, action, map[string]any{"from": from, "to": to, "reason": reason})
	return r, nil
}

// Refused says that the table has no way from where the release stands.
func Refused(r Release, to State) error {
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
		if Leads(r.State, r.HeldFrom, t.To) && t.From == r.State {
			out = append(out, t.To.Words())
		}
	}
	if len(out) == 0 {
		return "nowhere: it has ended"
	}
	return And(out)
}
