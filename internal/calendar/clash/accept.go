package clash

import (
	"context"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Accept takes a conflict as it is, by name and for a reason; a conflict that becomes worse is open again. It needs conflict.accept
// for the product of each of its parties. It fails with errs.Blocked if the conflict is gone or was accepted before.
func (c *Conflicts) Accept(ctx context.Context, ref, reason string) (Conflict, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Conflict, error) { return AcceptTx(tx, ref, reason) })
}

// AcceptEach accepts several conflicts for one reason, all or none: one that is so in several environments. It fails as Accept does.
func (c *Conflicts) AcceptEach(ctx context.Context, refs []string, reason string) ([]Conflict, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) ([]Conflict, error) {
		var out []Conflict
		for _, ref := range refs {
			x, err := AcceptTx(tx, ref, reason)
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		}
		return out, nil
	})
}

// AcceptTx is Accept inside the caller's transaction.
func AcceptTx(tx *db.Tx, ref, reason string) (Conflict, error) {
	x, err := judged(tx, ref)
	if err != nil {
		return x, err
	}
	switch x.State {
	case Gone:
		return x, errs.Blocked("conflict.gone", "This conflict is gone since %s.", x.GoneAt)
	case Accepted:
		return x, errs.Blocked("conflict.accepted", "%s accepted this conflict already.", x.AcceptedByName)
	}
	if err := calendar.CheckReason(reason); err != nil {
		return x, err
	}
	who, err := auth.PersonByID(tx, auth.Me(tx))
	if err != nil {
		return x, err
	}
	x.State, x.AcceptedBy, x.AcceptedByName, x.AcceptedAt, x.Reason = Accepted, who.ID, who.Name, tx.Now, reason
	if err := update(tx, x); err != nil {
		return x, err
	}
	x.Rev++
	record(tx, ConflictAccepted, x)
	return x, nil
}

// Reopen takes an acceptance back, for a reason. It fails as Accept does, and with errs.Blocked if the conflict is not accepted.
func (c *Conflicts) Reopen(ctx context.Context, ref, reason string) (Conflict, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Conflict, error) {
		out, err := judged(tx, ref)
		if err != nil {
			return Conflict{}, err
		}
		if out.State != Accepted {
			return Conflict{}, errs.Blocked("conflict.not_accepted", "This conflict is %s.", out.State)
		}
		if err := calendar.CheckReason(reason); err != nil {
			return Conflict{}, err
		}
		out.State, out.AcceptedBy, out.AcceptedByName, out.AcceptedAt, out.Reason = Open, "", "", 0, ""
		if err := update(tx, out); err != nil {
			return Conflict{}, err
		}
		out.Rev++
		said := out
		said.Reason = reason
		record(tx, ConflictReopened, said)
		return out, nil
	})
}

// judged returns a conflict that the caller may accept.
func judged(tx *db.Tx, ref string) (Conflict, error) {
	x, err := seen(tx, ref)
	if err != nil {
		return x, err
	}
	if x, _, err = byID(tx, ref); err != nil {
		return x, err
	}
	scopes := map[auth.Scope]bool{}
	for _, p := range x.Parties {
		if p.Product == "" {
			scopes[auth.Everywhere] = true
		} else {
			scopes[catalog.Scope(p.Product)] = true
		}
	}
	for s := range scopes {
		if err := auth.Check(tx, "conflict.accept", s); err != nil {
			return x, err
		}
	}
	return x, nil
}
