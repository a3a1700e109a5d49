package app

import (
	"context"
	"slices"

	"slipway/internal/home"
	"slipway/internal/home/homeweb"
	"slipway/internal/platform/apply/applyweb"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authweb"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// place is an entry of the navigation. It is shown where its route exists and the viewer holds its permission somewhere.
type place struct {
	ui.NavItem
	pattern    string // of its route, where it differs from the address
	permission string
}

const portfolio = "Portfolio"

// navigation is every entry in order.
var navigation = []place{
	{NavItem: ui.NavItem{Key: "home", Label: "Mission control", Short: "Mission", Icon: "radar", Href: "/", Go: "h"}, pattern: "/{$}"},
	{NavItem: ui.NavItem{Key: "calendar", Label: "Calendar", Icon: "calendar-days", Href: "/calendar", Go: "c"}},
	{NavItem: ui.NavItem{Key: "releases", Label: "Releases", Icon: "package", Href: "/releases", Go: "r"}},
	{NavItem: ui.NavItem{Key: "go-no-go", Label: "Go/No-Go", Icon: "vote", Href: "/go-no-go", Go: "g"}},
	{NavItem: ui.NavItem{Key: "runs", Label: "Runs", Icon: "play", Href: "/runs", Go: "u"}},
	{NavItem: ui.NavItem{Key: "runbooks", Label: "Runbooks", Icon: "list-checks", Href: "/runbooks", Go: "b"}},
	{NavItem: ui.NavItem{Key: "plans", Label: "Plans", Icon: "chart-gantt", Href: "/plans", Go: "p", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "tasks", Label: "Tasks", Icon: "clipboard-check", Href: "/tasks", Go: "t", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "roadmap", Label: "Roadmap", Icon: "milestone", Href: "/roadmap", Go: "o", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "requests", Label: "Requests", Icon: "inbox", Href: "/requests", Go: "q", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "resources", Label: "People and capacity", Short: "People", Icon: "users", Href: "/resources", Go: "e", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "risks", Label: "Risks", Icon: "shield-alert", Href: "/risks", Go: "i", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "actions", Label: "Actions", Icon: "circle-check-big", Href: "/actions", Go: "x", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "environments", Label: "What runs where", Short: "Where", Icon: "grid-3x3", Href: "/environments", Go: "w", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "dependencies", Label: "Dependencies", Short: "Depends", Icon: "network", Href: "/dependencies", Go: "d", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "record", Label: "Record", Icon: "scroll-text", Href: "/record", Go: "l", Group: portfolio}},
	{NavItem: ui.NavItem{Key: "admin", Label: "Administration", Short: "Admin", Icon: "settings", Href: "/admin", Go: "a", Group: portfolio}},
}

// commands are what the palette can do beside going somewhere.
var commands = []struct{ item, route, icon string }{
	{"New release", "/releases/new", "plus"}, {"Open a risk", "/risks/new", "plus"}, {"Add an action", "/actions/new", "plus"}, {"Add a dependency", "/dependencies/new", "plus"}, {"Propose a date", "/roadmap/propose", "plus"}, {"Ask for a release", "/requests/new", "plus"}, {"Add a train", "/trains/new", "plus"}, {"Ask for people and tools", "/resources/requests/new", "users"}, {"Add a window", "/calendar/windows/new", "plus"}, {"Add a freeze", "/calendar/freezes/new", "plus"},
	{"Ask may-deploy", "/may-deploy", "circle-help"}, {"Overrides of may-deploy", "/overrides", "key-round"}, {"Record a deployment", "/deployments/new", "plus"},
	{"See what is open or closed", "/calendar/openness", "clock"},
	{"See notices owed to users", "/impacts", "calendar-days"}, {"Subscribe to the calendar", "/calendar/subscribe", "calendar-days"}, {"Imported calendars", "/calendar/sources", "calendar-days"},
	{"See what templates bring", "/templates", "copy"}, {"Apply documents as code", "/admin/apply", "upload"},
}

// docked are the places of the bar on small screens; the rest is behind More.
var docked = []string{"home", "releases", "calendar", "runs", "risks"}

// homePages mounts the pages that see everything. release draws the frame of a release.
func (a *App) homePages(release homeweb.ReleasePage) {
	homeweb.New(a.site, a.DB, a.Home, a.Record, homeweb.Options{
		Version: a.o.Version, Release: release, Exists: a.exists, Places: a.viewerPlaces, Tabs: a.administration, Operations: a.api.Described, Jobs: a.Jobs,
		Config: a.o.Config.Values, Backup: "slipway backup slipway.backup",
	}).Mount()
	applyweb.Mount(a.site, a.DB, a.Kinds, applyweb.Options{Tabs: a.administration})
}

// administration returns the tabs of the administration that lead the viewer to a page, not to a refusal, with the one at an address
// current. It asks under a route of its own, as around does.
func (a *App) administration(tx *db.Tx, current string) ([]ui.Tab, error) {
	ctx, _ := auth.WithRoute(tx.Context(), "")
	tx = tx.As(ctx)
	permission := map[string]string{}
	for _, r := range a.site.Routes() {
		permission[r.Pattern] = r.Permission
	}
	var out []ui.Tab
	all := append(authweb.Tabs(), ui.Tab{Text: "Catalog", Href: "/admin/catalog"}, ui.Tab{Text: "As code", Href: applyweb.Path})
	for _, t := range append(all, homeweb.Tabs()...) {
		asked, mounted := permission["GET "+t.Href]
		if !mounted {
			continue
		}
		all, scopes, err := auth.Scopes(tx, asked)
		if err != nil {
			return nil, err
		}
		if all || len(scopes) > 0 {
			t.Current = t.Href == current
			out = append(out, t)
		}
	}
	return out, nil
}

// administrationOf is administration in a snapshot of its own.
func (a *App) administrationOf(ctx context.Context, current string) (out []ui.Tab, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = a.administration(tx, current)
		return err
	})
	return out, err
}

// exists reports whether there is a page at a path.
func (a *App) exists(path string) bool {
	return slices.ContainsFunc(a.site.Routes(), func(r web.Route) bool { return r.Pattern == "GET "+path })
}

// viewerPlaces is the whole navigation, for the page behind the dock's last entry.
func (a *App) viewerPlaces(ctx context.Context) []ui.NavItem {
	s, err := a.around(ctx)
	if err != nil {
		a.o.Log.ErrorContext(ctx, "the navigation could not be read", "error", err)
	}
	nav, _, _ := a.navigation(s)
	return nav
}

// asked are the permissions that the shell needs an answer for.
func (a *App) asked() []string {
	var out []string
	for _, r := range a.site.Routes() {
		_, wanted := commandOf(r)
		if wanted && r.Permission != web.Public && !slices.Contains(out, r.Permission) {
			out = append(out, r.Permission)
		}
	}
	for _, p := range a.places() {
		if p.permission != web.Public && !slices.Contains(out, p.permission) {
			out = append(out, p.permission)
		}
	}
	return out
}

func commandOf(r web.Route) (string, bool) {
	for _, c := range commands {
		if r.Pattern == "GET "+c.route {
			return c.item, true
		}
	}
	return "", false
}

// navigation returns the entries of the navigation and of the dock for a viewer, and where the rest of the dock is.
func (a *App) navigation(s home.Shell) (nav, dock []ui.NavItem, more string) {
	for _, p := range a.places() {
		if p.permission != web.Public && !s.May[p.permission] {
			continue
		}
		i := p.NavItem
		switch i.Key {
		case "home":
			i.Count, i.Hot = s.Waiting, s.Waiting > 0
			i.Note = ui.Plural(s.Waiting, "item needs you", "items need you")
		case "releases":
			i.Count, i.Note = s.Releases, ui.Plural(s.Releases, "open release", "open releases")
		case "risks":
			i.Count, i.Note = s.Risks, ui.Plural(s.Risks, "open or accepted risk", "open or accepted risks")
		case "actions":
			i.Count, i.Note = s.Actions, ui.Plural(s.Actions, "open action", "open actions")
		case "runs":
			i.Count, i.Live, i.Note = len(s.Live), len(s.Live) > 0, ui.Plural(len(s.Live), "live run", "live runs")
		}
		nav = append(nav, i)
	}
	for _, key := range docked {
		if at := slices.IndexFunc(nav, func(i ui.NavItem) bool { return i.Key == key }); at >= 0 {
			dock = append(dock, nav[at])
		}
	}
	dock = dock[:min(len(dock), 4)]
	if len(nav) > len(dock) {
		more = "/more"
	}
	return nav, dock, more
}

// palette are its local commands; the server finds the rest.
func (a *App) palette(s home.Shell) ui.Palette {
	p := ui.Palette{Search: "/palette"}
	do := ui.PaletteGroup{Title: "Do"}
	for _, c := range commands {
		for _, r := range a.site.Routes() {
			if r.Pattern == "GET "+c.route && s.May[r.Permission] {
				do.Items = append(do.Items, ui.PaletteItem{Label: c.item, Icon: c.icon, Href: c.route})
			}
		}
	}
	if len(do.Items) > 0 {
		p.Groups = append(p.Groups, do)
	}
	p.Groups = append(p.Groups, ui.PaletteGroup{Title: "You", Items: []ui.PaletteItem{{Label: "Your profile", Icon: "user", Href: "/profile"}}})
	return p
}
