package clash

import (
	"slipway/internal/calendar"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Conflicts is the service of the wing. It follows releases and watches periods; bookings and impacts call it.
type Conflicts struct {
	db         *db.DB
	calendar   *calendar.Calendar
	absences   calendar.Absences
	dependants calendar.Dependants
}

// New returns the service over a migrated database.
func New(d *db.DB, c *calendar.Calendar) *Conflicts { return &Conflicts{db: d, calendar: c} }

// Bounds returns the span that what a release depends on, and what waits for it, leave it: free times lie within. The zero instant is
// where there is no bound.
func (c *Conflicts) Bounds(tx *db.Tx, r id.Release) (from, to db.Time, err error) {
	if c.dependants == nil {
		return 0, 0, nil
	}
	return c.dependants.Bounds(tx, r)
}

// Ask adds who knows of absences and of dependants; without them nobody is away and nothing waits. It belongs to the wiring,
// before any call. Either may be nil.
func (c *Conflicts) Ask(a calendar.Absences, d calendar.Dependants) *Conflicts {
	c.absences, c.dependants = a, d
	return c
}
