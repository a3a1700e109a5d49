package booked

import (
	"cmp"
	"slices"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// ID names a booking.
type ID string

// Kind is what sort of thing is booked.
type Kind string

// The kinds of things.
const (
	Environment Kind = "environment"
	Person      Kind = "person"
	Item        Kind = "item"   // a configuration item or another resource, by its name
	Window      Kind = "window" // of the calendar: nobody else goes in it
)

// State is where a booking stands.
type State string

// The states of a booking.
const (
	Requested State = "requested"
	Confirmed State = "confirmed"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
	Offered   State = "offered" // its release was cancelled or put on hold: others may have the thing, or it is kept after all
)

// States returns every state.
func States() []State { return []State{Requested, Confirmed, Declined, Withdrawn, Offered} }

// Known reports whether the state is one of a booking.
func (s State) Known() bool {
	switch s {
	case Requested, Confirmed, Declined, Withdrawn, Offered:
		return true
	}
	return false
}

// Ended reports whether nothing follows the state.
func (s State) Ended() bool { return s == Declined || s == Withdrawn }

// LongestStay is how long one booking may last, so that the bookings that touch a time are found near it.
const LongestStay = 92 * 24 * time.Hour

// Thing is what can be booked. ID is the identifier of an environment, a person or a window, and the key of an item.
type Thing struct {
	Kind Kind   `json:"kind" db:"kind"`
	ID   string `json:"id" db:"thing"`
	Key  string `json:"key" db:"thing_key"`
	Name string `json:"name" db:"thing_name"`
}

// Booking is a reservation of a thing from an instant up to another.
type Booking struct {
	ID          ID         `json:"id"`
	Key         string     `json:"key"`
	Kind        Kind       `json:"kind"`
	Thing       string     `json:"thing"` // identifier, or the key of an item
	ThingKey    string     `json:"thingKey"`
	ThingName   string     `json:"thingName"`
	Units       int64      `json:"units"`
	Release     id.Release `json:"release,omitempty" db:"release"`
	Product     id.Product `json:"-"` // of the release
	ReleaseKey  string     `json:"releaseKey,omitempty" db:"-"`
	ReleaseName string     `json:"releaseName,omitempty" db:"-"`
	Purpose     string     `json:"purpose,omitempty"`
	From        db.Time    `json:"from" db:"from_at"`
	To          db.Time    `json:"to" db:"to_at"`
	State       State      `json:"state"`
	StateReason string     `json:"stateReason,omitempty"`
	StateAt     db.Time    `json:"stateAt"`
	StateBy     string     `json:"stateBy"`
	RequestedBy id.Person  `json:"requestedBy"`
	ByName      string     `json:"requestedByName,omitempty" db:"-"`
	Rev         int64      `json:"rev"`
	CreatedAt   db.Time    `json:"createdAt"`
	CreatedBy   string     `json:"createdBy"`
	ChangedAt   db.Time    `json:"changedAt"`
	ChangedBy   string     `json:"changedBy"`
}

// What returns the thing that is booked.
func (b Booking) What() Thing { return Thing{b.Kind, b.Thing, b.ThingKey, b.ThingName} }

// For says whom the booking is for, as a sentence has it: the release, or else the purpose.
func (b Booking) For() string {
	switch {
	case b.ReleaseName != "":
		return b.ReleaseName
	case b.Purpose != "":
		return "“" + b.Purpose + "”"
	}
	return b.Key
}

// Rule is how a thing may be booked.
type Rule struct {
	Kind      Kind      `json:"kind"`
	Thing     string    `json:"thing"`
	Capacity  int64     `json:"capacity"` // how many units are there: 1 is exclusive
	Approval  bool      `json:"approval"` // whether somebody confirms a booking
	Owner     id.Person `json:"owner,omitempty"`
	Rev       int64     `json:"rev"`
	ChangedAt db.Time   `json:"changedAt,omitzero"`
	ChangedBy string    `json:"changedBy,omitempty"`
}

// Peak returns the greatest number of units that bookings take at one instant of a stretch of time, and the end of the first of
// them to end behind the stretch's start; 0 without any. It costs a sort of those that touch the stretch.
func Peak(bs []Booking, from, to db.Time) (units int64, free db.Time) {
	type turn struct {
		at db.Time
		by int64
	}
	var turns []turn
	for _, b := range bs {
		if b.To <= from || b.From >= to {
			continue
		}
		if free == 0 || b.To < free {
			free = b.To
		}
		turns = append(turns, turn{max(b.From, from), b.Units}, turn{b.To, -b.Units})
	}
	slices.SortFunc(turns, func(a, b turn) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) }) // what ends makes room first
	n := int64(0)
	for _, t := range turns {
		n += t.by
		units = max(units, n)
	}
	return units, free
}
