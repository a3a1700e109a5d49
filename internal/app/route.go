package app

import (
	"slipway/internal/platform/api"
	"slipway/internal/platform/httpx"
)

// Route is one operation or page.
type Route struct{ Pattern, Permission string }

// Public reports whether everyone may ask it.
func (r Route) Public() bool { return r.Permission == httpx.Public }

// Routes returns every operation and page with its permission, for the tests that walk them.
func (a *App) Routes() []Route {
	var out []Route
	for _, o := range a.api.Operations() {
		out = append(out, Route{o.Method + " " + api.Prefix + o.Path, o.Permission})
	}
	for _, r := range a.site.Routes() {
		out = append(out, Route{r.Pattern, r.Permission})
	}
	return out
}
