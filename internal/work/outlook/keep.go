package outlook

import (
	"context"
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// Renew makes the forecast of a release if the last one no longer holds: something that it rests on has changed, or it is Worn. It reports whether it
// did. A release that has no work left gets one more that says so, if it has one, and keeps that. Renew is for work in the background: it draws on one core only. It checks no permission. It
// fails with errs.Invalid if the plan itself cannot be forecast.
func (o *Outlooks) Renew(ctx context.Context, release id.Release) (bool, error) {
	_, made, err := o.forecast(ctx, ForecastOptions{}, true, func(tx *db.Tx) (plan.Release, error) { return plan.ReleaseByID(tx, release) })
	return made, err
}

// open reports whether there is work left.
func (m *model) open() bool {
	return slices.ContainsFunc(m.tasks, func(t work.Task) bool { return !t.Status.Ended() })
}

// outdated reports whether there is a forecast to make: the last one no longer holds, or there is none and work is left.
func (m *model) outdated(tx *db.Tx) (bool, error) {
	last, err := lastMade(tx, m.r.ID)
	if m.marks[0].tasks == 0 || last.MadeAt.IsZero() && !m.open() {
		return false, err
	}
	_, stale := m.holds(last, tx.Now)
	return stale, err
}
