package homeweb

import (
	"net/http"
	"net/url"
	"strconv"

	"slipway/internal/home"
	"slipway/internal/platform/api/apiweb"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// palette answers what the command palette asks for while somebody types. Without script it is a page of its own.
func (p *Pages) palette(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query().Get("q")
	var f home.Found
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		f, err = p.home.Search(tx, q)
		return err
	})
	if err != nil {
		return err
	}
	groups := p.found(f)
	block := ui.PaletteFound(groups)
	if r.Header.Get("HX-Request") == "true" {
		return ui.RenderPart(w, r, http.StatusOK, block)
	}
	return p.site.Render(w, r, web.Page{Title: "Search", Body: searchPage(q, groups), Block: block})
}

func (p *Pages) found(f home.Found) []ui.PaletteGroup {
	var out []ui.PaletteGroup
	add := func(title string, items []ui.PaletteItem) {
		if len(items) > 0 {
			out = append(out, ui.PaletteGroup{Title: title, Items: items})
		}
	}
	var items []ui.PaletteItem
	for _, r := range f.Releases {
		items = append(items, ui.PaletteItem{Label: r.Name, Icon: "package", Href: "/releases/" + url.PathEscape(r.Key), Note: r.State.Words()})
	}
	add("Releases", items)
	items = nil
	for _, r := range f.Runs {
		items = append(items, ui.PaletteItem{Label: "Run " + strconv.Itoa(r.Number) + " of " + r.ReleaseName, Icon: "play", Href: "/runs/" + string(r.ID), Note: string(r.State)})
	}
	if p.o.Exists("/runs/{run}") || p.o.Exists("/runs") {
		add("Runs", items)
	}
	items = nil
	for _, r := range f.Risks {
		items = append(items, ui.PaletteItem{Label: r.Title, Icon: "shield-alert", Href: "/risks/" + url.PathEscape(r.Key), Note: r.Key})
	}
	add("Risks", items)
	items = nil
	for _, s := range f.Services {
		href := "/releases?q=" + url.QueryEscape(s.Key)
		if p.o.Exists("/services/{service}") {
			href = "/services/" + url.PathEscape(s.Key)
		}
		items = append(items, ui.PaletteItem{Label: s.Name, Icon: "box", Href: href, Note: s.ProductKey})
	}
	add("Services", items)
	items = nil
	for _, x := range f.Periods {
		icon := "calendar-days"
		if x.Kind == "freeze" {
			icon = "snowflake"
		}
		items = append(items, ui.PaletteItem{Label: x.Name, Icon: icon, Href: "/calendar/" + string(x.Kind) + "s/" + url.PathEscape(x.Key), Note: string(x.Kind)})
	}
	add("Calendar", items)
	items = nil
	for _, x := range f.People {
		items = append(items, ui.PaletteItem{Label: x.Name, Icon: "user", Href: "/admin/people/" + url.PathEscape(x.Key)})
	}
	add("People", items)
	if e := f.Entry; e != nil {
		add("Record", []ui.PaletteItem{{Label: "Entry " + number(e.Seq), Icon: "scroll-text", Href: "/record?entry=" + strconv.FormatInt(e.Seq, 10), Note: e.Action}})
	}
	return out
}

// more is the whole navigation, for small screens.
func (p *Pages) more(w http.ResponseWriter, r *http.Request) error {
	if err := p.seen(r); err != nil {
		return err
	}
	var items []ui.NavItem
	if p.o.Places != nil {
		items = p.o.Places(r.Context())
	}
	return p.site.Render(w, r, web.Page{Title: "More", Nav: "more", Body: morePage(items)})
}

// seen checks the permission of mission control for pages that read nothing else.
func (p *Pages) seen(r *http.Request) error {
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		_, err := p.home.Search(tx, "")
		return err
	})
}

func (p *Pages) reference(w http.ResponseWriter, r *http.Request) error {
	return p.site.Render(w, r, web.Page{Title: "API", Nav: "api", Body: apiweb.Reference(p.o.Operations())})
}
