package planweb

import (
	"cmp"
	"context"
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// newForm is the form of a new release.
type newForm struct {
	Product      string   `form:"product"`
	Version      string   `form:"version"`
	Key          string   `form:"key"`
	Name         string   `form:"name"`
	Title        string   `form:"title"`
	Template     string   `form:"template"`
	Owner        string   `form:"owner"`
	Start        string   `form:"start"`
	End          string   `form:"end"`
	Environments []string `form:"environments"`
	Services     string   `form:"services"`
	Objectives   string   `form:"objectives"`
}

var newFields = []string{"product", "version", "key", "name", "title", "template", "owner", "start", "end", "environments", "services", "objectives"}

// newView is the form with its choices.
type newView struct {
	frame.Look
	newForm
	errors       ui.Errors
	products     []ui.Option
	templates    []ui.Option
	owners       []ui.Option
	environments []catalog.Environment
	services     []catalog.Service
}

func (p *Pages) newView(ctx context.Context, r *http.Request, f newForm) (newView, error) {
	v := newView{Look: p.Look(r), newForm: f}
	var err error
	if v.products, err = p.productChoices(ctx, "Choose a product"); err != nil {
		return v, err
	}
	templates, err := p.Plans.Templates(ctx)
	if err != nil {
		return v, err
	}
	for _, t := range templates {
		v.templates = append(v.templates, ui.Option{Value: t.Key, Text: t.Name, Note: t.Text})
	}
	if v.environments, err = p.Catalog.Environments(ctx); err != nil {
		return v, err
	}
	if v.services, err = p.Catalog.Services(ctx, catalog.Filter{Limit: 200}); err != nil {
		return v, err
	}
	err = p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, scopes, err := auth.Scopes(tx, "plan.edit")
		if err != nil {
			return err
		}
		if !all && len(scopes) == 0 {
			return auth.Check(tx, "plan.edit", auth.Everywhere)
		}
		v.owners, err = reader.People(tx, "You")
		return err
	})
	return v, err
}

func (p *Pages) askRelease(w http.ResponseWriter, r *http.Request) error {
	v, err := p.newView(r.Context(), r, newForm{Product: r.URL.Query().Get("product"), Template: cmp.Or(r.URL.Query().Get("template"), "standard")})
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: "New release", Nav: "releases", Body: newBody(v)})
}

func (p *Pages) addRelease(w http.ResponseWriter, r *http.Request) error {
	var in newForm
	err := p.Site.Form(r, &in)
	var rel plan.Release
	if err == nil {
		rel, err = p.create(r, in)
	}
	if err == nil {
		return p.Site.Redirect(w, r, frame.URL(rel), web.Toast{Title: rel.Name + " is a draft", Text: "Plan it once window and manifest stand.", State: ui.Go})
	}
	v, fault := p.newView(r.Context(), r, in)
	if fault != nil {
		return fault
	}
	err = frame.Placed(err, map[string]string{"window.start": "start", "window.end": "end", "environments": "environments", "services": "services", "objectives": "objectives"})
	v.errors = frame.Shown(err, newFields...)
	return p.Site.Again(w, r, err, web.Page{Title: "New release", Nav: "releases", Body: newBody(v)})
}

func (p *Pages) create(r *http.Request, in newForm) (plan.Release, error) {
	var f frame.Faults
	s := plan.Spec{Key: in.Key, Product: in.Product, Name: in.Name, Title: in.Title, Version: in.Version, Template: in.Template, Owner: in.Owner, Environments: in.Environments}
	if s.Key == "" && in.Product != "" && in.Version != "" {
		s.Key = id.Keyed(in.Product + "-" + in.Version)
	}
	if w := f.Window(in.Start, in.End, p.Look(r).Zone); !w.IsZero() {
		s.Window = &w
	}
	s.Services = f.Items(in.Services)
	if o := frame.Lines(in.Objectives); len(o) > 0 {
		s.Objectives = o
	}
	if err := f.Err(); err != nil {
		return plan.Release{}, err
	}
	return p.Plans.Create(r.Context(), s)
}

func (v newView) servicesHint() string {
	example := "payments-core"
	if len(v.services) > 0 {
		example = v.services[0].Key
	}
	return "One service a line: " + example + "=8.32.0, or with its digest: " + example + "=8.32.0@sha256:… More can follow on the Scope tab."
}

func (v newView) keyHint() string {
	return "Stands in addresses and commands. Made from product and version when left empty: " + cmp.Or(id.Keyed(v.Product+"-"+v.Version), "payments-26.11.0") + "."
}
