package decideapi

import (
	"context"
	"net/http"

	"slipway/internal/decide"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// Register adds the operations of the area.
func Register(a *api.API, d *decide.Decisions) {
	approvals(a, d)
	delegations(a, d)
	polls(a, d)
	decisions(a, d)
	conditions(a, d)
}

type one[T any] struct{ Body T }

type many[T any] struct{ Body api.Page[T] }

// byRelease names a release.
type byRelease struct {
	Release string `path:"release" maxLength:"100" doc:"Key or identifier of the release"`
}

// byRole names a role of a release.
type byRole struct {
	byRelease
	Role string `path:"role" maxLength:"100" doc:"Key of the role"`
}

type reason struct {
	Reason string `json:"reason,omitempty" maxLength:"4000" doc:"Why, as the record will say"`
}

// approvalList is how the approvals of a release stand.
type approvalList struct {
	Release  string               `json:"release"`
	Content  decide.Content       `json:"content"`
	FourEyes bool                 `json:"fourEyes" doc:"Nobody approves what they wrote"`
	Items    []roleState          `json:"items"`
	People   map[id.Person]string `json:"people" doc:"Names by identifier"`
}

type roleState struct {
	decide.RoleState
	Differences map[string][]decide.Difference `json:"differences,omitempty" doc:"What changed since each void signature, by its identifier"`
}

func approvals(a *api.API, d *decide.Decisions) {
	const tag = "Approvals"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/approvals", Permission: "approval.read", Tag: tag, Summary: "List the approvals of a release",
		Description: "Each required role with its signatures. An approval is void when a section that it covers differs from what was signed; then the differences are listed, with who made them."},
		func(ctx context.Context, in *byRelease) (*one[approvalList], error) {
			x, err := d.ApprovalsOf(ctx, in.Release)
			if err != nil {
				return nil, err
			}
			out := approvalList{Release: x.Release.Key, Content: x.Content, FourEyes: x.FourEyes, Items: []roleState{}}
			var ids []id.Person
			for _, s := range x.Roles {
				r := roleState{RoleState: s, Differences: map[string][]decide.Difference{}}
				for _, g := range s.Signatures {
					ids = append(ids, g.Person, g.Principal, g.WithdrawnBy)
					for _, diff := range x.Differences[g.ID] {
						r.Differences[g.ID] = x.Differences[g.ID]
						for _, c := range diff.By {
							ids = append(ids, c.Person)
						}
					}
				}
				for _, k := range s.Asks {
					ids = append(ids, k.Person, k.By)
				}
				out.Items = append(out.Items, r)
			}
			out.People, err = d.Names(ctx, ids...)
			return &one[approvalList]{out}, err
		})
	type signing struct {
		byRole
		Body decide.NewSignature
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/approvals/{role}/sign", Permission: "approval.sign", Tag: tag, Summary: "Sign the content of a release", Status: http.StatusOK,
		Description: "For a role that the caller holds on the release's product, or holds by delegation. The signature covers the digests of the role's sections as they are."},
		func(ctx context.Context, in *signing) (*one[decide.Signature], error) {
			s, err := d.Sign(ctx, in.Release, in.Role, in.Body)
			return &one[decide.Signature]{s}, err
		})
	type withdrawing struct {
		byRole
		Body reason
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/approvals/{role}/withdraw", Permission: "approval.sign", Tag: tag, Summary: "Withdraw a signature or a refusal", Status: http.StatusOK},
		func(ctx context.Context, in *withdrawing) (*one[decide.Signature], error) {
			s, err := d.Withdraw(ctx, in.Release, in.Role, in.Body.Reason)
			return &one[decide.Signature]{s}, err
		})
	type declining struct {
		byRole
		Body decide.NewRefusal
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/approvals/{role}/decline", Permission: "approval.sign", Tag: tag, Summary: "Decline to sign", Status: http.StatusOK,
		Description: "It stands against the release until the person signs or withdraws it."},
		func(ctx context.Context, in *declining) (*one[decide.Signature], error) {
			s, err := d.Decline(ctx, in.Release, in.Role, in.Body)
			return &one[decide.Signature]{s}, err
		})
	type asking struct {
		byRole
		Body decide.NewAsk
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/approvals/{role}/ask", Permission: "approval.ask", Tag: tag, Summary: "Ask for a signature, or remind of it", Status: http.StatusOK},
		func(ctx context.Context, in *asking) (*one[decide.Ask], error) {
			k, err := d.Ask(ctx, in.Release, in.Role, in.Body)
			return &one[decide.Ask]{k}, err
		})
}

func delegations(a *api.API, d *decide.Decisions) {
	const tag = "Delegations"
	type listIn struct {
		api.Paging
		Role  string `query:"role" maxLength:"100" doc:"Only delegations of this role."`
		Ended bool   `query:"ended" doc:"Also those that are over."`
	}
	type place struct {
		Until db.Time `json:"u"`
		ID    string  `json:"i"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/delegations", Permission: "approval.read", Tag: tag, Summary: "List delegations",
		Description: "Those in which the caller has a part; all of them to who may manage them."},
		func(ctx context.Context, in *listIn) (*many[decide.Delegation], error) {
			k, _, err := api.DecodeCursor[place]("delegations", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := d.Delegations(ctx, decide.DelegationFilter{Role: in.Role, Ended: in.Ended, AfterUntil: k.Until, AfterID: k.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			page, err := api.PageOf("delegations", rows, in.Limit, func(x decide.Delegation) place { return place{x.Until, x.ID} })
			return &many[decide.Delegation]{page}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/delegations", Permission: "delegation.make", Tag: tag, Summary: "Let somebody act for the holder of a role", Status: http.StatusCreated,
		Description: "Between two instants. It carries as long as the holder has the role, cannot be delegated on, and lets nobody approve what they or the holder wrote."},
		func(ctx context.Context, in *struct{ Body decide.NewDelegation }) (*one[decide.Delegation], error) {
			x, err := d.Delegate(ctx, in.Body)
			return &one[decide.Delegation]{x}, err
		})
	type ending struct {
		Delegation string `path:"delegation" maxLength:"100" doc:"Identifier of the delegation"`
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/delegations/{delegation}/end", Permission: "delegation.make", Tag: tag, Summary: "End a delegation now", Status: http.StatusOK},
		func(ctx context.Context, in *ending) (*one[decide.Delegation], error) {
			x, err := d.EndDelegation(ctx, in.Delegation)
			return &one[decide.Delegation]{x}, err
		})
}
