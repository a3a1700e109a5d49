package plan

import (
	"context"
	"errors"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Scope returns one page of a release's scope items by key. It fails with errs.NotFound if the caller may not see the
// release.
func (p *Plans) Scope(ctx context.Context, ref string, f ScopeFilter) ([]ScopeItem, error) {
	f.Limit = limited(f.Limit)
	var out []ScopeItem
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = scopeItems(tx, r.ID, f)
		return err
	})
	return out, err
}

// ScopeItems returns every scope item of a release by key. It checks no permission.
func ScopeItems(tx *db.Tx, r Release) ([]ScopeItem, error) {
	return scopeItems(tx, r.ID, ScopeFilter{})
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
		if now, err := scopeItemBy(tx, r.ID, in.Key); err == nil {
			return errs.Conflict("key.taken", now, "%s is in the scope already.", in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return err
		}
		out, err = p.addScope(tx, r, in, reason)
		return err
	})
	return out, err
}

func (p *Plans) addScope(tx *db.Tx, r Release, in ScopeSpec, reason string) (ScopeItem, error) {
	var f faults
	it := f.scopeItem(tx, "", in)
	f.text("reason", reason, reasonMax, false)
	n, err := countScope(tx, r.ID)
	if err != nil {
		return it, err
	}
	f.count("scope", int(n)+1, scopeMax)
	if err := f.err(); err != nil {
		return it, err
	}
	diffs := []difference{{SectionScope, nil, []ScopeContent{it.content()}}}
	if err := open(r, diffs); err != nil {
		return it, err
	}
	if err := insertScopeItem(tx, r.ID, it); err != nil {
		return it, err
	}
	entry(tx, r, ScopeAdded, map[string]any{"item": it, "reason": reason})
	_, err = p.changed(tx, r, diffs, reason, false)
	return it, err
}

// SetScope replaces what is stated about a scope item; its key stays. rev is the version that the caller read. State,
// owner and commits may change until the release ends; the rest is the promise, and changes as the scope does. It fails
// as AddScope does, and with errs.Conflict, carrying the present row, if that version is gone.
func (p *Plans) SetScope(ctx context.Context, ref, item string, rev int64, in ScopeSpec, reason string) (ScopeItem, error) {
	var out ScopeItem
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, it, err := p.scopeItem(tx, ref, item, rev)
		if err != nil {
			return err
		}
		out, _, err = p.setScope(tx, r, it, in, reason)
		return err
	})
	return out, err
}

func (p *Plans) scopeItem(tx *db.Tx, ref, item string, rev int64) (Release, ScopeItem, error) {
	r, err := p.editable(tx, ref, 0, "plan.scope")
	if err != nil {
		return r, ScopeItem{}, err
	}
	it, err := scopeItemBy(tx, r.ID, item)
	if errors.Is(err, db.ErrNone) {
		return r, it, auth.Unseen("scope_item")
	}
	if err == nil && rev != 0 && it.Rev != rev {
		err = stale(it, it.Key, it.ChangedAt)
	}
	return r, it, err
}

func (p *Plans) setScope(tx *db.Tx, r Release, it ScopeItem, in ScopeSpec, reason string) (ScopeItem, apply.Outcome, error) {
	in.Key = it.Key
	var f faults
	n := f.scopeItem(tx, "", in)
	f.text("reason", reason, reasonMax, false)
	if err := f.err(); err != nil {
		return it, "", err
	}
	n.ID, n.Rev, n.ChangedAt, n.ChangedBy = it.ID, it.Rev, it.ChangedAt, it.ChangedBy
	var diffs []difference
	if n.content() != it.content() {
		diffs = append(diffs, difference{SectionScope, []ScopeContent{it.content()}, []ScopeContent{n.content()}})
	} else if n.State == it.State && n.Owner == it.Owner && n.NoCommit == it.NoCommit && slices.Equal(n.Commits, it.Commits) {
		return it, apply.Unchanged, nil
	}
	if err := open(r, diffs); err != nil {
		return it, "", err
	}
	n.Rev, n.ChangedAt, n.ChangedBy = it.Rev+1, tx.Now, actor(tx)
	if err := updateScopeItem(tx, n); err != nil {
		return it, "", err
	}
	entry(tx, r, ScopeChanged, map[string]any{"before": it, "after": n, "reason": reason})
	_, err := p.changed(tx, r, diffs, reason, false)
	return n, apply.Changed, err
}

// RemoveScope takes a scope item out of a release for a reason. It fails as SetScope does.
func (p *Plans) RemoveScope(ctx context.Context, ref, item string, rev int64, reason string) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		r, it, err := p.scopeItem(tx, ref, item, rev)
		if err != nil {
			return err
		}
		var f faults
		f.text("reason", reason, reasonMax, false)
		if err := f.err(); err != nil {
			return err
		}
		return p.removeScope(tx, r, it, reason)
	})
}

func (p *Plans) removeScope(tx *db.Tx, r Release, it ScopeItem, reason string) error {
	diffs := []difference{{SectionScope, []ScopeContent{it.content()}, nil}}
	if err := open(r, diffs); err != nil {
		return err
	}
	if err := deleteScopeItem(tx, it.ID); err != nil {
		return err
	}
	entry(tx, r, ScopeRemoved, map[string]any{"item": it, "reason": reason})
	_, err := p.changed(tx, r, diffs, reason, false)
	return err
}
