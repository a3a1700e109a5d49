package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarapi"
	"slipway/internal/calendar/feed"
	"slipway/internal/catalog"
	"slipway/internal/catalog/catalogapi"
	"slipway/internal/clearance"
	"slipway/internal/clearance/clearanceapi"
	"slipway/internal/decide"
	"slipway/internal/decide/decideapi"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deployapi"
	"slipway/internal/gate"
	"slipway/internal/gate/gateapi"
	"slipway/internal/home"
	"slipway/internal/home/homeapi"
	"slipway/internal/plan"
	"slipway/internal/plan/planapi"
	"slipway/internal/plan/register"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/apply/applyapi"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authapi"
	"slipway/internal/platform/auth/authweb"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/secret"
	"slipway/internal/risk"
	"slipway/internal/risk/riskapi"
	"slipway/internal/work"
	"slipway/internal/work/dependency"
	"slipway/internal/work/exchange"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/workapi"
)

// permissions are those of every area, in the order of the house.
func permissions() [][]auth.Permission {
	return append(slices.Concat(calendarPermissions(), scopePermissions(), roadmapPermissions()), [][]auth.Permission{
		apply.Permissions,
		catalog.Permissions,
		plan.Permissions,
		register.Permissions,
		work.Permissions,
		outlook.Permissions,
		dependency.Permissions,
		resource.Permissions,
		calendar.Permissions,
		risk.Permissions,
		gate.Permissions,
		decide.Permissions,
		clearance.Permissions,
		deploy.Permissions,
		home.Permissions,
		feed.Permissions,
	}...)
}

// areas makes the services, lower ones first, and joins those that look upwards.
func (a *App) areas() (err error) {
	a.Catalog = catalog.New(a.DB)
	a.Plans = plan.New(a.DB)
	a.Tasks = work.New(a.DB)
	a.Dependencies = dependency.New(a.DB)
	a.Exchange = exchange.New(a.DB)
	a.Calendar = calendar.New(a.DB)
	a.Risks = risk.New(a.DB)
	if a.Gate, err = gate.New(a.DB, gate.Sources{}); err != nil {
		return err
	}
	a.Gate.LimitEvidence(a.o.Config.EvidenceLimit)
	a.Decisions = decide.New(a.DB, a.Gate, sections()...)
	a.Decisions.Count(plan.ChangeCounts, gate.ChangeCounts, deploy.ChangeCounts, risk.ChangeCounts)
	a.Gate.Connect(a.sources())
	a.Clearance = clearance.New(a.DB, clearance.Options{Standing: a.standing, Ledger: a.Ledger})
	if a.Runbooks, err = deploy.NewRunbooks(a.DB); err != nil {
		return err
	}
	if err := a.runs(); err != nil {
		return err
	}
	a.Plans.Follow(a.Tasks, a.Dependencies, a.Gate, a.Decisions, a.Runbooks).CheckTemplates(a.Gate.CheckTemplate)
	a.calendarParts()
	if err := a.feedParts(); err != nil {
		return err
	}
	if err := a.scopeParts(); err != nil {
		return err
	}
	a.roadmapParts()
	a.capacityParts()
	a.actionParts()
	a.outlookParts()
	a.moveParts()
	a.Conflicts.Ask(absences{a.Resources}, dependants{a.Dependencies})
	a.Dependencies.Watch(a.Conflicts.Recheck)
	a.Record = home.NewRecord(a.DB, a.Ledger)
	a.Home = home.New(home.Areas{Calendar: a.Calendar, Gate: a.Gate, Decisions: a.Decisions, Runs: a.Runs, Actions: promises{a.Actions}, Notices: notices{}, Reading: reading{}})

	var kinds []apply.Kind
	for _, k := range [][]apply.Kind{
		a.Auth.Kinds(catalog.Scopes{}), a.Catalog.Kinds(), a.Plans.Kinds(), a.Dependencies.Kinds(), a.Calendar.Kinds(), a.Bookings.Kinds(), a.Runbooks.Kinds(), a.Trains.Kinds(),
	} {
		kinds = append(kinds, k...)
	}
	a.Kinds, err = apply.New(a.DB, kinds...)
	return err
}

// runs makes the service that carries runs out, with the outside that the configuration allows it.
func (a *App) runs() error {
	c := a.o.Config
	d, err := dial.New(c.AllowCalls...)
	if err != nil {
		return err
	}
	secrets, err := secret.New(c.Secret, c.Secrets)
	if err != nil {
		return err
	}
	o := deploy.Options{Clearance: a.Clearance, Dial: d, Secret: secrets.Look, Queue: a.Jobs, Fault: a.fault("a run could not go on")}
	if c.Commands {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		dir, err := filepath.Abs(filepath.Join(c.Data, "commands"))
		if err != nil {
			return err
		}
		o.Commands = &deploy.Commands{Dir: dir, Executable: self, Directories: c.CommandDirectories}
	}
	a.Runs = deploy.New(a.DB, a.Runbooks, o)
	a.Runs.Jobs(a.Jobs)
	return nil
}

// routes mounts the operations and pages of every area.
func (a *App) routes() {
	a.site.Live(a.hub, a.head)
	applyapi.Register(a.api, a.Kinds)
	authapi.Register(a.api, a.Auth)
	authweb.Mount(a.site, a.Auth, authweb.Options{Org: a.o.Org, Version: a.o.Version, Clock: a.DB.Clock(), Scopes: a.scopes, Tabs: a.administrationOf})
	catalogapi.Register(a.api, a.Catalog)
	planapi.Register(a.api, a.Plans)
	a.scopeRoutes()
	a.roadmapRoutes()
	a.moveRoutes()
	workapi.Register(a.api, a.Tasks)
	workapi.RegisterOutlook(a.api, a.Outlook)
	workapi.RegisterTargets(a.api, a.Targets)
	workapi.RegisterDependencies(a.api, a.Dependencies)
	workapi.RegisterExchange(a.api, a.Exchange)
	a.capacityRoutes()
	a.actionRoutes()
	calendarapi.Register(a.api, a.Calendar)
	a.calendarRoutes()
	a.feedRoutes()
	riskapi.Register(a.api, a.Risks)
	gateapi.Register(a.api, a.Gate)
	decideapi.Register(a.api, a.Decisions)
	clearanceapi.Register(a.api, a.Clearance)
	deployapi.Register(a.api, a.Runbooks, a.Runs)
	homeapi.Register(a.api, a.DB, a.Home, a.Record, home.NewJobs(a.DB, a.Jobs))
	a.pages()
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
