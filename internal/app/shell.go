package app

import (
	"cmp"
	"context"
	"io"
	"net/http"

	"github.com/a-h/templ"

	"slipway/internal/home"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiproblem"
	"slipway/internal/platform/web"
)

// shell draws the document around a page. What it shows beside the page is read in one snapshot.
func (a *App) shell(ctx context.Context, v web.View) templ.Component {
	now := a.DB.Clock().Now()
	p := ui.Page{
		Title: v.Title, Org: a.o.Org, Active: v.Nav, Scheme: v.Scheme, Now: now, Toasts: v.Toasts, Theme: "/theme", Path: v.Path, Profile: "/profile",
	}
	who, ok := auth.Viewer(ctx)
	if v.Bare || !ok {
		return ui.Bare(p, v.Body)
	}
	p.Viewer = a.viewer(who)
	if p.Scheme == ui.System {
		p.Scheme = ui.Scheme(who.Theme)
	}
	s, err := a.around(ctx)
	if err != nil && ctx.Err() == nil { // nobody waits for the page of a closed connection
		a.o.Log.ErrorContext(ctx, "the shell of a page could not be read", "error", err)
	}
	p.Nav, p.Dock, p.More = a.navigation(s)
	p.Palette = a.palette(s)
	p.Watch = watch(s)
	if seq, ok := ctx.Value(asOfKey{}).(int64); ok && len(v.Live) > 0 {
		p.Live = &ui.Stream{URL: web.LiveURL(v.Path), Since: seq}
	}
	return ui.Shell(p, v.Body)
}

// around reads what stands around the page. It asks under a route of its own: a permission that the shell asks for must not
// pass for one that the page has checked.
func (a *App) around(ctx context.Context) (home.Shell, error) {
	ctx, _ = auth.WithRoute(ctx, "")
	var s home.Shell
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		s, err = a.Home.Shell(tx, a.asked()...)
		return err
	})
	return s, err
}

func (a *App) viewer(i auth.Identity) *ui.Viewer {
	return &ui.Viewer{Person: ui.Person{ID: string(i.Person), Name: i.Name, Href: "/profile"}, Role: i.Role, Zone: i.Zone(), Lang: i.Locale, KeysOff: i.KeysOff}
}

// failure draws the body of an error page.
func failure(ctx context.Context, f web.Failure) templ.Component {
	p := uiproblem.Problem{Status: f.Status, Title: f.Title, Happened: f.Msg, Reason: f.Reason, Request: f.RequestID, Do: failureAdvice[f.Status]}
	if len(f.Fields) > 0 {
		said := ""
		for _, x := range f.Fields {
			said += " " + x.Msg
		}
		p.Happened += said
	}
	if f.Status >= http.StatusInternalServerError {
		p.Kept = "Nothing was changed by this request."
	}
	if _, signedIn := auth.Viewer(ctx); signedIn {
		return uiproblem.Page(p)
	}
	p.Href, p.Link = "/sign-in", "Sign in"
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return ui.Solo().Render(templ.WithChildren(ctx, uiproblem.Page(p)), w)
	})
}

var failureAdvice = map[int]string{
	http.StatusNotFound:            "Check the address, or look for it with / from any page.",
	http.StatusForbidden:           "Ask somebody who holds one of these roles, or an administrator for the role.",
	http.StatusMethodNotAllowed:    "Go back and use the button or form of the page.",
	http.StatusTooManyRequests:     "Wait a moment, then try again.",
	http.StatusServiceUnavailable:  "Wait a moment, then try again.",
	http.StatusInternalServerError: "Try again. If it stays, give the request's identifier to whoever runs this installation: the cause is in the log under it.",
	http.StatusConflict:            "Load the page again: somebody else changed it meanwhile.",
}

// places returns the navigation's entries that exist, as routes, with the permission of each.
func (a *App) places() []place {
	by := map[string]string{}
	for _, r := range a.site.Routes() {
		by[r.Pattern] = r.Permission
	}
	var out []place
	for _, p := range navigation {
		if permission, ok := by["GET "+cmp.Or(p.pattern, p.Href)]; ok {
			p.permission = permission
			out = append(out, p)
		}
	}
	return out
}
