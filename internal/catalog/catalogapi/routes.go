package catalogapi

import (
	"context"
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/platform/api"
)

// Register adds the operations of the catalog.
func Register(a *api.API, c *catalog.Catalog) {
	products(a, c)
	services(a, c)
	environments(a, c)
	deployments(a, c)
	bars(a, c)
}

// one is the answer of an operation on one row.
type one[T any] struct{ Body T }

// many is the answer of a list.
type many[T any] struct{ Body api.Page[T] }

// whole answers a list that is never paged.
func whole[T any](rows []T) *many[T] {
	if rows == nil {
		rows = []T{}
	}
	return &many[T]{api.Page[T]{Items: rows}}
}

// listed is the input of a list by key.
type listed struct {
	api.Paging
	Query   string `query:"q" maxLength:"200" doc:"Part of the key or name, in any case."`
	Product string `query:"product" maxLength:"100" doc:"Only what this product owns, by key or identifier."`
}

type afterKey struct {
	Key string `json:"k"`
}

// filter reads the cursor and asks for one row more than the page has.
func (l listed) filter(list string) (catalog.Filter, error) {
	k, _, err := api.DecodeCursor[afterKey](list, l.After)
	return catalog.Filter{Query: l.Query, Product: l.Product, After: k.Key, Limit: l.Limit + 1}, err
}

func page[T any](list string, rows []T, limit int, key func(T) string) (*many[T], error) {
	p, err := api.PageOf(list, rows, limit, func(t T) afterKey { return afterKey{key(t)} })
	return &many[T]{p}, err
}

type byRef struct {
	Ref string `path:"ref" maxLength:"100" doc:"Key or identifier"`
}

// change is the input of a replacement: what is stated, and the version it was read at.
type change[T any] struct {
	byRef
	api.IfMatch
	Body T
}

func products(a *api.API, c *catalog.Catalog) {
	type listIn struct {
		api.Paging
		Query string `query:"q" maxLength:"200" doc:"Part of the key or name, in any case."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/products", Permission: "catalog.read", Tag: "Products", Summary: "List products"},
		func(ctx context.Context, in *listIn) (*many[catalog.Product], error) {
			f, err := listed{Paging: in.Paging, Query: in.Query}.filter("products")
			if err != nil {
				return nil, err
			}
			rows, err := c.Products(ctx, f)
			if err != nil {
				return nil, err
			}
			return page("products", rows, in.Limit, func(p catalog.Product) string { return p.Key })
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/products", Permission: "catalog.edit", Tag: "Products", Summary: "Add a product", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body catalog.ProductSpec }) (*one[catalog.Product], error) {
			p, err := c.AddProduct(ctx, in.Body)
			return &one[catalog.Product]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/products/{ref}", Permission: "catalog.read", Tag: "Products", Summary: "Show a product"},
		func(ctx context.Context, in *byRef) (*one[catalog.Product], error) {
			p, err := c.Product(ctx, in.Ref)
			return &one[catalog.Product]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/products/{ref}", Permission: "catalog.edit", Tag: "Products", Summary: "Change a product"},
		func(ctx context.Context, in *change[productChange]) (*one[catalog.Product], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			p, err := c.SetProduct(ctx, in.Ref, rev, in.Body.ProductSpec)
			return &one[catalog.Product]{p}, err
		})
}

type productChange struct {
	catalog.ProductSpec
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type serviceChange struct {
	catalog.ServiceSpec
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type environmentChange struct {
	catalog.EnvironmentSpec
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

func services(a *api.API, c *catalog.Catalog) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/services", Permission: "catalog.read", Tag: "Services", Summary: "List services"},
		func(ctx context.Context, in *listed) (*many[catalog.Service], error) {
			f, err := in.filter("services")
			if err != nil {
				return nil, err
			}
			rows, err := c.Services(ctx, f)
			if err != nil {
				return nil, err
			}
			return page("services", rows, in.Limit, func(s catalog.Service) string { return s.Key })
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/services", Permission: "catalog.edit", Tag: "Services", Summary: "Add a service", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body catalog.ServiceSpec }) (*one[catalog.Service], error) {
			s, err := c.AddService(ctx, in.Body)
			return &one[catalog.Service]{s}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/services/{ref}", Permission: "catalog.read", Tag: "Services", Summary: "Show a service"},
		func(ctx context.Context, in *byRef) (*one[catalog.Service], error) {
			s, err := c.Service(ctx, in.Ref)
			return &one[catalog.Service]{s}, err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/services/{ref}", Permission: "catalog.edit", Tag: "Services", Summary: "Change a service"},
		func(ctx context.Context, in *change[serviceChange]) (*one[catalog.Service], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			s, err := c.SetService(ctx, in.Ref, rev, in.Body.ServiceSpec)
			return &one[catalog.Service]{s}, err
		})
}

func environments(a *api.API, c *catalog.Catalog) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/environments", Permission: "catalog.read", Tag: "Environments", Summary: "List environments", Description: "From development to production. The list is never paged."},
		func(ctx context.Context, _ *struct{}) (*many[catalog.Environment], error) {
			rows, err := c.Environments(ctx)
			return whole(rows), err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/environments", Permission: "environment.edit", Tag: "Environments", Summary: "Add an environment", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body catalog.EnvironmentSpec }) (*one[catalog.Environment], error) {
			e, err := c.AddEnvironment(ctx, in.Body)
			return &one[catalog.Environment]{e}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/environments/{ref}", Permission: "catalog.read", Tag: "Environments", Summary: "Show an environment"},
		func(ctx context.Context, in *byRef) (*one[catalog.Environment], error) {
			e, err := c.Environment(ctx, in.Ref)
			return &one[catalog.Environment]{e}, err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/environments/{ref}", Permission: "environment.edit", Tag: "Environments", Summary: "Change an environment"},
		func(ctx context.Context, in *change[environmentChange]) (*one[catalog.Environment], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			e, err := c.SetEnvironment(ctx, in.Ref, rev, in.Body.EnvironmentSpec)
			return &one[catalog.Environment]{e}, err
		})
}
