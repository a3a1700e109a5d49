package workapi

import (
	"context"
	"net/http"

	"slipway/internal/platform/api"
	"slipway/internal/work/outlook"
	"slipway/internal/work/target"
)

const outlookTag = "Schedule and forecast"

type oneSchedule struct{ Body outlook.Schedule }

type oneForecast struct{ Body outlook.Forecast }

// RegisterTargets adds the question what must be true for a date.
func RegisterTargets(a *api.API, s *target.Targets) {
	type wishIn struct {
		byRelease
		Body target.Wish
	}
	type answer struct{ Body target.Answer }
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/wish", Permission: "outlook.read", Tag: outlookTag, Summary: "Ask what must be true for a date",
		Description: "Returns the smallest sets of moves that bring the chance to the asked level. It changes nothing."},
		func(ctx context.Context, in *wishIn) (*answer, error) {
			out, err := s.WhatMustBeTrue(ctx, in.Release, in.Body)
			return &answer{out}, err
		})
}

// RegisterOutlook adds the operations on schedules, forecasts and baselines.
func RegisterOutlook(a *api.API, s *outlook.Outlooks) {
	type scheduleIn struct {
		byRelease
		Levelled bool `query:"levelled" doc:"Nobody does two tasks at once, and no role, skill or environment is used beyond what there is."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/schedule", Permission: "outlook.read", Tag: outlookTag, Summary: "Show when the work of a release can be done",
		Description: "From the estimates, links and dates of its tasks and the working time of their owners: early and late dates, float, the critical chain, and why no task is earlier. What is done stays where it happened."},
		func(ctx context.Context, in *scheduleIn) (*oneSchedule, error) {
			if in.Levelled {
				out, err := s.Level(ctx, in.Release)
				return &oneSchedule{out}, err
			}
			out, err := s.Schedule(ctx, in.Release)
			return &oneSchedule{out}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/forecast", Permission: "outlook.read", Tag: outlookTag, Summary: "Show the last forecast of a release",
		Description: "By when the work is done, and how likely; what drives the date. A forecast is made by itself half a minute after a change, otherwise daily up to 30 days before the window, every third day up to 90, and weekly before that; stale says that one is due. before is the forecast of a week earlier, or the first of the days since. 404 until the first is made."},
		func(ctx context.Context, in *byRelease) (*oneForecast, error) {
			out, err := s.Forecast(ctx, in.Release)
			return &oneForecast{out}, err
		})
	type pastForecasts struct {
		Body struct {
			Items []outlook.Past `json:"items" doc:"The newest first"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/forecasts", Permission: "outlook.read", Tag: outlookTag, Summary: "List the forecasts of a release that were made",
		Description: "The last of each day, for ninety days."},
		func(ctx context.Context, in *byRelease) (*pastForecasts, error) {
			rows, err := s.Forecasts(ctx, in.Release)
			out := &pastForecasts{}
			out.Body.Items = rows
			return out, err
		})
	type makeIn struct {
		byRelease
		Body struct {
			Samples int    `json:"samples,omitempty" minimum:"0" maximum:"200000" doc:"How many times durations are drawn; 10,000 unless stated"`
			Seed    uint64 `json:"seed,omitempty" doc:"The same seed gives the same forecast; one of the release unless stated"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/forecast", Permission: "outlook.forecast", Tag: outlookTag, Summary: "Make a forecast now"},
		func(ctx context.Context, in *makeIn) (*oneForecast, error) {
			out, err := s.MakeForecast(ctx, in.Release, outlook.ForecastOptions{Samples: in.Body.Samples, Seed: in.Body.Seed})
			return &oneForecast{out}, err
		})
	baselines(a, s)
}

type byBaseline struct {
	byRelease
	Number int64 `path:"number" minimum:"0" doc:"Number of the baseline; 0 is the last one"`
}

func baselines(a *api.API, s *outlook.Outlooks) {
	type one struct{ Body outlook.Baseline }
	type list struct {
		Body struct {
			Items []outlook.Baseline `json:"items" doc:"The last one first, without their content"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/baselines", Permission: "outlook.read", Tag: outlookTag, Summary: "List the baselines of a release"},
		func(ctx context.Context, in *byRelease) (*list, error) {
			rows, err := s.Baselines(ctx, in.Release)
			out := &list{}
			out.Body.Items = rows
			return out, err
		})
	type saveIn struct {
		byRelease
		Body outlook.NewBaseline
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/baselines", Permission: "outlook.baseline", Tag: outlookTag, Summary: "Save the plan of a release as a baseline", Status: http.StatusCreated,
		Description: "What was saved never changes."},
		func(ctx context.Context, in *saveIn) (*one, error) {
			b, err := s.SaveBaseline(ctx, in.Release, in.Body)
			return &one{b}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/baselines/{number}", Permission: "outlook.read", Tag: outlookTag, Summary: "Show a baseline"},
		func(ctx context.Context, in *byBaseline) (*one, error) {
			b, err := s.Baseline(ctx, in.Release, in.Number)
			return &one{b}, err
		})
	type comparison struct{ Body outlook.Comparison }
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/baselines/{number}/comparison", Permission: "outlook.read", Tag: outlookTag, Summary: "Compare planned and actual",
		Description: "Every task, milestone and phase beside what was planned, by how much it moved: in minutes around the clock, and in minutes of usual working hours."},
		func(ctx context.Context, in *byBaseline) (*comparison, error) {
			c, err := s.Compare(ctx, in.Release, in.Number)
			return &comparison{c}, err
		})
}
