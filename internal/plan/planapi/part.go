package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/platform/api"
)

type newScopeItem struct {
	plan.ScopeSpec
	Reason string `json:"reason,omitempty" doc:"Why, as the record will say"`
}

type scopeItemChange struct {
	plan.ScopeSpec
	Reason string `json:"reason,omitempty" doc:"Why, as the record will say"`
	Rev    int64  `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type milestoneChange struct {
	plan.MilestoneEdit
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type deliverableChange struct {
	plan.DeliverableEdit
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

func scopeItems(a *api.API, p *plan.Plans) {
	type listIn struct {
		byRelease
		api.Paging
		Query   string `query:"q" maxLength:"200" doc:"Words of the key or title, in any case."`
		Kind    string `query:"kind" enum:"story,defect,change" doc:"Only this kind."`
		State   string `query:"state" enum:"open,done" doc:"Only items in this state."`
		Service string `query:"service" maxLength:"100" doc:"Only items that change this service, by key."`
	}
	type key struct {
		Key string `json:"k"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/scope", Permission: "plan.read", Tag: "Scope", Summary: "List scope items"},
		func(ctx context.Context, in *listIn) (*many[plan.ScopeItem], error) {
			k, _, err := api.DecodeCursor[key]("scope", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := p.Scope(ctx, in.Release, plan.ScopeFilter{Query: in.Query, Kind: in.Kind, State: in.State, Service: in.Service, After: k.Key, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			page, err := api.PageOf("scope", rows, in.Limit, func(i plan.ScopeItem) key { return key{i.Key} })
			return &many[plan.ScopeItem]{page}, err
		})
	type addIn struct {
		byRelease
		Body newScopeItem
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/scope", Permission: "plan.scope", Tag: "Scope", Summary: "Add a scope item", Status: http.StatusCreated},
		func(ctx context.Context, in *addIn) (*one[plan.ScopeItem], error) {
			i, err := p.AddScope(ctx, in.Release, in.Body.ScopeSpec, in.Body.Reason)
			return &one[plan.ScopeItem]{i}, err
		})
	type item struct {
		byRelease
		Item string `path:"item" maxLength:"100" doc:"Key or identifier of the scope item"`
	}
	type setIn struct {
		item
		api.IfMatch
		Body scopeItemChange
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/releases/{release}/scope/{item}", Permission: "plan.scope", Tag: "Scope", Summary: "Change a scope item",
		Description: "State, owner and commits may change until the release ends. The rest is the promise: it changes as the scope does."},
		func(ctx context.Context, in *setIn) (*one[plan.ScopeItem], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			i, err := p.SetScope(ctx, in.Release, in.Item, rev, in.Body.ScopeSpec, in.Body.Reason)
			return &one[plan.ScopeItem]{i}, err
		})
	type removeIn struct {
		item
		removal
	}
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/releases/{release}/scope/{item}", Permission: "plan.scope", Tag: "Scope", Summary: "Remove a scope item"},
		func(ctx context.Context, in *removeIn) (*struct{}, error) {
			rev, err := in.Version(in.Rev)
			if err != nil {
				return nil, err
			}
			return &struct{}{}, p.RemoveScope(ctx, in.Release, in.Item, rev, in.Reason)
		})
}

func milestones(a *api.API, p *plan.Plans) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/milestones", Permission: "plan.read", Tag: "Milestones", Summary: "List milestones", Description: "By date. The list is never paged."},
		func(ctx context.Context, in *byRelease) (*many[plan.Milestone], error) {
			return whole(p.MilestonesOf(ctx, in.Release))
		})
	type addIn struct {
		byRelease
		Body plan.MilestoneSpec
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/milestones", Permission: "plan.edit", Tag: "Milestones", Summary: "Add a milestone", Status: http.StatusCreated},
		func(ctx context.Context, in *addIn) (*one[plan.Milestone], error) {
			m, err := p.AddMilestone(ctx, in.Release, in.Body)
			return &one[plan.Milestone]{m}, err
		})
	type item struct {
		byRelease
		Milestone string `path:"milestone" maxLength:"100" doc:"Key or identifier of the milestone"`
	}
	type setIn struct {
		item
		api.IfMatch
		Body milestoneChange
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/releases/{release}/milestones/{milestone}", Permission: "plan.progress", Tag: "Milestones", Summary: "Change a milestone",
		Description: "Saying that it was reached needs plan.progress; any other change is one of the plan and needs plan.edit."},
		func(ctx context.Context, in *setIn) (*one[plan.Milestone], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			m, err := p.SetMilestone(ctx, in.Release, in.Milestone, rev, in.Body.MilestoneEdit)
			return &one[plan.Milestone]{m}, err
		})
	type removeIn struct {
		item
		removal
	}
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/releases/{release}/milestones/{milestone}", Permission: "plan.edit", Tag: "Milestones", Summary: "Remove a milestone"},
		func(ctx context.Context, in *removeIn) (*struct{}, error) {
			rev, err := in.Version(in.Rev)
			if err != nil {
				return nil, err
			}
			return &struct{}{}, p.RemoveMilestone(ctx, in.Release, in.Milestone, rev, in.Reason)
		})
}

func deliverables(a *api.API, p *plan.Plans) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/deliverables", Permission: "plan.read", Tag: "Deliverables", Summary: "List deliverables", Description: "By key. The list is never paged."},
		func(ctx context.Context, in *byRelease) (*many[plan.Deliverable], error) {
			return whole(p.DeliverablesOf(ctx, in.Release))
		})
	type addIn struct {
		byRelease
		Body plan.DeliverableSpec
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/deliverables", Permission: "plan.edit", Tag: "Deliverables", Summary: "Add a deliverable", Status: http.StatusCreated},
		func(ctx context.Context, in *addIn) (*one[plan.Deliverable], error) {
			d, err := p.AddDeliverable(ctx, in.Release, in.Body)
			return &one[plan.Deliverable]{d}, err
		})
	type item struct {
		byRelease
		Deliverable string `path:"deliverable" maxLength:"100" doc:"Key or identifier of the deliverable"`
	}
	type setIn struct {
		item
		api.IfMatch
		Body deliverableChange
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/releases/{release}/deliverables/{deliverable}", Permission: "plan.progress", Tag: "Deliverables", Summary: "Change a deliverable",
		Description: "State and address need plan.progress; name and owner are the plan and need plan.edit."},
		func(ctx context.Context, in *setIn) (*one[plan.Deliverable], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			d, err := p.SetDeliverable(ctx, in.Release, in.Deliverable, rev, in.Body.DeliverableEdit)
			return &one[plan.Deliverable]{d}, err
		})
	type removeIn struct {
		item
		removal
	}
	api.Register(a, api.Op{Method: http.MethodDelete, Path: "/releases/{release}/deliverables/{deliverable}", Permission: "plan.edit", Tag: "Deliverables", Summary: "Remove a deliverable"},
		func(ctx context.Context, in *removeIn) (*struct{}, error) {
			rev, err := in.Version(in.Rev)
			if err != nil {
				return nil, err
			}
			return &struct{}{}, p.RemoveDeliverable(ctx, in.Release, in.Deliverable, rev, in.Reason)
		})
}
