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

// agree makes the parts that a release has agree with those stated, by key, and reports whether that changed anything. Faults
// stand under the place of what was stated.
func agree[S, T any](path string, in []S, now []T, same func(S, T) bool, add func(S) error, set func(T, S) (apply.Outcome, error), remove func(T) error) (bool, error) {
	did := false
	for i, s := range in {
		var err error
		o := apply.Created
		if k := slices.IndexFunc(now, func(x T) bool { return same(s, x) }); k < 0 {
			err = add(s)
		} else {
			o, err = set(now[k], s)
		}
		if err != nil {
			return did, fault.Under(fault.At(path, i), err)
		}
		did = did || o != apply.Unchanged
	}
	for _, x := range now {
		if slices.ContainsFunc(in, func(s S) bool { return same(s, x) }) {
			continue
		}
		if err := remove(x); err != nil {
			return did, err
		}
		did = true
	}
	return did, nil
}

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
	return agree("scope", in, now, func(s ScopeSpec, it ScopeItem) bool { return s.Key == it.Key },
		func(s ScopeSpec) error {
			_, err := p.AddScope(tx, r, s, "")
			return err
		},
		func(it ScopeItem, s ScopeSpec) (apply.Outcome, error) {
			_, o, err := p.SetScope(tx, r, it, s.Over(it), "")
			return o, err
		},
		func(it ScopeItem) error { return p.RemoveScope(tx, r, it, "") })
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
	return agree("milestones", in, now, func(s template.MilestoneSpec, m Milestone) bool { return s.Key == m.Key },
		func(s template.MilestoneSpec) error {
			_, err := p.AddMilestone(tx, r, s)
			return err
		},
		func(m Milestone, s template.MilestoneSpec) (apply.Outcome, error) {
			e := MilestoneEdit{Name: &s.Name}
			if s.Owner != "" {
				e.Owner = &s.Owner
			}
			if !s.At.IsZero() {
				e.At = &s.At
			} else if s.Offset != "" {
				e.Offset = &s.Offset
			}
			_, o, err := p.SetMilestone(tx, r, m, e)
			return o, err
		},
		func(m Milestone) error { return p.RemoveMilestone(tx, r, m, "") })
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
	return agree("deliverables", in, now, func(s template.DeliverableSpec, d Deliverable) bool { return s.Key == d.Key },
		func(s template.DeliverableSpec) error {
			_, err := p.AddDeliverable(tx, r, s)
			return err
		},
		func(d Deliverable, s template.DeliverableSpec) (apply.Outcome, error) {
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
			_, o, err := p.SetDeliverable(tx, r, d, e)
			return o, err
		},
		func(d Deliverable) error { return p.RemoveDeliverable(tx, r, d, "") })
}
