package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan/budget"
	"slipway/internal/platform/api"
)

type budgetChange struct {
	budget.Edit
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

func budgets(a *api.API, b *budget.Budgets) {
	const tag = "Budget"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/budget", Permission: "budget.read", Tag: tag, Summary: "Show the budget of a release",
		Description: "Effort is in minutes of work, cost in minor units of its currency. A positive variance is more than planned. Effort at a rate counts as cost too."},
		func(ctx context.Context, in *byRelease) (*one[budget.Budget], error) {
			x, err := b.Get(ctx, in.Release)
			return &one[budget.Budget]{x}, err
		})
	type addIn struct {
		byRelease
		Body budget.NewLine
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/budget", Permission: "budget.edit", Tag: tag, Summary: "Add a line to the budget", Status: http.StatusCreated},
		func(ctx context.Context, in *addIn) (*one[budget.Line], error) {
			x, err := b.Add(ctx, in.Release, in.Body)
			return &one[budget.Line]{x}, err
		})
	type line struct {
		byRelease
		Line string `path:"line" maxLength:"100" doc:"Key or identifier of the line"`
	}
	type setIn struct {
		line
		api.IfMatch
		Body budgetChange
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/releases/{release}/budget/{line}", Permission: "budget.edit", Tag: tag, Summary: "Change a line of the budget"},
		func(ctx context.Context, in *setIn) (*one[budget.Line], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			x, err := b.Set(ctx, in.Release, in.Line, rev, in.Body.Edit)
			return &one[budget.Line]{x}, err
		})
	type bookIn struct {
		line
		Body budget.Booking
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/budget/{line}/book", Permission: "budget.book", Tag: tag, Summary: "Book effort or cost to a line", Status: http.StatusOK,
		Description: "It is added to what the line actually took; a negative amount takes back."},
		func(ctx context.Context, in *bookIn) (*one[budget.Line], error) {
			x, err := b.Book(ctx, in.Release, in.Line, in.Body)
			return &one[budget.Line]{x}, err
		})
	type removeIn struct {
		line
		removal
	}
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/releases/{release}/budget/{line}", Permission: "budget.edit", Tag: tag, Summary: "Remove a line of the budget"},
		func(ctx context.Context, in *removeIn) (*struct{}, error) {
			rev, err := in.Version(in.Rev)
			if err != nil {
				return nil, err
			}
			return &struct{}{}, b.Remove(ctx, in.Release, in.Line, rev, in.Reason)
		})
}
