package calendarapi

import (
	"context"
	"net/http"

	"slipway/internal/calendar/publication"
	"slipway/internal/platform/api"
)

// RegisterVersions adds the operations of the published calendar.
func RegisterVersions(a *api.API, s *publication.Versions) {
	type byNumber struct {
		Number int64 `path:"number" minimum:"1" doc:"Number of the version"`
	}
	type after struct {
		Number int64 `json:"n"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/calendar-versions", Permission: "calendar.read", Tag: "Calendar", Summary: "List the versions of the calendar", Description: "The newest first."},
		func(ctx context.Context, in *struct{ api.Paging }) (*many[publication.Version], error) {
			k, _, err := api.DecodeCursor[after]("calendar-versions", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := s.List(ctx, k.Number, in.Limit+1)
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("calendar-versions", rows, in.Limit, func(v publication.Version) after { return after{v.Number} })
			return &many[publication.Version]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/calendar-versions", Permission: "calendar.publish", Tag: "Calendar", Summary: "Publish the calendar", Status: http.StatusCreated,
		Description: "The calendar of a span becomes the next version, which never changes. While serious conflicts of the span are open the answer is 409 with the reason `calendar.conflicts_open` and each of them in `errors`; `accept` accepts them by name."},
		func(ctx context.Context, in *struct{ Body publication.Spec }) (*struct {
			Status int
			Body   publication.Version
		}, error) {
			v, err := s.Publish(ctx, in.Body)
			return &struct {
				Status int
				Body   publication.Version
			}{http.StatusCreated, v}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/calendar-versions/{number}", Permission: "calendar.read", Tag: "Calendar", Summary: "Show a version of the calendar",
		Description: "Its content, as far as the caller may see it, and who has read it: those who have not come first."},
		func(ctx context.Context, in *byNumber) (*one[publication.Whole], error) {
			v, err := s.Get(ctx, in.Number)
			return &one[publication.Whole]{v}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/calendar-versions/{number}/acknowledge", Permission: "calendar.read", Tag: "Calendar", Summary: "Say that one has read a version of the calendar"},
		func(ctx context.Context, in *byNumber) (*one[publication.Version], error) {
			v, err := s.Acknowledge(ctx, in.Number)
			return &one[publication.Version]{v}, err
		})
}
