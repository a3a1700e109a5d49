package booking

import (
	"strings"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Limits of a booking.
const (
	purposeMax  = 500
	capacityMax = 1_000
)

// check turns what a person states into a booking without identity and state. It gathers every fault before it fails with errs.Invalid.
func (in Spec) check(tx *db.Tx) (Booking, error) {
	b := Booking{Key: in.Key, Units: max(in.Units, 1), Purpose: strings.TrimSpace(in.Purpose), From: in.From, To: in.To}
	var bad errs.Faults
	if in.Key != "" {
		bad.Add(id.CheckKey("key", in.Key))
	}
	what, err := in.thing(tx, &bad)
	if err != nil {
		return b, err
	}
	b.Kind, b.Thing, b.ThingKey, b.ThingName = what.Kind, what.ID, what.Key, what.Name
	if in.Units < 0 || in.Units > capacityMax {
		bad.Say("units", "booking.units", "A booking takes 1 to %d units.", capacityMax)
	}
	bad.Add(catalog.CheckText("purpose", in.Purpose, purposeMax, in.Release == ""))
	if in.Release != "" {
		r, err := plan.ReleaseByRef(tx, in.Release)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			bad.Say("release", "release.unknown", "There is no release %.60q, or you may not see it.", in.Release)
		case err != nil:
			return b, err
		case r.Ended():
			bad.Say("release", "release.ended", "%s is %s.", r.Name, r.State.Words())
		}
		b.Release, b.Product, b.ReleaseKey, b.ReleaseName = r.ID, r.Product, r.Key, r.Name
	}
	span(tx, b, &bad)
	return b, bad.Err("The input is not valid.", 0)
}

// span judges from when to when a booking is.
func span(tx *db.Tx, b Booking, bad *errs.Faults) {
	switch {
	case b.From.IsZero():
		bad.Say("from", "booking.from", "Say from when.")
	case b.To <= b.From:
		bad.Say("to", "booking.end_before_start", "The end must lie behind the start.")
	case b.To.Sub(b.From) > booked.LongestStay:
		bad.Say("to", "booking.too_long", "A booking lasts 92 days at most. Make several.")
	case b.To <= tx.Now:
		bad.Say("to", "booking.over", "This time is over.")
	}
}

// thing finds what is booked; exactly one is named.
func (in Spec) thing(tx *db.Tx, bad *errs.Faults) (booked.Thing, error) {
	named := 0
	for _, s := range []string{in.Environment, in.Person, in.Item, in.Window} {
		if s != "" {
			named++
		}
	}
	if named != 1 {
		bad.Say("environment", "booking.thing", "Name one environment, person, item or window.")
		return booked.Thing{}, nil
	}
	var t booked.Thing
	var err error
	field := "item"
	switch {
	case in.Environment != "":
		field = "environment"
		t, err = ThingOf(tx, booked.Environment, in.Environment)
	case in.Person != "":
		field = "person"
		t, err = ThingOf(tx, booked.Person, in.Person)
	case in.Window != "":
		field = "window"
		t, err = ThingOf(tx, booked.Window, in.Window)
	default:
		t, err = ThingOf(tx, booked.Item, in.Item)
	}
	if e := errs.As(err); e != nil && (e.Code == errs.CodeNotFound || e.Code == errs.CodeInvalid) {
		bad.Say(field, "booking.unknown", "There is no %s %.60q that can be booked, or you may not see it.", field, in.Environment+in.Person+in.Item+in.Window)
		return t, nil
	}
	return t, err
}

// ThingOf returns a thing that can be booked, by key or identifier. It fails with errs.NotFound for what does not exist, is
// inactive, was withdrawn or may not be seen, and errs.Invalid for a kind or a name that cannot be.
func ThingOf(tx *db.Tx, k booked.Kind, ref string) (booked.Thing, error) {
	switch k {
	case booked.Environment:
		e, err := catalog.EnvironmentByRef(tx, ref)
		return booked.Thing{Kind: k, ID: string(e.ID), Key: e.Key, Name: e.Name}, err
	case booked.Person:
		p, err := auth.PersonByRef(tx, ref)
		if err == nil && !p.Active {
			err = auth.Unseen("person")
		}
		return booked.Thing{Kind: k, ID: string(p.ID), Key: p.Key, Name: p.Name}, err
	case booked.Window:
		p, err := calendar.PeriodByRef(tx, calendar.Window, ref)
		if err == nil && !p.Withdrawn.IsZero() {
			err = auth.Unseen("window")
		}
		return booked.Thing{Kind: k, ID: string(p.ID), Key: p.Key, Name: p.Name}, err
	case booked.Item:
		name := strings.TrimSpace(ref)
		key := id.Keyed(name)
		if err := catalog.CheckText("item", name, catalog.NameMax, true); err != nil || key == "" {
			return booked.Thing{}, errs.InvalidField("item", "booking.item", "Give the item a name with letters or digits.")
		}
		return booked.Thing{Kind: k, ID: key, Key: key, Name: name}, nil
	}
	return booked.Thing{}, errs.InvalidField("kind", "booking.kind", "An environment, a person, an item or a window can be booked.")
}

// keyOf makes a key from the thing and the time.
func keyOf(b Booking) string {
	key := b.ThingKey
	if len(key) > 60 {
		key = key[:60]
	}
	tail := string(b.ID)
	return strings.Trim(key, "-.") + "-" + b.From.Std().Format("20060102") + "-" + tail[len(tail)-6:]
}
