package workapi

import (
	"context"
	"net/http"

	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

type one struct{ Body work.Task }

type many struct{ Body api.Page[work.Task] }

type byRelease struct {
	Release string `path:"release" maxLength:"100" doc:"Key or identifier of the release"`
}

type byTask struct {
	Task string `path:"task" maxLength:"100" doc:"Identifier of the task"`
}

type filter struct {
	api.Paging
	Query  string        `query:"q" maxLength:"200" doc:"Words of the key or name, in any case."`
	Owner  string        `query:"owner" maxLength:"100" doc:"Only this person's, by key or identifier."`
	Status []work.Status `query:"status" doc:"Only these statuses, with commas between them: todo, doing, blocked, done, dropped."`
	Open   bool          `query:"open" doc:"Only those that have not ended."`
	Late   bool          `query:"late" doc:"Only open ones whose due date is over."`
	Until  db.Time       `query:"until" doc:"Only those that are due before this instant."`
	Phase  string        `query:"phase" maxLength:"100" doc:"Only those of this phase, by key."`
	Item   string        `query:"item" maxLength:"200" doc:"Only those that serve this scope item, by key."`
	Silent int           `query:"silent" minimum:"0" maximum:"3650" doc:"Only open ones of which nobody has said anything for so many days."`
}

type place struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

func (f filter) list(ctx context.Context, s *work.Tasks, release string) (*many, error) {
	at, _, err := api.DecodeCursor[place]("tasks", f.After)
	if err != nil {
		return nil, err
	}
	rows, err := s.List(ctx, work.Filter{Release: release, Owner: f.Owner, Statuses: f.Status, Open: f.Open, Late: f.Late, Until: f.Until, Phase: f.Phase, Item: f.Item, Silent: f.Silent, Query: f.Query,
		AfterSort: at.At, AfterID: at.ID, Limit: f.Limit + 1})
	if err != nil {
		return nil, err
	}
	p, err := api.PageOf("tasks", rows, f.Limit, func(t work.Task) place { return place{t.Order(), t.ID} })
	return &many{p}, err
}

type change struct {
	work.Change
	Rev int64 `json:"rev,omitempty" doc:"Version of the row as it was read"`
}

// Register adds the operations of the area.
func Register(a *api.API, s *work.Tasks) {
	const tag = "Tasks"
	type listIn struct {
		byRelease
		filter
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/tasks", Permission: "work.read", Tag: tag, Summary: "List the tasks of a release", Description: "By due date, those without one last."},
		func(ctx context.Context, in *listIn) (*many, error) { return in.list(ctx, s, in.Release) })
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/tasks", Permission: "work.read", Tag: tag, Summary: "List tasks of all releases", Description: "By due date, those without one last. With owner it is a person's list of work."},
		func(ctx context.Context, in *filter) (*many, error) { return in.list(ctx, s, "") })
	bottlenecks(a, s)
	type addIn struct {
		byRelease
		Body work.Spec
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/releases/{release}/tasks", Permission: "work.plan", Tag: tag, Summary: "Add a task", Status: http.StatusCreated,
		Description: "Dependencies that would wait for each other are refused with the cycle."},
		func(ctx context.Context, in *addIn) (*one, error) {
			t, err := s.Add(ctx, in.Release, in.Body)
			return &one{t}, err
		})
	type findIn struct {
		byRelease
		Task string `path:"task" maxLength:"100" doc:"Key or identifier of the task"`
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{release}/tasks/{task}", Permission: "work.read", Tag: tag, Summary: "Find a task by its key"},
		func(ctx context.Context, in *findIn) (*one, error) {
			t, err := s.Find(ctx, in.Release, in.Task)
			return &one{t}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/tasks/{task}", Permission: "work.read", Tag: tag, Summary: "Show a task"},
		func(ctx context.Context, in *byTask) (*one, error) {
			t, err := s.Get(ctx, in.Task)
			return &one{t}, err
		})
	type setIn struct {
		byTask
		api.IfMatch
		Body change
	}
	api.Register(a, api.Op{Method: http.MethodPatch, Path: "/tasks/{task}", Permission: "work.progress", Tag: tag, Summary: "Change a task",
		Description: "What is absent stays. Status, blocker, who removes it, actual dates and what is left need work.progress; anything else needs work.plan as well."},
		func(ctx context.Context, in *setIn) (*one, error) {
			rev, err := in.Version(in.Body.Rev)
			if err != nil {
				return nil, err
			}
			t, err := s.Set(ctx, in.Task, rev, in.Body.Change)
			return &one{t}, err
		})
	type closeIn struct {
		byTask
		Body struct {
			Note string `json:"note,omitempty" doc:"What the record will say about it"`
		}
	}
	for verb, status := range map[string]work.Status{"close": work.Done, "drop": work.Dropped} {
		summary := map[string]string{"close": "Say that a task is done", "drop": "Say that a task will not be done"}[verb]
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/tasks/{task}/" + verb, Permission: "work.progress", Tag: tag, Summary: summary, Description: "Whatever its version is."},
			func(ctx context.Context, in *closeIn) (*one, error) {
				t, err := s.Set(ctx, in.Task, 0, work.Change{Status: &status, Note: in.Body.Note})
				return &one{t}, err
			})
	}
}
