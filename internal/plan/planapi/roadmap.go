package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan/roadmap"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

type byDate struct {
	Date string `path:"date" maxLength:"100" doc:"Key or identifier of the date"`
}

type word struct {
	roadmap.Word
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

// RegisterRoadmap adds the operations on the roadmap.
func RegisterRoadmap(a *api.API, s *roadmap.Roadmaps) {
	const tag = "Roadmap"
	type roadIn struct {
		From      db.Time `query:"from" doc:"The first instant; the start of the quarter that runs unless stated"`
		To        db.Time `query:"to" doc:"The instant behind the last; three quarters on unless stated"`
		Product   string  `query:"product" maxLength:"100" doc:"Key or identifier of a product"`
		Published bool    `query:"published" doc:"Only dates that are published, as they were when they were"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/roadmap", Permission: "roadmap.read", Tag: tag, Summary: "Show the roadmap",
		Description: "Releases, versions that are no release yet and dates of trains by product, with freezes, and what waits for answers."},
		func(ctx context.Context, in *roadIn) (*one[roadmap.Road], error) {
			x, err := s.Road(ctx, roadmap.Span{From: in.From, To: in.To, Product: in.Product, Published: in.Published})
			return &one[roadmap.Road]{x}, err
		})
	type listIn struct {
		api.Paging
		Product   string   `query:"product" maxLength:"100" doc:"Key or identifier of a product"`
		State     []string `query:"state" doc:"proposed, negotiation, agreed, withdrawn"`
		Published bool     `query:"published" doc:"Only dates that are published"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/roadmap/dates", Permission: "roadmap.read", Tag: tag, Summary: "List dates of the roadmap",
		Description: "By start, with what the roles have said to each."},
		func(ctx context.Context, in *listIn) (*many[roadmap.Date], error) {
			k, _, err := api.DecodeCursor[place]("roadmap dates", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := s.List(ctx, roadmap.Filter{Product: in.Product, States: statesOf(in.State), Published: in.Published, AfterStart: db.Time(k.Sort), AfterID: roadmap.ID(k.ID), Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			page, err := api.PageOf("roadmap dates", rows, in.Limit, func(d roadmap.Date) place { return place{int64(d.Window.Start), string(d.ID)} })
			return &many[roadmap.Date]{page}, err
		})
	type proposeIn struct{ Body roadmap.Proposal }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/roadmap/dates", Permission: "roadmap.propose", Tag: tag, Summary: "Propose a date", Status: http.StatusCreated,
		Description: "For a release, or for a version of a product that is no release yet. Where there is a date already it is another round."},
		func(ctx context.Context, in *proposeIn) (*one[roadmap.Date], error) {
			x, err := s.Propose(ctx, in.Body)
			return &one[roadmap.Date]{x}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/roadmap/dates/{date}", Permission: "roadmap.read", Tag: tag, Summary: "Show a date with everything that was said about it"},
		func(ctx context.Context, in *byDate) (*one[roadmap.Date], error) {
			x, err := s.Get(ctx, in.Date)
			return &one[roadmap.Date]{x}, err
		})
	type answerIn struct {
		byDate
		Body word
	}
	answer := func(verb, summary, text string, do func(context.Context, string, int64, roadmap.Word) (roadmap.Date, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/roadmap/dates/{date}/" + verb, Permission: "roadmap.answer", Tag: tag, Summary: summary, Description: text, Status: http.StatusOK},
			func(ctx context.Context, in *answerIn) (*one[roadmap.Date], error) {
				x, err := do(ctx, in.Date, in.Body.Rev, in.Body.Word)
				return &one[roadmap.Date]{x}, err
			})
	}
	answer("agree", "Agree to the date on the table", "With the last role that has to agree, the window of the release becomes the date.", s.Agree)
	answer("counter", "Put another date on the table", "What others had said to the date before is void.", s.Counter)
	answer("refuse", "Refuse the date on the table", "", s.Refuse)
	type withdrawIn struct {
		byDate
		Body said
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/roadmap/dates/{date}/withdraw", Permission: "roadmap.propose", Tag: tag, Summary: "Withdraw a date", Status: http.StatusOK},
		func(ctx context.Context, in *withdrawIn) (*one[roadmap.Date], error) {
			x, err := s.Withdraw(ctx, in.Date, in.Body.Rev, in.Body.Reason)
			return &one[roadmap.Date]{x}, err
		})
	type publishIn struct{ Body roadmap.Publication }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/roadmap/publish", Permission: "roadmap.publish", Tag: tag, Summary: "Publish agreed dates", Status: http.StatusOK,
		Description: "Answers with the dates that were not published like that before."},
		func(ctx context.Context, in *publishIn) (*many[roadmap.Date], error) {
			return whole(s.Publish(ctx, in.Body))
		})
}

func statesOf(in []string) []roadmap.State {
	var out []roadmap.State
	for _, s := range in {
		out = append(out, roadmap.State(s))
	}
	return out
}
