package calendarapi

import (
	"context"
	"net/http"

	"slipway/internal/calendar/feed"
	"slipway/internal/calendar/ical"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// RegisterFeeds adds the operations of feeds and of imported calendars.
func RegisterFeeds(a *api.API, f *feed.Feeds) {
	outgoing(a, f)
	incoming(a, f)
}

type byFeed struct {
	Feed string `path:"feed" maxLength:"100" doc:"Identifier of the feed"`
}

func outgoing(a *api.API, f *feed.Feeds) {
	const tag = "Feeds"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/feeds", Permission: "feed.make", Tag: tag, Summary: "List feeds", Description: "Yours that are not revoked, the newest first."},
		func(ctx context.Context, in *struct {
			All bool `query:"all" doc:"Of everyone; needs feed.manage."`
		}) (*many[feed.Feed], error) {
			rows, err := f.List(ctx, in.All)
			return whole(rows), err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/feeds", Permission: "feed.make", Tag: tag, Summary: "Make a feed", Status: http.StatusCreated,
		Description: "The answer holds the address, with its secret, this once. A calendar program reads it without signing in and sees what you may see at that time."},
		func(ctx context.Context, in *struct{ Body feed.Spec }) (*one[feed.Made], error) {
			m, err := f.Make(ctx, in.Body)
			return &one[feed.Made]{m}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/feeds/{feed}/rotate", Permission: "feed.make", Tag: tag, Summary: "Give a feed another address", Description: "The old address leads nowhere at once."},
		func(ctx context.Context, in *byFeed) (*one[feed.Made], error) {
			m, err := f.Rotate(ctx, feed.ID(in.Feed))
			return &one[feed.Made]{m}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/feeds/{feed}/revoke", Permission: "feed.make", Tag: tag, Summary: "Revoke a feed", Description: "Yours, or with feed.manage another's."},
		func(ctx context.Context, in *byFeed) (*one[feed.Feed], error) {
			x, err := f.Revoke(ctx, feed.ID(in.Feed))
			return &one[feed.Feed]{x}, err
		})
}

// sourceBody is the greatest body with a text, which JSON may write longer than it is.
const sourceBody = 2*ical.MaxBytes + 1<<20

func incoming(a *api.API, f *feed.Feeds) {
	const tag = "Imported calendars"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/calendar-sources", Permission: "source.read", Tag: tag, Summary: "List imported calendars"},
		func(ctx context.Context, in *struct {
			Closed bool `query:"closed" doc:"Closed ones too."`
		}) (*many[feed.Source], error) {
			rows, err := f.Sources(ctx, in.Closed)
			return whole(rows), err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/calendar-sources/{ref}", Permission: "source.read", Tag: tag, Summary: "Show an imported calendar"},
		func(ctx context.Context, in *byRef) (*one[feed.Source], error) {
			s, err := f.Source(ctx, in.Ref)
			return &one[feed.Source]{s}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/calendar-sources", Permission: "source.edit", Tag: tag, Summary: "Import a calendar", Status: http.StatusCreated, MaxBody: sourceBody,
		Description: "From an address, which is then fetched on a schedule, or from the text itself. Addresses in private networks are refused unless the configuration allows them."},
		func(ctx context.Context, in *struct{ Body feed.SourceSpec }) (*one[feed.Source], error) {
			s, err := f.AddSource(ctx, in.Body)
			return &one[feed.Source]{s}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/calendar-sources/{ref}/load", Permission: "source.edit", Tag: tag, Summary: "Replace the events of an uploaded calendar", MaxBody: sourceBody},
		func(ctx context.Context, in *struct {
			byRef
			Body struct {
				Text string `json:"text" doc:"The calendar as text of RFC 5545"`
			}
		}) (*one[feed.Source], error) {
			s, err := f.Load(ctx, in.Ref, in.Body.Text)
			return &one[feed.Source]{s}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/calendar-sources/{ref}/sync", Permission: "source.edit", Tag: tag, Summary: "Fetch an imported calendar now"},
		func(ctx context.Context, in *byRef) (*one[feed.Source], error) {
			s, err := f.Sync(ctx, in.Ref)
			return &one[feed.Source]{s}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/calendar-sources/{ref}/close", Permission: "source.edit", Tag: tag, Summary: "End the import of a calendar", Description: "Its events go."},
		func(ctx context.Context, in *byRef) (*one[feed.Source], error) {
			s, err := f.CloseSource(ctx, in.Ref)
			return &one[feed.Source]{s}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/imported-events", Permission: "source.read", Tag: tag, Summary: "List imported events", Description: "By start, 5,000 at most."},
		func(ctx context.Context, in *struct {
			From db.Time `query:"from" required:"true" doc:"Start of the span"`
			To   db.Time `query:"to" required:"true" doc:"End of the span"`
		}) (*many[feed.Event], error) {
			rows, err := f.Events(ctx, in.From, in.To, 5_000)
			return whole(rows), err
		})
}
