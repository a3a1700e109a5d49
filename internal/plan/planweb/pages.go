package planweb

import (
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/budgetpage"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/plan/planweb/plantab"
	"slipway/internal/plan/planweb/replan"
	"slipway/internal/plan/planweb/scopetab"
	"slipway/internal/plan/planweb/template"
	"slipway/internal/platform/db"
	"slipway/internal/platform/web"
)

// What other areas add to the pages of a release.
type (
	// Options are all of it; each part may be nil.
	Options = frame.Options
	// Panels are the places of the overview that belong to other areas.
	Panels = frame.Panels
	// Panel draws one of them.
	Panel = frame.Panel
	// Tab is a tab of another area.
	Tab = frame.Tab
	// Standing is how a release stands now, for lists.
	Standing = frame.Standing
)

// Pages are the pages of the area.
type Pages struct{ *frame.Frame }

// New returns the pages without what other areas add.
func New(s *web.Site, d *db.DB, plans *plan.Plans, c *catalog.Catalog) *Pages {
	return &Pages{&frame.Frame{Site: s, DB: d, Plans: plans, Catalog: c}}
}

// Use sets what other areas add. It belongs to the wiring, before the first request; areas need ReleasePage first.
func (p *Pages) Use(o Options) *Pages {
	p.Options = o
	return p
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.mountList()
	p.MountVerbs()
	p.mountOverview()
	scopetab.Mount(p.Frame)
	plantab.Mount(p.Frame)
	template.Mount(p.Frame)
	budgetpage.Mount(p.Frame)
	replan.Mount(p.Frame)
}
