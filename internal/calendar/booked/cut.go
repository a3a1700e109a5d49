package booked

import (
	"time"

	"slipway/internal/platform/db"
)

// Cut divides a stretch of time into steps by the clock on the wall of a zone, so that a day is a day also where clocks change.
type Cut struct {
	From, To db.Time
	step     int64 // in microseconds, as everything here
	origin   int64 // what the clock shows at From
	shifts   []shift
}

// shift is what is added to an instant before until, to have what the clock shows. The last one has no end.
type shift struct {
	until db.Time
	add   int64
}

// NewCut divides a stretch of time into hours, days or weeks, or any other steps, by the clock of the zone that from is in.
func NewCut(from, to time.Time, step time.Duration) Cut {
	c := Cut{From: db.At(from), To: db.At(to), step: step.Microseconds()}
	for t := from; ; {
		_, seconds := t.Zone()
		_, end := t.ZoneBounds()
		s := shift{add: int64(seconds) * 1_000_000}
		last := end.IsZero() || !end.Before(to)
		if !last {
			s.until = db.At(end)
		}
		c.shifts = append(c.shifts, s)
		if last {
			break
		}
		t = end.In(from.Location())
	}
	c.origin = int64(c.From) + c.shifts[0].add
	return c
}

// Step returns the number of the step that an instant is in, from 0 on; what lies before the stretch is in its first.
func (c Cut) Step(t db.Time) int {
	t = max(t, c.From)
	i := 0
	for i < len(c.shifts)-1 && t >= c.shifts[i].until {
		i++
	}
	return int((int64(t) + c.shifts[i].add - c.origin) / c.step)
}

// Pile is how many bookings begin in one step of time. What began before the first step and goes on in it is in the first.
type Pile struct {
	Step      int
	N         int
	From      db.Time `db:"from_at"` // the first start
	Kind      Kind    // these four of piles by thing
	Thing     string
	ThingKey  string
	ThingName string
}

// What returns the thing that the bookings are of.
func (p Pile) What() Thing { return Thing{p.Kind, p.Thing, p.ThingKey, p.ThingName} }

// Stretch is a stretch of time, and how many of its bookings are wanted.
type Stretch struct {
	From, To db.Time
	N        int
}
