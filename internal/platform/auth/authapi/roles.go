package authapi

import (
	"context"
	"net/http"

	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
)

type newRole struct {
	Key         string   `json:"key" maxLength:"100"`
	Name        string   `json:"name" maxLength:"200"`
	Text        string   `json:"text,omitempty" maxLength:"2000"`
	Permissions []string `json:"permissions,omitempty" maxItems:"500" doc:"None makes a name that approvals, criteria and polls ask for."`
}

type permission struct {
	Name  string   `json:"name"`
	Text  string   `json:"text"`
	Roles []string `json:"roles" doc:"The built-in roles that carry it beside administrator."`
	All   bool     `json:"everyone" doc:"Everyone who is signed in has it."`
}

func registerRoles(a *api.API, s *account.Service) {
	const tag = "Roles"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/roles", Permission: "people.read", Tag: tag, Summary: "List roles with their permissions"},
		func(ctx context.Context, _ *struct{}) (*many[auth.Role], error) {
			rows, err := s.Roles(ctx)
			return page("roles", rows, "", err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/roles", Permission: "role.define", Tag: tag, Summary: "Define a role", Status: http.StatusCreated,
		Description: "Beside the built-in ones, with permissions that the caller has."},
		func(ctx context.Context, in *struct{ Body newRole }) (*one[auth.Role], error) {
			return answer(s.DefineRole(ctx, auth.Role{Key: in.Body.Key, Name: in.Body.Name, Text: in.Body.Text, Permissions: in.Body.Permissions}))
		})
	type changedRole struct {
		Name        string   `json:"name" maxLength:"200"`
		Text        string   `json:"text,omitempty" maxLength:"2000"`
		Permissions []string `json:"permissions" maxItems:"500"`
		Version     int64    `json:"rev,omitempty" doc:"The version that was read; If-Match says the same."`
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/roles/{role}", Permission: "role.define", Tag: tag, Summary: "Change a role that is not built in"},
		func(ctx context.Context, in *struct {
			Role string `path:"role" maxLength:"100"`
			api.IfMatch
			Body changedRole
		}) (*one[auth.Role], error) {
			version, err := in.Version(in.Body.Version)
			if err != nil {
				return nil, err
			}
			return answer(s.DefineRole(ctx, auth.Role{Key: in.Role, Name: in.Body.Name, Text: in.Body.Text, Permissions: in.Body.Permissions, Rev: version}))
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/permissions", Permission: "people.read", Tag: tag, Summary: "List permissions"},
		func(ctx context.Context, _ *struct{}) (*many[permission], error) {
			if _, err := s.Roles(ctx); err != nil { // the list itself is no secret, but the route's permission is checked by a service
				return nil, err
			}
			rows := []permission{}
			for _, p := range s.Catalog().All() {
				roles := p.Roles
				if roles == nil {
					roles = []string{}
				}
				rows = append(rows, permission{Name: p.Name, Text: p.Text, Roles: roles, All: p.Signed || p.Public})
			}
			return page("permissions", rows, "", nil)
		})
}

type newGrant struct {
	Person id.Person `json:"person,omitempty" maxLength:"100" doc:"Key or identifier; either a person or a team."`
	Team   id.Team   `json:"team,omitempty" maxLength:"100" doc:"Key or identifier."`
	auth.Grant
}

func registerGrants(a *api.API, s *account.Service) {
	const tag = "Grants"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/grants", Permission: "people.read", Tag: tag, Summary: "List who holds which role where", Description: "In the order they were made."},
		func(ctx context.Context, in *struct {
			api.Paging
			Person string `query:"person" maxLength:"100" doc:"Only what this person holds, directly and through teams; key or identifier."`
			Team   string `query:"team" maxLength:"100" doc:"Only what this team holds; key or identifier."`
			Role   string `query:"role" maxLength:"100"`
		}) (*many[auth.Binding], error) {
			key, err := after("grants", in.Paging)
			if err != nil {
				return nil, err
			}
			rows, next, err := s.Grants(ctx, people.GrantFilter{Person: id.Person(in.Person), Team: id.Team(in.Team), Role: in.Role, After: auth.BindingID(key), Limit: in.Limit})
			return page("grants", rows, next, err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/grants", Permission: "role.grant", Tag: tag, Summary: "Give a role to a person or a team", Status: http.StatusCreated,
		Description: "Within a scope or everywhere, between two instants or for good. Nobody gives a role that carries what they do not have there themselves."},
		func(ctx context.Context, in *struct{ Body newGrant }) (*one[auth.Binding], error) {
			return answer(s.Grant(ctx, auth.Binding{Person: in.Body.Person, Team: in.Body.Team, Grant: in.Body.Grant}))
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/grants/{grant}/revoke", Permission: "role.grant", Tag: tag, Summary: "Take a role back"},
		func(ctx context.Context, in *struct {
			Grant string `path:"grant" maxLength:"100"`
		}) (*nothing, error) {
			return done(s.Revoke(ctx, auth.BindingID(in.Grant)))
		})
}

type madeToken struct {
	credential.Token
	Secret string `json:"secret" doc:"The token itself. Nobody can see it again."`
}

func registerTokens(a *api.API, s *account.Service) {
	const tag = "Tokens"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/tokens", Permission: "token.read", Tag: tag, Summary: "List tokens", Description: "One's own, unless asked otherwise. In the order they were made."},
		func(ctx context.Context, in *struct {
			api.Paging
			Owner string `query:"owner" maxLength:"100" doc:"Of another person; needs token.manage."`
			All   bool   `query:"all" doc:"Of everyone; needs token.manage."`
			Ended bool   `query:"ended" doc:"Expired and revoked ones too"`
		}) (*many[credential.Token], error) {
			key, err := after("tokens", in.Paging)
			if err != nil {
				return nil, err
			}
			rows, next, err := s.Tokens(ctx, credential.TokenFilter{Owner: id.Person(in.Owner), All: in.All, Ended: in.Ended, After: id.Token(key), Limit: in.Limit})
			return page("tokens", rows, next, err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/tokens", Permission: "token.make", Tag: tag, Summary: "Make a token", Status: http.StatusCreated, Question: unkept,
		Description: "It carries roles or permissions, within scopes, and never more than its owner may at that moment. Its text is in this answer only."},
		func(ctx context.Context, in *struct{ Body credential.NewToken }) (*one[madeToken], error) {
			t, text, err := s.MakeToken(ctx, in.Body)
			return answer(madeToken{t, text}, err)
		})
	type byToken struct {
		Token string `path:"token" maxLength:"200" doc:"Its identifier, or its name if exactly one living token has it: of the caller's, or with token.manage of everybody's."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/tokens/{token}", Permission: "token.read", Tag: tag, Summary: "Show a token"},
		func(ctx context.Context, in *byToken) (*one[credential.Token], error) {
			return answer(s.Token(ctx, id.Token(in.Token)))
		})
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/tokens/{token}", Permission: "token.make", Tag: tag, Summary: "Change a token",
		Description: "Its name and when it expires. Whoever extends another's token, or extends one with a token, needs all that it carries."},
		func(ctx context.Context, in *struct {
			byToken
			Body credential.TokenChange
		}) (*one[credential.Token], error) {
			return answer(s.SetToken(ctx, id.Token(in.Token), in.Body))
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/tokens/{token}/revoke", Permission: "token.revoke", Tag: tag, Summary: "Revoke a token", Description: "At once."},
		func(ctx context.Context, in *byToken) (*one[credential.Token], error) {
			return answer(s.RevokeToken(ctx, id.Token(in.Token)))
		})
}
