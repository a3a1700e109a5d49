package workapi

import (
	"context"
	"net/http"

	"slipway/internal/platform/api"
	"slipway/internal/work"
)

type bottleneckList struct {
	Body struct {
		Items []work.Bottleneck `json:"items" doc:"By kind, the longest wait first"`
	}
}

func bottlenecks(a *api.API, s *work.Tasks) {
	const text = "An open task makes something wait if it is blocked, if it is late, or if others could go on were it done and nothing keeps it from being done. Whoever is to remove a blocker is waited for, otherwise the owner."
	list := func(ctx context.Context, f work.BottleneckFilter) (*bottleneckList, error) {
		rows, err := s.Bottlenecks(ctx, f)
		out := &bottleneckList{}
		out.Body.Items = rows
		return out, err
	}
	type limited struct {
		Limit int `query:"limit" minimum:"0" maximum:"100" doc:"How many of each kind at most; 10 unless stated."`
	}
	type ofRelease struct {
		byRelease
		limited
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/bottlenecks", Permission: "work.read", Tag: "Tasks", Summary: "Name those that the work of a release waits for", Description: text},
		func(ctx context.Context, in *ofRelease) (*bottleneckList, error) {
			return list(ctx, work.BottleneckFilter{Release: in.Release, Limit: in.Limit})
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/bottlenecks", Permission: "work.read", Tag: "Tasks", Summary: "Name those that the work of all releases waits for", Description: text},
		func(ctx context.Context, in *limited) (*bottleneckList, error) {
			return list(ctx, work.BottleneckFilter{Limit: in.Limit})
		})
}
