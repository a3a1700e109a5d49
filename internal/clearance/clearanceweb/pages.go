package clearanceweb

import (
	"net/http"
	"net/url"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Pages are the pages of the area.
type Pages struct {
	site      *web.Site
	db        *db.DB
	clearance *clearance.Clearance
	catalog   *catalog.Catalog
}

// New returns the pages.
func New(s *web.Site, d *db.DB, c *clearance.Clearance, cat *catalog.Catalog) *Pages {
	return &Pages{site: s, db: d, clearance: c, catalog: cat}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	h := p.site.Handle
	h("GET /may-deploy", "deploy.ask", p.ask)
	h("POST /may-deploy", "deploy.ask", p.record)
	h("GET /may-deploy/answers", "clearance.read", p.answers)
	h("GET /overrides", "clearance.read", p.overrides)
	h("POST /overrides", "override.give", p.give)
	h("POST /overrides/{override}/withdraw", "override.give", p.withdraw)
}

// nav is the entry of the navigation under which the pages stand.
const nav = "environments"

// pageSize is how many rows a list shows at once.
const pageSize = 50

// look is for whom a page is drawn, and when.
type look struct {
	reader.Reader
	way []ui.Tab
}

// look says who looks. here is the address of the page, for the tabs; it fails with errs.Forbidden for who may not see it.
func (p *Pages) look(r *http.Request, here string) (look, error) {
	l := look{Reader: reader.Of(r.Context(), p.db.Clock().Now())}
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		for _, t := range []struct{ text, href, permission string }{
			{"Ask", "/may-deploy", "deploy.ask"}, {"Recorded answers", "/may-deploy/answers", "clearance.read"}, {"Overrides", "/overrides", "clearance.read"},
		} {
			all, scopes, err := auth.Scopes(tx, t.permission)
			if err != nil {
				return err
			}
			if !all && len(scopes) == 0 {
				if t.href == here {
					return auth.Check(tx, t.permission, auth.Everywhere)
				}
				continue
			}
			l.way = append(l.way, ui.Tab{Text: t.text, Href: t.href, Current: t.href == here})
		}
		return nil
	})
	return l, err
}

func (l look) near(t time.Time) string { return ui.Near(t, l.Now, l.Zone) }

func (l look) instant(t time.Time) string { return ui.Instant(t, l.Now, l.Zone) }

// read reads a local time of the viewer; "" is none.
func (l look) read(field, text string) (db.Time, error) {
	if text == "" {
		return 0, nil
	}
	t, err := ui.ParseDateTime(field, text, l.Zone)
	return db.At(t), err
}

// zoned is the hint of a local time.
func (l look) zoned() string { return "In " + ui.ZoneName(l.Now, l.Zone) + "." }

// choices are what a form offers.
type choices struct {
	environments []ui.Option
	services     []ui.Option // the first of them, as suggestions
}

const suggested = 200

func (p *Pages) choices(r *http.Request, first string) (choices, error) {
	c := choices{environments: []ui.Option{{Text: first}}}
	es, err := p.catalog.Environments(r.Context())
	if err != nil {
		return c, err
	}
	for _, e := range es {
		c.environments = append(c.environments, ui.Option{Value: e.Key, Text: e.Name})
	}
	ss, err := p.catalog.Services(r.Context(), catalog.Filter{Limit: suggested})
	for _, x := range ss {
		c.services = append(c.services, ui.Option{Value: x.Key, Text: x.Name})
	}
	return c, err
}

// environment returns the name of an environment by its key, or the key where it is not among the choices.
func (c choices) environment(key string) string {
	for _, o := range c.environments {
		if o.Value == key && key != "" {
			return o.Text
		}
	}
	return key
}

// mayGive says why the viewer gives no overrides, or "".
func (p *Pages) mayGive(r *http.Request) (string, error) {
	why := ""
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		all, scopes, err := auth.Scopes(tx, "override.give")
		if err == nil && !all && len(scopes) == 0 {
			why = "only release managers override a refusal."
		}
		return err
	})
	return why, err
}

// actorName names an actor: a person, Slipway itself, or else a token.
func actorName(who reader.Who, actor string) string {
	switch n := who.Name(id.Person(actor)); {
	case n != "":
		return n
	case actor == ledger.System.ID:
		return "Slipway"
	}
	return "a token"
}

// what names what was asked about: service, version and digest.
func what(service, version, digest string) string {
	switch {
	case version != "":
		return service + " " + version
	case digest != "":
		return service + " " + ui.Digest(digest)
	}
	return service
}

func serviceURL(key string) string { return "/services/" + url.PathEscape(key) }
