package clash

import (
	"slices"

	"slipway/internal/calendar"
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// release gathers what a release needs to be free.
func (s *search) release() error {
	w := &s.want
	t, err := targetBy(s.tx, w.Release)
	if err != nil {
		return err
	}
	s.t = t
	if w.Length == 0 {
		w.Length = t.Window.End.Sub(t.Window.Start)
	}
	if w.Near.IsZero() && !t.Window.IsZero() {
		w.Near = t.Window.Start
	}
	s.until()
	from, to, err := s.Bounds(s.tx, t.ID)
	if err != nil {
		return err
	}
	w.From = max(w.From, from)
	if !to.IsZero() {
		w.To = min(w.To, to)
	}
	places, err := place.Of(s.tx, t.Release)
	if err != nil {
		return err
	}
	s.places = places[t.ID]
	for _, f := range []func() error{s.impacted, s.opens, s.others, s.environments, s.windows} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// impacted reads what would be harm, and what users are owed a notice of.
func (s *search) impacted() error {
	by, err := impact.ByRelease(s.tx, s.t.ID)
	if err != nil {
		return err
	}
	s.impacts = by[s.t.ID]
	all, err := s.calendar.Standing(s.tx, calendar.Busy)
	for _, b := range all {
		if slices.ContainsFunc(s.places, func(pl book.Place) bool { return b.Scope.Takes(pl) }) {
			s.busy = append(s.busy, b)
		}
	}
	return err
}

func (s *search) opens() error {
	pass, err := period.PassesByRelease(s.tx, s.t.ID)
	if err != nil {
		return err
	}
	b, err := s.calendar.Book(s.tx, s.want.From, s.places...)
	if err != nil {
		return err
	}
	for _, pl := range s.places {
		q, err := b.Question(pl, s.want.From.Std(), pass[s.t.ID])
		if err != nil {
			return err
		}
		s.questions = append(s.questions, q)
	}
	return nil
}

// others takes the time of releases that share an environment or the owner.
func (s *search) others() error {
	var owners []id.Person
	if s.t.Owner != "" {
		owners = []id.Person{s.t.Owner}
		if err := s.person(s.t.Owner); err != nil {
			return err
		}
	}
	ts, err := targetsBetween(s.tx, s.want.From, s.want.To, s.t.Environments, owners)
	for _, o := range ts {
		if o.ID != s.t.ID {
			s.take(o.Window.Start, o.Window.End)
		}
	}
	return err
}

// person takes the time in which a person is booked for something else or away.
func (s *search) person(who id.Person) error {
	bs, err := booked.Touching(s.tx, booked.Person, []string{string(who)}, s.want.From, s.want.To, booked.Confirmed)
	if err != nil {
		return err
	}
	for _, b := range bs {
		if b.Release == "" || b.Release != s.t.ID {
			s.take(b.From, b.To)
		}
	}
	return s.absent(who)
}

func (s *search) absent(who id.Person) error {
	if s.absences == nil {
		return nil
	}
	away, err := s.absences.Away(s.tx, []id.Person{who}, s.want.From, s.want.To)
	for _, a := range away {
		s.take(a.From, a.To)
	}
	return err
}

// environments takes the time in which somebody else has booked all of an environment.
func (s *search) environments() error {
	things := make([]string, len(s.t.to))
	for i, e := range s.t.to {
		things[i] = string(e.ID)
	}
	bs, err := booked.Touching(s.tx, booked.Environment, things, s.want.From, s.want.To, booked.Requested, booked.Confirmed)
	if err != nil {
		return err
	}
	rules, err := booked.Rules(s.tx, booked.Environment, things)
	for _, b := range bs {
		if b.Release != s.t.ID && b.Units >= rules[b.Thing].Capacity {
			s.take(b.From, b.To)
		}
	}
	return err
}

// windows takes the occurrences of windows that somebody else has booked.
func (s *search) windows() error {
	bs, err := booked.Touching(s.tx, booked.Window, nil, s.want.From, s.want.To, booked.Confirmed)
	if err != nil {
		return err
	}
	var known period.Known
	for _, b := range bs {
		if b.Release == s.t.ID {
			continue
		}
		p, rule, err := known.Window(s.tx, b.Thing)
		if err != nil {
			return err
		}
		if rule == nil || !slices.ContainsFunc(s.places, func(pl book.Place) bool { return p.Scope.Takes(pl) }) {
			continue
		}
		os, _ := rule.Occurrences(b.From.Std(), b.To.Std(), stepsMax)
		for _, o := range os {
			s.take(max(b.From, db.At(o.Start)), min(b.To, db.At(o.End)))
		}
	}
	return nil
}

// thing gathers what a thing needs to be free.
func (s *search) thing(t booked.Thing) error {
	rule, err := booked.RuleOf(s.tx, t.Kind, t.ID)
	if err != nil {
		return err
	}
	bs, err := booked.Touching(s.tx, t.Kind, []string{t.ID}, s.want.From, s.want.To, booked.Requested, booked.Confirmed)
	if err != nil {
		return err
	}
	bs = slices.DeleteFunc(bs, func(b booked.Booking) bool { return b.ID == s.want.Booking })
	s.shares = append(s.shares, share{rule.Capacity - s.want.Units, bs})
	switch {
	case t.Kind == booked.Environment && s.want.Units >= rule.Capacity:
		return s.guests(targetsBetween(s.tx, s.want.From, s.want.To, []id.Environment{id.Environment(t.ID)}, nil))
	case t.Kind == booked.Person:
		if err := s.absent(id.Person(t.ID)); err != nil {
			return err
		}
		return s.guests(targetsBetween(s.tx, s.want.From, s.want.To, nil, []id.Person{id.Person(t.ID)}))
	}
	return nil
}

func (s *search) guests(ts []target, err error) error {
	for _, t := range ts {
		if t.ID != s.want.Release {
			s.take(t.Window.Start, t.Window.End)
		}
	}
	return err
}
