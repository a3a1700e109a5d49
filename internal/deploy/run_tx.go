package deploy

import (
	"slipway/internal/deploy/stored"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// RunByID returns a run, or the newest run of a release whose key is given in place of the identifier. It fails with
// errs.NotFound if it does not exist or the caller may not see it.
func RunByID(tx *db.Tx, r id.Run) (Run, error) {
	out, err := stored.By(tx, r)
	if err != nil {
		return out, err
	}
	return out, auth.CheckSeen(tx, "run.read", Scope(out), "run")
}

// RunsOf returns the runs of a release, newest first, 200 at most. It fails with errs.NotFound if the caller may not see them.
func RunsOf(tx *db.Tx, release id.Release) ([]Run, error) {
	r, err := plan.ReleaseByID(tx, release)
	if err != nil {
		return nil, err
	}
	if err := auth.CheckSeen(tx, "run.read", plan.Scope(r), "release"); err != nil {
		return nil, err
	}
	return stored.List(tx, RunFilter{Release: release, Limit: 200}, true, nil)
}

// ListRuns returns one page of the runs that the caller may see, newest first.
func ListRuns(tx *db.Tx, f RunFilter) ([]Run, error) {
	all, scopes, err := auth.Scopes(tx, "run.read")
	if err != nil {
		return nil, err
	}
	return stored.List(tx, f, all, scopes)
}

// LiveRuns returns the live runs that have not ended and that the caller may see, newest first, 200 at most.
func LiveRuns(tx *db.Tx) ([]Run, error) {
	return ListRuns(tx, RunFilter{Mode: Live, Open: true, Limit: 200})
}
