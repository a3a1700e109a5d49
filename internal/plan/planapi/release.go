package planapi

import (
	"context"
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

type listIn struct {
	api.Paging
	Query       string   `query:"q" maxLength:"200" doc:"Words of the key, name or title, in any case."`
	State       []string `query:"state" doc:"Only releases in these states, separated by commas."`
	Group       string   `query:"group" enum:"open,ended" doc:"Only releases that have not ended, or only those that have: closed and cancelled ones."`
	Product     string   `query:"product" maxLength:"100" doc:"Only releases of this product, by key or identifier."`
	Owner       string   `query:"owner" maxLength:"100" doc:"Only what this person owns, by key or identifier."`
	Environment string   `query:"environment" maxLength:"100" doc:"Only what goes to this environment, by key or identifier."`
	From        db.Time  `query:"from" doc:"Only releases whose window ends after this instant."`
	To          db.Time  `query:"to" doc:"Only releases whose window starts before this instant."`
	Newest      bool     `query:"newest" doc:"The latest window first; else the earliest, and releases without a window last."`
}

type place struct {
	Sort int64  `json:"s"`
	ID   string `json:"i"`
}

func (in *listIn) filter() (plan.Filter, error) {
	k, _, err := api.DecodeCursor[place]("releases", in.After)
	f := plan.Filter{Product: in.Product, Owner: in.Owner, Environment: in.Environment, Query: in.Query, From: in.From, To: in.To, Newest: in.Newest,
		AfterSort: k.Sort, AfterID: k.ID, Limit: in.Limit + 1}
	for _, s := range in.State {
		f.States = append(f.States, plan.State(s))
	}
	if in.Group != "" {
		ended := in.Group == "ended"
		f.Ended = &ended
	}
	return f, err
}

type editIn struct {
	byRelease
	api.IfMatch
	Body releaseEdit
}

type releaseEdit struct {
	plan.Edit
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

func releases(a *api.API, p *plan.Plans) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases", Permission: "plan.read", Tag: "Releases", Summary: "List releases"},
		func(ctx context.Context, in *listIn) (*many[plan.Release], error) {
			f, err := in.filter()
			if err != nil {
				return nil, err
			}
			rows, err := p.List(ctx, f)
			if err != nil {
				return nil, err
			}
			page, err := api.PageOf("releases", rows, in.Limit, func(r plan.Release) place { return place{r.Order(), string(r.ID)} })
			return &many[plan.Release]{page}, err
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases", Permission: "plan.edit", Tag: "Releases", Summary: "Create a release", Status: http.StatusCreated,
		Description: "It is made from the newest version of a template, as a draft."},
		func(ctx context.Context, in *struct{ Body plan.Spec }) (*one[plan.Release], error) {
			r, err := p.Create(ctx, in.Body)
			return &one[plan.Release]{r}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}", Permission: "plan.read", Tag: "Releases", Summary: "Show a release",
		Description: "With its manifest, phases, milestones and deliverables, and with the transitions that may be asked for from where it stands."},
		func(ctx context.Context, in *byRelease) (*one[plan.Detail], error) {
			r, err := p.Get(ctx, in.Release)
			return &one[plan.Detail]{r}, err
		})
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/releases/{release}", Permission: "plan.edit", Tag: "Releases", Summary: "Change a release",
		Description: "What is left out stays. A change of scope, manifest, window, plan or runbook is recorded with what was before and after, and takes an approved release back to active."},
		func(ctx context.Context, in *editIn) (*one[plan.Release], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			r, err := p.Set(ctx, in.Release, rev, in.Body.Edit)
			return &one[plan.Release]{r}, err
		})
}

type because struct {
	byRelease
	Body releaseReason
}

type releaseReason struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why, as the record will say"`
}

func advances(a *api.API, p *plan.Plans) {
	const explain = "The transition table says from where this leads; a refusal names every reason."
	only := func(verb, permission, summary string, do func(context.Context, string) (plan.Release, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/" + verb, Permission: permission, Tag: "Releases", Summary: summary, Description: explain, Status: http.StatusOK},
			func(ctx context.Context, in *byRelease) (*one[plan.Release], error) {
				r, err := do(ctx, in.Release)
				return &one[plan.Release]{r}, err
			})
	}
	reasoned := func(verb, permission, summary string, do func(context.Context, string, string) (plan.Release, error)) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/" + verb, Permission: permission, Tag: "Releases", Summary: summary, Description: explain, Status: http.StatusOK},
			func(ctx context.Context, in *because) (*one[plan.Release], error) {
				r, err := do(ctx, in.Release, in.Body.Reason)
				return &one[plan.Release]{r}, err
			})
	}
	only("plan", "plan.advance", "Plan a release", p.Plan)
	only("activate", "plan.advance", "Activate a release", p.Activate)
	only("resume", "plan.hold", "Resume a release", p.Resume)
	reasoned("verify", "plan.advance", "Say that a deployed release works", p.Verify)
	reasoned("close", "plan.advance", "Close a release", p.Close)
	reasoned("hold", "plan.hold", "Put a release on hold", p.Hold)
	reasoned("cancel", "plan.cancel", "Cancel a release", p.Cancel)
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/retarget", Permission: "plan.edit", Tag: "Releases", Summary: "Retarget a release that was rolled back", Status: http.StatusOK,
		Description: "It needs a reason and another manifest or window, and makes the release active again."},
		func(ctx context.Context, in *editIn) (*one[plan.Release], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			r, err := p.Retarget(ctx, in.Release, rev, in.Body.Edit)
			return &one[plan.Release]{r}, err
		})
}

// manifest is what a release carries.
type manifest struct {
	Release string              `json:"release"`
	Digest  string              `json:"digest"`
	Rev     int64               `json:"rev"`
	Items   []plan.ManifestItem `json:"items"`
}

type manifestChange struct {
	Items  []plan.ItemSpec `json:"items" doc:"The whole manifest"`
	Reason string          `json:"reason,omitempty" doc:"Why, as the record will say"`
	Rev    int64           `json:"rev,omitempty" doc:"Version of the release as it was read"`
}

func manifestOf(d plan.Detail) manifest {
	return manifest{Release: d.Key, Digest: d.ManifestDigest, Rev: d.Rev, Items: d.Manifest}
}

func manifests(a *api.API, p *plan.Plans) {
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/manifest", Permission: "plan.read", Tag: "Releases", Summary: "Show what a release carries",
		Description: "The digest is the SHA-256 of the items in canonical JSON (RFC 8785)."},
		func(ctx context.Context, in *byRelease) (*one[manifest], error) {
			d, err := p.Get(ctx, in.Release)
			return &one[manifest]{manifestOf(d)}, err
		})
	type in struct {
		byRelease
		api.IfMatch
		Body manifestChange
	}
	api.Register(a, api.Op{Method: http.MethodPut, Path: "/releases/{release}/manifest", Permission: "plan.edit", Tag: "Releases", Summary: "Replace what a release carries"},
		func(ctx context.Context, in *in) (*one[manifest], error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			if _, err := p.Set(ctx, in.Release, rev, plan.Edit{Services: &in.Body.Items, Reason: in.Body.Reason}); err != nil {
				return nil, err
			}
			d, err := p.Get(ctx, in.Release)
			return &one[manifest]{manifestOf(d)}, err
		})
}

func changes(a *api.API, p *plan.Plans) {
	type in struct {
		byRelease
		api.Paging
		Section string `query:"section" enum:"scope,manifest,window,plan,runbook" doc:"Only changes of this section."`
	}
	type key struct {
		At db.Time `json:"a"`
		ID string  `json:"i"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/changes", Permission: "plan.read", Tag: "Releases", Summary: "List what changed of a release",
		Description: "Newest first: who, when, why, and of the section what differed before and after."},
		func(ctx context.Context, in *in) (*many[plan.Change], error) {
			k, _, err := api.DecodeCursor[key]("changes", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := p.Changes(ctx, in.Release, plan.ChangeFilter{Section: in.Section, BeforeAt: k.At, BeforeID: k.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			page, err := api.PageOf("changes", rows, in.Limit, func(c plan.Change) key { return key{c.At, c.ID} })
			return &many[plan.Change]{page}, err
		})
}
