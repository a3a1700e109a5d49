package release

import (
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Fallen returns the release as a change of sections leaves it: approved becomes active, also below a hold.
func Fallen(tx *db.Tx, r Release, names []string) (Release, bool) {
	switch {
	case len(names) == 0:
		return r, false
	case r.State == Approved:
		r.State, r.StateAt, r.StateBy = Active, tx.Now, Actor(tx)
		r.StateReason = "Changed after approval: " + And(names) + "."
		return r, true
	case r.State == Held && r.HeldFrom == Approved:
		r.HeldFrom = Active
		return r, true
	}
	return r, false
}

// Save raises the row's version and writes it.
func Save(tx *db.Tx, r Release) (Release, error) {
	r.Rev++
	r.ChangedAt, r.ChangedBy = tx.Now, Actor(tx)
	ok, err := updateRelease(tx, r)
	if err == nil && !ok {
		now, err := By(tx, string(r.ID))
		if err != nil {
			return r, err
		}
		return now, Stale(now, now.Name, now.ChangedAt)
	}
	return r, err
}

// Entry appends an entry about the release.
func Entry(tx *db.Tx, r Release, action string, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "release", ID: string(r.ID)}, Release: r.ID, Scope: string(Scope(r)), Payload: payload})
}

// Stale refuses a change of a row that was changed meanwhile, and carries the row as it is now.
func Stale(theirs any, name string, at db.Time) error {
	return errs.Conflict("row.stale", theirs, "Not saved. %s was changed at %s by somebody else. Compare with what it is now, then save again.", name, at.Std().Format("15:04:05 MST on 2 Jan"))
}

// And joins words as a sentence lists them.
func And(words []string) string {
	s := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			s += " and "
		default:
			s += ", "
		}
		s += w
	}
	return s
}
