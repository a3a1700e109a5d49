package authapi

import (
	"context"
	"net/http"

	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/httpx"
)

// Register adds every operation of auth.
func Register(a *api.API, s *account.Service) {
	registerPeople(a, s)
	registerTeams(a, s)
	registerRoles(a, s)
	registerGrants(a, s)
	registerTokens(a, s)
	registerMe(a, s)
}

// unkept marks operations that take or give a secret: their requests and answers are not kept for idempotency keys.
const unkept = true

// one is the answer of an operation on one thing.
type one[T any] struct{ Body T }

// many is the answer of a list.
type many[T any] struct{ Body api.Page[T] }

type byRef struct {
	Ref string `path:"ref" maxLength:"100" doc:"Key or identifier"`
}

// nothing is the answer of an operation that leaves nothing to say.
type nothing struct{}

// cursor is where a page ends: the key or identifier that the list is ordered by.
type cursor struct {
	After string `json:"a"`
}

func after(list string, p api.Paging) (string, error) {
	c, _, err := api.DecodeCursor[cursor](list, p.After)
	return c.After, err
}

// page makes the answer of a list from what a service returned: rows, and the key to go on after.
func page[T any](list string, rows []T, next string, err error) (*many[T], error) {
	if err != nil {
		return nil, err
	}
	out := &many[T]{api.Page[T]{Items: rows}}
	if rows == nil {
		out.Body.Items = []T{}
	}
	if next != "" {
		out.Body.Next, err = api.EncodeCursor(list, cursor{next})
	}
	return out, err
}

func answer[T any](v T, err error) (*one[T], error) {
	if err != nil {
		return nil, err
	}
	return &one[T]{v}, nil
}

func done(err error) (*nothing, error) {
	if err != nil {
		return nil, err
	}
	return &nothing{}, nil
}

// origin is where a request comes from.
func origin(ctx context.Context, agent string) credential.Origin {
	return credential.Origin{Address: httpx.Client(ctx).String(), Agent: agent}
}

type agent struct {
	UserAgent string `header:"User-Agent" doc:"Kept with the session, to recognise it by."`
}

func registerMe(a *api.API, s *account.Service) {
	const tag = "Own account"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/me", Permission: "profile.read", Tag: tag, Summary: "Show who is calling"},
		func(ctx context.Context, _ *struct{}) (*one[caller], error) {
			p, err := s.Me(ctx)
			if err != nil {
				return nil, err
			}
			return answer(callerOf(ctx, p), nil)
		})
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/me", Permission: "profile.edit", Tag: tag, Summary: "Change one's own settings",
		Description: "Zone, locale, scheme and single keys. Name and e-mail address are changed by whoever may change people."},
		func(ctx context.Context, in *struct {
			api.IfMatch
			Body profileChange
		}) (*one[person], error) {
			version, err := in.Version(in.Body.Version)
			if err != nil {
				return nil, err
			}
			return answer(s.SetProfile(ctx, in.Body.change(version)))
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/me/password", Permission: "profile.edit", Tag: tag, Summary: "Change one's own password", Question: unkept,
		Description: "The present password proves who asks, and a wrong one counts as a try to sign in. All other sessions end."},
		func(ctx context.Context, in *struct {
			agent
			Body struct {
				Old      string `json:"old" maxLength:"1000"`
				Password string `json:"password" maxLength:"1000" doc:"At least 12 characters."`
			}
		}) (*nothing, error) {
			return done(s.ChangePassword(ctx, in.Body.Old, in.Body.Password, origin(ctx, in.UserAgent)))
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/sessions", Permission: "session.read", Tag: tag, Summary: "List living sessions"},
		func(ctx context.Context, in *struct {
			Person string `query:"person" maxLength:"100" doc:"Key or identifier of another person; needs people.edit."`
		}) (*many[credential.Session], error) {
			rows, err := s.Sessions(ctx, id.Person(in.Person))
			return page("sessions", rows, "", err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/sessions/{session}/close", Permission: "session.close", Tag: tag, Summary: "End a session"},
		func(ctx context.Context, in *struct {
			Session string `path:"session" maxLength:"100"`
		}) (*nothing, error) {
			return done(s.CloseSession(ctx, sessionID(in.Session)))
		})
	type ended struct {
		Ended int `json:"ended"`
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/sessions/close-others", Permission: "session.close", Tag: tag, Summary: "End all of one's sessions but this one"},
		func(ctx context.Context, _ *struct{}) (*one[ended], error) {
			n, err := s.CloseOtherSessions(ctx)
			return answer(ended{n}, err)
		})
}
