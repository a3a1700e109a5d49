package move

import (
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Witness knows what a date hits in one area, and moves what belongs to it.
type Witness interface {
	// Foresee says what another window of the release hits, as far as the caller may see it. It changes nothing.
	Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]Hit, error)
	// Move follows a release that has moved from another window, as the choices say, and returns what it moved. An error undoes
	// everything.
	Move(tx *db.Tx, r plan.Release, before plan.Window, c Choices) ([]Moved, error)
}

// Painter is a Witness that also draws what lies around a date.
type Painter interface {
	// Lanes returns the rows of a stretch of time, with the window that is foreseen.
	Lanes(tx *db.Tx, r plan.Release, w, span plan.Window) ([]Lane, error)
}

// Dates finds times at which a release fits.
type Dates interface {
	// At returns those of the starts at which the release fits.
	At(tx *db.Tx, r plan.Release, length time.Duration, starts []db.Time) ([]db.Time, error)
	// Near returns n starts in a stretch of time at which it fits, those near an instant first.
	Near(tx *db.Tx, r plan.Release, length time.Duration, from, to, near db.Time, n int) ([]db.Time, error)
}

// Odds are chances that the work is done by some instants.
type Odds struct {
	Chances  []float64 // 0 to 1, one for each instant; none without a forecast
	P50, P80 db.Time
}

// Of returns the chance of the i-th instant, nil for none.
func (o Odds) Of(i int) *float64 {
	if i >= len(o.Chances) {
		return nil
	}
	return &o.Chances[i]
}

// Forecasts tells the chances of dates.
type Forecasts interface {
	Odds(tx *db.Tx, r plan.Release, at ...db.Time) (Odds, error)
}

// Sources are what the wing needs of others. What is nil is not looked at.
type Sources struct {
	Witnesses []Witness
	Dates     Dates
	Forecasts Forecasts
}

// Moves is the service of the wing.
type Moves struct {
	db    *db.DB
	plans *plan.Plans
	of    Sources
}

// New returns the service over a migrated database.
func New(d *db.DB, plans *plan.Plans, of Sources) *Moves {
	of.Witnesses = append([]Witness{parts{}}, of.Witnesses...)
	return &Moves{d, plans, of}
}

// Zone is the zone in which the caller's times are.
func Zone(tx *db.Tx) *time.Location {
	if v, ok := auth.Viewer(tx.Context()); ok {
		return v.Zone()
	}
	return time.UTC
}

// When writes an instant in the caller's zone, without words such as today, which would change by themselves.
func When(tx *db.Tx, t db.Time) string {
	x := t.Std().In(Zone(tx))
	if x.Year() != tx.Now.Std().In(Zone(tx)).Year() {
		return x.Format("Mon 2 Jan 2006, 15:04")
	}
	return x.Format("Mon 2 Jan, 15:04")
}

// DefaultLength is the length of the window of a release that has none yet.
const DefaultLength = 2 * time.Hour

func lengthOf(w plan.Window) time.Duration {
	if w.IsZero() {
		return DefaultLength
	}
	return w.End.Sub(w.Start)
}
