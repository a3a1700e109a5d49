package catalogapi

import (
	"context"
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

type matrixIn struct {
	listed
	At    db.Time `query:"at" doc:"What ran at this instant; now without it."`
	Drift bool    `query:"drift" doc:"Only services that are behind or drift somewhere."`
}

type deploymentsIn struct {
	Before      string  `query:"after" maxLength:"100" doc:"The next of the page before."`
	Limit       int     `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many items at most."`
	Service     string  `query:"service" maxLength:"100" doc:"Only this service, by key or identifier."`
	Environment string  `query:"environment" maxLength:"100" doc:"Only this environment, by key or identifier."`
	Since       db.Time `query:"since" doc:"Only those since this instant."`
}

func deployments(a *api.API, c *catalog.Catalog) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/matrix", Permission: "catalog.read", Tag: "What runs where", Summary: "Show what runs where",
		Description: "Services by environments, with the drift against production, one page of services at a time."},
		func(ctx context.Context, in *matrixIn) (*one[catalog.Matrix], error) {
			k, _, err := api.DecodeCursor[afterKey]("matrix", in.After)
			if err != nil {
				return nil, err
			}
			m, err := c.Matrix(ctx, catalog.MatrixFilter{
				Filter: catalog.Filter{Query: in.Query, Product: in.Product, After: k.Key, Limit: in.Limit}, At: in.At, Drift: in.Drift})
			if err == nil && m.Next != "" {
				m.Next, err = api.EncodeCursor("matrix", afterKey{m.Next})
			}
			return &one[catalog.Matrix]{m}, err
		})
	list := func(ctx context.Context, in *deploymentsIn) (*many[catalog.Deployment], error) {
		rows, err := c.Deployments(ctx, catalog.DeploymentFilter{Service: in.Service, Environment: in.Environment, Since: in.Since, Before: in.Before, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		out := whole(rows)
		if len(rows) == in.Limit {
			out.Body.Next = rows[len(rows)-1].ID
		}
		return out, nil
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/deployments", Permission: "catalog.read", Tag: "What runs where", Summary: "List deployments", Description: "Newest first."}, list)
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/changed", Permission: "catalog.read", Tag: "What runs where", Summary: "Show what changed in an environment since an instant"},
		func(ctx context.Context, in *struct {
			Environment string  `query:"environment" required:"true" maxLength:"100" doc:"Key or identifier of the environment"`
			Since       db.Time `query:"since" required:"true" doc:"The instant to look back to"`
			Before      string  `query:"after" maxLength:"100" doc:"The next of the page before."`
			Limit       int     `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many items at most."`
		}) (*many[catalog.Deployment], error) {
			return list(ctx, &deploymentsIn{Environment: in.Environment, Since: in.Since, Before: in.Before, Limit: in.Limit})
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/deployments", Permission: "deployment.record", Tag: "What runs where", Summary: "Record a deployment", Status: http.StatusCreated,
		Description: "For deployments that Slipway did not run itself."},
		func(ctx context.Context, in *struct{ Body catalog.NewDeployment }) (*one[catalog.Deployment], error) {
			d, err := c.RecordDeployment(ctx, in.Body)
			return &one[catalog.Deployment]{d}, err
		})
}

func bars(a *api.API, c *catalog.Catalog) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/services/{ref}/bars", Permission: "catalog.read", Tag: "Services", Summary: "List the barred versions of a service"},
		func(ctx context.Context, in *struct {
			byRef
			Lifted bool `query:"lifted" doc:"Those that were lifted too"`
		}) (*many[catalog.Bar], error) {
			rows, err := c.Bars(ctx, in.Ref, in.Lifted)
			return whole(rows), err
		})
	type newBar struct {
		Version  string       `json:"version" doc:"The version that must not be deployed"`
		Digest   string       `json:"digest,omitempty" doc:"Digest of its artefact, barred under any version"`
		FromTier catalog.Tier `json:"fromTier,omitempty" doc:"The lowest tier it is barred from; everywhere unless stated"`
		Reason   string       `json:"reason" doc:"Why, as the record will say"`
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/services/{ref}/bars", Permission: "version.bar", Tag: "Services", Summary: "Bar a version of a service", Status: http.StatusCreated},
		func(ctx context.Context, in *struct {
			byRef
			Body newBar
		}) (*one[catalog.Bar], error) {
			b, err := c.BarVersion(ctx, catalog.NewBar{Service: in.Ref, Version: in.Body.Version, Digest: in.Body.Digest, FromTier: in.Body.FromTier, Reason: in.Body.Reason})
			return &one[catalog.Bar]{b}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/bars/{ref}/lift", Permission: "version.lift", Tag: "Services", Summary: "Lift the bar of a version"},
		func(ctx context.Context, in *struct {
			byRef
			Body struct {
				Reason string `json:"reason" doc:"Why it may be deployed again"`
			}
		}) (*one[catalog.Bar], error) {
			b, err := c.LiftVersion(ctx, in.Ref, in.Body.Reason)
			return &one[catalog.Bar]{b}, err
		})
}
