package deployapi

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// run is a run as clients see it.
type run struct {
	ID          id.Run      `json:"id"`
	Release     string      `json:"release" doc:"Key of the release"`
	Mode        deploy.Mode `json:"mode" enum:"live,rehearsal"`
	State       string      `json:"state" enum:"running,paused,succeeded,failed,aborted,rolled-back"`
	StartedAt   db.Time     `json:"startedAt"`
	FinishedAt  db.Time     `json:"finishedAt" doc:"null while it runs"`
	ForecastEnd db.Time     `json:"forecastEnd"`
	Steps       []step      `json:"steps"`

	Number         int               `json:"number"`
	Runbook        string            `json:"runbook"`
	Version        int               `json:"runbookVersion"`
	Rev            int64             `json:"rev" doc:"Rises with every change; give it back to wait for the next"`
	Environments   []string          `json:"environments,omitempty"`
	Parameters     map[string]string `json:"parameters,omitempty"`
	StartedBy      id.Person         `json:"startedBy,omitempty"`
	RollingBack    bool              `json:"rollingBack,omitempty"`
	Reason         string            `json:"reason,omitempty" doc:"Of the pause that is on, or of the abort"`
	RollbackReason string            `json:"rollbackReason,omitempty" doc:"Of the roll back"`
	PlannedEnd     db.Time           `json:"plannedEnd,omitzero"`
	WindowEnd      db.Time           `json:"windowEnd,omitzero"`
	BackOut        int64             `json:"backOutSeconds,omitempty" doc:"How long a roll back takes that begins now"`
	BackOutBy      db.Time           `json:"backOutDeadline,omitzero" doc:"From then on a roll back no longer ends inside the window"`
	Alarm          string            `json:"alarm,omitempty"`
	Attention      []attention       `json:"attention,omitempty" doc:"What does not go on without a person's decision"`
	Overridden     []deploy.Override `json:"overridden,omitempty"`
	Freezes        []deploy.Heeded   `json:"freezes,omitempty" doc:"That began while it was live, with what each did to it"`
}

type step struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	State      string  `json:"state" enum:"waiting,ready,running,awaiting,succeeded,failed,skipped,cancelled,unknown"`
	Attempt    int     `json:"attempt"`
	StartedAt  db.Time `json:"startedAt" doc:"null before it starts"`
	FinishedAt db.Time `json:"finishedAt" doc:"null before it ends"`
	Owner      string  `json:"owner" doc:"Role; the person's identifier once it was handed to somebody"`

	Kind         string  `json:"kind"`
	Lane         string  `json:"lane,omitempty"`
	BackOut      bool    `json:"backOut,omitempty" doc:"Belongs to the way back"`
	Question     string  `json:"question,omitempty" enum:"go,done,outcome" doc:"What a person is asked"`
	Asked        int     `json:"asked,omitempty" doc:"Number of the question; give it back with the answer"`
	Role         string  `json:"role,omitempty" doc:"That the question goes to"`
	Reason       string  `json:"reason,omitempty"`
	PlannedStart db.Time `json:"plannedStart,omitzero"`
	PlannedEnd   db.Time `json:"plannedEnd,omitzero"`
	Start        db.Time `json:"forecastStart,omitzero"`
	End          db.Time `json:"forecastEnd,omitzero"`
}

type attention struct {
	Step string `json:"step"`
	Code string `json:"code"`
	Text string `json:"text"`
	Next string `json:"next"`
}

func of(v deploy.View) run {
	r := run{ID: v.ID, Release: v.ReleaseKey, Mode: v.Mode, State: string(v.State), StartedAt: v.StartedAt, FinishedAt: v.FinishedAt, ForecastEnd: db.At(v.Forecast.End), Steps: []step{},
		Number: v.Number, Runbook: v.Runbook, Version: v.Version, Rev: v.Rev, Environments: v.Given.EnvironmentKeys, Parameters: v.Given.Parameters, StartedBy: v.StartedBy,
		RollingBack: v.RollingBack(), Reason: v.Course.Reason, RollbackReason: v.Course.RollbackReason, PlannedEnd: db.At(v.Forecast.PlannedEnd), WindowEnd: v.Given.WindowEnd, BackOut: int64(v.Forecast.BackOut / time.Second),
		BackOutBy: db.At(v.Forecast.BackOutDeadline), Alarm: v.Alarm, Overridden: v.Overridden, Freezes: v.Heeded}
	for _, s := range v.Steps {
		x := step{ID: s.Key, Name: s.Def.Title(), State: string(s.State), Attempt: s.Attempt, StartedAt: db.At(s.StartedAt), FinishedAt: db.At(s.EndedAt), Owner: s.Def.Owner,
			Kind: string(s.Def.Kind), Lane: s.Def.Lane, BackOut: s.BackOut, Question: string(s.Question), Reason: s.Reason,
			PlannedStart: db.At(s.Plan.PlannedStart), PlannedEnd: db.At(s.Plan.PlannedEnd), Start: db.At(s.Plan.Start), End: db.At(s.Plan.End)}
		if s.Question != "" {
			x.Asked, x.Role = s.Asked, s.Role
		}
		if s.Assigned != "" {
			x.Owner = string(s.Assigned)
		}
		r.Steps = append(r.Steps, x)
	}
	for _, a := range v.Attentions {
		r.Attention = append(r.Attention, attention{a.Step, a.Code, a.Text, a.Next})
	}
	return r
}

// brief is a run in a list.
type brief struct {
	ID         id.Run      `json:"id"`
	Number     int         `json:"number"`
	Release    string      `json:"release"`
	Mode       deploy.Mode `json:"mode"`
	State      string      `json:"state"`
	Runbook    string      `json:"runbook"`
	Version    int         `json:"runbookVersion"`
	StartedAt  db.Time     `json:"startedAt"`
	FinishedAt db.Time     `json:"finishedAt"`
}

type before struct {
	At db.Time `json:"at"`
	ID id.Run  `json:"id"`
}

type byRun struct {
	Run string `path:"run" maxLength:"100" doc:"Identifier of the run, or the key of a release for its newest run"`
}

func (b byRun) id() id.Run { return id.Run(b.Run) }

// waitMax bounds how long an answer waits for a change, in seconds.
const waitMax = 30

type listIn struct {
	api.Paging
	Mode string `query:"mode" enum:"live,rehearsal" doc:"Only runs of this mode."`
	Open bool   `query:"open" doc:"Only runs that have not ended."`
}

func lists(a *api.API, s *deploy.Runs) {
	const tag = "Runs"
	list := func(ctx context.Context, release string, in listIn) (*many[brief], error) {
		k, ok, err := api.DecodeCursor[before]("runs", in.After)
		if err != nil {
			return nil, err
		}
		f := deploy.RunFilter{Mode: deploy.Mode(in.Mode), Open: in.Open, Limit: in.Limit + 1}
		if ok {
			f.BeforeAt, f.BeforeID = k.At, k.ID
		}
		rows, err := s.List(ctx, release, f)
		if err != nil {
			return nil, err
		}
		out := make([]brief, len(rows))
		for i, r := range rows {
			out[i] = brief{r.ID, r.Number, r.ReleaseKey, r.Mode, string(r.State), r.Runbook, r.Version, r.StartedAt, r.FinishedAt}
		}
		p, err := api.PageOf("runs", out, in.Limit, func(b brief) before { return before{b.StartedAt, b.ID} })
		return &many[brief]{p}, err
	}
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/runs", Permission: "run.read", Tag: tag, Summary: "List runs", Description: "Newest first."},
		func(ctx context.Context, in *listIn) (*many[brief], error) { return list(ctx, "", *in) })
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/releases/{key}/runs", Permission: "run.read", Tag: tag, Summary: "List the runs of a release", Description: "Newest first."},
		func(ctx context.Context, in *struct {
			byRelease
			listIn
		}) (*many[brief], error) {
			return list(ctx, in.Release, in.listIn)
		})
	start := func(mode deploy.Mode, path, permission, summary, text string) {
		api.Register(a, api.Op{Method: http.MethodPost, Path: path, Permission: permission, Tag: tag, Summary: summary, Status: http.StatusCreated, Description: text},
			func(ctx context.Context, in *struct {
				byRelease
				Body *struct {
					Override    string            `json:"override,omitempty" maxLength:"2000" doc:"Reason to start a live run although it is refused; recorded, and needs the permission run.override"`
					Environment string            `json:"environment,omitempty" maxLength:"100" doc:"Where a rehearsal takes place; its deployments are recorded there alone, and never in production"`
					Parameters  map[string]string `json:"parameters,omitempty" doc:"Parameters of a rehearsal that differ from the release's"`
				}
			}) (*one[run], error) {
				n := deploy.NewRun{Mode: mode}
				if b := in.Body; b != nil {
					n.Override, n.Environment, n.Parameters = b.Override, b.Environment, b.Parameters
				}
				r, err := s.StartRun(ctx, in.Release, n)
				if err != nil {
					return nil, err
				}
				return shownAfter(ctx, s, r, nil)
			})
	}
	start(deploy.Live, "/releases/{key}/runs", "run.start", "Start the live run of a release", "It needs clearance, or an override. Without a GO the answer is 409 with one field for each reason.")
	start(deploy.Rehearsal, "/releases/{key}/rehearsals", "run.rehearse", "Start a rehearsal", "It passes no gate and leaves the release where it is.")
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/runs/{run}", Permission: "run.read", Tag: tag, Summary: "Show a run", Description: "With wait, the answer comes when the run is newer than rev, or when the time is over."},
		func(ctx context.Context, in *struct {
			byRun
			Rev  int64 `query:"rev" minimum:"0" doc:"The rev that is known."`
			Wait int   `query:"wait" minimum:"0" maximum:"30" doc:"Seconds to wait for a newer one."`
		}) (*one[run], error) {
			v, err := s.Await(ctx, in.id(), in.Rev, time.Duration(min(in.Wait, waitMax))*time.Second)
			return &one[run]{of(v)}, err
		})
}
