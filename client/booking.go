package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// BookingSpec is what is stated about a booking; one of Environment, Person, Item and Window is given.
type BookingSpec struct {
	Key         string    `json:"key,omitempty"`
	Environment string    `json:"environment,omitempty"`
	Person      string    `json:"person,omitempty"`
	Item        string    `json:"item,omitempty"`
	Window      string    `json:"window,omitempty"`
	Units       int64     `json:"units,omitempty"`
	Release     string    `json:"release,omitempty"`
	Purpose     string    `json:"purpose,omitempty"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
}

// Booking is a reservation of a thing for a time.
type Booking struct {
	ID          string     `json:"id"`
	Key         string     `json:"key"`
	Kind        string     `json:"kind"` // environment, person, item or window
	ThingKey    string     `json:"thingKey"`
	ThingName   string     `json:"thingName"`
	Units       int64      `json:"units"`
	ReleaseKey  string     `json:"releaseKey,omitempty"`
	Purpose     string     `json:"purpose,omitempty"`
	From        time.Time  `json:"from"`
	To          time.Time  `json:"to"`
	State       string     `json:"state"` // requested, confirmed, declined, withdrawn or offered
	StateReason string     `json:"stateReason,omitempty"`
	ByName      string     `json:"requestedByName,omitempty"`
	Rev         int64      `json:"rev"`
	Conflicts   []Conflict `json:"conflicts,omitempty"` // of one booking only
}

// Taken is the Theirs of a Problem with reason calendar.booked: the booking that has the thing, and times that are free.
type Taken struct {
	Booking  *Booking `json:"booking,omitempty"`
	Capacity int64    `json:"capacity"`
	Slots    []Slot   `json:"slots"`
}

// Slot is a time that is free.
type Slot struct {
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	HarmMinutes int64     `json:"harmMinutes"`
	Busy        []string  `json:"busy,omitempty"`
}

// Bookable is how a thing may be booked.
type Bookable struct {
	Kind     string `json:"kind,omitempty"`
	Thing    string `json:"thing,omitempty"`
	Capacity int64  `json:"capacity"`
	Approval bool   `json:"approval"`
	Owner    string `json:"owner,omitempty"`
	Rev      int64  `json:"rev,omitempty"`
}

// Book asks for a booking.
func (c *Client) Book(ctx context.Context, s BookingSpec) (out Booking, err error) {
	return out, c.Post(ctx, "/bookings", s, &out)
}

// Booking returns a booking with what stands in its way.
func (c *Client) Booking(ctx context.Context, ref string) (out Booking, err error) {
	return out, c.Get(ctx, Path("bookings", ref), nil, &out)
}

// AnswerBooking does confirm, decline, withdraw or keep to a booking; rev is 0 for any version.
func (c *Client) AnswerBooking(ctx context.Context, ref, verb, reason string, rev int64) (out Booking, err error) {
	body := map[string]any{}
	if reason != "" {
		body["reason"] = reason
	}
	if rev != 0 {
		body["rev"] = rev
	}
	return out, c.Post(ctx, Path("bookings", ref, verb), body, &out)
}

// MoveBooking gives a booking another time; units and rev are 0 for as before and for any version.
func (c *Client) MoveBooking(ctx context.Context, ref string, from, to time.Time, units, rev int64) (out Booking, err error) {
	body := map[string]any{"from": from, "to": to}
	if units != 0 {
		body["units"] = units
	}
	if rev != 0 {
		body["rev"] = rev
	}
	return out, c.Post(ctx, Path("bookings", ref, "move"), body, &out)
}

// Bookable returns how a thing may be booked.
func (c *Client) Bookable(ctx context.Context, kind, ref string) (out Bookable, err error) {
	return out, c.Get(ctx, Path("bookables", kind, ref), nil, &out)
}

// SetBookable says how a thing may be booked, against the version that it carries.
func (c *Client) SetBookable(ctx context.Context, kind, ref string, b Bookable) (out Bookable, err error) {
	body := map[string]any{"capacity": b.Capacity, "approval": b.Approval, "rev": b.Rev, "owner": b.Owner}
	return out, c.Do(ctx, Request{Method: http.MethodPut, Path: Path("bookables", kind, ref), Body: body}, &out)
}

// FreeSlots returns times that are free, as the parameters of the operation say for what.
func (c *Client) FreeSlots(ctx context.Context, q url.Values) (out Page[Slot], err error) {
	return out, c.Get(ctx, "/free-slots", q, &out)
}
