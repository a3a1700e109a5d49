package outlook

import (
	"context"
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// Renew makes the forecast of a release if the last one no longer holds, and reports whether it did. One that has no work left keeps its last. It checks no
// permission. It fails with errs.Invalid if the plan itself cannot be forecast.
func (o *Outlooks) Renew(ctx context.Context, release id.Release) (bool, error) {
	_, made, err := o.forecast(ctx, ForecastOptions{}, true, func(tx *db.Tx) (plan.Release, error) { return plan.ReleaseByID(tx, release) })
	return made, err
}

// Outdated reports whether the last forecast of a release with work left no longer holds. It checks no permission.
func (o *Outlooks) Outdated(tx *db.Tx, release id.Release) (bool, error) {
	r, err := plan.ReleaseByID(tx, release)
	if err != nil {
		return false, err
	}
	m, err := o.read(tx, r)
	if err != nil {
		return false, err
	}
	if err := o.surround(tx, m); err != nil {
		return false, err
	}
	return m.outdated(tx)
}

func (m *model) outdated(tx *db.Tx) (bool, error) {
	if !slices.ContainsFunc(m.tasks, func(t work.Task) bool { return !t.Status.Ended() }) {
		return false, nil
	}
	last, err := digestOf(tx, m.r.ID)
	return last != m.digest(), err
}
