package applyapi

import (
	"context"
	"net/http"

	"slipway/internal/platform/api"
	"slipway/internal/platform/apply"
)

type applyIn struct {
	Body struct {
		Files  []apply.File `json:"files" minItems:"1" maxItems:"1000" doc:"The files, applied as one"`
		DryRun bool         `json:"dryRun,omitempty" doc:"Say what would happen and change nothing"`
	}
}

type applyOut struct {
	Body struct {
		Changes []apply.Change `json:"changes"`
		DryRun  bool           `json:"dryRun,omitempty"`
	}
}

type exportIn struct {
	Kind string `query:"kind" required:"true" maxLength:"40" doc:"The kind of document"`
}

type exportOut struct {
	Body struct {
		Kind string `json:"kind"`
		Text string `json:"text" doc:"YAML documents that apply takes"`
	}
}

// maxBody bounds all files of one request, in bytes.
const maxBody = 16 << 20

// Register adds the operations on files.
func Register(a *api.API, r *apply.Registry) {
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/apply", Permission: "apply.run", Tag: "Files", Summary: "Apply files", MaxBody: maxBody,
		Description: "All documents are applied in one transaction, each kind after those it refers to. Applying the same files again changes nothing."},
		func(ctx context.Context, in *applyIn) (*applyOut, error) {
			out := &applyOut{}
			var err error
			out.Body.DryRun = in.Body.DryRun
			out.Body.Changes, err = r.Apply(ctx, in.Body.Files, in.Body.DryRun)
			return out, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/export", Permission: "apply.export", Tag: "Files", Summary: "Export documents of one kind"},
		func(ctx context.Context, in *exportIn) (*exportOut, error) {
			docs, err := r.Export(ctx, in.Kind)
			if err != nil {
				return nil, err
			}
			out := &exportOut{}
			out.Body.Kind = in.Kind
			out.Body.Text, err = apply.Text(docs)
			return out, err
		})
}
