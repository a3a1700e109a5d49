package item

import (
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/db"
)

// ScopeApprover returns the role that approves changes of the release's scope as it stands now, by the rule of its
// template; "" is whoever may change the scope. It checks no permission.
func ScopeApprover(tx *db.Tx, r release.Release) (string, error) {
	t, err := template.At(tx, r.Template, r.TemplateVersion)
	if err != nil || t.Policy.ScopeChange == nil {
		return "", err
	}
	rule := *t.Policy.ScopeChange
	if rule.After == "" {
		return rule.Approve, nil
	}
	stands := r.State
	if stands == release.Held {
		stands = r.HeldFrom
	}
	if order := []release.State{release.Draft, release.Planned, release.Active, release.Approved}; slices.Contains(order, release.State(rule.After)) {
		if slices.Index(order, stands) >= slices.Index(order, release.State(rule.After)) {
			return rule.Approve, nil
		}
		return "", nil
	}
	phases, err := Phases(tx, r.ID)
	for _, p := range phases {
		if p.Key == rule.After && !p.ActualStart.IsZero() {
			return rule.Approve, nil
		}
	}
	return "", err
}

// carryOutScope is carryOut for the scope, which fails with errs.Blocked too where a role has to approve the change and did not.
func (p Parts) carryOutScope(tx *db.Tx, r release.Release, c change, write func() error) error {
	if err := p.scopeOpen(tx, r, c.diffs); err != nil {
		return err
	}
	return p.carryOut(tx, r, c, write)
}

func (p Parts) scopeOpen(tx *db.Tx, r release.Release, diffs []release.Delta) error {
	if err := release.Open(r, diffs); err != nil || len(diffs) == 0 || p.Approved {
		return err
	}
	role, err := ScopeApprover(tx, r)
	if err != nil || role == "" {
		return err
	}
	return errs.Blocked("scope.approval_needed", "The scope of %s changes with the approval of the role %s only. Propose the change; it is carried out when it is approved.", r.Name, role)
}
