package homeweb

import (
	"context"
	"net/http"

	"slipway/internal/home"
	"slipway/internal/home/homeweb/admin"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// ReleasePage answers with a body inside the frame of a release.
type ReleasePage func(w http.ResponseWriter, r *http.Request, ref, tab string, p web.Page) error

// Options are what the pages need from outside.
type Options struct {
	Version string
	// Release draws the frame of a release; without it releases have no record tab.
	Release ReleasePage
	// Exists reports whether a page is there, by its path without parameters; nil for none but those of this package.
	Exists func(path string) bool
	// Places are the whole navigation for the viewer, for the page behind the dock's last entry.
	Places func(ctx context.Context) []ui.NavItem
	// Tabs returns the tabs of the administration for the viewer, with the one at the address current; nil for none.
	Tabs func(tx *db.Tx, current string) ([]ui.Tab, error)
	// Operations are those of the API, for its reference; nil leaves the page out.
	Operations func() []api.Described
	// Jobs is the queue; nil leaves the page out.
	Jobs *job.Runner
	// Config is the effective configuration; Backup the command that backs this installation up.
	Config []config.Value
	Backup string
}

// Pages are the pages of the area.
type Pages struct {
	site   *web.Site
	db     *db.DB
	home   *home.Home
	record *home.Record
	admin  *admin.Pages
	o      Options
}

// New returns the pages.
func New(s *web.Site, d *db.DB, h *home.Home, r *home.Record, o Options) *Pages {
	if o.Exists == nil {
		o.Exists = func(string) bool { return false }
	}
	own := admin.New(s, d, r, home.NewJobs(d, o.Jobs), admin.Options{Version: o.Version, Tabs: o.Tabs, Jobs: o.Jobs != nil, Config: o.Config, Backup: o.Backup})
	return &Pages{site: s, db: d, home: h, record: r, admin: own, o: o}
}

// Tabs returns the tabs of the administration that belong to this package.
func Tabs() []ui.Tab { return admin.Own() }

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET /{$}", "home.read", p.mission)
	p.site.Handle("GET /palette", "home.read", p.palette)
	p.site.Handle("GET /more", "home.read", p.more)
	p.site.Handle("GET /record", "record.read", p.whole)
	p.site.Handle("POST /record/{seq}/prove", "record.read", p.prove)
	if p.o.Release != nil {
		p.site.Handle("GET /releases/{ref}/record", "record.read", p.ofRelease)
	}
	p.admin.Mount()
	if p.o.Operations != nil {
		p.site.Handle("GET /api", web.Public, p.reference)
	}
}

// may asks for permissions everywhere without recording it, for what a button says.
func may(tx *db.Tx, permission string) (bool, error) {
	return auth.Allowed(tx, permission, auth.Everywhere)
}
