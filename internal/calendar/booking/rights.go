package booking

import (
	"slipway/internal/calendar/booked"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// mayRequest lets those pass who may ask for bookings of the product, or somewhere for a booking without one.
func mayRequest(tx *db.Tx, p id.Product) error {
	if p != "" {
		return auth.Check(tx, "booking.request", catalog.Scope(p))
	}
	all, scopes, err := auth.Scopes(tx, "booking.request")
	if err == nil && !all && len(scopes) == 0 {
		err = auth.Check(tx, "booking.request", auth.Everywhere)
	}
	return err
}

// approves reports whether the caller answers for the thing: its owner, the person that is booked, or who has booking.approve.
func approves(tx *db.Tx, b Booking, rule booked.Rule) (bool, error) {
	me := auth.Me(tx)
	switch {
	case me == "":
	case rule.Owner == me, b.Kind == booked.Person && b.Thing == string(me):
		return true, nil
	case b.Kind == booked.Environment:
		e, err := catalog.EnvironmentByRef(tx, b.Thing)
		if err != nil {
			return false, err
		}
		if e.Owner == me {
			return true, nil
		}
	}
	return auth.Allowed(tx, "booking.approve", auth.Everywhere)
}

// mayAnswer lets those pass who answer for the thing.
func mayAnswer(tx *db.Tx, b Booking, rule booked.Rule) error {
	ok, err := approves(tx, b, rule)
	if err != nil {
		return err
	}
	if ok {
		return mayRequest(tx, "")
	}
	if err := auth.Check(tx, "booking.approve", auth.Everywhere); err != nil {
		return errs.Forbidden("booking.not_owner", "Only who answers for %s confirms or declines its bookings.", b.ThingName)
	}
	return nil
}

// mayChange lets those pass who asked for the booking or answer for the thing.
func mayChange(tx *db.Tx, b Booking, rule booked.Rule) error {
	if me := auth.Me(tx); me != "" && me == b.RequestedBy {
		return mayRequest(tx, b.Product)
	}
	err := mayAnswer(tx, b, rule)
	if errs.ReasonOf(err) == "booking.not_owner" {
		return errs.Forbidden("booking.not_owner", "Only who asked for the booking, or who answers for %s, moves or withdraws it.", b.ThingName)
	}
	return err
}

// visible reports whether the caller may see a booking: one for a release by the readers of its product, any other by whoever
// reads the calendar.
func visible(tx *db.Tx, b Booking) (bool, error) {
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil || all {
		return all, err
	}
	if b.Product == "" {
		return len(scopes) > 0, nil
	}
	for _, s := range scopes {
		if s.Covers(catalog.Scope(b.Product)) {
			return true, nil
		}
	}
	return false, nil
}

func record(tx *db.Tx, action string, b Booking, more map[string]any) {
	payload := map[string]any{"key": b.Key, "kind": b.Kind, "thing": b.ThingKey, "name": b.ThingName, "units": b.Units, "purpose": b.Purpose, "from": b.From, "to": b.To, "state": b.State}
	for k, v := range more {
		payload[k] = v
	}
	scope := ""
	if b.Product != "" {
		scope = string(catalog.Scope(b.Product))
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "booking", ID: string(b.ID)}, Release: b.Release, Scope: scope, Payload: payload})
}
