package outlook

import (
	"cmp"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work/schedule"
)

// Odds are the chances of other dates than the window's.
type Odds struct {
	Chances  []float64 // to have the work before the window done by each instant that was asked for, 0 to 1; none without a forecast
	P50, P80 db.Time
	Stale    bool
}

// Odds returns how likely the work before the window of a release is done by some instants, from the last forecast: between what it
// keeps of the samples, the chance runs straight in working time; that of the window that the forecast was made for is the forecast's. It checks no permission. Without a forecast the answer is empty.
func (o *Outlooks) Odds(tx *db.Tx, r plan.Release, at ...db.Time) (Odds, error) {
	f, err := lastForecast(tx, r.ID)
	if errs.Is(err, errs.CodeNotFound) {
		return Odds{}, nil
	}
	if err != nil {
		return Odds{}, err
	}
	m, err := o.whole(tx, r, nil)
	if err != nil {
		return Odds{}, err
	}
	out := Odds{P50: f.P50, P80: f.P80}
	_, out.Stale = m.holds(made{f.Digest, f.At}, tx.Now)
	if f.Samples == 0 {
		return out, nil
	}
	curve := m.curve(f)
	for _, t := range at {
		if t.Before(tx.Now) {
			out.Chances = append(out.Chances, 0) // what is left to do does not lie in the past
			continue
		}
		out.Chances = append(out.Chances, f.beside(t, read(curve, m.usually(t))))
	}
	return out, nil
}

// beside keeps a chance read from the curve on its side of the one that the forecast gives its own window, which was counted to the minute.
func (f Forecast) beside(t db.Time, chance float64) float64 {
	if f.Chance != nil && t <= f.Window {
		chance = min(chance, *f.Chance)
	}
	if f.Chance != nil && t >= f.Window {
		chance = max(chance, *f.Chance)
	}
	return chance
}

// usually is where an instant lies, in minutes of usual working time from now.
func (m *model) usually(t db.Time) float64 {
	return float64(m.base.Between(m.now, schedule.Minute(t.Std())))
}

// knot is a point of the distribution of when the work is done.
type knot struct{ x, share float64 }

// curve is what a forecast keeps of its samples, as a distribution that never falls.
func (m *model) curve(f Forecast) []knot {
	at := m.usually
	out := []knot{{at(f.P50), .5}, {at(f.P80), .8}, {at(f.P95), .95}}
	if f.Chance != nil {
		out = append(out, knot{at(f.Window), *f.Chance})
	}
	n := 0
	for i, b := range f.Histogram {
		if i == 0 {
			out = append(out, knot{at(b.From), 0})
		}
		n += b.Count
		out = append(out, knot{at(b.To), float64(n) / float64(f.Samples)})
	}
	slices.SortStableFunc(out, func(a, b knot) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.share, b.share)) })
	for i := 1; i < len(out); i++ {
		out[i].share = max(out[i].share, out[i-1].share)
	}
	return out
}

// read returns the share at a place of the curve.
func read(curve []knot, x float64) float64 {
	i, _ := slices.BinarySearchFunc(curve, x, func(k knot, x float64) int {
		if k.x <= x {
			return -1
		}
		return 1
	})
	switch {
	case i == 0:
		return 0
	case i == len(curve):
		return curve[i-1].share
	}
	a, b := curve[i-1], curve[i]
	return a.share + (b.share-a.share)*(x-a.x)/(b.x-a.x)
}
