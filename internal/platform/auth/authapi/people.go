package authapi

import (
	"context"
	"net/http"

	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
)

type person = auth.Person

func sessionID(s string) auth.SessionID { return auth.SessionID(s) }

// caller is who calls and by what.
type caller struct {
	person
	Role  string   `json:"role,omitempty" doc:"The widest role held, by name."`
	Token id.Token `json:"token,omitempty" doc:"The token that calls; absent for a session."`
}

func callerOf(ctx context.Context, p person) caller {
	v, _ := auth.Viewer(ctx)
	return caller{person: p, Role: v.Role, Token: v.Token}
}

// profileChange is what people change of themselves.
type profileChange struct {
	Zone    *string `json:"zone,omitempty" maxLength:"60" doc:"An IANA zone; empty for that of the installation."`
	Locale  *string `json:"locale,omitempty" maxLength:"35"`
	Theme   *string `json:"theme,omitempty" enum:",light,dark"`
	Keys    *bool   `json:"keys,omitempty"`
	Version int64   `json:"rev,omitempty" doc:"The version that was read; If-Match says the same."`
}

func (c profileChange) change(version int64) people.PersonChange {
	return people.PersonChange{Zone: c.Zone, Locale: c.Locale, Theme: c.Theme, Keys: c.Keys, Version: version}
}

type invitation struct {
	Link    string  `json:"link" doc:"A path that works once. It is a secret for that person alone."`
	Expires db.Time `json:"expires"`
}

func registerPeople(a *api.API, s *account.Service) {
	const tag = "People"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/people", Permission: "people.read", Tag: tag, Summary: "List people", Description: "By key."},
		func(ctx context.Context, in *struct {
			api.Paging
			Query    string `query:"q" maxLength:"200" doc:"Part of name, e-mail address, key, or of the name of a role they hold."`
			Role     string `query:"role" maxLength:"100" doc:"Only who holds this role somewhere."`
			Team     string `query:"team" maxLength:"100" doc:"Only members of this team, by key or identifier."`
			Kind     string `query:"kind" enum:"person,service"`
			Inactive bool   `query:"inactive" doc:"Those who are not active too"`
		}) (*many[person], error) {
			key, err := after("people", in.Paging)
			if err != nil {
				return nil, err
			}
			rows, next, err := s.People(ctx, people.Filter{Query: in.Query, Role: in.Role, Team: id.Team(in.Team), Kind: in.Kind, Inactive: in.Inactive, After: key, Limit: in.Limit})
			return page("people", rows, next, err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/people", Permission: "people.edit", Tag: tag, Summary: "Add a person", Status: http.StatusCreated,
		Description: "With roles that the caller may grant. Invite lets the person set a password."},
		func(ctx context.Context, in *struct{ Body people.NewPerson }) (*one[person], error) {
			return answer(s.AddPerson(ctx, in.Body))
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/people/{ref}", Permission: "people.read", Tag: tag, Summary: "Show a person"},
		func(ctx context.Context, in *byRef) (*one[person], error) { return answer(s.Person(ctx, in.Ref)) })
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/people/{ref}", Permission: "people.edit", Tag: tag, Summary: "Change a person"},
		func(ctx context.Context, in *struct {
			byRef
			api.IfMatch
			Body people.PersonChange
		}) (*one[person], error) {
			version, err := in.Version(in.Body.Version)
			if err != nil {
				return nil, err
			}
			in.Body.Version = version
			return answer(s.SetPerson(ctx, in.Ref, in.Body))
		})
	for _, verb := range []struct {
		name, summary, text string
		do                  func(ctx context.Context, ref string) (person, error)
	}{
		{"deactivate", "Deactivate a person", "Sessions end and tokens are revoked; roles stay but do not count.", s.Deactivate},
		{"reactivate", "Reactivate a person", "Tokens stay revoked.", s.Reactivate},
		{"erase", "Erase what names a person", "For good: name, e-mail address, password, teams and roles. What the ledger holds stays and names nobody.", s.Erase},
	} {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/people/{ref}/" + verb.name, Permission: "people.edit", Tag: tag, Summary: verb.summary, Description: verb.text},
			func(ctx context.Context, in *byRef) (*one[person], error) { return answer(verb.do(ctx, in.Ref)) })
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/people/{ref}/invite", Permission: "people.edit", Tag: tag, Summary: "Make a link that sets a password", Question: unkept,
		Description: "For an invitation or a forgotten password. It works once, within seven days; an older one stops working."},
		func(ctx context.Context, in *byRef) (*one[invitation], error) {
			path, expires, err := s.Invite(ctx, in.Ref)
			return answer(invitation{path, expires}, err)
		})
}

func registerTeams(a *api.API, s *account.Service) {
	const tag = "Teams"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/teams", Permission: "people.read", Tag: tag, Summary: "List teams", Description: "By key."},
		func(ctx context.Context, in *struct {
			api.Paging
			Query  string `query:"q" maxLength:"200" doc:"Part of name or key."`
			Closed bool   `query:"closed" doc:"Closed ones too"`
		}) (*many[auth.Team], error) {
			key, err := after("teams", in.Paging)
			if err != nil {
				return nil, err
			}
			rows, next, err := s.Teams(ctx, people.TeamFilter{Query: in.Query, Closed: in.Closed, After: key, Limit: in.Limit})
			return page("teams", rows, next, err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/teams", Permission: "team.edit", Tag: tag, Summary: "Add a team", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body people.NewTeam }) (*one[auth.Team], error) {
			return answer(s.AddTeam(ctx, in.Body))
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/teams/{ref}", Permission: "people.read", Tag: tag, Summary: "Show a team"},
		func(ctx context.Context, in *byRef) (*one[auth.Team], error) { return answer(s.Team(ctx, in.Ref)) })
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/teams/{ref}", Permission: "team.edit", Tag: tag, Summary: "Change a team and its members"},
		func(ctx context.Context, in *struct {
			byRef
			api.IfMatch
			Body people.TeamChange
		}) (*one[auth.Team], error) {
			version, err := in.Version(in.Body.Version)
			if err != nil {
				return nil, err
			}
			in.Body.Version = version
			return answer(s.SetTeam(ctx, in.Ref, in.Body))
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/teams/{ref}/close", Permission: "team.edit", Tag: tag, Summary: "Close a team",
		Description: "Its roles are taken back and its members leave; it stays in the record and in what refers to it. Refused while it runs services. For each of its roles the caller needs what taking it back needs."},
		func(ctx context.Context, in *struct {
			byRef
			Body struct {
				Reason string `json:"reason" maxLength:"2000" doc:"Kept in the record."`
			}
		}) (*one[auth.Team], error) {
			return answer(s.CloseTeam(ctx, in.Ref, in.Body.Reason))
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/teams/{ref}/reopen", Permission: "team.edit", Tag: tag, Summary: "Reopen a closed team",
		Description: "Without members and roles."},
		func(ctx context.Context, in *byRef) (*one[auth.Team], error) {
			return answer(s.ReopenTeam(ctx, in.Ref))
		})
}
