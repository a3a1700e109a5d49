package work

import (
	"context"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Count says how far the tasks of a release are.
type Count struct {
	Total   int64 `json:"total"`
	Open    int64 `json:"open"` // neither done nor dropped
	Blocked int64 `json:"blocked"`
	Late    int64 `json:"late"`
	Done    int64 `json:"done"`
}

// TasksOf returns every task of a release by due date. It checks no permission.
func TasksOf(tx *db.Tx, r id.Release) ([]Task, error) { return tasksOf(tx, r) }

// Get returns a task by identifier. It fails with errs.NotFound if the caller may not see it.
func (s *Tasks) Get(ctx context.Context, task string) (Task, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (Task, error) {
		out, _, err := seen(tx, task)
		return out, err
	})
}

// Find returns a task by its release and its key or identifier. It fails with errs.NotFound if the caller may not see it.
func (s *Tasks) Find(ctx context.Context, release, task string) (Task, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (Task, error) { return Find(tx, release, task) })
}

// Find is Tasks.Find inside the caller's snapshot.
func Find(tx *db.Tx, release, task string) (Task, error) {
	r, err := plan.ReleaseByRef(tx, release)
	if err != nil {
		return Task{}, err
	}
	if err := auth.CheckSeen(tx, "work.read", plan.Scope(r), "task"); err != nil {
		return Task{}, err
	}
	t, err := taskByKey(tx, r.ID, task)
	if errs.Is(err, errs.CodeNotFound) && id.Is(task) {
		if t, err = taskByID(tx, task); err == nil && t.Release != r.ID {
			err = auth.Unseen("task")
		}
	}
	return t, err
}

// List returns one page of the tasks that the caller may see, by due date.
func (s *Tasks) List(ctx context.Context, f Filter) ([]Task, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Task, error) { return List(tx, f) })
}

// List is Tasks.List inside the caller's snapshot. It costs four statements, and one more for each reference of the filter.
func List(tx *db.Tx, f Filter) ([]Task, error) {
	w, err := f.where(tx)
	if err != nil {
		return nil, err
	}
	return listTasks(tx, f, w)
}

// CountOf returns how many tasks that the caller may see pass the filter, whatever its page is.
func CountOf(tx *db.Tx, f Filter) (int64, error) {
	w, err := f.where(tx)
	if err != nil {
		return 0, err
	}
	return countTasks(tx, w)
}

func (f Filter) where(tx *db.Tx) (db.Where, error) {
	var w db.Where
	var bad faults
	if f.Release == "" {
		all, scopes, err := auth.Scopes(tx, "work.read")
		if err != nil {
			return w, err
		}
		auth.Seen(&w, "r.product", "product", all, scopes)
	} else {
		r, err := plan.ReleaseByRef(tx, f.Release)
		if err != nil {
			return w, err
		}
		if err := auth.CheckSeen(tx, "work.read", plan.Scope(r), "release"); err != nil {
			return w, err
		}
		w.And("t.release = ?", r.ID)
	}
	if f.Owner != "" {
		w.And("t.owner = ?", bad.person(tx, f.Owner))
	}
	if len(f.Statuses) > 0 {
		in := make([]string, len(f.Statuses))
		for i, s := range f.Statuses {
			in[i] = string(s)
			if !s.known() {
				bad.Say("status", "task.status_unknown", "A status is todo, doing, blocked, done or dropped, not %.30q.", string(s))
			}
		}
		db.In(&w, "t.status", in)
	}
	if f.Silent < 0 || f.Silent > silentMax {
		bad.Say("silent", "task.silent_range", "A task can be silent for 0 to %d days.", silentMax)
	}
	if f.Silent > 0 {
		w.And("t.heard_at < ?", tx.Now.Add(-time.Duration(f.Silent)*24*time.Hour))
	}
	if f.Open || f.Late || f.Silent > 0 {
		db.In(&w, "t.status", []Status{ToDo, Doing, Blocked})
	}
	if f.Late {
		w.And("t.due < ?", tx.Now)
	}
	if !f.Until.IsZero() {
		w.And("t.due > 0 AND t.due < ?", f.Until)
	}
	if f.Phase != "" {
		w.And("t.phase = ?", f.Phase)
	}
	if f.Item != "" {
		w.And("t.id IN (SELECT s.task FROM task_item s WHERE s.item = ?)", f.Item)
	}
	bad.Add(catalog.CheckText("q", f.Query, 200, false))
	w.Words("t.search", f.Query)
	return w, bad.err()
}

func limited(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 201)
}
