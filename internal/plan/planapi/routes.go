package planapi

import (
	"slipway/internal/plan"
	"slipway/internal/platform/api"
)

// Register adds the operations of the area.
func Register(a *api.API, p *plan.Plans) {
	releases(a, p)
	advances(a, p)
	manifests(a, p)
	changes(a, p)
	scopeItems(a, p)
	milestones(a, p)
	deliverables(a, p)
	phases(a, p)
	templates(a, p)
}

// one is the answer of an operation on one thing.
type one[T any] struct{ Body T }

// many is the answer of a list.
type many[T any] struct{ Body api.Page[T] }

// whole answers a list that is never paged.
func whole[T any](rows []T, err error) (*many[T], error) {
	if rows == nil {
		rows = []T{}
	}
	return &many[T]{api.Page[T]{Items: rows}}, err
}

// byRelease names a release.
type byRelease struct {
	Release string `path:"release" maxLength:"100" doc:"Key or identifier of the release"`
}

// removal names what is taken out, and why.
type removal struct {
	api.IfMatch
	Rev    int64  `query:"rev" minimum:"0" doc:"Version of the row as it was read"`
	Reason string `query:"reason" maxLength:"2000" doc:"Why, as the record will say"`
}
