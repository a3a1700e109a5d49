package frame

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/budget"
	"slipway/internal/plan/repository"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// Panel draws the part of a page that belongs to another area, inside the page's snapshot; nil draws nothing.
type Panel func(tx *db.Tx, r plan.Release) (templ.Component, error)

// Panels are the places of the overview that belong to other areas.
type Panels struct {
	Verdict   Panel // under the rail, over the whole width
	Readiness Panel // a card
	Approvals Panel // a card
	Facts     Panel // cards under the facts of the release
	Activity  Panel // a card
}

// Tab is a tab of another area. Its address is /releases/{key}/{Name}.
type Tab struct {
	Name  string // "readiness"
	Text  string // "Readiness"
	Count string // "12/14"
}

// Standing is how a release stands now, for lists.
type Standing struct {
	Load  ui.Load
	State ui.State // of the plate: Go, NoGo, Hold for at risk, Wait for not due
	Word  string   // "GO", "NO-GO", "AT RISK", "Not due"
	Why   string   // behind the title, without full stop: "2 criteria not met"
}

// Options are what other areas add to the pages. Each may be nil.
type Options struct {
	// Tabs returns the tabs behind Overview, Plan and Scope, in order.
	Tabs func(tx *db.Tx, r plan.Release) ([]Tab, error)
	// Actions returns buttons of the header, before the menu.
	Actions func(tx *db.Tx, r plan.Release) ([]ui.Button, error)
	// Room says that /releases/{key}/go-no-go exists.
	Room bool
	// Impact says that /releases/{key}/impact exists.
	Impact bool
	// Panels of the overview.
	Panels Panels
	// Facts adds rows to the facts of the overview.
	Facts func(tx *db.Tx, r plan.Release) ([]ui.Fact, error)
	// Outlook draws when the work of a release can be done, on top of the plan tab, in snapshots of its own; what it shows is in the query.
	Outlook func(ctx context.Context, r plan.Release, query url.Values) (templ.Component, error)
	// Tasks draws the tasks on the plan tab; its filter and its page are in the query.
	Tasks func(tx *db.Tx, r plan.Release, query url.Values) (templ.Component, error)
	// Standing returns how releases stand; those missing from the answer have no gates.
	Standing func(tx *db.Tx, rs []plan.Release) (map[id.Release]Standing, error)
	// ScopeChanges, Budgets and Repositories are wings whose pages stand in the frame of a release.
	ScopeChanges *scope.Changes
	Budgets      *budget.Budgets
	Repositories *repository.Repositories
	// Consequences returns what a change of a section would hit: approvals that would void, evidence that goes stale.
	Consequences func(tx *db.Tx, r plan.Release, section string) ([]uiverdict.Hit, error)
}

// Frame is what every tab of a release stands in and builds on.
type Frame struct {
	Site    *web.Site
	DB      *db.DB
	Plans   *plan.Plans
	Catalog *catalog.Catalog
	Options Options
}
