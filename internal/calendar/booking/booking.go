package booking

import (
	"cmp"
	"context"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/clash"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Bookings is the service of the wing.
type Bookings struct {
	db        *db.DB
	conflicts *clash.Conflicts
}

// New returns the service over a migrated database.
func New(d *db.DB, c *clash.Conflicts) *Bookings { return &Bookings{d, c} }

// Spec is what a person states about a booking.
type Spec struct {
	Key         string  `json:"key,omitempty" yaml:"key" doc:"Human key; made from the thing and the time if left out"`
	Environment string  `json:"environment,omitempty" yaml:"environment,omitempty" doc:"Key or identifier of the environment that is booked"`
	Person      string  `json:"person,omitempty" yaml:"person,omitempty" doc:"Or key or identifier of the person"`
	Item        string  `json:"item,omitempty" yaml:"item,omitempty" doc:"Or the name of a configuration item or another resource"`
	Window      string  `json:"window,omitempty" yaml:"window,omitempty" doc:"Or key or identifier of the window"`
	Units       int64   `json:"units,omitempty" yaml:"units,omitempty" doc:"How many of it; 1 if left out"`
	Release     string  `json:"release,omitempty" yaml:"release,omitempty" doc:"Key or identifier of the release that it is for"`
	Purpose     string  `json:"purpose,omitempty" yaml:"purpose,omitempty" doc:"What it is for; needed without a release"`
	From        db.Time `json:"from" yaml:"from" doc:"From when"`
	To          db.Time `json:"to" yaml:"to" doc:"Up to when; not part of it"`
}

// Booking is a reservation of a thing from an instant up to another.
type Booking = booked.Booking

// Made is a booking with what stands in its way.
type Made struct {
	Booking
	Conflicts []clash.Conflict `json:"conflicts"`
}

// Taken is what somebody learns who asked for what is taken: the booking that has it, and times at which it is free.
type Taken struct {
	Booking  *Booking     `json:"booking,omitempty"` // as far as the caller may see it
	Capacity int64        `json:"capacity"`
	Slots    []clash.Slot `json:"slots"`
}

// Request asks for a booking. It is confirmed at once where the thing needs no approval or the caller may approve it. It fails with
// errs.Invalid for faulty fields and errs.Conflict with reason calendar.booked, carrying Taken, where confirmed bookings leave no
// room for it.
func (s *Bookings) Request(ctx context.Context, in Spec) (Made, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Made, error) { return s.request(tx, in) })
}

func (s *Bookings) request(tx *db.Tx, in Spec) (Made, error) {
	b, err := in.check(tx)
	if err != nil {
		return Made{}, cmp.Or(mayRequest(tx, b.Product), err)
	}
	if err := mayRequest(tx, b.Product); err != nil {
		return Made{}, err
	}
	rule, err := s.turn(tx, b)
	if err != nil {
		return Made{}, err
	}
	if err := s.room(tx, b, rule); err != nil {
		return Made{}, err
	}
	b.ID, b.Rev, b.RequestedBy = id.New[booked.ID](), 1, auth.Me(tx)
	b.CreatedAt, b.CreatedBy, b.ChangedAt, b.ChangedBy = tx.Now, actor(tx), tx.Now, actor(tx)
	if b.Key == "" {
		b.Key = keyOf(b)
	}
	mine, err := approves(tx, b, rule)
	if err != nil {
		return Made{}, err
	}
	b.State, b.StateAt, b.StateBy = booked.Requested, tx.Now, actor(tx)
	if !rule.Approval || mine {
		b.State = booked.Confirmed
	}
	fresh, err := booked.Insert(tx, b)
	if err != nil {
		return Made{}, err
	}
	if !fresh {
		theirs, err := seen(tx, b.Key)
		if err != nil {
			return Made{}, err
		}
		return Made{}, errs.Conflict("key.taken", theirs, "There is a booking with the key %s already. Choose another key.", b.Key)
	}
	record(tx, BookingRequested, b, nil)
	if b.State == booked.Confirmed {
		record(tx, BookingConfirmed, b, map[string]any{"approval": rule.Approval})
	}
	return s.made(tx, b)
}

// seen returns a booking that is there, nil where the caller may not see it.
func seen(tx *db.Tx, ref string) (any, error) {
	b, err := Find(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		return nil, nil
	}
	return b, err
}

// made finds what stands in the way of a booking and returns both.
func (s *Bookings) made(tx *db.Tx, b Booking) (Made, error) {
	bs := []Booking{b}
	if err := booked.Name(tx, bs); err != nil {
		return Made{}, err
	}
	if err := s.conflicts.RecheckBookings(tx, bs...); err != nil {
		return Made{}, err
	}
	cs, err := clash.Of(tx, string(b.ID))
	if cs == nil {
		cs = []clash.Conflict{}
	}
	return Made{bs[0], cs}, err
}

// turn takes the thing's turn and returns how it may be booked: from here on no other transaction confirms a booking of it.
func (s *Bookings) turn(tx *db.Tx, b Booking) (booked.Rule, error) {
	if err := booked.Turn(tx, b.Kind, b.Thing); err != nil {
		return booked.Rule{}, err
	}
	return booked.RuleOf(tx, b.Kind, b.Thing)
}

// room refuses a booking for which the confirmed ones leave no room.
func (s *Bookings) room(tx *db.Tx, b Booking, rule booked.Rule) error {
	if b.Units > rule.Capacity {
		return errs.InvalidField("units", "booking.capacity", "There are %d of %s.", rule.Capacity, b.ThingName)
	}
	bs, err := booked.Touching(tx, b.Kind, []string{b.Thing}, b.From, b.To, booked.Confirmed)
	if err != nil {
		return err
	}
	others := bs[:0]
	for _, o := range bs {
		if o.ID != b.ID {
			others = append(others, o)
		}
	}
	if units, _ := booked.Peak(others, b.From, b.To); units+b.Units <= rule.Capacity {
		return nil
	}
	return s.taken(tx, b, rule, others)
}

// offered is how many free times are offered to who comes too late.
const offered = 3

func (s *Bookings) taken(tx *db.Tx, b Booking, rule booked.Rule, others []Booking) error {
	slots, err := s.conflicts.FreeSlots(tx, clash.Want{Things: []booked.Thing{b.What()}, Units: b.Units, Booking: b.ID, Length: b.To.Sub(b.From), From: tx.Now, Near: b.From,
		To: b.From.Add(booked.LongestStay), N: offered})
	if err != nil {
		return err
	}
	if err := booked.Name(tx, others[:1]); err != nil {
		return err
	}
	first, t := others[0], Taken{Capacity: rule.Capacity, Slots: slots}
	seen, err := visible(tx, first)
	if err != nil {
		return err
	}
	by := "somebody else"
	if seen {
		t.Booking, by = &first, first.For()
	}
	return errs.Conflict("calendar.booked", t, "%s is booked for %s from %s to %s. Choose another time.", b.ThingName, by, stamp(first.From), stamp(first.To))
}

func stamp(t db.Time) string { return t.Std().Format("15:04 MST on 2 Jan") }

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }
