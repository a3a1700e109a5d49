package workapi

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/work/dependency"
)

const dependencyTag = "Dependencies"

type byDependency struct {
	Dependency string `path:"dependency" maxLength:"100" doc:"Key or identifier of the dependency"`
}

type oneDependency struct{ Body dependency.Dependency }

// RegisterDependencies adds the operations of dependencies.
func RegisterDependencies(a *api.API, s *dependency.Dependencies) {
	listDependencies(a, s)
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/dependencies", Permission: "dependency.plan", Tag: dependencyTag, Summary: "Record a dependency", Status: http.StatusCreated,
		Description: "Between releases, services, teams and outside parties. The need-by date is computed back from the window of who waits. What would wait for itself in a circle is refused with the circle."},
		func(ctx context.Context, in *struct{ Body dependency.Spec }) (*oneDependency, error) {
			d, err := s.Add(ctx, in.Body)
			return &oneDependency{d}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/dependencies/{dependency}", Permission: "dependency.read", Tag: dependencyTag, Summary: "Show a dependency"},
		func(ctx context.Context, in *byDependency) (*oneDependency, error) {
			d, err := s.Get(ctx, in.Dependency)
			return &oneDependency{d}, err
		})
	changeDependencies(a, s)
	slips(a, s)
	maps(a, s)
}

func listDependencies(a *api.API, s *dependency.Dependencies) {
	type in struct {
		api.Paging
		Query   string              `query:"q" maxLength:"200" doc:"Words of key, texts, parties and release, in any case."`
		Party   string              `query:"party" maxLength:"220" doc:"Only what this party gives or takes: release:KEY, service:KEY, team:KEY or outside:NAME."`
		Release string              `query:"release" maxLength:"100" doc:"Only what this release gives, takes, or what is for it."`
		Owner   string              `query:"owner" maxLength:"100" doc:"Only this person's, by key or identifier."`
		Status  []dependency.Status `query:"status" doc:"Only these statuses, with commas between them: proposed, agreed, at-risk, delivered, withdrawn."`
		Type    []dependency.Type   `query:"type" doc:"Only these types, with commas between them: finish-start, start-start, finish-finish, calls."`
		Open    bool                `query:"open" doc:"Only what is still waited for."`
		Late    bool                `query:"late" doc:"Only what comes later than it is needed, or is needed already."`
	}
	type many struct {
		Body api.Page[dependency.Dependency]
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/dependencies", Permission: "dependency.read", Tag: dependencyTag, Summary: "List dependencies",
		Description: "By the date at which they are needed, those without one last. A dependency is seen by whoever may see one of its sides."},
		func(ctx context.Context, in *in) (*many, error) {
			at, _, err := api.DecodeCursor[place]("dependencies", in.After)
			if err != nil {
				return nil, err
			}
			rows, err := s.List(ctx, dependency.Filter{Query: in.Query, Party: in.Party, Release: in.Release, Owner: in.Owner, Statuses: in.Status, Types: in.Type, Open: in.Open, Late: in.Late,
				AfterSort: at.At, AfterID: at.ID, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("dependencies", rows, in.Limit, func(d dependency.Dependency) place { return place{d.Order(), string(d.ID)} })
			return &many{p}, err
		})
}

type dependencyChange struct {
	dependency.Change
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

type dependencyAnswer struct {
	dependency.Answer
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

func changeDependencies(a *api.API, s *dependency.Dependencies) {
	type setIn struct {
		byDependency
		api.IfMatch
		Body dependencyChange
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/dependencies/{dependency}", Permission: "dependency.plan", Tag: dependencyTag, Summary: "Change a dependency",
		Description: "What is absent stays. The parties stay: another pair is another dependency."},
		func(ctx context.Context, in *setIn) (*oneDependency, error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			d, err := s.Set(ctx, in.Dependency, rev, in.Body.Change)
			return &oneDependency{d}, err
		})
	type answerIn struct {
		byDependency
		api.IfMatch
		Body dependencyAnswer
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/dependencies/{dependency}/answer", Permission: "dependency.agree", Tag: dependencyTag, Summary: "Answer for the giver", Status: http.StatusOK,
		Description: "That it is agreed, by when it is promised, that it is at risk, or delivered. Who is hit by a later date is told in the same change."},
		func(ctx context.Context, in *answerIn) (*oneDependency, error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			d, err := s.Answer(ctx, in.Dependency, rev, in.Body.Answer)
			return &oneDependency{d}, err
		})
	type withdrawIn struct {
		byDependency
		api.IfMatch
		Body struct {
			Rev    int64  `json:"rev,omitempty" doc:"Version of the row as it was read"`
			Reason string `json:"reason" doc:"Why it is not needed any more, or not given"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/dependencies/{dependency}/withdraw", Permission: "dependency.plan", Tag: dependencyTag, Summary: "Withdraw a dependency", Status: http.StatusOK},
		func(ctx context.Context, in *withdrawIn) (*oneDependency, error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			d, err := s.Withdraw(ctx, in.Dependency, rev, in.Body.Reason)
			return &oneDependency{d}, err
		})
}

func slips(a *api.API, s *dependency.Dependencies) {
	type in struct {
		byRelease
		By int64   `query:"by" minimum:"-5270400" maximum:"5270400" doc:"By how many minutes it slips; negative is earlier."`
		To db.Time `query:"to" doc:"The new start of its window, instead of by."`
	}
	type out struct {
		Body struct {
			Items []dependency.Hit `json:"items"`
		}
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/dependants", Permission: "dependency.read", Tag: dependencyTag, Summary: "Show who is hit if a release slips",
		Description: "Everybody behind it, however far away, with by how much and through which path; then the nearest who are spared. The worst come first."},
		func(ctx context.Context, in *in) (*out, error) {
			if in.By != 0 && !in.To.IsZero() {
				return nil, errs.InvalidField("to", "dependency.slip_twice", "Give by or to, not both.")
			}
			hits, err := s.Hits(ctx, dependency.Slip{Release: in.Release, By: time.Duration(in.By) * time.Minute, To: in.To})
			o := out{}
			o.Body.Items = append([]dependency.Hit{}, hits...)
			return &o, err
		})
}

type mapPlace struct {
	Ref      string          `json:"ref"`
	Kind     dependency.Kind `json:"kind"`
	Name     string          `json:"name"`
	Under    string          `json:"under,omitempty"`
	Version  string          `json:"version,omitempty"`
	Distance int             `json:"distance" doc:"From the focus; -1 beyond the depth"`
}

type mapWay struct {
	From         int      `json:"from"`
	To           int      `json:"to"`
	Dependencies []string `json:"dependencies"`
	Changes      bool     `json:"changes"`
	Late         bool     `json:"late"`
}

type mapBody struct {
	View   dependency.View `json:"view"`
	Focus  string          `json:"focus,omitempty"`
	Beyond int             `json:"beyond" doc:"Places that were left out: too far from the focus, or too many"`
	Places []mapPlace      `json:"places"`
	Ways   []mapWay        `json:"ways" doc:"From who calls to whom it calls, or from who gives to who takes; by the index of the place"`
	Order  []string        `json:"order,omitempty" doc:"In which the services of the marked release go"`
}

func maps(a *api.API, s *dependency.Dependencies) {
	type in struct {
		View    dependency.View `query:"view" maxLength:"20" doc:"services, teams or releases; services without it."`
		Focus   string          `query:"focus" maxLength:"220" doc:"The party in the middle, by reference, key or name."`
		Depth   int             `query:"depth" minimum:"0" maximum:"9" doc:"How far around the focus; 0 for everything that hangs together with it."`
		Release string          `query:"release" maxLength:"100" doc:"What this release changes is marked."`
	}
	type out struct{ Body mapBody }
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/dependency-map", Permission: "dependency.read", Tag: dependencyTag, Summary: "Show the map of what depends on what"},
		func(ctx context.Context, in *in) (*out, error) {
			m, err := s.Map(ctx, dependency.Question{View: in.View, Focus: in.Focus, Depth: in.Depth, Release: in.Release})
			if err != nil {
				return nil, err
			}
			b := mapBody{View: m.View, Beyond: m.Beyond, Places: []mapPlace{}, Ways: []mapWay{}, Order: m.Order}
			if m.At >= 0 {
				b.Focus = m.Places[m.At].Ref()
			}
			for _, p := range m.Places {
				b.Places = append(b.Places, mapPlace{p.Ref(), p.Kind, p.Name, p.Under, p.Version, p.Distance})
			}
			for _, w := range m.Ways {
				x := mapWay{From: w.From, To: w.To, Changes: w.Changes, Late: w.Late}
				for _, i := range w.Dependencies {
					x.Dependencies = append(x.Dependencies, m.Dependencies[i].Key)
				}
				b.Ways = append(b.Ways, x)
			}
			return &out{b}, nil
		})
}
