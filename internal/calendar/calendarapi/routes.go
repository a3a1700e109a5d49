package calendarapi

import (
	"context"
	"net/http"

	"slipway/internal/calendar"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// Register adds the operations of the calendar.
func Register(a *api.API, c *calendar.Calendar) {
	periods(a, c, calendar.Window, "/windows", "Windows", "a window", "windows")
	periods(a, c, calendar.Freeze, "/freezes", "Freezes", "a freeze", "freezes")
	periods(a, c, calendar.Busy, "/busy-times", "Busy times", "a busy time", "busy-times")
	permits(a, c)
	questions(a, c)
}

type one[T any] struct{ Body T }

type many[T any] struct{ Body api.Page[T] }

func whole[T any](rows []T) *many[T] {
	if rows == nil {
		rows = []T{}
	}
	return &many[T]{api.Page[T]{Items: rows}}
}

type byRef struct {
	Ref string `path:"ref" maxLength:"100" doc:"Key or identifier"`
}

type listIn struct {
	api.Paging
	From        db.Time `query:"from" doc:"Only those that are not over before this instant."`
	To          db.Time `query:"to" doc:"Only those that begin before this instant."`
	Product     string  `query:"product" maxLength:"100" doc:"Only those that can apply to this product, by key or identifier."`
	Service     string  `query:"service" maxLength:"100" doc:"Only those that can apply to this service, by key or identifier."`
	Environment string  `query:"environment" maxLength:"100" doc:"Only those that can apply to this environment, by key or identifier."`
	Query       string  `query:"q" maxLength:"200" doc:"Words in key, name or reason."`
	Withdrawn   bool    `query:"withdrawn" doc:"Withdrawn ones too."`
}

type afterKey struct {
	Key string `json:"k"`
}

type addIn struct {
	DryRun bool `query:"dryRun" doc:"Only compute what it would do; publish nothing."`
	Body   calendar.Spec
}

type setIn struct {
	byRef
	api.IfMatch
	DryRun bool `query:"dryRun" doc:"Only compute what it would do; publish nothing."`
	Body   setBody
}

type setBody struct {
	calendar.Spec
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type withdrawIn struct {
	byRef
	api.IfMatch
	DryRun bool `query:"dryRun" doc:"Only compute what it would do; withdraw nothing."`
	Body   periodWithdrawal
}

type periodWithdrawal struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why; the record keeps it"`
	Rev    int64  `json:"rev,omitempty" doc:"Version of the row as it was read; any, if left out"`
}

// Published is the answer to a change: the period, or with dryRun what the change would do.
type Published struct {
	Period *calendar.Period `json:"period,omitempty"`
	Notes  []calendar.Note  `json:"notes,omitempty"`
	Effect *calendar.Effect `json:"effect,omitempty"`
	Rev    int64            `json:"rev,omitempty"`
}

type publishedOut struct {
	Status int
	Body   Published
}

func published(s calendar.Stated, status int, err error) (*publishedOut, error) {
	return &publishedOut{status, Published{Period: &s.Period, Notes: s.Notes, Rev: s.Rev}}, err
}

func tried(e calendar.Effect, err error) (*publishedOut, error) {
	return &publishedOut{http.StatusOK, Published{Effect: &e, Notes: e.Notes}}, err
}

func periods(a *api.API, c *calendar.Calendar, k calendar.Kind, path, tag, noun, list string) {
	edit := string(k) + ".edit"
	api.Register(a, api.Op{Method: http.MethodGet, Path: path, Permission: "calendar.read", Tag: tag, Summary: "List " + list, Description: "By key."},
		func(ctx context.Context, in *listIn) (*many[calendar.Listed], error) {
			after, _, err := api.DecodeCursor[afterKey](list, in.After)
			if err != nil {
				return nil, err
			}
			rows, err := c.List(ctx, calendar.Filter{Kind: k, From: in.From, To: in.To, Product: in.Product, Service: in.Service, Environment: in.Environment,
				Query: in.Query, Withdrawn: in.Withdrawn, After: after.Key, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf(list, rows, in.Limit, func(l calendar.Listed) afterKey { return afterKey{l.Key} })
			return &many[calendar.Listed]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: path, Permission: edit, Tag: tag, Summary: "Add " + noun, Status: http.StatusCreated,
		Description: "With `dryRun=true` nothing is published and the answer is the effect: which releases, windows and live runs it would hit."},
		func(ctx context.Context, in *addIn) (*publishedOut, error) {
			if in.DryRun {
				return tried(c.Effect(ctx, k, "", in.Body))
			}
			s, err := c.Add(ctx, k, in.Body)
			return published(s, http.StatusCreated, err)
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: path + "/{ref}", Permission: "calendar.read", Tag: tag, Summary: "Show " + noun},
		func(ctx context.Context, in *byRef) (*one[calendar.Listed], error) {
			l, err := c.Get(ctx, k, in.Ref)
			return &one[calendar.Listed]{l}, err
		})
	api.Register(a, api.Op{Method: http.MethodPut, Path: path + "/{ref}", Permission: edit, Tag: tag, Summary: "Change " + noun, Description: "Also while it is active. The key stays."},
		func(ctx context.Context, in *setIn) (*publishedOut, error) {
			if in.DryRun {
				return tried(c.Effect(ctx, k, in.Ref, in.Body.Spec))
			}
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			s, err := c.Set(ctx, k, in.Ref, rev, in.Body.Spec)
			return published(s, http.StatusOK, err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: path + "/{ref}/withdraw", Permission: edit, Tag: tag, Summary: "Withdraw " + noun, Description: "From then on it counts no more."},
		func(ctx context.Context, in *withdrawIn) (*publishedOut, error) {
			if in.DryRun {
				return tried(c.EffectOfWithdrawal(ctx, k, in.Ref))
			}
			rev := in.Body.Rev
			if in.ETag != "" {
				var err error
				if rev, err = in.Version(rev); err != nil {
					return nil, err
				}
			}
			p, err := c.Withdraw(ctx, k, in.Ref, rev, in.Body.Reason)
			return published(calendar.Stated{Period: p}, http.StatusOK, err)
		})
}

func permits(a *api.API, c *calendar.Calendar) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/freezes/{ref}/permits", Permission: "calendar.read", Tag: "Freezes", Summary: "List the permits of a freeze"},
		func(ctx context.Context, in *byRef) (*many[calendar.Permit], error) {
			ps, err := c.Permits(ctx, in.Ref)
			return whole(ps), err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/freezes/{ref}/permits", Permission: "freeze.permit", Tag: "Freezes", Summary: "Let a release pass a soft freeze", Status: http.StatusCreated,
		Description: "Only the freeze's owner may."},
		func(ctx context.Context, in *struct {
			byRef
			Body calendar.PermitSpec
		}) (*one[calendar.Permit], error) {
			p, err := c.Permit(ctx, in.Ref, in.Body)
			return &one[calendar.Permit]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/freezes/{ref}/permits/{permit}/withdraw", Permission: "freeze.permit", Tag: "Freezes", Summary: "Take a permit back"},
		func(ctx context.Context, in *struct {
			byRef
			Permit string `path:"permit" maxLength:"100" doc:"Identifier of the permit"`
		}) (*one[calendar.Permit], error) {
			p, err := c.WithdrawPermit(ctx, in.Ref, in.Permit)
			return &one[calendar.Permit]{p}, err
		})
}

func questions(a *api.API, c *calendar.Calendar) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/openness", Permission: "calendar.read", Tag: "Calendar", Summary: "Show whether an environment is open",
		Description: "By windows, freezes and the environment's default alone. Whether a version may be deployed says /may-deploy."},
		func(ctx context.Context, in *struct {
			Environment string  `query:"environment" required:"true" maxLength:"100" doc:"Key or identifier of the environment"`
			Service     string  `query:"service" maxLength:"100" doc:"Key or identifier of the service; the environment as such, if left out"`
			At          db.Time `query:"at" doc:"The instant; now, if left out"`
		}) (*one[calendar.Standpoint], error) {
			o, err := c.Open(ctx, in.Environment, in.Service, in.At)
			return &one[calendar.Standpoint]{o}, err
		})
}
