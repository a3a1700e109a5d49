package calendarweb

import (
	"context"
	"net/http"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/bookpage"
	"slipway/internal/calendar/calendarweb/clashpage"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/calendarweb/impactpage"
	"slipway/internal/calendar/calendarweb/openpage"
	"slipway/internal/calendar/calendarweb/periodpage"
	"slipway/internal/calendar/calendarweb/versionpage"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/harm"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/publication"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Mark is how a release is drawn on the calendar.
type Mark = frame.Mark

// Services are what the pages show and change.
type Services struct {
	Calendar  *calendar.Calendar
	Catalog   *catalog.Catalog
	Conflicts *clash.Conflicts
	Bookings  *booking.Bookings
	Versions  *publication.Versions
	Impacts   *impact.Impacts
	Harm      *harm.Harm
}

// Options are what other areas add; each may be nil.
type Options struct {
	// Marks says how releases stand. Those left out are drawn by their state alone.
	Marks func(tx *db.Tx, rs []plan.Release) (map[id.Release]Mark, error)
	// Exists reports whether there is a page at a path, for links to pages of other areas.
	Exists func(path string) bool
	// Release draws a page in the frame of a release, ReleaseAgain after a refusal. Without them such a page stands by itself.
	Release      func(w http.ResponseWriter, r *http.Request, ref, tab string, page web.Page) error
	ReleaseAgain func(w http.ResponseWriter, r *http.Request, err error, ref, tab string, page web.Page) error
}

// Pages are the pages of the area.
type Pages struct{ *frame.Frame }

// New returns the pages.
func New(s *web.Site, d *db.DB, v Services, o Options) *Pages {
	return &Pages{&frame.Frame{Site: s, DB: d, Calendar: v.Calendar, Catalog: v.Catalog, Conflicts: v.Conflicts, Bookings: v.Bookings, Versions: v.Versions, Impacts: v.Impacts, Harm: v.Harm,
		Marks: o.Marks, Exists: o.Exists, Release: o.Release, ReleaseAgain: o.ReleaseAgain}}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.Site.Handle("GET /calendar", "calendar.read", p.calendar)
	openpage.Mount(p.Frame)
	clashpage.Mount(p.Frame)
	bookpage.Mount(p.Frame)
	versionpage.Mount(p.Frame)
	periodpage.Mount(p.Frame)
	impactpage.Mount(p.Frame)
}

// Facts says on the page of a release what it does to users.
func (p *Pages) Facts(tx *db.Tx, r plan.Release) ([]ui.Fact, error) {
	return impactpage.Facts(p.Frame, tx, r)
}

// mayNot says why the caller may not edit periods of a kind, "" if they may.
func (p *Pages) mayNot(ctx context.Context, k calendar.Kind) (string, error) {
	return p.MayNot(ctx, string(k)+".edit", "only release managers publish "+frame.Noun(k)+"s.")
}
