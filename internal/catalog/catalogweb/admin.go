package catalogweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

const adminLimit = 50

// kind is what the administration lists and edits.
type kind struct {
	name, one, title string
	permission       string
	empty            string
}

var kinds = []kind{
	{"products", "product", "Products", "catalog.edit", "A product is what is sold or offered to users. It owns services and releases, and rights are bound to it."},
	{"services", "service", "Services", "catalog.edit", "A service is one independently deployable unit of a product."},
	{"environments", "environment", "Environments", "environment.edit", "An environment is a place where versions run, with a tier, an owner and a rule for deployments."},
}

func kindOf(name string) (kind, error) {
	for _, k := range kinds {
		if k.name == name {
			return k, nil
		}
	}
	return kind{}, errs.NotFound("page.not_found", "The catalog has products, services and environments.")
}

func (k kind) href() string { return "/admin/catalog/" + k.name }

func (k kind) editURL(key string) string {
	return "/admin/catalog/edit/" + k.name + "/" + url.PathEscape(key)
}

// item is a row of a list.
type item struct {
	key, name, second string
	facts             string // what else is said of it, in a line
	owner             ui.Person
	owned             bool
}

type listView struct {
	look
	kind
	Q       string `form:"q"`
	Product string `form:"product"`
	After   string `form:"after"`

	items    []item
	next     string
	products []ui.Option
	addWhy   string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	v := listView{look: p.look(r)}
	name := r.PathValue("kind")
	if name == "" {
		name = "products"
	}
	var err error
	if v.kind, err = kindOf(name); err != nil {
		return err
	}
	if err := web.Query(r, &v); err != nil {
		return err
	}
	key, _, err := api.DecodeCursor[afterKey]("catalog-"+name, v.After)
	if err != nil {
		return err
	}
	f := catalog.Filter{Query: v.Q, Product: v.Product, After: key.Key, Limit: adminLimit + 1}
	owners, err := p.items(r, &v, f)
	if err != nil {
		return err
	}
	if len(v.items) > adminLimit && v.name != "environments" {
		v.items, owners = v.items[:adminLimit], owners[:adminLimit]
		if v.next, err = api.EncodeCursor("catalog-"+name, afterKey{v.items[adminLimit-1].key}); err != nil {
			return err
		}
	}
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		who, err := reader.WhoIs(tx, "Nobody", owners...)
		if err != nil {
			return err
		}
		for i, o := range owners {
			if o != "" {
				v.items[i].owner, v.items[i].owned = who.Of(id.Person(o)), true
			}
		}
		if v.products, err = productChoices(tx, "All products"); err != nil {
			return err
		}
		v.addWhy, err = p.whyNot(tx, v.kind)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: v.title, Nav: "admin", Live: []string{v.name}, Body: listBody(v)})
}

// whyNot says why the caller adds nothing of a kind, "" if they may somewhere.
func (p *Pages) whyNot(tx *db.Tx, k kind) (string, error) {
	all, scopes, err := auth.Scopes(tx, k.permission)
	switch {
	case err != nil:
		return "", err
	case all, k.name == "services" && len(scopes) > 0:
		return "", nil
	}
	return "your roles do not carry " + k.permission + " here.", nil
}

// items reads one page of a kind and the identifiers of the owners.
func (p *Pages) items(r *http.Request, v *listView, f catalog.Filter) (owners []string, err error) {
	ctx := r.Context()
	switch v.name {
	case "products":
		ps, err := p.catalog.Products(ctx, f)
		for _, x := range ps {
			v.items = append(v.items, item{key: x.Key, name: x.Name, second: x.Key, facts: x.Text})
			owners = append(owners, string(x.Owner))
		}
		return owners, err
	case "services":
		ss, err := p.catalog.Services(ctx, f)
		for _, x := range ss {
			facts := x.ProductName
			if x.Tier > 0 {
				facts += ", tier " + strconv.Itoa(x.Tier)
			}
			v.items = append(v.items, item{key: x.Key, name: x.Name, second: x.Key, facts: facts})
			owners = append(owners, string(x.Owner))
		}
		return owners, err
	}
	// Environments are few and ordered by tier; they are not paged.
	es, err := p.catalog.Environments(ctx)
	for _, x := range es {
		if !strings.Contains(strings.ToLower(x.Key+" "+x.Name), strings.ToLower(f.Query)) {
			continue
		}
		v.items = append(v.items, item{key: x.Key, name: x.Name, second: x.Key, facts: title(x.Tier.String()) + ". " + ruleWords(x) + "; " + defaultWords(x) + " without a window."})
		owners = append(owners, string(x.Owner))
	}
	return owners, err
}

func (v listView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.items), One: v.one, Many: v.name, Order: "by key"}
	if v.name == "environments" {
		p.Order = "from development to production"
	}
	if v.After != "" {
		p.First = web.Link(v.href(), "q", v.Q, "product", v.Product)
	}
	if v.next != "" {
		p.Next = web.Link(v.href(), "q", v.Q, "product", v.Product, "after", v.next)
	}
	return p
}

func (v listView) tabs() []ui.Tab {
	var out []ui.Tab
	for _, k := range kinds {
		out = append(out, ui.Tab{Text: k.title, Href: k.href(), Current: k.name == v.name})
	}
	return out
}
