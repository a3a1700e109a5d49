package catalogweb

import (
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// recordForm is a deployment made elsewhere, as the form and the address carry it.
type recordForm struct {
	Service     string `form:"service"`
	Environment string `form:"environment"`
	Version     string `form:"version"`
	Digest      string `form:"digest"`
	Outcome     string `form:"outcome"`
	At          string `form:"at"` // local time of the viewer; empty: now
	Source      string `form:"source"`
}

// recordView is the form, with what it would change where service and environment are known.
type recordView struct {
	look
	recordForm
	services     []ui.Option // suggestions
	environments []ui.Option
	service      catalog.Service // none: not known yet
	matrix       catalog.Matrix  // of the service
	errors       ui.Errors
	why          string // why the viewer records none
}

func (v recordView) page() web.Page {
	return web.Page{Title: "Record a deployment", Nav: "environments", Body: recordBody(v)}
}

// suggested is how many services the form suggests; others are typed.
const suggested = 200

func (p *Pages) recordView(r *http.Request, f recordForm) (recordView, error) {
	v := recordView{look: p.look(r), recordForm: f}
	if v.Outcome == "" {
		v.Outcome = string(catalog.Succeeded)
	}
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		es, err := catalog.Environments(tx)
		if err != nil {
			return err
		}
		v.environments = environmentChoices(es, "Choose one")
		all, scopes, err := auth.Scopes(tx, "deployment.record")
		if err != nil {
			return err
		}
		if !all && len(scopes) == 0 {
			v.why = "your roles do not carry deployment.record."
		}
		if v.Service == "" {
			return nil
		}
		s, err := catalog.ServiceByRef(tx, v.Service)
		if errs.Is(err, errs.CodeNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		v.service = s
		if may, err := auth.Allowed(tx, "deployment.record", catalog.Scope(s.Product)); err != nil {
			return err
		} else if !may {
			v.why = "your roles do not carry deployment.record for " + s.ProductName + "."
		}
		v.matrix, err = catalog.ReadRow(tx, s, 0)
		return err
	})
	if err != nil {
		return v, err
	}
	ss, err := p.catalog.Services(r.Context(), catalog.Filter{Limit: suggested})
	for _, s := range ss {
		v.services = append(v.services, ui.Option{Value: s.Key, Text: s.Name})
	}
	return v, err
}

func (p *Pages) askRecord(w http.ResponseWriter, r *http.Request) error {
	var f recordForm
	if err := web.Query(r, &f); err != nil {
		return err
	}
	v, err := p.recordView(r, f)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

func (p *Pages) record(w http.ResponseWriter, r *http.Request) error {
	var f recordForm
	err := p.site.Form(r, &f)
	var d catalog.Deployment
	if err == nil {
		d, err = p.take(r, f)
	}
	if err == nil {
		state, word := outcome(d.Outcome)
		return p.site.Redirect(w, r, web.Link(serviceURL(d.ServiceKey), "environment", d.EnvironmentKey)+"#deployments",
			web.Toast{State: state, Title: "The deployment is recorded", Text: word + ": " + d.ServiceKey + " " + d.Version + " in " + d.EnvironmentKey + "."})
	}
	v, fault := p.recordView(r, f)
	if fault != nil {
		return fault
	}
	v.errors = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

// take records what the form says, and names the field of what does not exist.
func (p *Pages) take(r *http.Request, f recordForm) (catalog.Deployment, error) {
	var none catalog.Deployment
	at, err := p.look(r).instant("at", f.At)
	if err != nil {
		return none, err
	}
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		_, missing := catalog.ServiceByRef(tx, f.Service)
		if errs.Is(missing, errs.CodeNotFound) {
			return errs.InvalidField("service", "service.unknown", "There is no service %.60q, or you may not see it.", f.Service)
		}
		if missing != nil {
			return missing
		}
		_, missing = catalog.EnvironmentByRef(tx, f.Environment)
		if errs.Is(missing, errs.CodeNotFound) {
			return errs.InvalidField("environment", "environment.unknown", "Choose the environment that it went to.")
		}
		return missing
	})
	if err != nil {
		return none, err
	}
	return p.catalog.RecordDeployment(r.Context(), catalog.NewDeployment{Service: f.Service, Environment: f.Environment, Version: f.Version, Digest: f.Digest,
		Outcome: catalog.DeploymentOutcome(f.Outcome), At: at, Source: f.Source})
}

// outcomes are the ways in which a deployment ends, with what each changes.
func outcomes() []ui.Option {
	return []ui.Option{
		{Value: string(catalog.Succeeded), Text: "Succeeded", Note: "The version is what runs there from then on."},
		{Value: string(catalog.RolledBack), Text: "Rolled back", Note: "The version is the one that was returned to, and runs there."},
		{Value: string(catalog.Failed), Text: "Failed", Note: "What runs there stays; the attempt is in the history."},
	}
}
