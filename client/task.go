package client

import (
	"context"
	"iter"
	"net/url"
	"strconv"
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
	After      []After    `json:"after,omitempty"`
	Waits      []string   `json:"waits,omitempty"`
	Uses       []Use      `json:"uses,omitempty"`
	Items      []string   `json:"items,omitempty"` // keys of the scope items that it serves
	NotBefore  *time.Time `json:"notBefore,omitempty"`
	FixedStart *time.Time `json:"fixedStart,omitempty"`
	FixedEnd   *time.Time `json:"fixedFinish,omitempty"`
	Remaining  *int64     `json:"remaining,omitempty"`     // minutes of work
	WaitsFor   string     `json:"waitsFor,omitempty"`      // who removes the blocker
	WaitsParty string     `json:"waitsForParty,omitempty"` // or which outside party
	HeardAt    time.Time  `json:"heardAt"`
	Rev        int64      `json:"rev"`
	CreatedAt  time.Time  `json:"createdAt"`
	CreatedBy  string     `json:"createdBy"`
	ChangedAt  time.Time  `json:"changedAt"`
	ChangedBy  string     `json:"changedBy"`
}

// After is a link of a task to another of its release: FS, SS, FF or SF, with a lag in minutes of working time, or of the clock
// if it is elapsed.
type After struct {
	Task    string `json:"task"`
	Type    string `json:"type,omitempty"`
	Lag     int64  `json:"lag,omitempty"`
	Elapsed bool   `json:"elapsed,omitempty"`
}

// Use is what a task uses of a role, a skill or an environment while it lasts.
type Use struct {
	Kind  string `json:"kind"`
	Key   string `json:"key"`
	Units int64  `json:"units,omitempty"`
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
	After    []After    `json:"after,omitempty"`
	Uses     []Use      `json:"uses,omitempty"`
	Items    []string   `json:"items,omitempty"`

	NotBefore  *time.Time `json:"notBefore,omitempty"`
	FixedStart *time.Time `json:"fixedStart,omitempty"`
	FixedEnd   *time.Time `json:"fixedFinish,omitempty"`
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
	After    *[]After   `json:"after,omitempty"`
	Uses     *[]Use     `json:"uses,omitempty"`
	Items    *[]string  `json:"items,omitempty"`

	NotBefore  *time.Time `json:"notBefore,omitempty"`
	FixedStart *time.Time `json:"fixedStart,omitempty"`
	FixedEnd   *time.Time `json:"fixedFinish,omitempty"`

	Remaining  *int64     `json:"remaining,omitempty"` // minutes; -1 takes the statement back
	StartedAt  *time.Time `json:"startedAt,omitempty"`
	EndedAt    *time.Time `json:"endedAt,omitempty"`
	WaitsFor   *string    `json:"waitsFor,omitempty"`
	WaitsParty *string    `json:"waitsForParty,omitempty"`

	Note string `json:"note,omitempty"`
}

// Tasks walks the tasks of a release by due date; of all releases if release is "". query narrows them: q, owner, status,
// open, late, until, phase, item, silent.
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

// Bottleneck is a person, outside party, team or phase that work waits for.
type Bottleneck struct {
	Kind    string `json:"kind"` // owner, party, phase or team
	Key     string `json:"key,omitempty"`
	Name    string `json:"name"`
	Waits   int    `json:"waits"`
	Holds   int64  `json:"holds"` // open tasks behind the waits
	Hours   int64  `json:"hours"`
	Longest Wait   `json:"longest"`
}

// Wait is an open task on which something waits.
type Wait struct {
	Task       string    `json:"task"`
	Key        string    `json:"key"`
	Name       string    `json:"name"`
	Release    string    `json:"release"`
	ReleaseKey string    `json:"releaseKey"`
	Phase      string    `json:"phase,omitempty"`
	On         string    `json:"on,omitempty"`
	Party      string    `json:"party,omitempty"`
	Why        string    `json:"why"` // blocked, holds or late
	Since      time.Time `json:"since"`
	Holds      int64     `json:"holds"`
}

// Bottlenecks names those that the work of a release waits for, of all releases if release is "": at most limit of each kind, 10
// for 0.
func (c *Client) Bottlenecks(ctx context.Context, release string, limit int) ([]Bottleneck, error) {
	var out struct {
		Items []Bottleneck `json:"items"`
	}
	query := url.Values{}
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	path := "/bottlenecks"
	if release != "" {
		path = Path("releases", release, "bottlenecks")
	}
	return out.Items, c.Get(ctx, path, query, &out)
}
