package riskapi

import (
	"context"
	"net/http"

	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/risk"
)

const tag = "Risks"

type one struct{ Body risk.Risk }

type many struct{ Body api.Page[risk.Risk] }

type byRisk struct {
	Risk string `path:"risk" maxLength:"100" doc:"Key, such as R-114, or identifier of the risk"`
}

type byRelease struct {
	Release string `path:"release" maxLength:"100" doc:"Key or identifier of the release"`
}

// narrowed are the filters of both lists.
type narrowed struct {
	api.Paging
	Query    string        `query:"q" maxLength:"200" doc:"Words of key, title and description, in any case."`
	Owner    string        `query:"owner" maxLength:"100" doc:"Only this person's, by key or identifier."`
	State    []risk.State  `query:"state" doc:"Only these states, with commas between them: open, accepted, closed. Open and accepted without it."`
	Response risk.Response `query:"response" maxLength:"20" doc:"Only this response: reduce, accept, transfer, avoid."`
	Category string        `query:"category" maxLength:"60" doc:"Only this category."`
	Min      int           `query:"min" minimum:"0" maximum:"25" doc:"Only scores of at least this."`
	Blocking bool          `query:"blocking" doc:"Only open risks that block a gate."`
	Review   string        `query:"review" maxLength:"10" doc:"Only reviews that are due by this day, such as 2026-11-26."`
	Residual bool          `query:"residual" doc:"Order and score are those that the response leaves."`
}

type place struct {
	Score  int   `json:"s"`
	Number int64 `json:"n"`
}

func (l narrowed) list(ctx context.Context, s *risk.Register, f risk.Filter) (*many, error) {
	name := "risks"
	if l.Residual {
		name = "risks-residual"
	}
	at, _, err := api.DecodeCursor[place](name, l.After)
	if err != nil {
		return nil, err
	}
	f.Query, f.Owner, f.States, f.Response, f.Category, f.MinScore = l.Query, l.Owner, l.State, l.Response, l.Category, l.Min
	f.Blocking, f.ReviewBy, f.Residual, f.AfterScore, f.AfterNumber, f.Limit = l.Blocking, l.Review, l.Residual, at.Score, at.Number, l.Limit+1
	rows, err := s.List(ctx, f)
	if err != nil {
		return nil, err
	}
	p, err := api.PageOf(name, rows, l.Limit, func(r risk.Risk) place {
		score, number := f.Order(r)
		return place{score, number}
	})
	return &many{p}, err
}

// Register adds the operations of the area.
func Register(a *api.API, s *risk.Register) {
	const order = "The worst first. Closed risks are listed only when asked for."
	type all struct {
		narrowed
		Product string `query:"product" maxLength:"100" doc:"Only this product's, by key or identifier."`
		Release string `query:"release" maxLength:"100" doc:"Only this release's, by key or identifier."`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/risks", Permission: "risk.read", Tag: tag, Summary: "List risks", Description: order},
		func(ctx context.Context, in *all) (*many, error) {
			return in.list(ctx, s, risk.Filter{Product: in.Product, Release: in.Release})
		})
	type ofRelease struct {
		byRelease
		narrowed
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/risks", Permission: "risk.read", Tag: tag, Summary: "List the risks of a release", Description: order},
		func(ctx context.Context, in *ofRelease) (*many, error) {
			return in.list(ctx, s, risk.Filter{Release: in.Release})
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/risks", Permission: "risk.open", Tag: tag, Summary: "Open a risk", Status: http.StatusCreated,
		Description: "Of a release, of a product, or of the portfolio if neither is named. On an approved release this is a change of its content."},
		func(ctx context.Context, in *struct{ Body risk.NewRisk }) (*one, error) {
			r, err := s.Open(ctx, in.Body)
			return &one{r}, err
		})
	type openIn struct {
		byRelease
		Body risk.NewRisk
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/risks", Permission: "risk.open", Tag: tag, Summary: "Open a risk of a release", Status: http.StatusCreated},
		func(ctx context.Context, in *openIn) (*one, error) {
			in.Body.Release = in.Release
			r, err := s.Open(ctx, in.Body)
			return &one{r}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/risks/{risk}", Permission: "risk.read", Tag: tag, Summary: "Show a risk"},
		func(ctx context.Context, in *byRisk) (*one, error) {
			r, err := s.Get(ctx, in.Risk)
			return &one{r}, err
		})
	history(a, s)
	verbs(a, s)
}

func history(a *api.API, s *risk.Register) {
	type in struct {
		byRisk
		api.Paging
	}
	type at struct {
		At db.Time `json:"t"`
		ID string  `json:"i"`
	}
	type out struct{ Body api.Page[risk.Change] }
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/risks/{risk}/changes", Permission: "risk.read", Tag: tag, Summary: "Show how a risk changed", Description: "Newest first, the whole risk before and after."},
		func(ctx context.Context, in *in) (*out, error) {
			k, _, err := api.DecodeCursor[at]("risk-changes", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := s.Changes(ctx, in.Risk, risk.ChangeFilter{BeforeAt: k.At, BeforeID: k.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("risk-changes", rows, in.Limit, func(c risk.Change) at { return at{c.At, c.ID} })
			return &out{p}, err
		})
}

// Versioned is the part of a body that names the version the caller read.
type Versioned struct {
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type reasoned struct {
	Versioned
	Reason string `json:"reason" doc:"Why, as the record will say"`
}

func (v Versioned) rev() int64 { return v.Rev }

type stated struct {
	risk.Statement
	Versioned
}

type assessed struct {
	Versioned
	Probability int    `json:"probability" minimum:"1" maximum:"5" doc:"1 rare to 5 almost certain"`
	Impact      int    `json:"impact" minimum:"1" maximum:"5" doc:"1 minor to 5 severe"`
	Reason      string `json:"reason,omitempty" doc:"What it rests on"`
}

type planned struct {
	risk.Plan
	Versioned
}

type assigned struct {
	Versioned
	Owner  string  `json:"owner" doc:"Key or identifier of the person who watches it; empty for nobody"`
	Review *string `json:"review,omitempty" doc:"The day it is looked at again; empty for none"`
}

type verbIn[B any] struct {
	byRisk
	api.IfMatch
	Body B
}

// verb adds one operation that changes a risk.
func verb[B interface{ rev() int64 }](a *api.API, op api.Op, do func(ctx context.Context, ref string, rev int64, b B) (risk.Risk, error)) {
	op.Tag = tag
	if op.Method == "" {
		op.Method, op.Status = http.MethodPost, http.StatusOK
	}
	api.Register(a, op, func(ctx context.Context, in *verbIn[B]) (*one, error) {
		rev, err := in.Version(in.Body.rev())
		if err != nil {
			return nil, err
		}
		r, err := do(ctx, in.Risk, rev, in.Body)
		return &one{r}, err
	})
}

func verbs(a *api.API, s *risk.Register) {
	verb(a, api.Op{Method: http.MethodPatch, Path: "/risks/{risk}", Permission: "risk.assess", Summary: "Change what is said of a risk",
		Description: "What is absent stays. To take away that it blocks, or to move a risk that blocks, needs risk.accept and a reason."},
		func(ctx context.Context, ref string, rev int64, b stated) (risk.Risk, error) {
			return s.Set(ctx, ref, rev, b.Statement)
		})
	verb(a, api.Op{Path: "/risks/{risk}/assess", Permission: "risk.assess", Summary: "Assess a risk", Description: "An accepted risk whose score rises is open again."},
		func(ctx context.Context, ref string, rev int64, b assessed) (risk.Risk, error) {
			return s.Assess(ctx, ref, rev, b.Probability, b.Impact, b.Reason)
		})
	verb(a, api.Op{Path: "/risks/{risk}/mitigate", Permission: "risk.assess", Summary: "Plan the response to a risk", Description: "A planned response does not unblock a gate."},
		func(ctx context.Context, ref string, rev int64, b planned) (risk.Risk, error) {
			return s.Mitigate(ctx, ref, rev, b.Plan)
		})
	verb(a, api.Op{Path: "/risks/{risk}/assign", Permission: "risk.assess", Summary: "Give a risk to a person"},
		func(ctx context.Context, ref string, rev int64, b assigned) (risk.Risk, error) {
			return s.Assign(ctx, ref, rev, b.Owner, b.Review)
		})
	for _, v := range []struct {
		name, permission, summary string
		do                        func(context.Context, string, int64, string) (risk.Risk, error)
	}{
		{"accept", "risk.accept", "Accept a risk as it is", s.Accept},
		{"close", "risk.close", "Close a risk", s.Close},
		{"reopen", "risk.close", "Open a risk again", s.Reopen},
	} {
		verb(a, api.Op{Path: "/risks/{risk}/" + v.name, Permission: v.permission, Summary: v.summary},
			func(ctx context.Context, ref string, rev int64, b reasoned) (risk.Risk, error) {
				return v.do(ctx, ref, rev, b.Reason)
			})
	}
}
