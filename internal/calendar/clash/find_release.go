package clash

import (
	"fmt"
	"slices"

	"slipway/internal/calendar"
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// beside finds what a release shares with other releases, bookings and people at the same time.
func (f *finder) beside(t target) error {
	var owners []id.Person
	if t.Owner != "" {
		owners = []id.Person{t.Owner}
	}
	others, err := targetsBetween(f.tx, t.Window.Start, t.Window.End, t.Environments, owners)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(o target) bool { return o.ID == t.ID || o.Window.End <= f.tx.Now })
	places, err := place.Of(f.tx, releases(others)...)
	if err != nil {
		return err
	}
	for _, o := range others {
		f.pair(t, o, f.places[t.ID], places[o.ID])
	}
	if err := f.bookings(t); err != nil {
		return err
	}
	if err := f.owner(t, others); err != nil {
		return err
	}
	return f.order(t)
}

// pair finds what two releases share while both of their windows run.
func (f *finder) pair(a, b target, at, bt []book.Place) {
	if a.Window.Start > b.Window.Start || a.Window.Start == b.Window.Start && a.ID > b.ID {
		a, b, at, bt = b, a, bt, at
	}
	from, to := max(a.Window.Start, b.Window.Start), min(a.Window.End, b.Window.End)
	for _, e := range a.to {
		if !slices.ContainsFunc(b.to, func(x environment) bool { return x.ID == e.ID }) {
			continue
		}
		var services []string
		for _, p := range at {
			if p.Environment == e.Key && slices.Contains(bt, p) {
				services = append(services, p.Service)
			}
		}
		c := Conflict{Code: EnvironmentShared, Severity: severity(e.production()), Environment: e.Key, From: from, To: to, Parties: []Party{a.party(), b.party()},
			Text: fmt.Sprintf("%s and %s both go to %s at the same time.", a.Name, b.Name, e.Name), Next: "Move one of them, or agree on who goes first."}
		if len(services) > 0 {
			c.Code, c.Severity, c.Services = ReleasesOverlap, Serious, services
			c.Text = fmt.Sprintf("%s and %s both change %s in %s at the same time.", a.Name, b.Name, and(services), e.Name)
			c.Next = "Move one of them, or take the service out of one."
		}
		f.add(c)
	}
}

// bookings finds the environments of a release that somebody else has booked.
func (f *finder) bookings(t target) error {
	things := make([]string, len(t.to))
	for i, e := range t.to {
		things[i] = string(e.ID)
	}
	bs, err := booked.Touching(f.tx, booked.Environment, things, t.Window.Start, t.Window.End, booked.Requested, booked.Confirmed)
	if err != nil || len(bs) == 0 {
		return err
	}
	rules, err := booked.Rules(f.tx, booked.Environment, things)
	if err != nil {
		return err
	}
	if err := booked.Name(f.tx, bs); err != nil {
		return err
	}
	for _, b := range bs {
		f.against(t, b, rules[b.Thing])
	}
	return nil
}

// against finds a booking of an environment that is in the way of a release.
func (f *finder) against(t target, b booked.Booking, rule booked.Rule) {
	i := slices.IndexFunc(t.to, func(e environment) bool { return string(e.ID) == b.Thing })
	from, to := max(t.Window.Start, b.From), min(t.Window.End, b.To)
	if i < 0 || b.Release == t.ID || from >= to || b.Units < rule.Capacity {
		return // what is shared has room for the deployment beside the booking
	}
	e, word := t.to[i], "is booked"
	if b.State == booked.Requested {
		word = "is asked for"
	}
	f.add(Conflict{Code: EnvironmentBooked, Severity: severity(b.State == booked.Confirmed), Environment: e.Key, Thing: e.Name, From: from, To: to, Parties: []Party{t.party(), partyOf(b)},
		Text: fmt.Sprintf("%s %s for %s while %s goes there.", e.Name, word, b.For(), t.Name), Next: "Move one of them, or agree with " + named(b.ByName) + ", who booked it."})
}

// owner finds where else the owner of a release is needed, and when they are away.
func (f *finder) owner(t target, others []target) error {
	if t.Owner == "" {
		return nil
	}
	who, err := auth.PeopleByID(f.tx, t.Owner)
	if err != nil {
		return err
	}
	name := who[t.Owner].Name
	for _, o := range others {
		if o.Owner == t.Owner {
			f.person(t, o, name)
		}
	}
	bs, err := booked.Touching(f.tx, booked.Person, []string{string(t.Owner)}, t.Window.Start, t.Window.End, booked.Confirmed)
	if err != nil {
		return err
	}
	if err := booked.Name(f.tx, bs); err != nil {
		return err
	}
	for _, b := range bs {
		f.personBooked(t, b)
	}
	if f.absences == nil {
		return nil
	}
	away, err := f.absences.Away(f.tx, []id.Person{t.Owner}, t.Window.Start, t.Window.End)
	for _, a := range away {
		f.away(a, t.party(), t.Name, t.production(), t.Window.Start, t.Window.End)
	}
	return err
}

func (f *finder) person(a, b target, name string) {
	if a.Window.Start > b.Window.Start || a.Window.Start == b.Window.Start && a.ID > b.ID {
		a, b = b, a
	}
	f.add(Conflict{Code: PersonTwice, Severity: Minor, Thing: name, From: b.Window.Start, To: min(a.Window.End, b.Window.End), Parties: []Party{a.party(), b.party()},
		Text: fmt.Sprintf("%s answers for %s and for %s at the same time.", name, a.Name, b.Name), Next: "Move one of them, or name another owner."})
}

func (f *finder) personBooked(t target, b booked.Booking) {
	from, to := max(t.Window.Start, b.From), min(t.Window.End, b.To)
	if b.Release == t.ID || from >= to {
		return
	}
	f.add(Conflict{Code: PersonTwice, Severity: severity(t.production()), Thing: b.ThingName, From: from, To: to, Parties: []Party{t.party(), partyOf(b)},
		Text: fmt.Sprintf("%s answers for %s and is booked for %s at the same time.", b.ThingName, t.Name, b.For()), Next: "Move one of them, or name another person."})
}

func (f *finder) away(a calendar.Absence, p Party, what string, production bool, start, end db.Time) {
	from, to := max(start, a.From), min(end, a.To)
	if from >= to {
		return
	}
	why := ""
	if a.Text != "" {
		why = " (" + a.Text + ")"
	}
	f.add(Conflict{Code: PersonAway, Severity: severity(production), Thing: a.Name, From: from, To: to, Parties: []Party{p},
		Text: fmt.Sprintf("%s is away%s while needed for %s.", a.Name, why, what), Next: "Name another person, or move it."})
}

// order finds what a release waits for, or what waits for it, that would come too late.
func (f *finder) order(t target) error {
	if f.dependants == nil {
		return nil
	}
	ds, err := f.dependants.OutOfOrder(f.tx, t.ID)
	if err != nil {
		return err
	}
	for _, d := range ds {
		c := Conflict{Code: OutOfOrder, Severity: severity(d.Serious), From: t.Window.Start, To: t.Window.End, Text: d.Text, Next: d.Next}
		for _, r := range []id.Release{d.Release, d.For} {
			switch {
			case r == "":
				c.Thing = d.Text
			case r == t.ID:
				c.Parties = append(c.Parties, t.party())
			default:
				others, err := targetsOf(f.tx, r)
				if err != nil {
					return err
				}
				for _, o := range others {
					c.Parties = append(c.Parties, o.party())
					c.From, c.To = min(c.From, o.Window.Start), max(c.To, o.Window.End)
				}
			}
		}
		f.add(c)
	}
	return nil
}
