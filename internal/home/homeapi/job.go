package homeapi

import (
	"context"
	"net/http"

	"slipway/internal/home"
	"slipway/internal/platform/api"
	"slipway/internal/platform/job"
)

type jobKey struct {
	ID string `json:"i"`
}

type jobIn struct {
	Job string `path:"job" maxLength:"100" doc:"Identifier of the job"`
}

func jobs(a *api.API, j *home.Jobs) {
	const tag = "Jobs"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/jobs", Permission: "job.read", Tag: tag, Summary: "List the jobs that failed for good", Description: "Newest first. They stay for 90 days, or until somebody decides."},
		func(ctx context.Context, in *struct{ api.Paging }) (*struct{ Body api.Page[job.Record] }, error) {
			k, _, err := api.DecodeCursor[jobKey]("jobs", in.After)
			if err != nil {
				return nil, err
			}
			p, err := j.Discarded(ctx, k.ID, in.Limit)
			if err != nil {
				return nil, err
			}
			out := &struct{ Body api.Page[job.Record] }{api.Page[job.Record]{Items: p.Jobs}}
			if p.Jobs == nil {
				out.Body.Items = []job.Record{}
			}
			if p.Next != "" {
				out.Body.Next, err = api.EncodeCursor("jobs", jobKey{p.Next})
			}
			return out, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/jobs/{job}/retry", Permission: "job.decide", Tag: tag, Summary: "Let a job that failed for good start again", Description: "At once, with all its attempts before it."},
		func(ctx context.Context, in *jobIn) (*struct{}, error) { return &struct{}{}, j.Retry(ctx, in.Job) })
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/jobs/{job}/forget", Permission: "job.decide", Tag: tag, Summary: "Forget a job that failed for good"},
		func(ctx context.Context, in *jobIn) (*struct{}, error) { return &struct{}{}, j.Forget(ctx, in.Job) })
}
