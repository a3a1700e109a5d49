package calendarapi

import (
	"context"
	"net/http"

	"slipway/internal/calendar/clash"
	"slipway/internal/errs"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// RegisterConflicts adds the operations of conflicts.
func RegisterConflicts(a *api.API, s *clash.Conflicts) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/conflicts", Permission: "calendar.read", Tag: "Calendar", Summary: "List conflicts",
		Description: "Every way in which plans do not go together, as it was found with the change that made it: by its start. Those that are gone only with `state=gone`."},
		func(ctx context.Context, in *struct {
			api.Paging
			From        db.Time        `query:"from" doc:"Only those that are not over before this instant."`
			To          db.Time        `query:"to" doc:"Only those that begin before this instant."`
			State       []clash.State  `query:"state" enum:"open,accepted,gone" doc:"Only those in one of these states; open and accepted, if left out."`
			Severity    clash.Severity `query:"severity" enum:"serious,minor" doc:"Only those of this severity."`
			Environment string         `query:"environment" maxLength:"100" doc:"Only those in this environment, by key."`
		}) (*many[clash.Conflict], error) {
			if !in.From.IsZero() && !in.To.IsZero() && in.To <= in.From {
				return nil, errs.InvalidField("to", "span.empty", "Give a span whose end lies behind its start.")
			}
			after, _, err := api.DecodeCursor[afterConflict]("conflicts", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := s.List(ctx, clash.Filter{From: in.From, To: in.To, States: in.State, Severity: in.Severity, Environment: in.Environment, AfterFrom: after.From, AfterID: after.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("conflicts", rows, in.Limit, func(c clash.Conflict) afterConflict { return afterConflict{c.From, c.ID} })
			return &many[clash.Conflict]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/conflicts/{ref}", Permission: "calendar.read", Tag: "Calendar", Summary: "Show a conflict"},
		func(ctx context.Context, in *byRef) (*one[clash.Conflict], error) {
			c, err := s.Get(ctx, in.Ref)
			return &one[clash.Conflict]{c}, err
		})
	judge := func(verb, summary, text string, do func(ctx context.Context, ref, reason string) (clash.Conflict, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/conflicts/{ref}/" + verb, Permission: "conflict.accept", Tag: "Calendar", Summary: summary, Description: text},
			func(ctx context.Context, in *struct {
				byRef
				Body struct {
					Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why; the record keeps it"`
				}
			}) (*one[clash.Conflict], error) {
				c, err := do(ctx, in.Ref, in.Body.Reason)
				return &one[clash.Conflict]{c}, err
			})
	}
	judge("accept", "Accept a conflict", "By name and for a reason. It is open again when it becomes worse.", s.Accept)
	judge("reopen", "Take the acceptance of a conflict back", "For a reason.", s.Reopen)
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/conflicts/recheck", Permission: "conflict.accept", Tag: "Calendar", Summary: "Find all conflicts anew",
		Description: "Nothing depends on it: every change finds its own. It serves what was planned before conflicts were kept, and what changes without a write."},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) { return &struct{}{}, s.RecheckAll(ctx) })
}

type afterConflict struct {
	From db.Time `json:"f"`
	ID   string  `json:"i"`
}
