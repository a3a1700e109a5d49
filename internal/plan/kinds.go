package plan

import (
	"slipway/internal/catalog"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
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

type releaseDoc struct {
	Kind string `yaml:"kind" json:"kind"`
	Spec `yaml:",inline"`
}

func (p *Plans) applyTemplate(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in template.Document
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
	ts, err := template.All(tx)
	out := make([]any, len(ts))
	for i, t := range ts {
		out[i] = template.Document{Kind: "template", Template: t}
	}
	return out, err
}

func (p *Plans) applyRelease(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in releaseDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	has, err := release.KeyTaken(tx, in.Key)
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
	var f fault.List
	if in.Product != r.ProductKey && in.Product != string(r.Product) {
		f.Say("product", "release.product_fixed", "The release belongs to %s. It cannot move to another product.", r.ProductKey)
	}
	if in.Template != r.Template {
		f.Say("template", "release.template_fixed", "The release was made from the template %s. That cannot change.", r.Template)
	}
	if in.Version == "" {
		in.Version = r.Version
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	rev := r.Rev
	r, touched, err := p.edit(tx, r, in.edit())
	if err != nil {
		return "", err
	}
	changed := len(touched) > 0 || r.Rev != rev
	for _, sync := range []func(Release) (bool, error){
		func(r Release) (bool, error) { return p.parts().SyncScope(tx, r, in.Scope) },
		func(r Release) (bool, error) { return p.parts().SyncMilestones(tx, r, in.Milestones) },
		func(r Release) (bool, error) { return p.parts().SyncDeliverables(tx, r, in.Deliverables) },
	} {
		did, err := sync(r)
		if err != nil {
			return "", err
		}
		if did { // it may have taken an approved release back
			changed = true
			if r, err = release.By(tx, string(r.ID)); err != nil {
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
