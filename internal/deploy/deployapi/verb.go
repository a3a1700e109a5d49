package deployapi

import (
	"context"
	"net/http"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/id"
	"slipway/internal/platform/api"
)

type stepIn struct {
	byRun
	Step string `path:"step" maxLength:"100" doc:"Key of the step"`
	Body *deploy.Answer
}

func (in stepIn) answer() deploy.Answer {
	if in.Body == nil {
		return deploy.Answer{}
	}
	return *in.Body
}

type reasonIn struct {
	byRun
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why"`
	}
}

func (in reasonIn) reason() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Reason
}

func verbs(a *api.API, s *deploy.Runs) {
	const tag = "Runs"
	for _, v := range []struct {
		verb, permission, summary, text string
		do                              func(context.Context, id.Run, string, deploy.Answer) (deploy.Run, error)
	}{
		{"confirm", "run.answer", "Confirm a step", "Answers the open question with yes: go, done, or it took effect.", s.Confirm},
		{"refuse", "run.answer", "Refuse a step", "Answers the open question with no; the step has failed. Needs a reason.", s.Refuse},
		{"retry", "run.operate", "Retry a step", "Another attempt under a new idempotency key.", s.Retry},
		{"skip", "run.operate", "Skip a step", "Needs a reason. Refused while an attempt is in flight: wait for its result, or stop it.", s.Skip},
		{"stop", "run.operate", "Stop the attempt of a step", "Needs a reason. The step ends as failed, unless it still succeeds.", s.StopStep},
	} {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/runs/{run}/steps/{step}/" + v.verb, Permission: v.permission, Tag: tag, Summary: v.summary, Description: v.text},
			func(ctx context.Context, in *stepIn) (*one[run], error) {
				r, err := v.do(ctx, in.id(), in.Step, in.answer())
				return shownAfter(ctx, s, r, err)
			})
	}
	for _, v := range []struct {
		verb, permission, summary, text string
		do                              func(context.Context, id.Run, string) (deploy.Run, error)
	}{
		{"pause", "run.operate", "Pause a run", "What is in flight finishes; nothing new starts.", s.Pause},
		{"resume", "run.operate", "Resume a run", "", func(ctx context.Context, r id.Run, _ string) (deploy.Run, error) { return s.Resume(ctx, r) }},
		{"abort", "run.abort", "Abort a run", "It ends where it is. Nothing is undone; a roll back may follow.", s.Abort},
		{"reason", "run.rollback", "Give the reason of a roll back afterwards", "", s.Explain},
	} {
		api.Register(a, api.Op{Method: http.MethodPost, Path: "/runs/{run}/" + v.verb, Permission: v.permission, Tag: tag, Summary: v.summary, Description: v.text},
			func(ctx context.Context, in *reasonIn) (*one[run], error) {
				r, err := v.do(ctx, in.id(), in.reason())
				return shownAfter(ctx, s, r, err)
			})
	}
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/runs/{run}/rollback", Permission: "run.rollback", Tag: tag, Summary: "Roll a run back", Description: "Possible from every state; no gate stands in its way. The reason may be given afterwards, but for a release that is verified. Refused once something else was deployed over what the run brought, or the release is closed."},
		func(ctx context.Context, in *struct {
			byRun
			Body *deploy.Back
		}) (*one[run], error) {
			var b deploy.Back
			if in.Body != nil {
				b = *in.Body
			}
			r, err := s.RollBack(ctx, in.id(), b)
			return shownAfter(ctx, s, r, err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/runs/{run}/steps/{step}/assign", Permission: "run.operate", Tag: tag, Summary: "Hand a step to a person"},
		func(ctx context.Context, in *struct {
			byRun
			Step string `path:"step" maxLength:"100" doc:"Key of the step"`
			Body struct {
				Person string `json:"person" maxLength:"100" doc:"Key or identifier; empty takes it back"`
			}
		}) (*one[run], error) {
			r, err := s.Reassign(ctx, in.id(), in.Step, in.Body.Person)
			return shownAfter(ctx, s, r, err)
		})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/runs/{run}/comments", Permission: "run.comment", Tag: tag, Summary: "Comment on a run or a step", Status: http.StatusCreated},
		func(ctx context.Context, in *struct {
			byRun
			Body struct {
				Step string `json:"step,omitempty" maxLength:"100" doc:"Key of the step it is about"`
				Text string `json:"text" maxLength:"10000" doc:"What to say"`
			}
		}) (*one[deploy.Comment], error) {
			c, err := s.Say(ctx, in.id(), in.Body.Step, in.Body.Text)
			return &one[deploy.Comment]{c}, err
		})
}

func shownAfter(ctx context.Context, s *deploy.Runs, r deploy.Run, err error) (*one[run], error) {
	if err != nil {
		return nil, err
	}
	v, err := s.Shown(ctx, r)
	return &one[run]{of(v)}, err
}

// logPage is a stretch of a log.
type logPage struct {
	Items []deploy.Chunk `json:"items"`
	After int64          `json:"after" doc:"The offset to go on from"`
	Ended bool           `json:"ended" doc:"The run has ended; once there are no items nothing more comes"`
}

func logs(a *api.API, s *deploy.Runs) {
	const tag = "Runs"
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/runs/{run}/log", Permission: "run.read", Tag: tag, Summary: "Read the log of a run", Description: "In order, behind an offset. With wait, the answer comes when there is something."},
		func(ctx context.Context, in *struct {
			byRun
			After int64  `query:"after" minimum:"0" doc:"The offset behind which to start."`
			Step  string `query:"step" maxLength:"100" doc:"Only this step."`
			Limit int    `query:"limit" default:"200" minimum:"1" maximum:"1000" doc:"How many pieces at most."`
			Wait  int    `query:"wait" minimum:"0" maximum:"30" doc:"Seconds to wait for something."`
		}) (*one[logPage], error) {
			items, ended, err := s.Log(ctx, in.id(), deploy.LogFilter{Step: in.Step, After: in.After, Limit: in.Limit}, time.Duration(min(in.Wait, waitMax))*time.Second)
			p := logPage{Items: items, After: in.After, Ended: ended}
			if p.Items == nil {
				p.Items = []deploy.Chunk{}
			}
			if n := len(items); n > 0 {
				p.After = items[n-1].Seq
			}
			return &one[logPage]{p}, err
		})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/runs/{run}/detail", Permission: "run.read", Tag: tag, Summary: "Read the comments and attempts of a run"},
		func(ctx context.Context, in *byRun) (*one[detail], error) {
			d, err := s.Detail(ctx, in.id())
			out := detail{Comments: d.Comments, Attempts: d.Attempts}
			if out.Comments == nil {
				out.Comments = []deploy.Comment{}
			}
			if out.Attempts == nil {
				out.Attempts = []deploy.Attempt{}
			}
			return &one[detail]{out}, err
		})
}

type detail struct {
	Comments []deploy.Comment `json:"comments"`
	Attempts []deploy.Attempt `json:"attempts"`
}
