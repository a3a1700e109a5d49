package outlook

import (
	"context"

	"slipway/internal/platform/db"
)

// Past is a forecast that was made. Of each day the last is kept, for ninety days.
type Past struct {
	At      db.Time  `json:"at"`
	Samples int      `json:"samples"`
	P50     db.Time  `json:"p50,omitzero"`
	P80     db.Time  `json:"p80,omitzero"`
	P95     db.Time  `json:"p95,omitzero"`
	Window  db.Time  `json:"window,omitzero"`  // its start, as it was planned then
	Chance  *float64 `json:"chance,omitempty"` // of it, 0 to 1
}

// Earlier is a past forecast beside the present one.
type Earlier struct {
	Past
	Tasks int `json:"tasks"` // how many have been added or changed since
}

// kept is for how many days forecasts are kept, and week how many lie between a forecast and the one it is compared with.
const (
	kept = 90
	week = 7
)

// Forecasts returns the forecasts of a release that were made, the last of each day, newest first. It fails with errs.NotFound if the caller may not
// see the release.
func (o *Outlooks) Forecasts(ctx context.Context, release string) ([]Past, error) {
	return db.Reading(ctx, o.db, func(tx *db.Tx) ([]Past, error) {
		r, err := seen(tx, release)
		if err != nil {
			return nil, err
		}
		return pastForecasts(tx, r.ID)
	})
}

// compare finds the forecast of a week earlier, or the first of the days since, and counts what has changed since in its tasks.
func (m *model) compare(f *Forecast, past []Past) {
	f.Before = nil
	today := day(f.At)
	for _, x := range past { // newest first
		if d := day(x.At); d < today {
			f.Before = &Earlier{Past: x}
			if d <= today-week {
				break
			}
		}
	}
	if f.Before == nil {
		return
	}
	for _, t := range m.all {
		if t.ChangedAt.After(f.Before.At) {
			f.Before.Tasks++
		}
	}
}
