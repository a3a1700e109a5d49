package plan

import (
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Kinds returns the documents of the area. What a document of a release leaves out stays as it is; a list that it gives
// is the whole list.
func (p *Plans) Kinds() []apply.Kind {
	return []apply.Kind{
		{Name: "template", After: []string{"person"}, Apply: p.applyTemplate, Export: exportTemplates},
		{Name: "release", After: []string{"template", "service", "environment", "person"}, Apply: p.applyRelease, Export: exportReleases},
	}
}

type templateDoc struct {
	Kind     string `yaml:"kind" json:"kind"`
	Template `yaml:",inline"`
}

type releaseDoc struct {
	Kind string `yaml:"kind" json:"kind"`
	Spec `yaml:",inline"`
}

func (p *Plans) applyTemplate(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in templateDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	if err := auth.Check(tx, "template.edit", auth.Everywhere); err != nil {
		return in.Key, "", err
	}
	_, o, err := p.putTemplate(tx, in.Template)
	return in.Key, o, err
}

func exportTemplates(tx *db.Tx) ([]any, error) {
	if err := seesTemplates(tx); err != nil {
		return nil, err
	}
	ts, err := templates(tx)
	out := make([]any, len(ts))
	for i, t := range ts {
		out[i] = templateDoc{"template", t}
	}
	return out, err
}

func (p *Plans) applyRelease(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in releaseDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	has, err := keyTaken(tx, in.Key)
	if err != nil {
		return in.Key, "", err
	}
	if !has {
		product, err := productOf(tx, in.Product)
		if err != nil {
			return in.Key, "", err
		}
		if err := auth.Check(tx, "plan.edit", catalog.Scope(product.ID)); err != nil {
			return in.Key, "", err
		}
		_, err = p.create(tx, product, in.Spec, Draft, "")
		return in.Key, apply.Created, err
	}
	r, err := p.editable(tx, in.Key, 0, "plan.edit")
	if err != nil {
		return in.Key, "", err
	}
	o, err := p.agree(tx, r, in.Spec)
	return in.Key, o, err
}

// agree makes a release agree with a statement.
func (p *Plans) agree(tx *db.Tx, r Release, in Spec) (apply.Outcome, error) {
	var f faults
	if in.Product != r.ProductKey && in.Product != string(r.Product) {
		f.Say("product", "release.product_fixed", "The release belongs to %s. It cannot move to another product.", r.ProductKey)
	}
	if in.Template != r.Template {
		f.Say("template", "release.template_fixed", "The release was made from the template %s. That cannot change.", r.Template)
	}
	if in.Version == "" {
		in.Version = r.Version
	}
	if err := f.err(); err != nil {
		return "", err
	}
	rev := r.Rev
	r, touched, err := p.edit(tx, r, in.edit())
	if err != nil {
		return "", err
	}
	changed := len(touched) > 0 || r.Rev != rev
	for _, sync := range []func(*db.Tx, Release, Spec) (bool, error){p.syncScope, p.syncMilestones, p.syncDeliverables} {
		did, err := sync(tx, r, in)
		if err != nil {
			return "", err
		}
		if did { // it may have taken an approved release back
			changed = true
			if r, err = releaseBy(tx, string(r.ID)); err != nil {
				return "", err
			}
		}
	}
	if changed {
		return apply.Changed, nil
	}
	return apply.Unchanged, nil
}

// edit returns what the statement says about the release itself.
func (in Spec) edit() Edit {
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	e := Edit{Name: text(in.Name), Title: text(in.Title), Version: text(in.Version), Owner: text(in.Owner), Runbook: text(in.Runbook), Window: in.Window}
	if in.Environments != nil {
		e.Environments = &in.Environments
	}
	if in.Services != nil {
		e.Services = &in.Services
	}
	if in.Objectives != nil {
		e.Objectives = &in.Objectives
	}
	if in.SuccessCriteria != nil {
		e.SuccessCriteria = &in.SuccessCriteria
	}
	return e
}

// under places faults of one element of a list.
func under(path string, err error) error {
	e := errs.As(err)
	if err == nil || e.Code != errs.CodeInvalid {
		return err
	}
	c := *e
	c.Fields = slices.Clone(e.Fields)
	for i := range c.Fields {
		c.Fields[i].Name = path + "." + c.Fields[i].Name
	}
	return &c
}

func (p *Plans) syncScope(tx *db.Tx, r Release, in Spec) (bool, error) {
	if in.Scope == nil {
		return false, nil
	}
	var f faults
	f.scope(tx, "scope", in.Scope)
	now, err := scopeItems(tx, r.ID, ScopeFilter{})
	if err := firstOf(f.err(), err); err != nil {
		return false, err
	}
	did := false
	for i, s := range in.Scope {
		k := slices.IndexFunc(now, func(x ScopeItem) bool { return x.Key == s.Key })
		if k < 0 {
			if _, err := p.addScope(tx, r, s, ""); err != nil {
				return did, under(at("scope", i), err)
			}
			did = true
			continue
		}
		_, o, err := p.setScope(tx, r, now[k], s.over(now[k]), "")
		if err != nil {
			return did, under(at("scope", i), err)
		}
		did = did || o == apply.Changed
	}
	for _, it := range now {
		if !slices.ContainsFunc(in.Scope, func(s ScopeSpec) bool { return s.Key == it.Key }) {
			if err := p.removeScope(tx, r, it, ""); err != nil {
				return did, err
			}
			did = true
		}
	}
	return did, nil
}

// over takes from the item what the statement leaves out of what moves by itself.
func (s ScopeSpec) over(it ScopeItem) ScopeSpec {
	if s.State == "" {
		s.State = it.State
	}
	if s.Owner == "" {
		s.Owner = string(it.Owner)
	}
	if s.Commits == nil {
		s.Commits = it.Commits
	}
	if s.NoCommit == "" {
		s.NoCommit = it.NoCommit
	}
	return s
}

func firstOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Plans) syncMilestones(tx *db.Tx, r Release, in Spec) (bool, error) {
	if in.Milestones == nil {
		return false, nil
	}
	var f faults
	f.milestones("milestones", in.Milestones, false)
	now, err := Milestones(tx, r.ID)
	if err := firstOf(f.err(), err); err != nil {
		return false, err
	}
	did := false
	for i, s := range in.Milestones {
		k := slices.IndexFunc(now, func(x Milestone) bool { return x.Key == s.Key })
		if k < 0 {
			if _, err := p.addMilestone(tx, r, s); err != nil {
				return did, under(at("milestones", i), err)
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
		_, o, err := p.setMilestone(tx, r, now[k], e)
		if err != nil {
			return did, under(at("milestones", i), err)
		}
		did = did || o == apply.Changed
	}
	for _, m := range now {
		if !slices.ContainsFunc(in.Milestones, func(s MilestoneSpec) bool { return s.Key == m.Key }) {
			if err := p.removeMilestone(tx, r, m, ""); err != nil {
				return did, err
			}
			did = true
		}
	}
	return did, nil
}

func (p *Plans) syncDeliverables(tx *db.Tx, r Release, in Spec) (bool, error) {
	if in.Deliverables == nil {
		return false, nil
	}
	var f faults
	f.deliverables("deliverables", in.Deliverables)
	now, err := Deliverables(tx, r.ID)
	if err := firstOf(f.err(), err); err != nil {
		return false, err
	}
	did := false
	for i, s := range in.Deliverables {
		k := slices.IndexFunc(now, func(x Deliverable) bool { return x.Key == s.Key })
		if k < 0 {
			if _, err := p.addDeliverable(tx, r, s); err != nil {
				return did, under(at("deliverables", i), err)
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
		_, o, err := p.setDeliverable(tx, r, now[k], e)
		if err != nil {
			return did, under(at("deliverables", i), err)
		}
		did = did || o == apply.Changed
	}
	for _, x := range now {
		if !slices.ContainsFunc(in.Deliverables, func(s DeliverableSpec) bool { return s.Key == x.Key }) {
			if err := p.removeDeliverable(tx, r, x, ""); err != nil {
				return did, err
			}
			did = true
		}
	}
	return did, nil
}
