package decide

import (
	"context"

	"slipway/internal/decide/deputy"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Delegate lets somebody act for the holder of a role. For another holder than the caller the permission delegation.manage is
// needed. It fails with errs.Invalid for faulty fields, among them a holder who does not hold the role there.
func (d *Decisions) Delegate(ctx context.Context, in NewDelegation) (Delegation, error) {
	return write(ctx, d, func(tx *db.Tx) (Delegation, error) { return deputy.Make(tx, in) })
}

// EndDelegation ends a delegation now. Holder and delegate may; for anybody else's the permission delegation.manage is needed. It
// fails with errs.Blocked if it is over.
func (d *Decisions) EndDelegation(ctx context.Context, ref string) (Delegation, error) {
	return write(ctx, d, func(tx *db.Tx) (Delegation, error) { return deputy.End(tx, ref) })
}

// Delegations returns one page of the delegations in which the caller has a part; those of everybody to who has the permission
// delegation.manage.
func (d *Decisions) Delegations(ctx context.Context, f DelegationFilter) ([]Delegation, error) {
	return read(ctx, d, func(tx *db.Tx) ([]Delegation, error) { return deputy.List(tx, f) })
}

// Mine reports whether the caller answers for a role of a release: as its holder or as a delegate. It checks no permission.
func (d *Decisions) Mine(tx *db.Tx, r plan.Release, role string) (bool, error) {
	_, err := deputy.For(tx, plan.Scope(r), role, role, "")
	if errs.Is(err, errs.CodeForbidden) {
		return false, nil
	}
	return err == nil, err
}
