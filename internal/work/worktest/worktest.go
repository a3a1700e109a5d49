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
