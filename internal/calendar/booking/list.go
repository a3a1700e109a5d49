package booking

import (
	"context"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/clash"
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Filter narrows the list of bookings. Things and releases are named by key or identifier.
type Filter struct {
	Kind      booked.Kind
	Thing     string      // with a kind
	Things    []string    // identifiers, with a kind or without
	IDs       []booked.ID // only these, where not nil
	Release   string
	Service   string // only those for releases that carry it
	States    []booked.State
	From, To  db.Time // those that touch it
	Mine      bool    // asked for by the caller
	AfterFrom db.Time
	AfterID   booked.ID
	Limit     int
}

// listMax is how many bookings one list returns at most.
const listMax = 5_000

// List returns the bookings that the caller may see, by their start.
func (s *Bookings) List(ctx context.Context, f Filter) ([]Booking, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Booking, error) { return Read(tx, f) })
}

// Read is List inside the caller's transaction.
func Read(tx *db.Tx, f Filter) ([]Booking, error) {
	g, sees, err := f.seen(tx)
	if err != nil || !sees {
		return []Booking{}, err
	}
	out, err := booked.List(tx, g)
	if out == nil {
		out = []Booking{}
	}
	return out, err
}

// Piles returns how many bookings that the caller may see begin in each step of time, by step.
func Piles(tx *db.Tx, f Filter, c booked.Cut) ([]booked.Pile, error) {
	g, sees, err := f.seen(tx)
	if err != nil || !sees {
		return nil, err
	}
	return booked.Piles(tx, g, c)
}

// PilesByThing is Piles for each thing by itself, by kind and identifier, then by step.
func PilesByThing(tx *db.Tx, f Filter, c booked.Cut) ([]booked.Pile, error) {
	g, sees, err := f.seen(tx)
	if err != nil || !sees {
		return nil, err
	}
	return booked.PilesByThing(tx, g, c)
}

// Firsts returns the first bookings that the caller may see and that begin in each stretch of time, by one statement. What began
// before the start of the filter and goes on behind it belongs to the stretch that begins there.
func Firsts(tx *db.Tx, f Filter, in []booked.Stretch) ([]Booking, error) {
	g, sees, err := f.seen(tx)
	if err != nil || !sees {
		return nil, err
	}
	return booked.Firsts(tx, g, in)
}

// seen is the filter of the rows that the caller may see; false if there are none.
func (f Filter) seen(tx *db.Tx) (booked.Filter, bool, error) {
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil || !all && len(scopes) == 0 {
		return booked.Filter{}, false, err
	}
	g := booked.Filter{Kind: f.Kind, Things: f.Things, IDs: f.IDs, States: f.States, From: f.From, To: f.To, AfterFrom: f.AfterFrom, AfterID: f.AfterID, Limit: f.Limit}
	if !all {
		g.Scopes = scopes
	}
	if g.Limit <= 0 || g.Limit > listMax {
		g.Limit = listMax
	}
	if f.Thing != "" {
		t, err := ThingOf(tx, f.Kind, f.Thing)
		if err != nil {
			return g, false, err
		}
		g.Thing = t.ID
	}
	if f.Release != "" {
		r, err := plan.ReleaseByRef(tx, f.Release)
		if err != nil {
			return g, false, err
		}
		g.Release = r.ID
	}
	if f.Service != "" {
		x, err := catalog.ServiceByRef(tx, f.Service)
		if err != nil {
			return g, false, err
		}
		g.Service = x.ID
	}
	if f.Mine {
		g.RequestedBy = auth.Me(tx)
	}
	return g, true, nil
}

// Get returns a booking with what stands in its way.
func (s *Bookings) Get(ctx context.Context, ref string) (Made, error) {
	out := Made{Conflicts: []clash.Conflict{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		b, err := Find(tx, ref)
		if err != nil {
			return err
		}
		out.Booking = b
		cs, err := s.conflicts.Read(tx, clash.Filter{Party: string(b.ID)})
		out.Conflicts = append(out.Conflicts, cs...)
		return err
	})
	return out, err
}
