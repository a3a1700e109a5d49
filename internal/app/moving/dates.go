package moving

import (
	"slices"
	"time"

	"slipway/internal/calendar/clash"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/db"
	"slipway/internal/work/outlook"
)

// freeDates finds dates by the calendar.
type freeDates struct{ *clash.Conflicts }

// At implements move.Dates.
func (d freeDates) At(tx *db.Tx, r plan.Release, length time.Duration, starts []db.Time) ([]db.Time, error) {
	if len(starts) == 0 {
		return nil, nil
	}
	slots, err := d.FreeAt(tx, clash.Want{Release: r.ID, Length: length, From: tx.Now, To: slices.Max(starts).Add(length)}, starts)
	return beginnings(slots), err
}

// Near implements move.Dates.
func (d freeDates) Near(tx *db.Tx, r plan.Release, length time.Duration, from, to, near db.Time, n int) ([]db.Time, error) {
	slots, err := d.FreeSlots(tx, clash.Want{Release: r.ID, Length: length, From: from, To: to, Near: near, N: n})
	return beginnings(slots), err
}

func beginnings(slots []clash.Slot) []db.Time {
	out := make([]db.Time, len(slots))
	for i, s := range slots {
		out[i] = s.Start
	}
	return out
}

// forecasts tells chances by the last forecast.
type forecasts struct{ *outlook.Outlooks }

// Odds implements move.Forecasts.
func (f forecasts) Odds(tx *db.Tx, r plan.Release, at ...db.Time) (move.Odds, error) {
	o, err := f.Outlooks.Odds(tx, r, at...)
	return move.Odds{Chances: o.Chances, P50: o.P50, P80: o.P80}, err
}
