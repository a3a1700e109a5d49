package clash

import (
	"fmt"
	"slices"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
)

// booking finds what stands in the way of a booking that is asked for or confirmed.
func (f *finder) booking(b booked.Booking) error {
	if b.State != booked.Requested && b.State != booked.Confirmed || b.To <= f.tx.Now {
		return nil
	}
	if err := f.twice(b); err != nil {
		return err
	}
	switch b.Kind {
	case booked.Environment:
		ts, err := targetsBetween(f.tx, b.From, b.To, []id.Environment{id.Environment(b.Thing)}, nil)
		if err != nil {
			return err
		}
		rule, err := booked.RuleOf(f.tx, b.Kind, b.Thing)
		if err != nil {
			return err
		}
		for _, t := range ts {
			if t.Window.End > f.tx.Now {
				f.against(t, b, rule)
			}
		}
	case booked.Person:
		return f.personBooking(b)
	case booked.Window:
		return f.windowBooking(b)
	}
	return nil
}

// twice finds the bookings of one thing that take more of it than there is.
func (f *finder) twice(b booked.Booking) error {
	rule, err := booked.RuleOf(f.tx, b.Kind, b.Thing)
	if err != nil {
		return err
	}
	others, err := booked.Touching(f.tx, b.Kind, []string{b.Thing}, b.From, b.To, booked.Requested, booked.Confirmed)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(o booked.Booking) bool { return o.ID == b.ID })
	if units, _ := booked.Peak(others, b.From, b.To); len(others) == 0 || units+b.Units <= rule.Capacity {
		return nil
	}
	if err := booked.Name(f.tx, others); err != nil {
		return err
	}
	confirmed := slices.DeleteFunc(slices.Clone(others), func(o booked.Booking) bool { return o.State != booked.Confirmed })
	for _, o := range others {
		from, to := max(b.From, o.From), min(b.To, o.To)
		both := b.State == booked.Confirmed && o.State == booked.Confirmed
		counted := others
		if both { // what is only asked for is not in the way of what stands
			counted = confirmed
		}
		if there, _ := booked.Peak(counted, from, to); there+b.Units <= rule.Capacity {
			continue
		}
		first, second := b, o
		if first.From > second.From || first.From == second.From && first.ID > second.ID {
			first, second = second, first
		}
		f.add(Conflict{Code: BookedTwice, Severity: severity(both), Thing: b.ThingName, From: from, To: to,
			Parties: []Party{partyOf(first), partyOf(second)},
			Text:    fmt.Sprintf("%s is wanted for %s and for %s at the same time.", b.ThingName, first.For(), second.For()),
			Next:    "Confirm one and move or decline the other."})
	}
	return nil
}

func (f *finder) personBooking(b booked.Booking) error {
	who := id.Person(b.Thing)
	if b.State == booked.Confirmed {
		ts, err := targetsBetween(f.tx, b.From, b.To, nil, []id.Person{who})
		if err != nil {
			return err
		}
		for _, t := range ts {
			if t.Window.End > f.tx.Now {
				f.personBooked(t, b)
			}
		}
	}
	if f.absences == nil {
		return nil
	}
	away, err := f.absences.Away(f.tx, []id.Person{who}, b.From, b.To)
	if err != nil {
		return err
	}
	production := false
	if b.Release != "" {
		ts, err := targetsOf(f.tx, b.Release)
		if err != nil {
			return err
		}
		production = len(ts) == 1 && ts[0].production()
	}
	for _, a := range away {
		f.away(a, partyOf(b), b.For(), production, b.From, b.To)
	}
	return nil
}

func (f *finder) windowBooking(b booked.Booking) error {
	if b.State != booked.Confirmed {
		return nil
	}
	var last target
	for {
		ts, err := targetsAhead(f.tx, max(b.From, f.tx.Now), b.To, last.Release, batch)
		if err != nil || len(ts) == 0 {
			return err
		}
		places, err := place.Of(f.tx, releases(ts)...)
		if err != nil {
			return err
		}
		for _, t := range ts {
			if err := f.windowBooked(t, places[t.ID], b); err != nil {
				return err
			}
		}
		last = ts[len(ts)-1]
	}
}

// batch is how many releases one step of a long check takes.
const batch = 500
