package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// template is a version of a template with who made it when.
type template struct {
	plan.Template
	Version   int64   `json:"version"`
	ChangedAt db.Time `json:"changedAt"`
	ChangedBy string  `json:"changedBy"`
}

func shown(t plan.Template) template {
	return template{Template: t, Version: int64(t.Version), ChangedAt: t.ChangedAt, ChangedBy: t.ChangedBy}
}

func allShown(ts []plan.Template, err error) (*many[template], error) {
	out := make([]template, len(ts))
	for i, t := range ts {
		out[i] = shown(t)
	}
	return whole(out, err)
}

type templateChange struct {
	plan.Template
	Version int64 `json:"version,omitempty" doc:"The version that was read; absent for a new template"`
}

type byTemplate struct {
	Template string `path:"template" maxLength:"100" doc:"Key of the template"`
}

func templates(a *api.API, p *plan.Plans) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/templates", Permission: "template.read", Tag: "Templates", Summary: "List templates", Description: "The newest version of each, by key. The list is never paged."},
		func(ctx context.Context, _ *struct{}) (*many[template], error) { return allShown(p.Templates(ctx)) })
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/templates/{template}", Permission: "template.read", Tag: "Templates", Summary: "Show a template"},
		func(ctx context.Context, in *struct {
			byTemplate
			Version int `query:"version" minimum:"0" doc:"Which version; the newest without it."`
		}) (*one[template], error) {
			t, err := p.Template(ctx, in.Template, in.Version)
			return &one[template]{shown(t)}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/templates/{template}/versions", Permission: "template.read", Tag: "Templates", Summary: "List the versions of a template", Description: "Newest first, 200 at most."},
		func(ctx context.Context, in *byTemplate) (*many[template], error) {
			return allShown(p.TemplateVersions(ctx, in.Template))
		})
	type putIn struct {
		byTemplate
		Body templateChange
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/templates/{template}", Permission: "template.edit", Tag: "Templates", Summary: "Make a template or another version of it",
		Description: "Releases keep the version that they were made from."},
		func(ctx context.Context, in *putIn) (*one[template], error) {
			in.Body.Key = in.Template
			t, err := p.SetTemplate(ctx, int(in.Body.Version), in.Body.Template)
			return &one[template]{shown(t)}, err
		})
}
