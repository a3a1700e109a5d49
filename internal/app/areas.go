package app

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/catalog/catalogapi"
	"slipway/internal/home"
	"slipway/internal/home/homeapi"
	"slipway/internal/plan"
	"slipway/internal/plan/planapi"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/apply/applyapi"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authapi"
	"slipway/internal/platform/auth/authweb"
)

// permissions are those of every area, in the order of the house.
func permissions() [][]auth.Permission {
	return [][]auth.Permission{
		apply.Permissions,
		catalog.Permissions,
		plan.Permissions,
		home.Permissions,
	}
}

// areas makes the services, lower ones first, and joins those that look upwards.
func (a *App) areas() (err error) {
	a.Catalog = catalog.New(a.DB)
	a.Plans = plan.New(a.DB)
	a.Record = home.NewRecord(a.DB, a.Ledger)

	var kinds []apply.Kind
	kinds = append(kinds, a.Auth.Kinds(catalog.Scopes{})...)
	kinds = append(kinds, a.Catalog.Kinds()...)
	kinds = append(kinds, a.Plans.Kinds()...)
	a.Kinds, err = apply.New(a.DB, kinds...)
	return err
}

// routes mounts the operations and pages of every area.
func (a *App) routes() {
	a.site.Live(a.hub, a.head)
	applyapi.Register(a.api, a.Kinds)
	authapi.Register(a.api, a.Auth)
	authweb.Mount(a.site, a.Auth, authweb.Options{Org: a.o.Org, Version: a.o.Version, Clock: a.DB.Clock(), Scopes: a.scopes})
	catalogapi.Register(a.api, a.Catalog)
	planapi.Register(a.api, a.Plans)
	homeapi.Register(a.api, a.Record)
}

// scopes are the products that the viewer sees, as scopes of rights.
func (a *App) scopes(ctx context.Context) ([]authweb.ScopeName, error) {
	ps, err := a.Catalog.Products(ctx, catalog.Filter{Limit: 200})
	if err != nil {
		return nil, err
	}
	out := make([]authweb.ScopeName, len(ps))
	for i, p := range ps {
		out[i] = authweb.ScopeName{Scope: catalog.Scope(p.ID), Name: p.Name}
	}
	return out, nil
}
