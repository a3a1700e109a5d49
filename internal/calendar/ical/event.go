package ical

import (
	"time"
	_ "time/tzdata" // the same zones on every machine, installed or not
)

// Calendar is what one text holds.
type Calendar struct {
	Name        string
	Description string
	Refresh     time.Duration // how often subscribers should look again; 0: not said
	Events      []Event
}

// Event is one VEVENT.
type Event struct {
	UID      string
	Sequence int64
	Stamp    time.Time // when this state of it was made
	Created  time.Time // zero: not said
	Modified time.Time // zero: not said

	Start Moment
	End   Moment // not part of it

	Rule       string   // value of RRULE, "" for none; with Start in a zone, UNTIL is an instant
	Except     []Moment // EXDATE
	Extra      []Moment // RDATE
	Recurrence Moment   // of the occurrence that this event replaces; zero: none
	Onwards    bool     // it replaces all later ones too, moved by as much (RANGE=THISANDFUTURE)

	Summary     string
	Description string
	Location    string
	URL         string
	Categories  []string
	Status      Status
	Free        bool // TRANSP:TRANSPARENT: it takes nobody's time

	// Line is where the reader found it; the writer does not look at it.
	Line int
}

// Status is the value of STATUS.
type Status string

// The states of an event; the empty one is not said.
const (
	Tentative Status = "TENTATIVE"
	Confirmed Status = "CONFIRMED"
	Cancelled Status = "CANCELLED"
)

// Moment is a date, or a time as its zone's clock shows it.
type Moment struct {
	// Wall has what the clock shows as its fields in UTC.
	Wall time.Time
	// Zone is an IANA name, UTC for an instant, or the name of a zone that the text itself defines; "" for a date and for a
	// floating time, which means that of whoever looks.
	Zone string
	// Date says that it is a whole day.
	Date bool
}

// UTC is the Zone of instants.
const UTC = "UTC"

// At returns an instant, in whole seconds.
func At(t time.Time) Moment { return Moment{Wall: t.UTC().Truncate(time.Second), Zone: UTC} }

// In returns the instant as the zone's clock shows it, in whole seconds. Fields of the zone's location are read; it must have
// been loaded by its IANA name.
func In(t time.Time, loc *time.Location) Moment {
	if loc == time.UTC {
		return At(t)
	}
	return Moment{Wall: wallOf(t, loc), Zone: loc.String()}
}

// Day returns a whole day.
func Day(year int, month time.Month, day int) Moment {
	return Moment{Wall: time.Date(year, month, day, 0, 0, 0, 0, time.UTC), Date: true}
}

// IsZero reports whether no moment is given.
func (m Moment) IsZero() bool { return m.Wall.IsZero() }

func wallOf(t time.Time, loc *time.Location) time.Time {
	l := t.In(loc)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)
}

// offsets of a zone at an instant, in seconds.
type offsets func(t time.Time) int

func offsetsOf(loc *time.Location) offsets {
	return func(t time.Time) int {
		_, o := t.In(loc).Zone()
		return o
	}
}

// resolve returns the instant of a wall time.
func resolve(wall time.Time, at offsets) time.Time {
	before, after := at(wall.Add(-25*time.Hour)), at(wall.Add(25*time.Hour))
	a, b := wall.Add(-time.Duration(before)*time.Second), wall.Add(-time.Duration(after)*time.Second)
	if before == after {
		// The usual case; a zone that changes back within two days is looked at where it stands.
		if o := at(a); o != before {
			if c := wall.Add(-time.Duration(o) * time.Second); at(c) == o {
				return c
			}
		}
		return a
	}
	okA, okB := at(a) == before, at(b) == after
	switch {
	case okA && okB && b.Before(a):
		return b
	case okA, !okB:
		return a
	}
	return b
}

// Instant returns the instant of a wall time of a zone, as the package's documentation says for gaps and repeats.
func Instant(wall time.Time, loc *time.Location) time.Time { return resolve(wall, offsetsOf(loc)) }
