package feeds

import (
	"net/http"

	"slipway/internal/calendar/feed"
	"slipway/internal/catalog"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type makeForm struct {
	What string `form:"what"` // mine, all, product/KEY or environment/KEY
	Name string `form:"name"`
}

type subscribeView struct {
	look
	feeds   []feed.Feed
	all     bool // everybody's
	manages bool
	one     string // the feed that the address names
	choices []ui.Option
	form    makeForm
	errors  ui.Errors
	made    *feed.Made
	address string // of what was made
}

func (p *Pages) subscribeView(r *http.Request) (v subscribeView, err error) {
	ctx := r.Context()
	v.look = p.look(ctx)
	v.form.What = "mine"
	why, err := p.mayNot(ctx, "feed.manage", "no")
	if err != nil {
		return v, err
	}
	v.manages = why == ""
	v.one = r.URL.Query().Get("feed")
	v.all = v.manages && r.URL.Query().Get("all") != ""
	if v.feeds, err = p.feeds.List(ctx, v.all); err != nil {
		return v, err
	}
	v.choices = []ui.Option{{Value: "mine", Text: "What concerns me"}, {Value: "all", Text: "Everything I may see"}}
	ps, err := p.catalog.Products(ctx, catalog.Filter{Limit: 200})
	if err != nil {
		return v, err
	}
	for _, x := range ps {
		v.choices = append(v.choices, ui.Option{Value: "product/" + x.Key, Text: x.Name, Group: "A product"})
	}
	es, err := p.catalog.Environments(ctx)
	for _, x := range es {
		v.choices = append(v.choices, ui.Option{Value: "environment/" + x.Key, Text: x.Name, Group: "An environment"})
	}
	return v, err
}

func (v subscribeView) page() web.Page {
	return web.Page{Title: "Subscribe", Nav: "calendar", Live: []string{"feeds"}, Body: subscribeBody(v)}
}

func (p *Pages) subscribe(w http.ResponseWriter, r *http.Request) error {
	v, err := p.subscribeView(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

// made answers with the address, which stands in this answer only, so there is no redirect that would have to carry it.
func (p *Pages) made(w http.ResponseWriter, r *http.Request, m feed.Made) error {
	v, err := p.subscribeView(r)
	if err != nil {
		return err
	}
	v.made, v.address = &m, p.address(r)+m.Path
	page := v.page()
	page.Live = nil // the address must stay
	return p.site.Render(w, r, page)
}

func (p *Pages) make(w http.ResponseWriter, r *http.Request) error {
	var in makeForm
	err := p.site.Form(r, &in)
	if err == nil {
		var m feed.Made
		if m, err = p.feeds.Make(r.Context(), in.spec()); err == nil {
			return p.made(w, r, m)
		}
	}
	v, e := p.subscribeView(r)
	if e != nil {
		return e
	}
	v.form, v.errors = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

func (p *Pages) rotate(w http.ResponseWriter, r *http.Request) error {
	m, err := p.feeds.Rotate(r.Context(), feed.ID(r.PathValue("feed")))
	if err != nil {
		return err
	}
	return p.made(w, r, m)
}

func (p *Pages) revoke(w http.ResponseWriter, r *http.Request) error {
	x, err := p.feeds.Revoke(r.Context(), feed.ID(r.PathValue("feed")))
	if err != nil {
		return err
	}
	return p.site.Redirect(w, r, Subscribe, web.Toast{State: ui.Go, Title: "Revoked", Text: x.Name + " leads nowhere any more."})
}
