package catalogweb

import (
	"net/http"
	"net/url"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Options are what the application adds. Each may be nil.
type Options struct {
	// Releases names releases by identifier, those that the viewer may see.
	Releases func(tx *db.Tx, ids []id.Release) (map[id.Release]string, error)
}

// Pages are the pages of the area.
type Pages struct {
	site    *web.Site
	db      *db.DB
	catalog *catalog.Catalog
	o       Options
}

// New returns the pages.
func New(s *web.Site, d *db.DB, c *catalog.Catalog, o Options) *Pages {
	return &Pages{site: s, db: d, catalog: c, o: o}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	h := p.site.Handle
	h("GET /environments", "catalog.read", p.matrix)
	h("GET /environments/compare", "catalog.read", p.compare)
	h("GET /environments/{environment}/changed", "catalog.read", p.changed)
	h("GET /deployments/new", "catalog.read", p.askRecord)
	h("POST /deployments/new", "deployment.record", p.record)
	h("GET /services/{service}", "catalog.read", p.service)
	h("POST /services/{service}/bar", "version.bar", p.bar)
	h("POST /services/{service}/lift", "version.lift", p.lift)
	h("GET /admin/catalog", "catalog.read", p.list)
	h("GET /admin/catalog/{kind}", "catalog.read", p.list)
	h("GET /admin/catalog/add/{kind}", "catalog.read", p.askAdd)
	h("GET /admin/catalog/edit/{kind}/{ref}", "catalog.read", p.askSet)
	for _, k := range kinds {
		h("POST /admin/catalog/add/"+k.name, k.permission, func(w http.ResponseWriter, r *http.Request) error { return p.add(w, r, k) })
		h("POST /admin/catalog/edit/"+k.name+"/{ref}", k.permission, func(w http.ResponseWriter, r *http.Request) error { return p.set(w, r, k) })
	}
}

// topics move every page of what runs where.
var topics = []string{"deployments", "services", "environments", "bars"}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(r *http.Request) look { return look{reader.Of(r.Context(), p.db.Clock().Now())} }

func serviceURL(key string) string { return "/services/" + url.PathEscape(key) }

func changedURL(e catalog.Environment) string {
	return "/environments/" + url.PathEscape(e.Key) + "/changed"
}

// productChoices lists the products that the viewer may see, 200 at most.
func productChoices(tx *db.Tx, first string) ([]ui.Option, error) {
	out := []ui.Option{{Text: first}}
	ps, err := catalog.Products(tx, catalog.Filter{Limit: 200})
	for _, p := range ps {
		out = append(out, ui.Option{Value: p.Key, Text: p.Name})
	}
	return out, err
}

func environmentChoices(es []catalog.Environment, first string) []ui.Option {
	var out []ui.Option
	if first != "" {
		out = append(out, ui.Option{Text: first})
	}
	for _, e := range es {
		out = append(out, ui.Option{Value: e.Key, Text: e.Name})
	}
	return out
}

// title puts a capital in front.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
