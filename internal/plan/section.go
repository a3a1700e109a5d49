package plan

import (
	"slipway/internal/id"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// ScopeSection returns the signed content of the scope: its items by key. It checks no permission.
func ScopeSection(tx *db.Tx, r id.Release) (any, error) {
	items, err := item.Scope(tx, r, ScopeFilter{})
	out := make([]ScopeContent, len(items))
	for i, it := range items {
		out[i] = it.Content()
	}
	return out, err
}

// ManifestSection returns the signed content of the manifest: its items by the service's key. It checks no permission.
func ManifestSection(tx *db.Tx, r id.Release) (any, error) {
	items, err := release.Manifest(tx, r)
	return release.ManifestContents(items), err
}

// WindowSection returns the signed content of when and where. It checks no permission.
func WindowSection(tx *db.Tx, r id.Release) (any, error) {
	rel, err := release.By(tx, string(r))
	return rel.WindowContent(), err
}

// PlanSection returns the signed content of the plan. It checks no permission.
func PlanSection(tx *db.Tx, ref id.Release) (any, error) {
	r, err := release.By(tx, string(ref))
	if err != nil {
		return nil, err
	}
	return item.PlanContentOf(tx, r)
}
