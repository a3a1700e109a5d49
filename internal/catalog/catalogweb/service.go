package catalogweb

import (
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// serviceQuery is what of a service is shown, as the address carries it.
type serviceQuery struct {
	Environment string `form:"environment"`
	Lifted      bool   `form:"lifted"` // show lifted bars too
	Before      string `form:"before"`
}

type serviceView struct {
	serviceQuery
	deployments
	catalog.Service
	matrix  catalog.Matrix
	owner   ui.Person
	team    auth.Team
	bars    []catalog.Bar
	barWhy  string
	liftWhy string
	editWhy string
	bar     barForm
	barErr  ui.Errors
	lift    liftForm
	liftErr ui.Errors
}

type barForm struct {
	Version  string       `form:"version"`
	Digest   string       `form:"digest"`
	FromTier catalog.Tier `form:"fromTier"`
	Reason   string       `form:"reason"`
}

type liftForm struct {
	Bar    string `form:"bar"`
	Reason string `form:"reason"`
}

// row returns the cells of the service, nil where nothing was recorded.
func (v serviceView) row() []*catalog.Cell {
	return cellsUnder(v.matrix.Environments, v.matrix.Rows[0])
}

func (v serviceView) url(before string) string {
	return web.Address(serviceURL(v.Key), serviceQuery{v.Environment, v.Lifted, before})
}

func (p *Pages) service(w http.ResponseWriter, r *http.Request) error {
	v, err := p.serviceView(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

func (v serviceView) page() web.Page {
	return web.Page{Title: v.Name, Nav: "environments", Live: topics, Body: serviceBody(v)}
}

func (p *Pages) serviceView(r *http.Request) (serviceView, error) {
	var v serviceView
	if err := web.Query(r, &v.serviceQuery); err != nil {
		return v, err
	}
	ref := r.PathValue("service")
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.Service, err = catalog.ServiceByRef(tx, ref); err != nil {
			return err
		}
		if v.matrix, err = catalog.ReadRow(tx, v.Service, 0); err != nil {
			return err
		}
		if v.deployments, err = p.deployments(tx, p.look(r), catalog.DeploymentFilter{Service: string(v.ID), Environment: v.Environment, Before: v.Before}); err != nil {
			return err
		}
		if v.Team != "" {
			if v.team, err = auth.TeamByRef(tx, string(v.Team)); err != nil && !errs.Is(err, errs.CodeNotFound) {
				return err
			}
		}
		scope := catalog.Scope(v.Product)
		for permission, why := range map[string]*string{"version.bar": &v.barWhy, "version.lift": &v.liftWhy, "catalog.edit": &v.editWhy} {
			may, err := auth.Allowed(tx, permission, scope)
			if err != nil {
				return err
			}
			if !may {
				*why = "your roles do not carry " + permission + " here."
			}
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	if v.bars, err = p.catalog.Bars(r.Context(), string(v.ID), v.Lifted); err != nil {
		return v, err
	}
	return v, p.names(r, &v)
}

// names reads the people whom the bars name, and the owner.
func (p *Pages) names(r *http.Request, v *serviceView) error {
	ids := []id.Person{v.Owner}
	for _, b := range v.bars {
		ids = append(ids, id.Person(b.BarredBy), id.Person(b.LiftedBy))
	}
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		err := v.who.Learn(tx, ids...)
		v.owner = v.who.Of(v.Owner)
		return err
	})
}

func (p *Pages) bar(w http.ResponseWriter, r *http.Request) error {
	var in barForm
	err := p.site.Form(r, &in)
	ref := r.PathValue("service")
	if err == nil {
		_, err = p.catalog.BarVersion(r.Context(), catalog.NewBar{Service: ref, Version: in.Version, Digest: in.Digest, FromTier: in.FromTier, Reason: in.Reason})
	}
	if err == nil {
		return p.site.Redirect(w, r, serviceURL(ref)+"#bars", web.Toast{State: ui.NoGo, Title: "Version " + in.Version + " is barred", Text: "From " + in.FromTier.String() + " on. It can be lifted with a reason."})
	}
	v, fault := p.serviceView(r)
	if fault != nil {
		return fault
	}
	v.bar, v.barErr = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

func (p *Pages) lift(w http.ResponseWriter, r *http.Request) error {
	var in liftForm
	err := p.site.Form(r, &in)
	var lifted catalog.Bar
	if err == nil {
		lifted, err = p.catalog.LiftVersion(r.Context(), in.Bar, in.Reason)
	}
	if err == nil {
		return p.site.Redirect(w, r, serviceURL(r.PathValue("service"))+"#bars", web.Toast{State: ui.Go, Title: "Version " + lifted.Version + " may be deployed again"})
	}
	v, fault := p.serviceView(r)
	if fault != nil {
		return fault
	}
	v.lift, v.liftErr = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}
