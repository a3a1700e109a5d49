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
	Thing     string // with a kind
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
	var out []Booking
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = Read(tx, f)
		return err
	})
	return out, err
}

// Read is List inside the caller's transaction.
func Read(tx *db.Tx, f Filter) ([]Booking, error) {
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return nil, err
	}
	if !all && len(scopes) == 0 {
		return []Booking{}, nil
	}
	g := booked.Filter{Kind: f.Kind, States: f.States, From: f.From, To: f.To, AfterFrom: f.AfterFrom, AfterID: f.AfterID, Limit: f.Limit}
	if !all {
		g.Scopes = scopes
	}
	if g.Limit <= 0 || g.Limit > listMax {
		g.Limit = listMax
	}
	if f.Thing != "" {
		t, err := ThingOf(tx, f.Kind, f.Thing)
		if err != nil {
			return nil, err
		}
		g.Thing = t.ID
	}
	if f.Release != "" {
		r, err := plan.ReleaseByRef(tx, f.Release)
		if err != nil {
			return nil, err
		}
		g.Release = r.ID
	}
	if f.Service != "" {
		x, err := catalog.ServiceByRef(tx, f.Service)
		if err != nil {
			return nil, err
		}
		g.Service = x.ID
	}
	if f.Mine {
		g.RequestedBy = auth.Me(tx)
	}
	out, err := booked.List(tx, g)
	if out == nil {
		out = []Booking{}
	}
	return out, err
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
