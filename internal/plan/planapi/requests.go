package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan/intake"
	"slipway/internal/platform/api"
)

type byRequest struct {
	Request string `path:"request" maxLength:"100" doc:"Key or identifier of the request"`
}

type answered struct {
	intake.Answer
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

// RegisterRequests adds the operations on requests for releases.
func RegisterRequests(a *api.API, s *intake.Requests) {
	const tag = "Requests"
	type listIn struct {
		api.Paging
		Query   string   `query:"q" maxLength:"200" doc:"Words of the key, title or goal, in any case."`
		Product string   `query:"product" maxLength:"100" doc:"Only requests for this product, by key or identifier."`
		State   []string `query:"state" doc:"Only requests in these states, separated by commas: new, accepted, deferred, declined, withdrawn."`
		Due     bool     `query:"due" doc:"Only those that wait for an answer: new ones, and deferred ones whose day has come."`
		Mine    bool     `query:"mine" doc:"Only the caller's own."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/requests", Permission: "request.read", Tag: tag, Summary: "List requests for releases", Description: "The newest first."},
		func(ctx context.Context, in *listIn) (*many[intake.Request], error) {
			k, _, err := api.DecodeCursor[place]("requests", in.After)
			if err != nil {
				return nil, err
			}
			f := intake.Filter{Product: in.Product, Due: in.Due, Mine: in.Mine, Query: in.Query, AfterAt: k.Sort, AfterID: k.ID, Limit: in.Limit + 1}
			for _, x := range in.State {
				f.States = append(f.States, intake.State(x))
			}
			rows, err := s.List(ctx, f)
			if err != nil {
				return nil, err
			}
			page, err := api.PageOf("requests", rows, in.Limit, func(r intake.Request) place { return place{int64(r.CreatedAt), string(r.ID)} })
			return &many[intake.Request]{page}, err
		})
	type fileIn struct{ Body intake.Spec }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/requests", Permission: "request.file", Tag: tag, Summary: "Ask for a release", Status: http.StatusCreated},
		func(ctx context.Context, in *fileIn) (*one[intake.Request], error) {
			x, err := s.File(ctx, in.Body)
			return &one[intake.Request]{x}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/requests/{request}", Permission: "request.read", Tag: tag, Summary: "Show a request and what became of it"},
		func(ctx context.Context, in *byRequest) (*one[intake.Request], error) {
			x, err := s.Get(ctx, in.Request)
			return &one[intake.Request]{x}, err
		})
	type answerIn struct {
		byRequest
		Body answered
	}
	answer := func(verb, permission, summary, text string, do func(context.Context, string, int64, intake.Answer) (intake.Request, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/requests/{request}/" + verb, Permission: permission, Tag: tag, Summary: summary, Description: text, Status: http.StatusOK},
			func(ctx context.Context, in *answerIn) (*one[intake.Request], error) {
				x, err := do(ctx, in.Request, in.Body.Rev, in.Body.Answer)
				return &one[intake.Request]{x}, err
			})
	}
	answer("accept", "request.answer", "Accept a request into a release or a train", "It becomes a scope item of the release under its key: at once, or when the train opens its next release.", s.Accept)
	answer("defer", "request.answer", "Put a request off until a day", "", s.Defer)
	answer("decline", "request.answer", "Decline a request", "", s.Decline)
	answer("withdraw", "request.file", "Withdraw one's own request", "", s.Withdraw)
}
