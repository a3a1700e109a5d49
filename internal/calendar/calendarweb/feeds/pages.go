package feeds

import (
	"context"
	"net/http"
	"strings"

	"slipway/internal/calendar/feed"
	"slipway/internal/calendar/ical"
	"slipway/internal/catalog"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Where the pages are.
const (
	Subscribe = "/calendar/subscribe"
	Sources   = "/calendar/sources"
)

// Pages are the pages of feeds and sources.
type Pages struct {
	site    *web.Site
	db      *db.DB
	feeds   *feed.Feeds
	catalog *catalog.Catalog
	base    string // the address of the server as people see it; "" for that of the request
}

// New returns the pages.
func New(s *web.Site, d *db.DB, f *feed.Feeds, c *catalog.Catalog, base string) *Pages {
	return &Pages{site: s, db: d, feeds: f, catalog: c, base: strings.TrimSuffix(base, "/")}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET "+feed.Path+"{token}", web.Public, p.serve)
	p.site.Handle("GET "+Subscribe, "feed.make", p.subscribe)
	p.site.Handle("POST "+Subscribe, "feed.make", p.make)
	p.site.Handle("POST "+Subscribe+"/{feed}/rotate", "feed.make", p.rotate)
	p.site.Handle("POST "+Subscribe+"/{feed}/revoke", "feed.make", p.revoke)
	p.site.Handle("GET "+Sources, "source.read", p.list)
	p.site.Handle("GET "+Sources+"/new", "source.edit", p.ask)
	p.site.Handle("POST "+Sources+"/new", "source.edit", p.add)
	p.site.Handle("GET "+Sources+"/{ref}", "source.read", p.show)
	p.site.Handle("POST "+Sources+"/{ref}/sync", "source.edit", p.sync)
	p.site.Handle("POST "+Sources+"/{ref}/load", "source.edit", p.load)
	p.site.Handle("POST "+Sources+"/{ref}/close", "source.edit", p.end)
}

// address returns that of the server as the caller sees it.
func (p *Pages) address(r *http.Request) string {
	if p.base != "" {
		return p.base
	}
	if httpx.Secure(r.Context()) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// serve answers a calendar program. The address is the credential, so neither cookies nor tokens are looked at.
func (p *Pages) serve(w http.ResponseWriter, r *http.Request) error {
	a, err := p.feeds.Serve(r.Context(), r.PathValue("token"), p.address(r), strings.Join(r.Header.Values("If-None-Match"), ","))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("ETag", a.ETag)
	h.Set("Cache-Control", "private, no-cache")
	if a.Text == nil {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="slipway.ics"`)
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.Text) // a broken connection has nobody to tell
	}
	return nil
}

// look is who looks, and when.
type look struct{ reader.Reader }

func (p *Pages) look(ctx context.Context) look { return look{reader.Of(ctx, p.db.Clock().Now())} }

func (l look) since(t db.Time) string {
	if t.IsZero() {
		return "never"
	}
	return ui.Instant(t.Std(), l.Now, l.Zone)
}

// may says whether the caller may, and else why not.
func (p *Pages) mayNot(ctx context.Context, permission, why string) (string, error) {
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		ok, err := auth.Allowed(tx, permission, auth.Everywhere)
		if ok {
			why = ""
		}
		return err
	})
	return why, err
}

// textMax is the greatest upload of a form in bytes.
const textMax = ical.MaxBytes + 64<<10
