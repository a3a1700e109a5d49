package calendarweb

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Mark is how a release is drawn on the calendar.
type Mark struct {
	State ui.State
	Word  string // "NO-GO", "at risk"
}

// Options are what other areas add; each may be nil.
type Options struct {
	// Marks says how releases stand. Those left out are drawn by their state alone.
	Marks func(tx *db.Tx, rs []plan.Release) (map[id.Release]Mark, error)
}

// Pages are the pages of the area.
type Pages struct {
	site     *web.Site
	db       *db.DB
	calendar *calendar.Calendar
	catalog  *catalog.Catalog
	o        Options
}

// New returns the pages.
func New(s *web.Site, d *db.DB, c *calendar.Calendar, cat *catalog.Catalog, o Options) *Pages {
	return &Pages{site: s, db: d, calendar: c, catalog: cat, o: o}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET /calendar", "calendar.read", p.month)
	p.site.Handle("GET /calendar/openness", "calendar.read", p.openness)
	for _, k := range []calendar.Kind{calendar.Window, calendar.Freeze} {
		at := "/calendar/" + string(k) + "s"
		edit := string(k) + ".edit"
		p.site.Handle("GET "+at+"/new", edit, p.ask(k))
		p.site.Handle("POST "+at+"/new", edit, p.add(k))
		p.site.Handle("GET "+at+"/{ref}", "calendar.read", p.show(k))
		p.site.Handle("GET "+at+"/{ref}/edit", edit, p.askChange(k))
		p.site.Handle("POST "+at+"/{ref}/edit", edit, p.change(k))
		p.site.Handle("POST "+at+"/{ref}/withdraw", edit, p.withdraw(k))
	}
	p.site.Handle("POST /calendar/freezes/{ref}/permits", "freeze.permit", p.permit)
	p.site.Handle("POST /calendar/freezes/{ref}/permits/{permit}/withdraw", "freeze.permit", p.unpermit)
}

// look is who looks and when.
type look struct {
	Now  time.Time
	Zone *time.Location
	Me   id.Person
}

func (p *Pages) look(ctx context.Context) look {
	l := look{Now: p.db.Clock().Now(), Zone: time.UTC}
	if v, ok := auth.Viewer(ctx); ok {
		l.Zone, l.Me = v.Zone(), v.Person
	}
	return l
}

func (l look) period(s calendar.Span) string {
	return ui.Period(s.Start.Std(), s.End.Std(), l.Now, l.Zone)
}

// markOf is how a release is drawn without a verdict.
func markOf(r plan.Release) Mark {
	switch r.State {
	case plan.Deploying:
		return Mark{ui.Live, "deploying"}
	case plan.Deployed, plan.Verified, plan.Closed:
		return Mark{ui.Go, r.State.Words()}
	case plan.RolledBack:
		return Mark{ui.NoGo, r.State.Words()}
	case plan.Held:
		return Mark{ui.Hold, r.State.Words()}
	case plan.Cancelled:
		return Mark{ui.Skip, r.State.Words()}
	}
	return Mark{ui.Wait, r.State.Words()}
}

func (p *Pages) marks(ctx context.Context, rs []plan.Release) (map[id.Release]Mark, error) {
	out := map[id.Release]Mark{}
	for _, r := range rs {
		out[r.ID] = markOf(r)
	}
	if p.o.Marks == nil || len(rs) == 0 {
		return out, nil
	}
	var open []plan.Release
	for _, r := range rs {
		if s := out[r.ID].State; s == ui.Wait {
			open = append(open, r)
		}
	}
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		more, err := p.o.Marks(tx, open)
		for r, m := range more {
			out[r] = m
		}
		return err
	})
	return out, err
}

// may reports, with the words of the refusal, why the caller may not edit periods of a kind.
func (p *Pages) mayNot(ctx context.Context, k calendar.Kind) (string, error) {
	why := ""
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		all, scopes, err := auth.Scopes(tx, string(k)+".edit")
		if err == nil && !all && len(scopes) == 0 {
			why = "only release managers publish " + string(k) + "s."
		}
		return err
	})
	return why, err
}

func href(x calendar.Period) string { return "/calendar/" + string(x.Kind) + "s/" + x.Key }

func seeOther(p *Pages, w http.ResponseWriter, r *http.Request, to, title, text string) error {
	return p.site.Redirect(w, r, to, web.Toast{State: ui.Go, Title: title, Text: text})
}
