package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/plan/train"
	"slipway/internal/platform/api"
)

type byTrain struct {
	Train string `path:"train" maxLength:"100" doc:"Key or identifier of the train"`
}

type trainChange struct {
	train.Spec
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type said struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why, as the record will say"`
	Rev    int64  `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

// RegisterTrains adds the operations on trains.
func RegisterTrains(a *api.API, s *train.Trains) {
	const tag = "Trains"
	type listIn struct {
		Product string `query:"product" maxLength:"100" doc:"Key or identifier of a product"`
		Closed  bool   `query:"closed" doc:"Closed trains as well"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/trains", Permission: "train.read", Tag: tag, Summary: "List trains",
		Description: "By key, each with the next date and what became of the last three. The list is never paged."},
		func(ctx context.Context, in *listIn) (*many[train.Timetable], error) {
			return whole(s.List(ctx, in.Product, in.Closed))
		})
	type addIn struct{ Body train.Spec }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/trains", Permission: "train.edit", Tag: tag, Summary: "Add a train", Status: http.StatusCreated,
		Description: "It runs at once: the release of a date whose lead time has come is opened soon after."},
		func(ctx context.Context, in *addIn) (*one[train.Timetable], error) {
			x, err := s.Add(ctx, in.Body)
			return &one[train.Timetable]{x}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/trains/preview", Permission: "train.read", Tag: tag, Summary: "Say when a train would depart", Status: http.StatusOK,
		Description: "The next ten dates of a train as it is stated, with versions, freezes and days that are left out. Nothing is kept."},
		func(ctx context.Context, in *addIn) (*many[train.Departure], error) {
			return whole(s.Preview(ctx, in.Body))
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/trains/{train}", Permission: "train.read", Tag: tag, Summary: "Show a train",
		Description: "With the next ten dates as they stand now, and what became of the last twenty."},
		func(ctx context.Context, in *byTrain) (*one[train.Timetable], error) {
			x, err := s.Get(ctx, in.Train)
			return &one[train.Timetable]{x}, err
		})
	type setIn struct {
		byTrain
		api.IfMatch
		Body trainChange
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/trains/{train}", Permission: "train.edit", Tag: tag, Summary: "Replace what is stated about a train",
		Description: "Its key and its product stay, and so do the releases that it opened."},
		func(ctx context.Context, in *setIn) (*one[train.Timetable], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			x, err := s.Set(ctx, in.Train, rev, in.Body.Spec)
			return &one[train.Timetable]{x}, err
		})
	type turnIn struct {
		byTrain
		Body said
	}
	turn := func(verb, summary string, do func(context.Context, string, int64, string) (train.Timetable, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/trains/{train}/" + verb, Permission: "train.edit", Tag: tag, Summary: summary, Status: http.StatusOK},
			func(ctx context.Context, in *turnIn) (*one[train.Timetable], error) {
				x, err := do(ctx, in.Train, in.Body.Rev, in.Body.Reason)
				return &one[train.Timetable]{x}, err
			})
	}
	turn("pause", "Pause a train", s.Pause)
	turn("resume", "Resume a paused train", s.Resume)
	turn("close", "Close a train for good", s.Close)
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/trains/{train}/open", Permission: "train.edit", Tag: tag, Summary: "Open the next release of a train before its lead time", Status: http.StatusCreated},
		func(ctx context.Context, in *turnIn) (*one[plan.Release], error) {
			x, err := s.Open(ctx, in.Train, in.Body.Rev)
			return &one[plan.Release]{x}, err
		})
}
