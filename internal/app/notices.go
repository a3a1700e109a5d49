package app

import (
	"cmp"
	"time"

	"slipway/internal/calendar/impact"
	"slipway/internal/home"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// joined puts the facts of several areas about a release together, in order.
func joined(of ...func(*db.Tx, plan.Release) ([]ui.Fact, error)) func(*db.Tx, plan.Release) ([]ui.Fact, error) {
	return func(tx *db.Tx, r plan.Release) ([]ui.Fact, error) {
		var out []ui.Fact
		for _, facts := range of {
			more, err := facts(tx, r)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		return out, nil
	}
}

// notices is what releases do to users, as home needs it.
type notices struct{}

const noticesMost = 100 // that mission control looks at

// Owed returns the notices that press.
func (notices) Owed(tx *db.Tx, within time.Duration) ([]home.Notice, error) {
	rows, err := impact.Read(tx, impact.Filter{Show: impact.ShowOwed, DueBefore: tx.Now.Add(within), Limit: noticesMost})
	if err != nil {
		return nil, err
	}
	out := make([]home.Notice, len(rows))
	for i, x := range rows {
		out[i] = home.Notice{Release: x.ReleaseKey, ReleaseName: x.ReleaseName, Service: x.ServiceKey, ServiceName: x.ServiceName, Degradation: x.Kind == impact.Degradation,
			Minutes: x.Minutes, Users: x.Users, Owner: x.Owner, Window: x.WindowStart, Due: cmp.Or(x.NoticeDue, x.WindowStart), Moved: x.Notice == impact.NoticeMoved}
	}
	return out, nil
}
