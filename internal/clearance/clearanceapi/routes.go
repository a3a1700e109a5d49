package clearanceapi

import (
	"context"
	"net/http"

	"slipway/internal/clearance"
	"slipway/internal/platform/api"
)

// Register adds the operations of may-deploy.
func Register(a *api.API, c *clearance.Clearance) {
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/may-deploy", Permission: "deploy.ask", Tag: "May deploy", Summary: "Ask whether a version may be deployed", Question: true,
		Description: "Allowed or not, every reason, the windows in force, the next opening, until when the answer holds, and the way to an override. " +
			"An unknown service or environment is answered, not refused. With `record` the answer is written into the ledger."},
		func(ctx context.Context, in *struct{ Body clearance.Question }) (*struct{ Body clearance.Answer }, error) {
			out, err := c.MayDeploy(ctx, in.Body)
			return &struct{ Body clearance.Answer }{out}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/may-deploy/answers", Permission: "clearance.read", Tag: "May deploy", Summary: "List recorded answers", Description: "Newest first."},
		func(ctx context.Context, in *struct {
			api.Paging
			Service     string `query:"service" maxLength:"100" doc:"Only on this service, by key."`
			Environment string `query:"environment" maxLength:"100" doc:"Only on this environment, by key."`
			Outcome     string `query:"outcome" enum:"allowed,refused" doc:"Only those that allowed, or only those that refused."`
		}) (*struct {
			Body api.Page[clearance.Recorded]
		}, error) {
			after, _, err := api.DecodeCursor[afterID]("answers", in.After)
			if err != nil {
				return nil, err
			}
			f := clearance.AnswerFilter{Service: in.Service, Environment: in.Environment, Before: after.ID, Limit: in.Limit + 1}
			if in.Outcome != "" {
				allowed := in.Outcome == "allowed"
				f.Allowed = &allowed
			}
			rows, err := c.Answers(ctx, f)
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("answers", rows, in.Limit, func(r clearance.Recorded) afterID { return afterID{r.ID} })
			return &struct {
				Body api.Page[clearance.Recorded]
			}{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/overrides", Permission: "clearance.read", Tag: "May deploy", Summary: "List overrides", Description: "Newest first."},
		func(ctx context.Context, in *struct {
			api.Paging
			Service     string `query:"service" maxLength:"100" doc:"Only on this service, by key."`
			Environment string `query:"environment" maxLength:"100" doc:"Only on this environment, by key."`
			Standing    bool   `query:"standing" doc:"Leave out what is over or withdrawn."`
		}) (*struct {
			Body api.Page[clearance.Given]
		}, error) {
			after, _, err := api.DecodeCursor[afterID]("overrides", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := c.Given(ctx, clearance.GivenFilter{Service: in.Service, Environment: in.Environment, Standing: in.Standing, Before: after.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("overrides", rows, in.Limit, func(g clearance.Given) afterID { return afterID{g.ID} })
			return &struct {
				Body api.Page[clearance.Given]
			}{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/overrides", Permission: "override.give", Tag: "May deploy", Summary: "Give an override", Status: http.StatusCreated,
		Description: "For one digest of one service in one environment, for at most seven days. It passes neither a bar nor a digest that no manifest names."},
		func(ctx context.Context, in *struct{ Body clearance.NewOverride }) (*struct{ Body clearance.Override }, error) {
			out, err := c.Override(ctx, in.Body)
			return &struct{ Body clearance.Override }{out}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/overrides/{override}/withdraw", Permission: "override.give", Tag: "May deploy", Summary: "Withdraw an override"},
		func(ctx context.Context, in *struct {
			Override string `path:"override" maxLength:"100" doc:"Identifier of the override"`
		}) (*struct{ Body clearance.Override }, error) {
			out, err := c.WithdrawOverride(ctx, in.Override)
			return &struct{ Body clearance.Override }{out}, err
		})
}

type afterID struct {
	ID string `json:"i"`
}
