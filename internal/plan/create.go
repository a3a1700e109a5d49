package plan

import (
	"context"
	"errors"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Create makes a release from the newest version of a template, as a draft. It fails with errs.Invalid for faulty fields
// and errs.Conflict for a key that is taken.
func (p *Plans) Create(ctx context.Context, in Spec) (Release, error) {
	return db.Writing(ctx, p.db, func(tx *db.Tx) (Release, error) {
		product, err := productOf(tx, in.Product)
		if err != nil {
			return Release{}, err
		}
		if err := auth.Check(tx, "plan.edit", catalog.Scope(product.ID)); err != nil {
			return Release{}, err
		}
		return p.create(tx, product, in, Draft, "")
	})
}

func productOf(tx *db.Tx, ref string) (catalog.Product, error) {
	if ref == "" {
		return catalog.Product{}, errs.InvalidField("product", "product.missing", "Name the product that the release belongs to.")
	}
	p, err := catalog.ProductByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		return p, errs.InvalidField("product", "product.unknown", "There is no product %.60q, or you may not see it.", ref)
	}
	return p, err
}

// create makes the release with all of its parts. The caller has checked the right.
func (p *Plans) create(tx *db.Tx, product catalog.Product, in Spec, state State, reason string) (Release, error) {
	var f fault.List
	f.Key("key", in.Key)
	t, err := TemplateByRef(tx, in.Template)
	switch {
	case in.Template == "":
		f.Say("template", "template.missing", "Name the template that the release is made from, for example standard.")
	case errs.Is(err, errs.CodeNotFound):
		f.Say("template", "template.unknown", "There is no template %.60q.", in.Template)
	case err != nil:
		return Release{}, err
	}
	if in, err = in.filled(tx, t, product); err != nil {
		return Release{}, err
	}
	if in.Owner == "" {
		in.Owner = string(ledger.ActorOf(tx.Context()).For)
	}
	r := Release{ID: id.New[id.Release](), Key: in.Key, Name: in.Name, Title: in.Title, Version: in.Version,
		Product: product.ID, ProductKey: product.Key, ProductName: product.Name, Template: t.Key, TemplateVersion: t.Version,
		State: state, StateReason: reason, StateAt: tx.Now, StateBy: release.Actor(tx), Runbook: in.Runbook,
		Rev: 1, CreatedAt: tx.Now, CreatedBy: release.Actor(tx), ChangedAt: tx.Now, ChangedBy: release.Actor(tx)}
	checkHead(&f, r)
	r.Owner = f.Person(tx, "owner", in.Owner)
	f.Lines("objectives", in.Objectives)
	f.Lines("successCriteria", in.SuccessCriteria)
	if in.Window != nil {
		r.Window = *in.Window
		release.CheckWindow(&f, "window", r.Window)
	}
	r.Environments, r.EnvironmentKeys = release.Environments(tx, &f, "environments", in.Environments)
	items := release.Items(tx, &f, "services", in.Services)
	scope := item.MakeScope(tx, &f, "scope", in.Scope)
	template.CheckMilestones(&f, "milestones", in.Milestones)
	template.CheckDeliverables(&f, "deliverables", in.Deliverables)
	milestones := item.MakeMilestones(tx, &f, in.Milestones, r.Window)
	deliverables := item.MakeDeliverables(tx, &f, in.Deliverables)
	if err := f.Err(); err != nil {
		return Release{}, err
	}
	if has, err := release.KeyTaken(tx, in.Key); err != nil {
		return Release{}, err
	} else if has {
		return Release{}, errs.Conflict("key.taken", nil, "There is a release %s already. Choose another key, or change that one.", in.Key)
	}
	if r.ManifestDigest, err = release.DigestOf(items); err != nil {
		return Release{}, err
	}
	phases := item.Dated(item.PhasesOf(t), r.Window)
	if err := insertAll(tx, r, release.Content{Objectives: in.Objectives, SuccessCriteria: in.SuccessCriteria}, items, scope, phases, milestones, deliverables); err != nil {
		return Release{}, err
	}
	action := ReleaseCreated
	if state != Draft {
		action = ReleaseImported
	}
	if err := announce(tx, r, action, items, scope); err != nil {
		return Release{}, err
	}
	for _, follower := range p.followers {
		if err := follower.ReleaseCreated(tx, r, t); err != nil {
			return Release{}, err
		}
	}
	return r, nil
}

// filled takes from the template what the statement leaves out. A release that names no environment goes to production,
// since that is what a release is for.
func (in Spec) filled(tx *db.Tx, t Template, product catalog.Product) (Spec, error) {
	if in.Environments == nil {
		all, err := catalog.Environments(tx)
		if err != nil {
			return in, err
		}
		for _, e := range all {
			if e.Tier == catalog.Production {
				in.Environments = append(in.Environments, e.Key)
			}
		}
	}
	if in.Name == "" {
		in.Name = product.Name + " " + in.Version
	}
	if in.Objectives == nil {
		in.Objectives = t.Objectives
	}
	if in.SuccessCriteria == nil {
		in.SuccessCriteria = t.SuccessCriteria
	}
	if in.Milestones == nil {
		in.Milestones = t.Milestones
	}
	if in.Deliverables == nil {
		in.Deliverables = t.Deliverables
	}
	if in.Runbook == "" {
		in.Runbook = t.Runbook
	}
	return in, nil
}

func insertAll(tx *db.Tx, r Release, c release.Content, items []ManifestItem, scope []ScopeItem, phases []Phase, milestones []Milestone, deliverables []Deliverable) error {
	err := errors.Join(release.Insert(tx, r, c), release.PutTargets(tx, r))
	for _, m := range items {
		if err == nil {
			err = release.PutItem(tx, r.ID, m)
		}
	}
	for _, i := range scope {
		if err == nil {
			err = item.InsertScope(tx, r.ID, i)
		}
	}
	for i, x := range phases {
		if err == nil {
			err = item.InsertPhase(tx, r.ID, i, x)
		}
	}
	for _, m := range milestones {
		if err == nil {
			err = item.InsertMilestone(tx, r.ID, m)
		}
	}
	for _, d := range deliverables {
		if err == nil {
			err = item.InsertDeliverable(tx, r.ID, d)
		}
	}
	return err
}

// announce records the first text of every section and the entry.
func announce(tx *db.Tx, r Release, action string, items []ManifestItem, scope []ScopeItem) error {
	written, err := item.PlanContentOf(tx, r)
	if err != nil {
		return err
	}
	diffs := []release.Delta{{Section: SectionPlan, After: written}}
	if !r.Window.IsZero() || len(r.Environments) > 0 {
		diffs = append(diffs, release.Delta{Section: SectionWindow, After: r.WindowContent()})
	}
	if len(items) > 0 {
		diffs = append(diffs, release.Delta{Section: SectionManifest, After: release.ManifestContents(items)})
	}
	if len(scope) > 0 {
		diffs = append(diffs, release.Delta{Section: SectionScope, After: item.ScopeContents(scope)})
	}
	if r.Runbook != "" {
		diffs = append(diffs, release.Delta{Section: SectionRunbook, After: runbookContent{r.Runbook}})
	}
	for _, d := range diffs {
		if err := release.Record(tx, r.ID, d, ""); err != nil {
			return err
		}
	}
	release.Entry(tx, r, action, map[string]any{"key": r.Key, "product": r.Product, "template": r.Template, "templateVersion": r.TemplateVersion, "state": r.State,
		"owner": r.Owner, "runbook": r.Runbook, "plan": written, "window": r.WindowContent(), "manifest": release.ManifestContents(items), "scope": item.ScopeContents(scope)})
	return nil
}

type runbookContent struct {
	Runbook string `json:"runbook"` // key
}

func checkHead(f *fault.List, r Release) {
	f.Text("name", r.Name, 200, true)
	f.Text("title", r.Title, 200, false)
	f.At("version", catalog.CheckVersion("version", r.Version))
	if r.Runbook != "" {
		f.Key("runbook", r.Runbook)
	}
}
