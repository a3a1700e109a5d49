package clash

import (
	"fmt"
	"slices"

	"slipway/internal/calendar"
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// finder gathers the conflicts of one check. Each is found from either side alike, so that its print is the same.
type finder struct {
	*Conflicts
	tx     *db.Tx
	ts     []target
	places map[id.Release][]book.Place
	known  map[string]bool // prints
	out    []Conflict
	read   period.Known // windows that are booked
}

func (f *finder) add(c Conflict) {
	c.seal()
	if !f.known[c.Print] {
		f.known[c.Print] = true
		f.out = append(f.out, c)
	}
}

// look begins a check of releases.
func (c *Conflicts) look(tx *db.Tx, ts []target) (*finder, error) {
	places, err := place.Of(tx, releases(ts)...)
	return &finder{Conflicts: c, tx: tx, ts: ts, places: places, known: map[string]bool{}}, err
}

// closed finds the windows of releases that lie in closed time, fall in busy times with harm, or go in a window that somebody else
// has booked.
func (f *finder) closed() error {
	if len(f.ts) == 0 {
		return nil
	}
	from, to := f.ts[0].Window.Start, f.ts[0].Window.End
	for _, t := range f.ts {
		from, to = min(from, t.Window.Start), max(to, t.Window.End)
	}
	b, err := f.calendar.Book(f.tx, min(from, f.tx.Now), f.few()...)
	if err != nil {
		return err
	}
	pass, err := period.PassesByRelease(f.tx, identifiers(f.ts)...)
	if err != nil {
		return err
	}
	for _, t := range f.ts {
		if err := f.shut(t, b, pass[t.ID]); err != nil {
			return err
		}
	}
	if err := f.harm(); err != nil {
		return err
	}
	return f.windows(from, to)
}

// few returns the places of the releases, none if they are too many to hold every period against each.
func (f *finder) few() []book.Place {
	const most = 40
	var out []book.Place
	for _, ps := range f.places {
		if out = append(out, ps...); len(out) > most {
			return nil
		}
	}
	return out
}

func (f *finder) shut(t target, b *book.Book, pass book.Passes) error {
	from := max(t.Window.Start, f.tx.Now)
	at := map[string]*Conflict{}
	var order []string
	for _, pl := range f.places[t.ID] {
		fit, err := b.Fits(pl, from.Std(), t.Window.End.Std(), pass)
		if err != nil {
			return err
		}
		if fit.State == openness.Open {
			continue
		}
		k := pl.Environment + " " + fit.Reason.Code + " " + fit.Reason.Period
		if c, ok := at[k]; ok {
			c.Services = append(c.Services, pl.Service)
			continue
		}
		e := t.at(pl.Environment)
		c := &Conflict{Code: WindowClosed, Severity: severity(e.production() || fit.Reason.Code == "calendar.freeze_hard"), Environment: e.Key, Services: []string{pl.Service},
			From: db.At(fit.From), To: db.At(fit.To), Owner: fit.Reason.Owner, Parties: []Party{t.party()},
			Text: fmt.Sprintf("The window of %s is not open in %s: %s", t.Name, e.Name, fit.Reason.Clause()), Next: "Move the release into open time, or change the calendar."}
		if fit.Reason.Code == "calendar.freeze_hard" || fit.Reason.Code == "calendar.freeze_soft" {
			c.Period = calendar.ID(fit.Reason.Period)
		}
		if fit.State == openness.NeedsApproval {
			c.Code, c.Severity, c.Next = NeedsApproval, severity(e.production()), "Ask "+somebody(fit.Reason.Owner)+" to let the release pass, or move it."
		}
		at[k] = c
		order = append(order, k)
	}
	for _, k := range order {
		f.add(*at[k])
	}
	return nil
}

func somebody(name string) string {
	if name == "" {
		return "the freeze's owner"
	}
	return name
}

// harm finds planned downtime and degradation in busy times, and notices that users are owed.
func (f *finder) harm() error {
	by, err := impact.ByRelease(f.tx, identifiers(f.ts)...)
	if err != nil || len(by) == 0 {
		return err
	}
	busy, err := f.calendar.Standing(f.tx, calendar.Busy)
	if err != nil {
		return err
	}
	for _, t := range f.ts {
		for _, i := range by[t.ID] {
			if err := f.busyHarm(t, i, busy); err != nil {
				return err
			}
			f.notice(t, i)
		}
	}
	return nil
}

func (f *finder) busyHarm(t target, i impact.Impact, busy []*period.Written) error {
	for _, w := range busy {
		for _, pl := range f.places[t.ID] {
			if pl.Service != i.ServiceKey || !w.Scope.Takes(pl) {
				continue
			}
			spans, err := w.Within(t.Window.Start.Std(), t.Window.End.Std(), 1)
			if err != nil {
				return err
			}
			if len(spans) == 0 {
				continue
			}
			e := t.at(pl.Environment)
			f.add(Conflict{Code: BusyTime, Severity: severity(e.production() && i.Kind == impact.Downtime), Environment: e.Key, Services: []string{i.ServiceKey}, Period: w.ID,
				From: max(t.Window.Start, spans[0].Start), To: min(t.Window.End, spans[0].End), Parties: []Party{t.party()},
				Text: fmt.Sprintf("%s plans %d minutes of %s of %s in %s during %s.", t.Name, i.Minutes, i.Kind, i.ServiceKey, e.Name, w.Name),
				Next: "Move the release to a time with less harm."})
		}
	}
	return nil
}

func (f *finder) notice(t target, i impact.Impact) {
	if i.InTime(t.Window.Start, f.tx.Now) <= t.Window.Start {
		return
	}
	f.add(Conflict{Code: NoticeShort, Severity: Minor, Services: []string{i.ServiceKey}, Thing: i.ServiceKey, From: t.Window.Start, To: t.Window.End, Parties: []Party{t.party()},
		Text: fmt.Sprintf("Users of %s are owed a notice %d hours before %s and were not told in time.", i.ServiceKey, i.NoticeHours, t.Name),
		Next: "Tell them and agree to the short notice, or move the release."})
}

// windows finds bookings of calendar windows that releases of others go in.
func (f *finder) windows(from, to db.Time) error {
	bs, err := booked.Touching(f.tx, booked.Window, nil, from, to, booked.Confirmed)
	if err != nil || len(bs) == 0 {
		return err
	}
	if err := booked.Name(f.tx, bs); err != nil {
		return err
	}
	for _, t := range f.ts {
		for _, b := range bs {
			if err := f.windowBooked(t, f.places[t.ID], b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *finder) windowBooked(t target, places []book.Place, b booked.Booking) error {
	from, to := max(t.Window.Start, b.From), min(t.Window.End, b.To)
	if b.Release == t.ID || from >= to {
		return nil
	}
	p, rule, err := f.read.Window(f.tx, b.Thing)
	if err != nil || rule == nil || !slices.ContainsFunc(places, func(pl book.Place) bool { return p.Scope.Takes(pl) }) {
		return err
	}
	if os, _ := rule.Occurrences(from.Std(), to.Std(), 1); len(os) == 0 {
		return nil
	}
	f.add(Conflict{Code: WindowBooked, Severity: Serious, Thing: p.Name, Period: p.ID, From: from, To: to, Parties: []Party{t.party(), partyOf(b)},
		Text: fmt.Sprintf("The window %s is booked for %s, and %s goes in it.", p.Name, b.For(), t.Name), Next: "Move the release, or agree with " + named(b.ByName) + ", who booked it."})
	return nil
}

func partyOf(b booked.Booking) Party {
	return Party{PartyBooking, string(b.ID), b.Key, b.ThingName, b.Product}
}

func named(name string) string {
	if name == "" {
		return "the person"
	}
	return name
}
