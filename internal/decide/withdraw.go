package decide

import (
	"context"

	"slipway/internal/decide/fault"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Withdraw takes back the caller's newest answer for a role, also a refusal, and one that a delegate gave in the caller's
// name. It fails with errs.Blocked if there is none, or once the deployment has begun.
func (d *Decisions) Withdraw(ctx context.Context, ref, role, reason string) (Signature, error) {
	return write(ctx, d, func(tx *db.Tx) (Signature, error) {
		r, err := release(tx, ref, "approval.sign")
		if err != nil {
			return Signature{}, err
		}
		var f fault.List
		f.Text("reason", reason, textMax, false)
		if err := f.Err(); err != nil {
			return Signature{}, err
		}
		if err := signable(r); err != nil {
			return Signature{}, err
		}
		q, err := requirement(tx, r, role)
		if err != nil {
			return Signature{}, err
		}
		s, err := standingOf(tx, r.ID, role, auth.Me(tx))
		if err != nil {
			return s, err
		}
		if s.ID == "" {
			return s, errs.Blocked("approval.nothing_to_withdraw", "Nothing was signed or declined for %s in your name, so there is nothing to withdraw.", q.Name)
		}
		s.WithdrawnAt, s.WithdrawnBy, s.WithdrawnReason, s.State = tx.Now, auth.Me(tx), reason, Withdrawn
		if err := withdrawSignature(tx, s); err != nil {
			return s, err
		}
		entry(tx, r, ApprovalWithdrawn, map[string]any{"approval": s.ID, "role": role, "answer": s.Answer, "reason": reason})
		return s, d.complete(tx, r)
	})
}

// standingOf returns the newest answer by a person, or in their name, that was not withdrawn; the zero value if there is none.
func standingOf(tx *db.Tx, r id.Release, role string, p id.Person) (Signature, error) {
	all, err := signaturesOf(tx, r, role)
	for _, s := range all {
		if p != "" && (s.Person == p || s.Principal == p) {
			return s, nil
		}
	}
	return Signature{}, err
}
