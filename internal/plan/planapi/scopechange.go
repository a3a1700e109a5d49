package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/api"
)

type steps struct {
	Steps []plan.ScopeStep `json:"steps" doc:"What is added, changed and taken out, in this order"`
}

type scopeAnswer struct {
	Note string `json:"note,omitempty" maxLength:"2000" doc:"What the record says beside the answer; why, for a refusal"`
	Rev  int64  `json:"rev,omitempty" doc:"Version of the change as it was read"`
}

func scopeChanges(a *api.API, c *scope.Changes) {
	const tag = "Scope changes"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/scope/changes", Permission: "plan.read", Tag: tag, Summary: "List proposed changes of the scope",
		Description: "Newest first, 500 at most, with the impact as it was when they were proposed or answered."},
		func(ctx context.Context, in *byRelease) (*many[scope.Change], error) {
			return whole(c.List(ctx, in.Release))
		})
	type weighIn struct {
		byRelease
		Body steps
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/scope/impact", Permission: "plan.read", Tag: tag, Summary: "Say what a change of the scope would do", Status: http.StatusOK,
		Description: "Days, hours of work, risk score, approvals that would be void, and the role that has to approve. Nothing is kept."},
		func(ctx context.Context, in *weighIn) (*one[scope.Impact], error) {
			x, err := c.Weigh(ctx, in.Release, in.Body.Steps)
			return &one[scope.Impact]{x}, err
		})
	type proposeIn struct {
		byRelease
		Body scope.Proposal
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/scope/changes", Permission: "scope.propose", Tag: tag, Summary: "Propose a change of the scope", Status: http.StatusCreated,
		Description: "It is kept with its impact and carried out, whole, when it is approved. With apply it is carried out at once, where the caller may approve it."},
		func(ctx context.Context, in *proposeIn) (*one[scope.Change], error) {
			x, err := c.Propose(ctx, in.Release, in.Body)
			return &one[scope.Change]{x}, err
		})
	type byNumber struct {
		byRelease
		Number int `path:"number" minimum:"1" doc:"Number of the change within the release"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/scope/changes/{number}", Permission: "plan.read", Tag: tag, Summary: "Show a proposed change of the scope",
		Description: "The impact of one that waits for its answer is what it is now."},
		func(ctx context.Context, in *byNumber) (*one[scope.Change], error) {
			x, err := c.Get(ctx, in.Release, in.Number)
			return &one[scope.Change]{x}, err
		})
	type answerIn struct {
		byNumber
		Body scopeAnswer
	}
	answer := func(verb, permission, summary string, do func(context.Context, string, int, int64, string) (scope.Change, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/scope/changes/{number}/" + verb, Permission: permission, Tag: tag, Summary: summary, Status: http.StatusOK},
			func(ctx context.Context, in *answerIn) (*one[scope.Change], error) {
				x, err := do(ctx, in.Release, in.Number, in.Body.Rev, in.Body.Note)
				return &one[scope.Change]{x}, err
			})
	}
	answer("approve", "scope.answer", "Approve a proposed change and carry it out", c.Approve)
	answer("decline", "scope.answer", "Decline a proposed change", c.Decline)
	answer("withdraw", "scope.propose", "Withdraw one's own proposed change", c.Withdraw)
}
