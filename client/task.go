package client

import (
	"context"
	"iter"
	"net/url"
	"time"
)

// Task is a piece of work in the plan of a release.
type Task struct {
	ID         string     `json:"id"`
	Release    string     `json:"release"`
	ReleaseKey string     `json:"releaseKey"`
	Key        string     `json:"key"`
	Name       string     `json:"name"`
	Text       string     `json:"text,omitempty"`
	Owner      string     `json:"owner,omitempty"`
	Phase      string     `json:"phase,omitempty"`
	Status     string     `json:"status"` // todo, doing, blocked, done or dropped
	StatusAt   time.Time  `json:"statusAt"`
	Blocker    string     `json:"blocker,omitempty"`
	Estimate   *Estimate  `json:"estimate,omitempty"`
	Due        *time.Time `json:"due,omitempty"`
	Offset     string     `json:"offset,omitempty"`
	StartedAt  *time.Time `json:"startedAt,omitempty"`
	EndedAt    *time.Time `json:"endedAt,omitempty"`
	Needs      []string   `json:"needs"`
	Waits      []string   `json:"waits,omitempty"`
	Rev        int64      `json:"rev"`
	CreatedAt  time.Time  `json:"createdAt"`
	CreatedBy  string     `json:"createdBy"`
	ChangedAt  time.Time  `json:"changedAt"`
	ChangedBy  string     `json:"changedBy"`
}

// Estimate is the work of a task in minutes: optimistic, most likely, pessimistic. A simple one has Likely alone.
type Estimate struct {
	Low    int64 `json:"low,omitempty"`
	Likely int64 `json:"likely"`
	High   int64 `json:"high,omitempty"`
}

// NewTask states a task; its date, or its distance from the window's start.
type NewTask struct {
	Key      string     `json:"key,omitempty"`
	Name     string     `json:"name"`
	Text     string     `json:"text,omitempty"`
	Owner    string     `json:"owner,omitempty"`
	Phase    string     `json:"phase,omitempty"`
	Estimate *Estimate  `json:"estimate,omitempty"`
	Due      *time.Time `json:"due,omitempty"`
	Offset   string     `json:"offset,omitempty"`
	Needs    []string   `json:"needs,omitempty"`
}

// TaskEdit says what to change of a task; what is nil stays. Rev is the version that was read.
type TaskEdit struct {
	Rev      int64      `json:"rev"`
	Status   *string    `json:"status,omitempty"`
	Blocker  *string    `json:"blocker,omitempty"`
	Name     *string    `json:"name,omitempty"`
	Text     *string    `json:"text,omitempty"`
	Owner    *string    `json:"owner,omitempty"`
	Phase    *string    `json:"phase,omitempty"`
	Estimate *Estimate  `json:"estimate,omitempty"`
	Due      *time.Time `json:"due,omitempty"`
	Offset   *string    `json:"offset,omitempty"`
	Needs    *[]string  `json:"needs,omitempty"`
	Note     string     `json:"note,omitempty"`
}

// Tasks walks the tasks of a release by due date; of all releases if release is "". query narrows them: q, owner, status,
// open, late, until, phase.
func (c *Client) Tasks(ctx context.Context, release string, query url.Values) iter.Seq2[Task, error] {
	if release == "" {
		return All[Task](ctx, c, "/tasks", query)
	}
	return All[Task](ctx, c, Path("releases", release, "tasks"), query)
}

// Task returns a task of a release by its key.
func (c *Client) Task(ctx context.Context, release, task string) (Task, error) {
	var out Task
	return out, c.Get(ctx, Path("releases", release, "tasks", task), nil, &out)
}

// AddTask adds a task to a release.
func (c *Client) AddTask(ctx context.Context, release string, in NewTask) (Task, error) {
	var out Task
	return out, c.Post(ctx, Path("releases", release, "tasks"), in, &out)
}

// EditTask changes a task by its identifier.
func (c *Client) EditTask(ctx context.Context, task string, in TaskEdit) (Task, error) {
	var out Task
	return out, c.Patch(ctx, Path("tasks", task), in, &out)
}

// CloseTask says that a task, by its identifier, is done.
func (c *Client) CloseTask(ctx context.Context, task, note string) (Task, error) {
	return c.endTask(ctx, task, "close", note)
}

// DropTask says that a task, by its identifier, will not be done.
func (c *Client) DropTask(ctx context.Context, task, note string) (Task, error) {
	return c.endTask(ctx, task, "drop", note)
}

func (c *Client) endTask(ctx context.Context, task, verb, note string) (Task, error) {
	var out Task
	body := struct {
		Note string `json:"note,omitempty"`
	}{note}
	return out, c.Post(ctx, Path("tasks", task, verb), body, &out)
}
