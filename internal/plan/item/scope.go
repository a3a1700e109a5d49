package item

import (
	"slices"

	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
)

// AddScope is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) AddScope(tx *db.Tx, r release.Release, in ScopeSpec, reason string) (ScopeItem, error) {
	var f fault.List
	it := scopeItem(tx, &f, "", in)
	f.Text("reason", reason, fault.ReasonMax, false)
	n, err := countScope(tx, r.ID)
	if err != nil {
		return it, err
	}
	f.Count("scope", int(n)+1, fault.ScopeMax)
	if err := f.Err(); err != nil {
		return it, err
	}
	diffs := []release.Delta{{Section: template.SectionScope, After: []ScopeContent{it.Content()}}}
	c := change{diffs, ScopeAdded, map[string]any{"item": it, "reason": reason}, reason}
	return it, p.carryOutScope(tx, r, c, func() error { return InsertScope(tx, r.ID, it) })
}

// SetScope is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) SetScope(tx *db.Tx, r release.Release, it ScopeItem, in ScopeSpec, reason string) (ScopeItem, apply.Outcome, error) {
	in.Key = it.Key
	var f fault.List
	n := scopeItem(tx, &f, "", in)
	f.Text("reason", reason, fault.ReasonMax, false)
	if err := f.Err(); err != nil {
		return it, "", err
	}
	n.ID, n.Rev, n.ChangedAt, n.ChangedBy = it.ID, it.Rev, it.ChangedAt, it.ChangedBy
	var diffs []release.Delta
	if n.Content() != it.Content() {
		diffs = append(diffs, release.Delta{Section: template.SectionScope, Before: []ScopeContent{it.Content()}, After: []ScopeContent{n.Content()}})
	} else if n.State == it.State && n.Owner == it.Owner && n.Effort == it.Effort && n.NoCommit == it.NoCommit && slices.Equal(n.Commits, it.Commits) {
		return it, apply.Unchanged, nil
	}
	n.Rev, n.ChangedAt, n.ChangedBy = it.Rev+1, tx.Now, release.Actor(tx)
	c := change{diffs, ScopeChanged, map[string]any{"before": it, "after": n, "reason": reason}, reason}
	return n, apply.Changed, p.carryOutScope(tx, r, c, func() error { return updateScopeItem(tx, n) })
}

// RemoveScope is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) RemoveScope(tx *db.Tx, r release.Release, it ScopeItem, reason string) error {
	diffs := []release.Delta{{Section: template.SectionScope, Before: []ScopeContent{it.Content()}}}
	c := change{diffs, ScopeRemoved, map[string]any{"item": it, "reason": reason}, reason}
	return p.carryOutScope(tx, r, c, func() error { return deleteScopeItem(tx, it.ID) })
}
