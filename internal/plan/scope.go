package plan

import (
	"context"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Scope returns one page of a release's scope items by key. It fails with errs.NotFound if the caller may not see the
// release.
func (p *Plans) Scope(ctx context.Context, ref string, f ScopeFilter) ([]ScopeItem, error) {
	f.Limit = release.Limited(f.Limit)
	var out []ScopeItem
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = item.Scope(tx, r.ID, f)
		return err
	})
	return out, err
}

// ScopeItems returns every scope item of a release by key. It checks no permission.
func ScopeItems(tx *db.Tx, r Release) ([]ScopeItem, error) {
	return item.Scope(tx, r.ID, ScopeFilter{})
}

// AddScope adds a scope item for a reason. It fails with errs.Conflict for a key that the scope has, with errs.Blocked
// where the scope does not change any more, and with errs.Invalid for faulty fields.
func (p *Plans) AddScope(ctx context.Context, ref string, in ScopeSpec, reason string) (ScopeItem, error) {
	var out ScopeItem
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, err := p.editable(tx, ref, 0, "plan.scope")
		if err != nil {
			return err
		}
		if now, err := item.ScopeBy(tx, r.ID, in.Key); err == nil {
			return errs.Conflict("key.taken", now, "%s is in the scope already.", in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return err
		}
		out, err = p.parts().AddScope(tx, r, in, reason)
		return err
	})
	return out, err
}

// SetScope replaces what is stated about a scope item; its key stays. rev is the version that the caller read. State,
// owner and commits may change until the release ends; the rest is the promise, and changes as the scope does. It fails
// as AddScope does, and with errs.Conflict, carrying the present row, if that version is gone.
func (p *Plans) SetScope(ctx context.Context, ref, which string, rev int64, in ScopeSpec, reason string) (ScopeItem, error) {
	var out ScopeItem
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, it, err := p.scopeItem(tx, ref, which, rev)
		if err != nil {
			return err
		}
		out, _, err = p.parts().SetScope(tx, r, it, in, reason)
		return err
	})
	return out, err
}

func (p *Plans) scopeItem(tx *db.Tx, ref, which string, rev int64) (Release, ScopeItem, error) {
	r, err := p.editable(tx, ref, 0, "plan.scope")
	if err != nil {
		return r, ScopeItem{}, err
	}
	it, err := item.ScopeBy(tx, r.ID, which)
	if errors.Is(err, db.ErrNone) {
		return r, it, auth.Unseen("scope_item")
	}
	if err == nil && rev != 0 && it.Rev != rev {
		err = release.Stale(it, it.Key, it.ChangedAt)
	}
	return r, it, err
}

// RemoveScope takes a scope item out of a release for a reason. It fails as SetScope does.
func (p *Plans) RemoveScope(ctx context.Context, ref, which string, rev int64, reason string) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		r, it, err := p.scopeItem(tx, ref, which, rev)
		if err != nil {
			return err
		}
		var f fault.List
		f.Text("reason", reason, fault.ReasonMax, false)
		if err := f.Err(); err != nil {
			return err
		}
		return p.parts().RemoveScope(tx, r, it, reason)
	})
}
