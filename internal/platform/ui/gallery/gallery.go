package gallery

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uiproblem"
)

// Now is the instant at which the gallery stands: the one of the design.
var Now = time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC)

var (
	maya   = ui.Person{ID: "maya", Name: "Maya Lindqvist"}
	tomas  = ui.Person{ID: "tomas", Name: "Tomás Ferreira"}
	priya  = ui.Person{ID: "priya", Name: "Priya Natarajan"}
	elena  = ui.Person{ID: "elena", Name: "Elena Petrova"}
	aisha  = ui.Person{ID: "aisha", Name: "Aisha Rahman"}
	lukasz = ui.Person{ID: "lukasz", Name: "Łukasz Nowak", Href: "/people/lukasz"}
	jonas  = ui.Person{ID: "jonas", Name: "Jonas Weber"}
)

// Page returns the shell around the gallery.
func Page() ui.Page {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		zone = time.FixedZone("CET", 3600)
	}
	nav := func(group, key, label, icon, letter string, count int) ui.NavItem {
		return ui.NavItem{Key: key, Label: label, Icon: icon, Href: "/" + key, Group: group, Go: letter, Count: count}
	}
	home := nav("", "home", "Mission control", "radar", "h", 5)
	home.Hot, home.Note, home.Short = true, "5 items need you", "Now"
	runs := nav("", "runs", "Runbooks", "list-checks", "l", 0)
	runs.Live, runs.Short = true, "Live"
	return ui.Page{
		Title: "Components", Org: "Aldermoor Bank", Active: "components", Now: Now, Profile: "/profile", More: "/more", Theme: "/theme",
		Viewer: &ui.Viewer{Person: maya, Role: "Release manager", Zone: zone},
		Nav: []ui.NavItem{
			home, nav("", "calendar", "Calendar", "calendar-days", "c", 0), nav("", "releases", "Releases", "package", "r", 9),
			runs, nav("", "gonogo", "Go/No-Go", "vote", "d", 0),
			nav("Portfolio", "risks", "Risks", "shield-alert", "k", 11), nav("Portfolio", "metrics", "Metrics", "chart-line", "m", 0),
			nav("Portfolio", "administration", "Administration", "settings", "", 0),
		},
		Watch: ui.Watch{
			Runs:   []ui.WatchRun{{Name: "Cards 26.11.1", Step: "step 9 of 18", Offset: "+6 min", Href: "/runs/1"}},
			Next:   &ui.WatchNext{Name: "Payments 26.11.0", Href: "/releases/payments-26.11.0", At: Now.Add(6*time.Hour + 52*time.Minute)},
			Freeze: &ui.WatchFreeze{Name: "Peak-trading freeze", Href: "/calendar", Starts: Now.Add(82 * time.Hour)},
		},
		Palette: ui.Palette{Groups: []ui.PaletteGroup{
			{Title: "Live now", Items: []ui.PaletteItem{{Label: "Open runbook console, Cards 26.11.1", Icon: "list-checks", Href: "/runs/1", Note: "step 9 of 18"}}},
			{Title: "Do", Items: []ui.PaletteItem{{Label: "New release", Icon: "plus", Href: "/releases/new"}}},
		}},
	}
}

// Handler serves the gallery with its assets: "/" basic components, "/figures" drawings and figures, "/release" a page of
// a release, "/problem" an error page, "/signin" the sign-in.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("POST /theme", ui.ThemeHandler())
	show := func(title, class string, body templ.Component) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			p := Page()
			p.Title, p.Class = title, class
			if err := p.Render(w, r, http.StatusOK, body); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		}
	}
	mux.Handle("GET /{$}", show("Components", "", Components()))
	mux.Handle("GET /figures", show("Figures", "", Figures()))
	mux.Handle("GET /release", show("Payments 26.11.0", "", Release()))
	mux.Handle("GET /problem", show("Not found", "", uiproblem.Page(problem)))
	mux.HandleFunc("GET /signin", func(w http.ResponseWriter, r *http.Request) {
		p := Page()
		p.Title, p.Viewer = "Sign in", nil
		if err := p.RenderBare(w, r, http.StatusOK, SignIn()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /solo", func(w http.ResponseWriter, r *http.Request) {
		p := Page()
		p.Title, p.Viewer = "Problem", nil
		if err := p.RenderBare(w, r, http.StatusServiceUnavailable, Alone()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

var problem = uiproblem.Problem{
	Status: 404, Title: "There is no such release", Happened: "No release with the key payments-26.11.9 exists, or you may not see it.",
	Kept: "Nothing was changed.", Do: "Look for it among all releases, or ask its owner to let you read it.",
	Reason: "release.unknown", Request: "0193-4f1c", Href: "/releases", Link: "All releases",
}
