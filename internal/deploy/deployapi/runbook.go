package deployapi

import (
	"context"
	"net/http"

	"slipway/internal/deploy"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/errs"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// Register adds the operations of the area.
func Register(a *api.API, books *deploy.Runbooks, runs *deploy.Runs) {
	runbooks(a, books)
	bindings(a, books)
	lists(a, runs)
	verbs(a, runs)
	logs(a, runs)
}

// one is the answer of an operation on one row.
type one[T any] struct{ Body T }

// many is the answer of a list.
type many[T any] struct{ Body api.Page[T] }

// version is a version of a runbook as clients see it: with its text.
type version struct {
	Key     string  `json:"key"`
	Name    string  `json:"name"`
	Version int     `json:"version"`
	Newest  int     `json:"newest" doc:"The runbook's newest version"`
	Digest  string  `json:"digest"`
	MadeAt  db.Time `json:"madeAt"`
	MadeBy  string  `json:"madeBy"`
	YAML    string  `json:"yaml,omitempty" doc:"The runbook as a document, see docs/runbook-format.md"`
	Outcome string  `json:"outcome,omitempty" enum:"created,changed,unchanged" doc:"What putting it did"`
}

func shown(v deploy.Version, text bool) (version, error) {
	out := version{Key: v.Key, Name: v.Runbook.Name, Version: v.Version, Newest: v.Newest, Digest: v.Digest, MadeAt: v.MadeAt, MadeBy: v.MadeBy}
	if !text {
		return out, nil
	}
	b, err := runbookfile.Marshal(v.Runbook)
	out.YAML = string(b)
	return out, err
}

type afterKey struct {
	Key string `json:"k"`
}

type byKey struct {
	Key string `path:"key" maxLength:"100" doc:"Key of the runbook"`
}

func runbooks(a *api.API, b *deploy.Runbooks) {
	const tag = "Runbooks"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/runbooks", Permission: "runbook.read", Tag: tag, Summary: "List runbooks"},
		func(ctx context.Context, in *struct {
			api.Paging
			Query string `query:"q" maxLength:"200" doc:"Part of the key or name, in any case."`
		}) (*many[deploy.Summary], error) {
			k, _, err := api.DecodeCursor[afterKey]("runbooks", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := b.List(ctx, deploy.Filter{Query: in.Query, After: k.Key, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("runbooks", rows, in.Limit, func(s deploy.Summary) afterKey { return afterKey{s.Key} })
			return &many[deploy.Summary]{p}, err
		})
	api.Raw(a, api.Op{Method: http.MethodGet, Path: "/runbooks/schema", Permission: api.Public, Tag: tag, Summary: "Get the JSON Schema of runbooks",
		Description: "Draft 2020-12, for editors that complete and check while one types.", Produces: "application/schema+json"},
		func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "application/schema+json")
			_, err := w.Write(runbookfile.Schema())
			return err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/runbooks/{key}", Permission: "runbook.read", Tag: tag, Summary: "Show a runbook"},
		func(ctx context.Context, in *struct {
			byKey
			Version int `query:"version" minimum:"0" doc:"A version; the newest without it."`
		}) (*one[version], error) {
			v, err := b.Get(ctx, in.Key, in.Version)
			if err != nil {
				return nil, err
			}
			out, err := shown(v, true)
			return &one[version]{out}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/runbooks/{key}/versions", Permission: "runbook.read", Tag: tag, Summary: "List the versions of a runbook", Description: "Newest first, 200 at most, without their text."},
		func(ctx context.Context, in *byKey) (*many[version], error) {
			vs, err := b.Versions(ctx, in.Key)
			out := make([]version, len(vs))
			for i, v := range vs {
				out[i], _ = shown(v, false)
			}
			return &many[version]{api.Page[version]{Items: out}}, err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/runbooks/{key}", Permission: "runbook.edit", Tag: tag, Summary: "Put a runbook", MaxBody: 2 << 20,
		Description: "Changed content is another version. Releases keep the one they chose."},
		func(ctx context.Context, in *struct {
			byKey
			Body struct {
				YAML string `json:"yaml" doc:"The runbook as one YAML document, see docs/runbook-format.md"`
			}
		}) (*one[version], error) {
			r, err := runbookfile.Parse("runbook.yaml", []byte(in.Body.YAML))
			if err != nil {
				return nil, err
			}
			if r.Key != in.Key {
				return nil, errs.InvalidField("key", "runbook.key_differs", "The document's key is %.100q, the address says %.100q.", r.Key, in.Key)
			}
			v, o, err := b.Put(ctx, r)
			if err != nil {
				return nil, err
			}
			out, err := shown(v, true)
			out.Outcome = string(o)
			return &one[version]{out}, err
		})
}

type byRelease struct {
	Release string `path:"key" maxLength:"100" doc:"Key or identifier of the release"`
}

func bindings(a *api.API, b *deploy.Runbooks) {
	const tag = "Runbooks"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{key}/runbook", Permission: "runbook.read", Tag: tag, Summary: "Show which runbook a release runs"},
		func(ctx context.Context, in *byRelease) (*one[deploy.Binding], error) {
			out, err := b.Binding(ctx, in.Release)
			return &one[deploy.Binding]{out}, err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/releases/{key}/runbook", Permission: "runbook.choose", Tag: tag, Summary: "Choose which runbook a release runs",
		Description: "A recorded change of the sections runbook and back-out: approvals that cover them are void, an approved release is active again."},
		func(ctx context.Context, in *struct {
			byRelease
			Body struct {
				deploy.Choice
				Rev int64 `json:"rev,omitempty" doc:"Version of the choice as it was read; any if left out"`
			}
		}) (*one[deploy.Binding], error) {
			out, err := b.SetRunbook(ctx, in.Release, in.Body.Rev, in.Body.Choice)
			return &one[deploy.Binding]{out}, err
		})
}
