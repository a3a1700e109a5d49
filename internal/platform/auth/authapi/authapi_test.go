package authapi_test

import (
	"strings"
	"testing"

	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authapi"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		s := authtest.Service(t, d)
		a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
		authapi.Register(a, s)
		h, err := a.Handler()
		if err != nil {
			t.Fatal(err)
		}
		routes := map[string]string{}
		for _, op := range a.Operations() {
			routes[op.Method+" "+op.Path] = op.Permission
		}
		if err := s.Catalog().CheckRoutes(routes); err != nil {
			t.Error(err)
		}
		tokens := map[string]string{}
		for name, roles := range map[string][]string{"admin": {"administrator"}, "viewer": {"viewer"}, "manager": {"release-manager"}, "none": nil} {
			ctx := authtest.Person(t, d, name, roles...)
			_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: auth.BuiltIn})
			if err != nil {
				t.Fatal(err)
			}
			tokens[name] = text
		}
		seen := 0
		server := apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
			all := ledgertest.Actions(t, l)
			fresh := all[seen:]
			seen = len(all)
			return append([]string(nil), fresh...)
		}}
		apitest.Run(t, server, []apitest.Case{
			{Name: "nobody", Path: "/api/v1/people", Status: 401, Reason: "auth.sign_in_required"},
			{Name: "a foreign token", Path: "/api/v1/people", Header: map[string]string{"Authorization": "Bearer slw_" + strings.Repeat("a", 40)}, Status: 401, Reason: "auth.token_unknown"},
			{Name: "no role", Path: "/api/v1/people", As: "none", Status: 403, Reason: "auth.permission_missing"},
			{Name: "me", Path: "/api/v1/me", As: "none", Status: 200, Want: `{"key":"none","token":"*","rev":1}`},
			{Name: "unseen", Path: "/api/v1/people/maya", As: "none", Status: 404, Reason: "person.not_found"},

			{Name: "add", Method: "POST", Path: "/api/v1/people", As: "admin", Status: 201, Entries: []string{"person.added", "role.granted"}, Keep: map[string]string{"maya": "id"},
				Body: map[string]any{"name": "Maya Lindqvist", "email": "maya@example.com", "zone": "Europe/Stockholm", "grants": []any{map[string]any{"role": "release-manager"}}},
				Want: `{"key":"maya-lindqvist","name":"Maya Lindqvist","active":true,"rev":1,"hasPassword":false}`},
			{Name: "add as a viewer", Method: "POST", Path: "/api/v1/people", As: "viewer", Status: 403, Body: map[string]any{"name": "X"}},
			{Name: "add nobody", Method: "POST", Path: "/api/v1/people", As: "admin", Status: 422, Body: map[string]any{"name": " ", "zone": "Mars", "email": "x"}, Fields: []string{"key", "name", "email", "zone"}},
			{Name: "add twice", Method: "POST", Path: "/api/v1/people", As: "admin", Status: 409, Reason: "person.exists", Body: map[string]any{"name": "Maya Lindqvist"}},
			{Name: "unknown field", Method: "POST", Path: "/api/v1/people", As: "admin", Status: 422, Body: map[string]any{"name": "X", "e-mail": "x@example.com"}},
			{Name: "change", Method: "PATCH", Path: "/api/v1/people/maya-lindqvist", As: "admin", Status: 200, Body: map[string]any{"name": "Maya L.", "rev": 1}, Want: `{"name":"Maya L.","rev":2}`, Entries: []string{"person.changed"}},
			{Name: "change an old version", Method: "PATCH", Path: "/api/v1/people/{maya}", As: "admin", Status: 409, Reason: "row.stale", Header: map[string]string{"If-Match": `"1"`}, Body: map[string]any{"name": "M."}, Want: `{"theirs":{"name":"Maya L."}}`},
			{Name: "change no version", Method: "PATCH", Path: "/api/v1/people/{maya}", As: "admin", Status: 422, Body: map[string]any{"name": "M."}, Fields: []string{"rev"}},
			{Name: "list", Path: "/api/v1/people?limit=2&q=a", As: "viewer", Status: 200, Want: `{"items":[{"key":"admin"},{"key":"manager"}],"next":"*"}`, Keep: map[string]string{"next": "next"}},
			{Name: "list on", Path: "/api/v1/people?limit=2&q=a&after={next}", As: "viewer", Status: 200, Want: `{"items":[{"key":"maya-lindqvist"},{"key":"none"}]}`},
			{Name: "a strange cursor", Path: "/api/v1/people?after=abc", As: "viewer", Status: 422, Fields: []string{"after"}},
			{Name: "invite", Method: "POST", Path: "/api/v1/people/{maya}/invite", As: "admin", Status: 200, Want: `{"link":"*","expires":"2026-11-26T13:08:00.000000Z"}`, Entries: []string{"person.invited"}},

			{Name: "add a team", Method: "POST", Path: "/api/v1/teams", As: "admin", Status: 201, Body: map[string]any{"name": "Payments core", "members": []string{"maya-lindqvist"}}, Want: `{"key":"payments-core","members":["{maya}"],"rev":1}`, Entries: []string{"team.added"}},
			{Name: "an unknown member", Method: "PATCH", Path: "/api/v1/teams/payments-core", As: "admin", Status: 422, Body: map[string]any{"members": []string{"ghost"}, "rev": 1}, Fields: []string{"members[0]"}},
			{Name: "empty a team", Method: "PATCH", Path: "/api/v1/teams/payments-core", As: "admin", Status: 200, Body: map[string]any{"members": []string{}, "rev": 1}, Want: `{"members":[],"rev":2}`, Entries: []string{"team.changed"}},
			{Name: "teams", Path: "/api/v1/teams", As: "viewer", Status: 200, Want: `{"items":[{"key":"payments-core"}]}`},

			{Name: "define a role", Method: "POST", Path: "/api/v1/roles", As: "admin", Status: 201, Body: map[string]any{"key": "qa", "name": "QA"}, Want: `{"key":"qa","permissions":[],"builtIn":false,"rev":1}`, Entries: []string{"role.defined"}},
			{Name: "widen a role", Method: "PUT", Path: "/api/v1/roles/qa", As: "admin", Status: 200, Body: map[string]any{"name": "QA", "permissions": []string{"people.read"}, "rev": 1}, Want: `{"permissions":["people.read"],"rev":2}`, Entries: []string{"role.changed"}},
			{Name: "a role of unknown rights", Method: "PUT", Path: "/api/v1/roles/qa", As: "admin", Status: 422, Body: map[string]any{"name": "QA", "permissions": []string{"risk.eat"}, "rev": 2}, Fields: []string{"permissions[0]"}},
			{Name: "a built-in role", Method: "PUT", Path: "/api/v1/roles/viewer", As: "admin", Status: 409, Reason: "role.built_in", Body: map[string]any{"name": "V", "permissions": []string{}, "rev": 1}},
			{Name: "permissions", Path: "/api/v1/permissions", As: "viewer", Status: 200},
			{Name: "grant", Method: "POST", Path: "/api/v1/grants", As: "admin", Status: 201, Body: map[string]any{"team": "payments-core", "role": "qa", "scope": "product/a"}, Want: `{"role":"qa","scope":"product/a","team":"*"}`, Keep: map[string]string{"grant": "id"}, Entries: []string{"role.granted"}},
			{Name: "grant again", Method: "POST", Path: "/api/v1/grants", As: "admin", Status: 201, Body: map[string]any{"team": "payments-core", "role": "qa", "scope": "product/a"}, Want: `{"id":"{grant}"}`},
			{Name: "grant as a manager", Method: "POST", Path: "/api/v1/grants", As: "manager", Status: 403, Body: map[string]any{"person": "manager", "role": "administrator"}},
			{Name: "grants", Path: "/api/v1/grants?team=payments-core", As: "viewer", Status: 200, Want: `{"items":[{"id":"{grant}"}]}`},
			{Name: "revoke", Method: "POST", Path: "/api/v1/grants/{grant}/revoke", As: "admin", Status: 204, Entries: []string{"role.revoked"}},
			{Name: "revoke again", Method: "POST", Path: "/api/v1/grants/{grant}/revoke", As: "admin", Status: 404, Reason: "grant.not_found"},

			{Name: "close a team without a reason", Method: "POST", Path: "/api/v1/teams/payments-core/close", As: "admin", Status: 422, Body: map[string]any{"reason": " "}, Fields: []string{"reason"}},
			{Name: "close a team as a viewer", Method: "POST", Path: "/api/v1/teams/payments-core/close", As: "viewer", Status: 403, Body: map[string]any{"reason": "Merged"}},
			{Name: "close no team", Method: "POST", Path: "/api/v1/teams/ghosts/close", As: "admin", Status: 404, Reason: "team.not_found", Body: map[string]any{"reason": "Merged"}},
			{Name: "close a team", Method: "POST", Path: "/api/v1/teams/payments-core/close", As: "admin", Status: 200, Body: map[string]any{"reason": "Merged"}, Want: `{"closedAt":"*","members":[],"rev":3}`, Entries: []string{"team.closed"}},
			{Name: "open teams", Path: "/api/v1/teams", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "closed teams too", Path: "/api/v1/teams?closed=true", As: "viewer", Status: 200, Want: `{"items":[{"key":"payments-core","closedAt":"*"}]}`},
			{Name: "a role for a closed team", Method: "POST", Path: "/api/v1/grants", As: "admin", Status: 422, Fields: []string{"team"}, Body: map[string]any{"team": "payments-core", "role": "qa"}},
			{Name: "join a closed team", Method: "PATCH", Path: "/api/v1/teams/payments-core", As: "admin", Status: 409, Reason: "team.closed", Body: map[string]any{"members": []string{"maya-lindqvist"}, "rev": 3}},
			{Name: "reopen a team", Method: "POST", Path: "/api/v1/teams/payments-core/reopen", As: "admin", Status: 200, Want: `{"members":[],"rev":4}`, Entries: []string{"team.reopened"}},

			{Name: "make a token", Method: "POST", Path: "/api/v1/tokens", As: "manager", Status: 201, Body: map[string]any{"name": "gitlab", "permissions": []string{"people.read"}}, Want: `{"secret":"*","prefix":"*","expiresAt":"2027-02-17T13:08:00.000000Z"}`, Keep: map[string]string{"token": "id"}, Entries: []string{"token.made"}},
			{Name: "another's token", Path: "/api/v1/tokens/{token}", As: "viewer", Status: 404, Reason: "token.not_found"},
			{Name: "change a token by name", Method: "PATCH", Path: "/api/v1/tokens/gitlab", As: "manager", Status: 200, Body: map[string]any{"name": "gitlab-ci", "expires": "2027-01-01T00:00:00Z"}, Want: `{"id":"{token}","name":"gitlab-ci","expiresAt":"2027-01-01T00:00:00.000000Z"}`, Entries: []string{"token.changed"}},
			{Name: "by a name that is gone", Path: "/api/v1/tokens/gitlab", As: "manager", Status: 404, Reason: "token.not_found"},
			{Name: "for ever", Method: "PATCH", Path: "/api/v1/tokens/{token}", As: "manager", Status: 422, Fields: []string{"expires"}, Body: map[string]any{"expires": "2030-01-01T00:00:00Z"}},
			{Name: "another's by name", Method: "PATCH", Path: "/api/v1/tokens/gitlab-ci", As: "viewer", Status: 403, Body: map[string]any{"name": "mine"}},
			{Name: "show by name, as an administrator", Path: "/api/v1/tokens/gitlab-ci", As: "admin", Status: 200, Want: `{"id":"{token}"}`},
			{Name: "tokens of all", Path: "/api/v1/tokens?all=true", As: "manager", Status: 403},
			{Name: "revoke a token", Method: "POST", Path: "/api/v1/tokens/{token}/revoke", As: "admin", Status: 200, Want: `{"revokedAt":"*"}`, Entries: []string{"token.revoked"}},
			{Name: "tokens", Path: "/api/v1/tokens?ended=true", As: "manager", Status: 200, Want: `{"items":[{"name":"manager"},{"name":"gitlab-ci"}]}`},

			{Name: "settings", Method: "PATCH", Path: "/api/v1/me", As: "none", Status: 200, Body: map[string]any{"theme": "dark", "keys": false, "rev": 1}, Want: `{"theme":"dark","keys":false,"rev":2}`, Entries: []string{"person.changed"}},
			{Name: "password by token without the old one", Method: "POST", Path: "/api/v1/me/password", As: "none", Status: 422, Fields: []string{"old"}, Body: map[string]any{"old": "x", "password": "nine grey herons"}},
			{Name: "sessions", Path: "/api/v1/sessions", As: "none", Status: 200, Want: `{"items":[]}`},
			{Name: "others' sessions", Path: "/api/v1/sessions?person=admin", As: "none", Status: 403},
			{Name: "end others", Method: "POST", Path: "/api/v1/sessions/close-others", As: "none", Status: 200, Want: `{"ended":0}`},
			{Name: "end an unknown one", Method: "POST", Path: "/api/v1/sessions/x/close", As: "none", Status: 404, Reason: "session.not_found"},
			{Name: "deactivate", Method: "POST", Path: "/api/v1/people/none/deactivate", As: "admin", Status: 200, Want: `{"active":false}`, Entries: []string{"person.deactivated"}},
			{Name: "with its token", Path: "/api/v1/me", As: "none", Status: 401, Reason: "auth.token_revoked"},
			{Name: "the last administrator", Method: "POST", Path: "/api/v1/people/admin/deactivate", As: "admin", Status: 409, Reason: "auth.last_administrator"},
			{Name: "erase", Method: "POST", Path: "/api/v1/people/none/erase", As: "admin", Status: 200, Want: `{"erased":true}`, Entries: []string{"person.erased"}},
		})
		ledgertest.Verify(t, l)
	})
}
