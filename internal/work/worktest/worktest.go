package worktest

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// World is plantest's with tasks.
type World struct {
	plantest.World
	Tasks *work.Tasks
}

// New makes a world whose releases get the tasks of their template.
func New(t testing.TB, d *db.DB) World {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions)
	w := World{World: plantest.New(t, d), Tasks: work.New(d)}
	w.Plans.Follow(w.Tasks)
	return w
}

// Add adds a task to a release by its key.
func (w World) Add(t testing.TB, release string, in work.Spec) work.Task {
	t.Helper()
	out, err := w.Tasks.Add(w.Admin, release, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Chain makes a release in draft whose only open tasks are a chain a, b, c of 8, 16 and 4 hours, and d of 8 hours beside it; the administrator owns a and d.
func (w World) Chain(t testing.TB, key string) plan.Release {
	t.Helper()
	r := w.Release(t, key, plan.Draft)
	ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key})
	if err != nil {
		t.Fatal(err)
	}
	dropped := work.Dropped
	for _, x := range ts {
		if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: &dropped}); err != nil {
			t.Fatal(err)
		}
	}
	h := func(low, likely, high int64) work.Estimate {
		return work.Estimate{Low: low * 60, Likely: likely * 60, High: high * 60}
	}
	w.Add(t, r.Key, work.Spec{Key: "a", Name: "A", Estimate: h(4, 8, 12), Owner: "admin"})
	w.Add(t, r.Key, work.Spec{Key: "b", Name: "B", Estimate: h(8, 16, 24), Needs: []string{"a"}})
	w.Add(t, r.Key, work.Spec{Key: "c", Name: "C", Estimate: h(4, 4, 4), After: []work.After{{Task: "b", Lag: 60}}})
	w.Add(t, r.Key, work.Spec{Key: "d", Name: "D", Estimate: h(8, 8, 8), Owner: "admin"})
	return r
}
