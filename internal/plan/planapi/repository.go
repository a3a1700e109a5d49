package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan/repository"
	"slipway/internal/platform/api"
)

type byProduct struct {
	Product string `path:"product" maxLength:"100" doc:"Key or identifier of the product"`
}

type byRepository struct {
	byProduct
	Repository string `path:"repository" maxLength:"100" doc:"Key or identifier of the repository"`
}

type repositoryChange struct {
	repository.Spec
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

func repositories(a *api.API, s *repository.Repositories) {
	const tag = "Repositories"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/products/{product}/repositories", Permission: "repository.read", Tag: tag, Summary: "List the repositories of a product", Description: "By key, with how their mirrors stand. The list is never paged."},
		func(ctx context.Context, in *byProduct) (*many[repository.Repository], error) {
			return whole(s.List(ctx, in.Product))
		})
	type addIn struct {
		byProduct
		Body repository.Spec
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/products/{product}/repositories", Permission: "repository.edit", Tag: tag, Summary: "Add a repository to a product", Status: http.StatusCreated},
		func(ctx context.Context, in *addIn) (*one[repository.Repository], error) {
			x, err := s.Add(ctx, in.Product, in.Body)
			return &one[repository.Repository]{x}, err
		})
	type setIn struct {
		byRepository
		api.IfMatch
		Body repositoryChange
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/products/{product}/repositories/{repository}", Permission: "repository.edit", Tag: tag, Summary: "Replace what is stated about a repository"},
		func(ctx context.Context, in *setIn) (*one[repository.Repository], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			x, err := s.Set(ctx, in.Product, in.Repository, rev, in.Body.Spec)
			return &one[repository.Repository]{x}, err
		})
	type removeIn struct {
		byRepository
		api.IfMatch
		Rev int64 `query:"rev" minimum:"0" doc:"Version of the row as it was read"`
	}
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/products/{product}/repositories/{repository}", Permission: "repository.edit", Tag: tag, Summary: "Remove a repository with its mirror"},
		func(ctx context.Context, in *removeIn) (*struct{}, error) {
			rev, err := in.Version(in.Rev)
			if err != nil {
				return nil, err
			}
			return &struct{}{}, s.Remove(ctx, in.Product, in.Repository, rev)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/products/{product}/repositories/{repository}/fetch", Permission: "repository.fetch", Tag: tag, Summary: "Bring the mirror of a repository up to date", Status: http.StatusOK,
		Description: "It happens at once and takes as long as the repository does, two minutes at most. By itself it happens every quarter of an hour."},
		func(ctx context.Context, in *byRepository) (*one[repository.Repository], error) {
			x, err := s.Fetch(ctx, in.Product, in.Repository)
			return &one[repository.Repository]{x}, err
		})
}

func commits(a *api.API, s *repository.Repositories) {
	type in struct {
		byRelease
		Repository string `query:"repository" maxLength:"100" doc:"Only this repository, by key; needed with from or to where the release has several"`
		From       string `query:"from" maxLength:"200" doc:"Tag or commit behind which the list starts; what runs now unless stated"`
		To         string `query:"to" maxLength:"200" doc:"Tag or commit up to which commits are listed; the manifest's version unless stated"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/commits", Permission: "repository.read", Tag: "Repositories", Summary: "Hold the commits of a release against its scope",
		Description: "Of each repository the commits between what runs in the release's last environment and the manifest's version, with their scope items; those without an item, and the items without a commit. Mirrors are read as they are."},
		func(ctx context.Context, in *in) (*one[repository.Report], error) {
			x, err := s.Commits(ctx, in.Release, repository.Between{Repository: in.Repository, From: in.From, To: in.To})
			return &one[repository.Report]{x}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/commits/fetch", Permission: "repository.fetch", Tag: "Repositories", Summary: "Bring the mirrors of a release's repositories up to date", Status: http.StatusOK},
		func(ctx context.Context, in *byRelease) (*one[repository.Report], error) {
			if err := s.FetchRelease(ctx, in.Release); err != nil {
				return nil, err
			}
			x, err := s.Commits(ctx, in.Release, repository.Between{})
			return &one[repository.Report]{x}, err
		})
}
