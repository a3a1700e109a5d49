package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// RunState is a run in the shape that scripts rely on.
type RunState struct {
	ID          string     `json:"id"`
	Release     string     `json:"release"`
	Mode        string     `json:"mode"`  // live, rehearsal
	State       string     `json:"state"` // running, paused, succeeded, failed, aborted, rolled-back
	StartedAt   *time.Time `json:"startedAt"`
	FinishedAt  *time.Time `json:"finishedAt"` // nil while it runs
	ForecastEnd *time.Time `json:"forecastEnd"`
	Steps       []RunStep  `json:"steps"` // those of the back-out only once it has begun
}

// RunStep is a step of a run in the shape that scripts rely on.
type RunStep struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	State      string     `json:"state"`
	Attempt    int        `json:"attempt"`
	StartedAt  *time.Time `json:"startedAt"`
	FinishedAt *time.Time `json:"finishedAt"`
	Owner      string     `json:"owner"` // role, or the person it was handed to
}

// Run is one execution of a runbook, with all that the server tells.
type Run struct {
	ID          string      `json:"id"`
	Release     string      `json:"release"`
	Mode        string      `json:"mode"`
	State       string      `json:"state"`
	StartedAt   *time.Time  `json:"startedAt"`
	FinishedAt  *time.Time  `json:"finishedAt"`
	ForecastEnd *time.Time  `json:"forecastEnd"`
	Steps       []Step      `json:"steps"`
	Number      int         `json:"number"`
	Runbook     string      `json:"runbook"`
	Version     int         `json:"runbookVersion"`
	Rev         int64       `json:"rev"`
	RollingBack bool        `json:"rollingBack,omitempty"`
	Reason      string      `json:"reason,omitempty"`         // of the pause that is on, or of the abort
	RolledBack  string      `json:"rollbackReason,omitempty"` // why it was rolled back
	PlannedEnd  *time.Time  `json:"plannedEnd,omitempty"`
	WindowEnd   *time.Time  `json:"windowEnd,omitempty"`
	BackOut     int64       `json:"backOutSeconds,omitempty"`
	BackOutBy   *time.Time  `json:"backOutDeadline,omitempty"`
	Alarm       string      `json:"alarm,omitempty"`
	Attention   []Attention `json:"attention,omitempty"`
}

// Step is a step of a run, with all that the server tells.
type Step struct {
	RunStep
	Kind     string `json:"kind"`
	Lane     string `json:"lane,omitempty"`
	BackOut  bool   `json:"backOut,omitempty"`
	Question string `json:"question,omitempty"` // go, done, outcome: what a person is asked
	Asked    int    `json:"asked,omitempty"`
	Role     string `json:"role,omitempty"` // that the question goes to
	Reason   string `json:"reason,omitempty"`
}

// Attention is something in a run that does not go on without a person's decision.
type Attention struct {
	Step string `json:"step"`
	Code string `json:"code"`
	Text string `json:"text"`
	Next string `json:"next"`
}

// Ended reports whether the run is over.
func (r Run) Ended() bool { return r.State != "running" && r.State != "paused" }

// Brief returns the run in the shape that scripts rely on.
func (r Run) Brief() RunState {
	out := RunState{ID: r.ID, Release: r.Release, Mode: r.Mode, State: r.State, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, ForecastEnd: r.ForecastEnd, Steps: []RunStep{}}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, s.RunStep)
	}
	return out
}

// RunListed is a run in a list.
type RunListed struct {
	ID         string     `json:"id"`
	Number     int        `json:"number"`
	Release    string     `json:"release"`
	Mode       string     `json:"mode"`
	State      string     `json:"state"`
	Runbook    string     `json:"runbook"`
	Version    int        `json:"runbookVersion"`
	StartedAt  *time.Time `json:"startedAt"`
	FinishedAt *time.Time `json:"finishedAt"`
}

// NewRun says how to start a run.
type NewRun struct {
	Rehearsal   bool              `json:"-"`
	Override    string            `json:"override,omitempty"`
	Environment string            `json:"environment,omitempty"` // of a rehearsal
	Parameters  map[string]string `json:"parameters,omitempty"`  // of a rehearsal
}

// StartRun starts the live run of a release, or a rehearsal.
func (c *Client) StartRun(ctx context.Context, release string, in NewRun) (Run, error) {
	what := "runs"
	if in.Rehearsal {
		what = "rehearsals"
	}
	var out Run
	err := c.Post(ctx, Path("releases", release, what), in, &out)
	return out, err
}

// Run returns a run by identifier, or the newest run of the release with the key.
func (c *Client) Run(ctx context.Context, run string) (Run, error) {
	var out Run
	err := c.Get(ctx, Path("runs", run), nil, &out)
	return out, err
}

// AwaitRun returns a run once it is newer than rev, or after 25 seconds.
func (c *Client) AwaitRun(ctx context.Context, run string, rev int64) (Run, error) {
	var out Run
	err := c.Get(ctx, Path("runs", run), url.Values{"rev": {strconv.FormatInt(rev, 10)}, "wait": {"25"}}, &out)
	return out, err
}

// Word is what is said with a verb.
type Word struct {
	Reason       string `json:"reason,omitempty"`
	Asked        int    `json:"asked,omitempty"`        // of steps: the question that was seen
	PastNoReturn bool   `json:"pastNoReturn,omitempty"` // of a roll back
}

// StepVerb puts a verb to a step of a run: confirm, refuse, retry, skip, stop.
func (c *Client) StepVerb(ctx context.Context, run, step, verb string, in Word) (Run, error) {
	var out Run
	err := c.Post(ctx, Path("runs", run, "steps", step, verb), in, &out)
	return out, err
}

// RunVerb puts a verb to a run: pause, resume, abort, rollback, reason.
func (c *Client) RunVerb(ctx context.Context, run, verb string, in Word) (Run, error) {
	var out Run
	err := c.Post(ctx, Path("runs", run, verb), in, &out)
	return out, err
}

// AssignStep hands a step to a person; "" takes it back.
func (c *Client) AssignStep(ctx context.Context, run, step, person string) (Run, error) {
	var out Run
	err := c.Post(ctx, Path("runs", run, "steps", step, "assign"), map[string]string{"person": person}, &out)
	return out, err
}

// CommentRun comments on a run, or on a step of it.
func (c *Client) CommentRun(ctx context.Context, run, step, text string) error {
	return c.Post(ctx, Path("runs", run, "comments"), map[string]string{"step": step, "text": text}, nil)
}

// LogChunk is a piece of the log of a run.
type LogChunk struct {
	Offset  int64     `json:"offset"`
	Step    string    `json:"step"`
	Attempt int       `json:"attempt"`
	At      time.Time `json:"at"`
	Source  string    `json:"source"` // output, slipway
	Text    string    `json:"text"`
}

// LogPage is a stretch of a log.
type LogPage struct {
	Items []LogChunk `json:"items"`
	After int64      `json:"after"`
	Ended bool       `json:"ended"`
}

// RunLog returns the log of a run behind an offset, waiting up to wait seconds (30 at most) for something; of one step if it is named.
func (c *Client) RunLog(ctx context.Context, run, step string, after int64, wait int) (LogPage, error) {
	q := url.Values{"after": {strconv.FormatInt(after, 10)}, "wait": {strconv.Itoa(wait)}}
	if step != "" {
		q.Set("step", step)
	}
	var out LogPage
	err := c.Get(ctx, Path("runs", run, "log"), q, &out)
	return out, err
}
