package plan

import (
	"context"

	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// Scope returns one page of a release's scope items by key. It fails with errs.NotFound if the caller may not see the
// release.
func (p *Plans) Scope(ctx context.Context, ref string, f ScopeFilter) ([]ScopeItem, error) {
	f.Limit = release.Limited(f.Limit)
	return read(ctx, p, ref, func(tx *db.Tx, r Release) ([]ScopeItem, error) { return item.Scope(tx, r.ID, f) })
}

// ScopeItems returns every scope item of a release by key. It checks no permission.
func ScopeItems(tx *db.Tx, r Release) ([]ScopeItem, error) {
	return item.Scope(tx, r.ID, ScopeFilter{})
}

// AddScope adds a scope item for a reason. It fails with errs.Conflict for a key that the scope has, with errs.Blocked
// where the scope does not change any more, and with errs.Invalid for faulty fields.
func (p *Plans) AddScope(ctx context.Context, ref string, in ScopeSpec, reason string) (ScopeItem, error) {
	return change(ctx, p, ref, 0, "plan.scope", func(tx *db.Tx, r Release) (ScopeItem, error) {
		if err := scopeItems.free(tx, r, in.Key); err != nil {
			return ScopeItem{}, err
		}
		return p.parts().AddScope(tx, r, in, reason)
	})
}

// SetScope replaces what is stated about a scope item; its key stays. rev is the version that the caller read, 0 for any.
// State, owner and commits may change until the release ends; the rest is the promise, and changes as the scope does. It
// fails as AddScope does, with errs.NotFound for an item that the scope has not, and with errs.Conflict, carrying the present
// row, if that version is gone.
func (p *Plans) SetScope(ctx context.Context, ref, which string, rev int64, in ScopeSpec, reason string) (ScopeItem, error) {
	return change(ctx, p, ref, 0, "plan.scope", func(tx *db.Tx, r Release) (ScopeItem, error) {
		it, err := scopeItems.find(tx, r, which, rev)
		if err != nil {
			return it, err
		}
		it, _, err = p.parts().SetScope(tx, r, it, in, reason)
		return it, err
	})
}

// RemoveScope takes a scope item out of a release for a reason. It fails as SetScope does.
func (p *Plans) RemoveScope(ctx context.Context, ref, which string, rev int64, reason string) error {
	return scopeItems.drop(ctx, p, ref, which, rev, reason)
}
