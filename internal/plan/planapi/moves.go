package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// RegisterMoves adds the operations that move the date of a release.
func RegisterMoves(a *api.API, s *move.Moves) {
	const tag = "Moves"
	type dateIn struct {
		byRelease
		Start db.Time `query:"start" required:"true" doc:"When the window is to begin, RFC 3339" example:"2026-12-15T20:00:00Z"`
		End   db.Time `query:"end" doc:"When it is to end; as long as the present one without it"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/move", Permission: "plan.read", Tag: tag, Summary: "Say what another date of a release hits",
		Description: "Windows and freezes, environments, bookings, dependants, people, approvals, milestones and tasks, each with what happens to it and what may be chosen. Nothing is changed. The word seen of the answer is what a save sends."},
		func(ctx context.Context, in *dateIn) (*one[move.Foresight], error) {
			x, err := s.Foresee(ctx, in.Release, plan.Window{Start: in.Start, End: in.End})
			return &one[move.Foresight]{x}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/move/offers", Permission: "plan.read", Tag: tag, Summary: "List dates that fit a release",
		Description: "The next one, the first past P50 and past P80 of the forecast, and the nearest earlier one. Each was checked: nothing of what it hits is hard."},
		func(ctx context.Context, in *byRelease) (*one[move.Offers], error) {
			x, err := s.Offers(ctx, in.Release)
			return &one[move.Offers]{x}, err
		})
	type saveBody struct {
		move.Spec
		Rev int64 `json:"rev,omitempty" doc:"Version of the release as it was read"`
	}
	type saveIn struct {
		byRelease
		api.IfMatch
		Body saveBody
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/move", Permission: "plan.edit", Tag: tag, Summary: "Move the date of a release with all that follows it", Status: http.StatusOK,
		Description: "All of it or nothing. Answers 409 if the release was changed meanwhile, if the date no longer hits what was shown, if a hit is still to be settled, and if somebody else was faster with a booking."},
		func(ctx context.Context, in *saveIn) (*one[move.Result], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			x, err := s.Save(ctx, in.Release, rev, in.Body.Spec)
			return &one[move.Result]{x}, err
		})
}
