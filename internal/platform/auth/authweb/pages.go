package authweb

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// ScopeName puts a scope into words: "Payments".
type ScopeName struct {
	Scope auth.Scope
	Name  string
}

// Options are what the pages need from outside.
type Options struct {
	// Org and Host name the installation on the sign-in page; either may be empty.
	Org, Host string
	// Version of the running binary.
	Version string
	// Clock is what "now" on a page is.
	Clock clock.Clock
	// Scopes lists the scopes that grants and tokens may be narrowed to, as the viewer may see them; nil for none.
	Scopes func(ctx context.Context) ([]ScopeName, error)
	// Tabs returns the tabs of the administration for the viewer, with the one at the address current; nil for those of auth.
	Tabs func(ctx context.Context, current string) ([]ui.Tab, error)
}

type pages struct {
	s    *account.Service
	site *web.Site
	o    Options
}

// Tabs returns the tabs of the administration that belong to auth.
func Tabs() []ui.Tab {
	return []ui.Tab{{Text: "People", Href: "/admin"}, {Text: "Teams", Href: "/admin/teams"}, {Text: "Roles", Href: "/admin/roles"}, {Text: "Tokens", Href: "/admin/tokens"}}
}

// Mount adds the pages of auth to a site.
func Mount(site *web.Site, s *account.Service, o Options) {
	if o.Clock == nil {
		o.Clock = clock.System
	}
	p := &pages{s, site, o}
	site.Handle("GET /sign-in", web.Public, p.signInPage)
	site.Handle("POST /sign-in", web.Public, p.signIn)
	site.Handle("POST /sign-in/demo", web.Public, p.signInDemo)
	site.Handle("POST /sign-out", "session.close", p.signOut)
	site.Handle("GET /first-run/{link}", web.Public, p.firstRunPage)
	site.Handle("POST /first-run/{link}", web.Public, p.firstRun)
	site.Handle("GET /invitation/{link}", web.Public, p.invitationPage)
	site.Handle("POST /invitation/{link}", web.Public, p.invitation)

	site.Handle("GET /profile", "profile.read", p.profilePage)
	site.Handle("POST /profile", "profile.edit", p.profile)
	site.Handle("POST /profile/password", "profile.edit", p.password)
	site.Handle("POST /profile/sessions/close-others", "session.close", p.closeOthers)
	site.Handle("POST /profile/sessions/{session}/close", "session.close", p.closeSession)

	site.Handle("GET /admin", "people.read", p.peoplePage)
	site.Handle("POST /admin/people", "people.edit", p.addPerson)
	site.Handle("GET /admin/people/{ref}", "people.read", p.personPage)
	site.Handle("POST /admin/people/{ref}", "people.edit", p.setPerson)
	site.Handle("POST /admin/people/{ref}/invite", "people.edit", p.invite)
	site.Handle("POST /admin/people/{ref}/deactivate", "people.edit", p.deactivate)
	site.Handle("POST /admin/people/{ref}/reactivate", "people.edit", p.reactivate)
	site.Handle("POST /admin/people/{ref}/erase", "people.edit", p.erase)
	site.Handle("POST /admin/grants", "role.grant", p.grant)
	site.Handle("POST /admin/grants/{grant}/revoke", "role.grant", p.revokeGrant)

	site.Handle("GET /admin/teams", "people.read", p.teamsPage)
	site.Handle("POST /admin/teams", "team.edit", p.addTeam)
	site.Handle("GET /admin/teams/{ref}", "people.read", p.teamPage)
	site.Handle("POST /admin/teams/{ref}", "team.edit", p.setTeam)
	site.Handle("POST /admin/teams/{ref}/close", "team.edit", p.closeTeam)
	site.Handle("POST /admin/teams/{ref}/reopen", "team.edit", p.reopenTeam)
	site.Handle("GET /admin/roles", "people.read", p.rolesPage)
	site.Handle("POST /admin/roles", "role.define", p.addRole)
	site.Handle("GET /admin/roles/{role}", "people.read", p.rolePage)
	site.Handle("POST /admin/roles/{role}", "role.define", p.setRole)
	site.Handle("GET /admin/tokens", "token.read", p.tokensPage)
	site.Handle("POST /admin/tokens", "token.make", p.makeToken)
	site.Handle("POST /admin/tokens/{name}", "token.make", p.setToken)
	site.Handle("POST /admin/tokens/{name}/revoke", "token.revoke", p.revokeToken)
}

// now is the instant of a page and the viewer's zone.
func (p *pages) now(ctx context.Context) (time.Time, *time.Location) {
	zone := p.s.DisplayZone()
	if v, ok := auth.Viewer(ctx); ok {
		zone = v.Zone()
	}
	return p.o.Clock.Now(), zone
}

// house names the zone of the installation.
func (p *pages) house() string { return p.s.DisplayZone().String() }

func origin(r *http.Request) credential.Origin {
	return credential.Origin{Address: httpx.Client(r.Context()).String(), Agent: r.UserAgent()}
}

// scopes returns the scopes that can be chosen, and names for all that can be shown.
func (p *pages) scopes(ctx context.Context) ([]ScopeName, error) {
	if p.o.Scopes == nil {
		return nil, nil
	}
	return p.o.Scopes(ctx)
}

func scopeName(list []ScopeName, s auth.Scope) string {
	if s == auth.Everywhere {
		return "everywhere"
	}
	for _, x := range list {
		if x.Scope == s {
			return x.Name
		}
	}
	return string(s)
}

func scopeOptions(list []ScopeName) []ui.Option {
	out := []ui.Option{{Value: "", Text: "Everywhere"}}
	for _, x := range list {
		out = append(out, ui.Option{Value: string(x.Scope), Text: x.Name})
	}
	return out
}

func roleOptions(roles []auth.Role) []ui.Option {
	out := make([]ui.Option, 0, len(roles))
	for _, r := range roles {
		group := "Further roles"
		if r.BuiltIn {
			group = "Built-in roles"
		}
		out = append(out, ui.Option{Value: r.Key, Text: r.Name, Group: group})
	}
	return out
}

func roleName(roles []auth.Role, key string) string {
	for _, r := range roles {
		if r.Key == key {
			return r.Name
		}
	}
	return key
}
