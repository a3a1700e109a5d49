package app

import (
	"slipway/internal/catalog"
	"slipway/internal/catalog/catalogapi"
	"slipway/internal/home"
	"slipway/internal/home/homeapi"
	"slipway/internal/plan"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/apply/applyapi"
	"slipway/internal/platform/auth"
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
	a.Kinds, err = apply.New(a.DB, kinds...)
	return err
}

// routes mounts the operations and pages of every area.
func (a *App) routes() {
	a.site.Live(a.hub, a.head)
	applyapi.Register(a.api, a.Kinds)
	catalogapi.Register(a.api, a.Catalog)
	homeapi.Register(a.api, a.Record)
}
