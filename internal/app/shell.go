package app

import (
	"context"

	"github.com/a-h/templ"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// shell draws the document around a page.
func (a *App) shell(ctx context.Context, v web.View) templ.Component {
	p := ui.Page{
		Title: v.Title, Active: v.Nav, Scheme: ui.Scheme(v.Scheme), Now: a.DB.Clock().Now(), Toasts: v.Toasts, Theme: "/theme", Path: v.Path, Profile: "/profile",
	}
	who, ok := auth.Viewer(ctx)
	if v.Bare || !ok {
		return ui.Bare(p, v.Body)
	}
	p.Viewer = a.viewer(who)
	p.Nav = a.navigation(ctx)
	if seq, ok := ctx.Value(asOfKey{}).(int64); ok && len(v.Live) > 0 {
		p.Live = &ui.Stream{URL: web.LiveURL(v.Path), Since: seq}
	}
	return ui.Shell(p, v.Body)
}

func (a *App) viewer(i auth.Identity) *ui.Viewer {
	return &ui.Viewer{Person: ui.Person{ID: string(i.Person), Name: i.Name, Href: "/profile"}, Role: i.Role, Zone: i.Zone(), Lang: i.Locale, KeysOff: i.KeysOff}
}

// navigation is the list of the places that exist and that the viewer may open.
func (a *App) navigation(context.Context) []ui.NavItem {
	return []ui.NavItem{}
}
