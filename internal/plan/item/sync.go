package item

import (
	"cmp"
	"slices"

	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
)

// SyncScope makes the list agree with the one stated, nil for none, and reports whether that changed anything.
func (p Parts) SyncScope(tx *db.Tx, r release.Release, in []ScopeSpec) (bool, error) {
	if in == nil {
		return false, nil
	}
	var f fault.List
	MakeScope(tx, &f, "scope", in)
	now, err := Scope(tx, r.ID, ScopeFilter{})
	if err := cmp.Or(f.Err(), err); err != nil {
		return false, err
	}
	did := false
	for i, s := range in {
		k := slices.IndexFunc(now, func(x ScopeItem) bool { return x.Key == s.Key })
		if k < 0 {
			if _, err := p.AddScope(tx, r, s, ""); err != nil {
				return did, fault.Under(fault.At("scope", i), err)
			}
			did = true
			continue
		}
		_, o, err := p.SetScope(tx, r, now[k], s.Over(now[k]), "")
		if err != nil {
			return did, fault.Under(fault.At("scope", i), err)
		}
		did = did || o == apply.Changed
	}
	for _, it := range now {
		if !slices.ContainsFunc(in, func(s ScopeSpec) bool { return s.Key == it.Key }) {
			if err := p.RemoveScope(tx, r, it, ""); err != nil {
				return did, err
			}
			did = true
		}
	}
	return did, nil
}

// Over takes from the item what the statement leaves out of what moves by itself.
func (s ScopeSpec) Over(it ScopeItem) ScopeSpec {
	if s.State == "" {
		s.State = it.State
	}
	if s.Owner == "" {
		s.Owner = string(it.Owner)
	}
	if s.Commits == nil {
		s.Commits = it.Commits
	}
	if s.Effort == 0 {
		s.Effort = it.Effort
	}
	if s.NoCommit == "" {
		s.NoCommit = it.NoCommit
	}
	return s
}

// SyncMilestones makes the list agree with the one stated, nil for none, and reports whether that changed anything.
func (p Parts) SyncMilestones(tx *db.Tx, r release.Release, in []template.MilestoneSpec) (bool, error) {
	if in == nil {
		return false, nil
	}
	var f fault.List
	template.CheckMilestones(&f, "milestones", in)
	now, err := Milestones(tx, r.ID)
	if err := cmp.Or(f.Err(), err); err != nil {
		return false, err
	}
	did := false
	for i, s := range in {
		k := slices.IndexFunc(now, func(x Milestone) bool { return x.Key == s.Key })
		if k < 0 {
			if _, err := p.AddMilestone(tx, r, s); err != nil {
				return did, fault.Under(fault.At("milestones", i), err)
			}
			did = true
			continue
		}
		e := MilestoneEdit{Name: &s.Name}
		if s.Owner != "" {
			e.Owner = &s.Owner
		}
		if !s.At.IsZero() {
			e.At = &s.At
		} else if s.Offset != "" {
			e.Offset = &s.Offset
		}
		_, o, err := p.SetMilestone(tx, r, now[k], e)
		if err != nil {
			return did, fault.Under(fault.At("milestones", i), err)
		}
		did = did || o == apply.Changed
	}
	for _, m := range now {
		if !slices.ContainsFunc(in, func(s template.MilestoneSpec) bool { return s.Key == m.Key }) {
			if err := p.RemoveMilestone(tx, r, m, ""); err != nil {
				return did, err
			}
			did = true
		}
	}
	return did, nil
}

// SyncDeliverables makes the list agree with the one stated, nil for none, and reports whether that changed anything.
func (p Parts) SyncDeliverables(tx *db.Tx, r release.Release, in []template.DeliverableSpec) (bool, error) {
	if in == nil {
		return false, nil
	}
	var f fault.List
	template.CheckDeliverables(&f, "deliverables", in)
	now, err := Deliverables(tx, r.ID)
	if err := cmp.Or(f.Err(), err); err != nil {
		return false, err
	}
	did := false
	for i, s := range in {
		k := slices.IndexFunc(now, func(x Deliverable) bool { return x.Key == s.Key })
		if k < 0 {
			if _, err := p.AddDeliverable(tx, r, s); err != nil {
				return did, fault.Under(fault.At("deliverables", i), err)
			}
			did = true
			continue
		}
		e := DeliverableEdit{Name: &s.Name}
		if s.Owner != "" {
			e.Owner = &s.Owner
		}
		if s.State != "" {
			e.State = &s.State
		}
		if s.URL != "" {
			e.URL = &s.URL
		}
		_, o, err := p.SetDeliverable(tx, r, now[k], e)
		if err != nil {
			return did, fault.Under(fault.At("deliverables", i), err)
		}
		did = did || o == apply.Changed
	}
	for _, x := range now {
		if !slices.ContainsFunc(in, func(s template.DeliverableSpec) bool { return s.Key == x.Key }) {
			if err := p.RemoveDeliverable(tx, r, x, ""); err != nil {
				return did, err
			}
			did = true
		}
	}
	return did, nil
}
