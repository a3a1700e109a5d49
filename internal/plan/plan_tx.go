package plan

import (
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan/item"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// CreateIn makes a release inside the transaction of the caller, as Create does, with the same check of the right.
func (p *Plans) CreateIn(tx *db.Tx, in Spec) (Release, error) {
	product, err := productOf(tx, in.Product)
	if err != nil {
		return Release{}, err
	}
	if err := auth.Check(tx, "plan.edit", catalog.Scope(product.ID)); err != nil {
		return Release{}, err
	}
	return p.create(tx, product, in, Draft, "")
}

// EditIn changes a release inside the transaction of the caller, as Set does, with the same check of the right, and returns
// the sections that changed. rev is the version that the caller read, 0 for any.
func (p *Plans) EditIn(tx *db.Tx, ref string, rev int64, in Edit) (Release, []string, error) {
	r, err := p.editable(tx, ref, rev, "plan.edit")
	if err != nil {
		return r, nil, err
	}
	return p.edit(tx, r, in)
}

// ScopeApprover returns the role that approves changes of the release's scope as it stands now, by the rule of its
// template; "" is whoever may change the scope. It checks no permission.
func ScopeApprover(tx *db.Tx, r Release) (string, error) { return item.ScopeApprover(tx, r) }

// ScopeIn takes steps of an approved change of the scope, all or none, inside the transaction of the caller, which has
// checked the right and the approval. It fails as AddScope, SetScope and RemoveScope do; faults are named under steps.
func (p *Plans) ScopeIn(tx *db.Tx, release id.Release, steps []ScopeStep, reason string) error {
	parts := p.parts()
	parts.Approved = true
	return parts.TakeSteps(tx, release, steps, reason)
}
