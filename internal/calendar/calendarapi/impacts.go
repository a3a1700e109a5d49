package calendarapi

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/calendar/harm"
	"slipway/internal/calendar/impact"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

type impactsOf struct {
	Release string `path:"release" maxLength:"100" doc:"Key or identifier of the release"`
}

type impactOn struct {
	impactsOf
	Service string `path:"service" maxLength:"100" doc:"Key or identifier of the service"`
}

// RegisterImpacts adds the operations of impacts, of the notices that are owed for them, and of the times that do least harm.
func RegisterImpacts(a *api.API, s *impact.Impacts, h *harm.Harm) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/impacts", Permission: "calendar.read", Tag: "Impacts", Summary: "List what a release does to users", Description: "By service. The list is never paged."},
		func(ctx context.Context, in *impactsOf) (*many[impact.Impact], error) {
			rows, err := s.Of(ctx, in.Release)
			return whole(rows), err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/releases/{release}/impacts/{service}", Permission: "impact.edit", Tag: "Impacts", Summary: "State what a release does to the users of a service",
		Description: "Planned downtime or degradation, for how long, whom it hits, and how long before they are owed a notice."},
		func(ctx context.Context, in *struct {
			impactOn
			Body impact.Spec
		}) (*one[impact.Impact], error) {
			i, err := s.Set(ctx, in.Release, in.Service, in.Body)
			return &one[impact.Impact]{i}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/impacts/{service}/told", Permission: "impact.edit", Tag: "Impacts", Summary: "Say that the users of a service were told",
		Description: "Of what the release does to them. Slipway tells nobody itself."},
		func(ctx context.Context, in *struct {
			impactOn
			Body struct {
				At  db.Time `json:"at,omitzero" doc:"When; now, if left out"`
				Rev int64   `json:"rev" doc:"Version of the row as it was read"`
			}
		}) (*one[impact.Impact], error) {
			i, err := s.Tell(ctx, in.Release, in.Service, in.Body.Rev, in.Body.At)
			return &one[impact.Impact]{i}, err
		})
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/releases/{release}/impacts/{service}", Permission: "impact.edit", Tag: "Impacts", Summary: "Say that a release does nothing to the users of a service"},
		func(ctx context.Context, in *impactOn) (*struct{}, error) {
			return &struct{}{}, s.Drop(ctx, in.Release, in.Service)
		})
	allImpacts(a, s)
	harmless(a, h)
}

type afterImpact struct {
	At      db.Time    `json:"t"`
	Release id.Release `json:"r"`
	Service id.Service `json:"s"`
}

func allImpacts(a *api.API, s *impact.Impacts) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/impacts", Permission: "calendar.read", Tag: "Impacts", Summary: "List impacts across releases",
		Description: "Of releases that are not over: those whose notice is overdue first, then by when it is due, or by the window where none is owed."},
		func(ctx context.Context, in *struct {
			api.Paging
			Show      string  `query:"show" enum:"owed,told" doc:"owed: only those whose users are owed a notice and were not told, or were told another time; told: only those whose users were told."`
			Mine      bool    `query:"mine" doc:"Only those of releases that the caller answers for."`
			DueBefore db.Time `query:"dueBefore" doc:"Only those whose notice is due before this instant, or whose window opens before it where none is owed."`
		}) (*many[impact.Listed], error) {
			after, _, err := api.DecodeCursor[afterImpact]("impacts", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := s.List(ctx, impact.Filter{Show: in.Show, Mine: in.Mine, DueBefore: in.DueBefore, AfterAt: after.At, AfterRelease: after.Release, AfterService: after.Service, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("impacts", rows, in.Limit, func(i impact.Listed) afterImpact { return afterImpact{i.DueAt, i.Release, i.Service} })
			return &many[impact.Listed]{p}, err
		})
}

func harmless(a *api.API, h *harm.Harm) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/impacts/windows", Permission: "calendar.read", Tag: "Impacts", Summary: "List free times of a release, the least harmful first",
		Description: "Each is free, and late enough that users can still be told in time. They are ranked by what is planned to fall in busy times, by whether they lie in one, by the time that is left to tell users, by busy time within a day of them, and by how near they are to the present window; `why` says so in sentences. What the release waits for, and what waits for it, narrow them: `narrowed` says how."},
		func(ctx context.Context, in *struct {
			impactsOf
			Minutes int64   `query:"minutes" minimum:"0" maximum:"132480" doc:"How long; as long as the release's window, if left out"`
			From    db.Time `query:"from" doc:"From when; from when users can be told in time, if left out"`
			To      db.Time `query:"to" doc:"Up to when; 60 days behind the present window, if left out"`
			N       int     `query:"n" default:"5" minimum:"1" maximum:"20" doc:"How many"`
		}) (*one[harm.Found], error) {
			if !in.From.IsZero() && !in.To.IsZero() && in.To <= in.From {
				return nil, errs.InvalidField("to", "span.empty", "Give a span whose end lies behind its start.")
			}
			found, err := h.Windows(ctx, in.Release, harm.Want{From: in.From, To: in.To, Length: time.Duration(in.Minutes) * time.Minute, N: in.N})
			return &one[harm.Found]{found}, err
		})
}
