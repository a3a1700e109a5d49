package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

type phasePassed struct {
	At db.Time `json:"at,omitzero" doc:"When; now unless stated"`
}

type phaseChange struct {
	plan.PhaseEdit
	Rev int64 `json:"rev,omitempty" doc:"Version of the release as it was read"`
}

func phases(a *api.API, p *plan.Plans) {
	type in struct {
		byRelease
		Phase string `path:"phase" maxLength:"100" doc:"Key of the phase"`
		Body  phasePassed
	}
	pass := func(verb, summary string, do func(context.Context, string, string, db.Time) (plan.Phase, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/phases/{phase}/" + verb, Permission: "plan.progress", Tag: "Phases", Summary: summary, Status: http.StatusOK},
			func(ctx context.Context, in *in) (*one[plan.Phase], error) {
				x, err := do(ctx, in.Release, in.Phase, in.Body.At)
				return &one[plan.Phase]{x}, err
			})
	}
	pass("enter", "Say that a phase has begun", p.EnterPhase)
	pass("leave", "Say that a phase has ended", p.LeavePhase)
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/phases", Permission: "plan.read", Tag: "Phases", Summary: "List phases, planned against actual",
		Description: "In their order. Variances are minutes, later is positive; that of a date that is overdue counts until now. The list is never paged."},
		func(ctx context.Context, in *byRelease) (*many[plan.PhaseProgress], error) {
			return whole(p.PhasesOf(ctx, in.Release))
		})
	type setIn struct {
		byRelease
		api.IfMatch
		Phase string `path:"phase" maxLength:"100" doc:"Key of the phase"`
		Body  phaseChange
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/releases/{release}/phases/{phase}", Permission: "plan.edit", Tag: "Phases", Summary: "Change how a phase is planned",
		Description: "The phases before it follow; what moved is kept as a re-plan. A phase that is over stays as it was planned."},
		func(ctx context.Context, in *setIn) (*one[plan.Phase], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			x, err := p.SetPhase(ctx, in.Release, in.Phase, rev, in.Body.PhaseEdit)
			return &one[plan.Phase]{x}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/replans", Permission: "plan.read", Tag: "Phases", Summary: "List how the planned dates of a release moved",
		Description: "Newest first, 500 at most: every change of the window and of the dates of phases and milestones, with what was before and after."},
		func(ctx context.Context, in *byRelease) (*many[plan.Replan], error) {
			return whole(p.ReplansOf(ctx, in.Release))
		})
}
