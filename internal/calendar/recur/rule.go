package recur

import (
	"time"

	rrule "github.com/teambition/rrule-go"
)

// Spec is a period as it is written in a file, a form or a request.
type Spec struct {
	// Start and End are both wall times ("2026-11-23T22:00", seconds allowed) in Zone, or both instants
	// ("2026-11-23T21:00:00Z", any offset). End is not part of the period.
	Start string `json:"start"`
	End   string `json:"end"`
	// Zone is an IANA name. It may be empty for instants, which then recur in UTC.
	Zone string `json:"zone,omitempty"`
	// RRule is empty for a one-off period, else the value of an RRULE property of RFC 5545 without DTSTART: "FREQ=WEEKLY;BYDAY=TU,TH".
	RRule string `json:"rrule,omitempty"`
	// ExDates are starts that are left out, each in the form of Start, or a date: every start of that day in the zone. RDates are
	// further starts in the form of Start, at or after it; they last as long as the others.
	ExDates []string `json:"exdates,omitempty"`
	RDates  []string `json:"rdates,omitempty"`
}

// Limits of what Parse accepts and of what one question may cost.
const (
	MaxText      = 500  // bytes of an RRULE
	MaxCount     = 1000 // COUNT
	MaxInterval  = 400  // INTERVAL
	MaxList      = 64   // values in one BY part
	MaxPerDay    = 48   // starts a day by BYHOUR and BYMINUTE
	MaxOneOff    = 10 * 366 * 24 * time.Hour
	MaxRecurring = 366 * 24 * time.Hour // of one occurrence
	FirstYear    = 2000
	LastYear     = 2199
)

// Occurrence is one stretch of time, in UTC, that contains Start and not End.
type Occurrence struct{ Start, End time.Time }

// Contains reports whether t lies in the occurrence.
func (o Occurrence) Contains(t time.Time) bool { return !t.Before(o.Start) && t.Before(o.End) }

// Note is something about a period that is allowed and that its author should know.
type Note struct {
	Reason string `json:"reason"` // stable dotted word
	Msg    string `json:"message"`
}

// Rule is a period that Parse accepted. It is immutable and safe for concurrent use.
type Rule struct {
	spec               Spec
	loc                *time.Location
	start              time.Time     // wall time of the first start
	length             time.Duration // between the wall times
	once               Occurrence    // of a one-off period
	opt                rrule.ROption // of a recurring one, with everything that RFC 5545 derives from the start written out
	until              time.Time     // wall time; zero without UNTIL
	listed             []time.Time   // wall times of the starts, with COUNT or without a rule
	out, daysOut, more []time.Time   // starts and days that are left out, further starts; wall times in order
	notes              []Note
}

// Spec returns the period as it was written.
func (r *Rule) Spec() Spec { return r.spec }

// Location returns the zone whose wall times the period keeps.
func (r *Rule) Location() *time.Location { return r.loc }

// Recurring reports whether the period has an RRULE or further starts.
func (r *Rule) Recurring() bool { return r.spec.RRule != "" || len(r.spec.RDates) > 0 }

// Notes returns what the author should know: reason "recur.overlaps" if an occurrence lasts into the next one, "recur.wall_missing" and
// "recur.wall_twice" if a one-off wall time does not exist or exists twice.
func (r *Rule) Notes() []Note { return append([]Note(nil), r.notes...) }

// occurrence returns the occurrence that starts at a wall time.
func (r *Rule) occurrence(wall time.Time) Occurrence {
	s, _, _ := resolve(wall, r.loc)
	e, _, _ := resolve(wall.Add(r.length), r.loc)
	if !e.After(s) {
		e = s.Add(r.length)
	}
	return Occurrence{Start: s, End: e}
}
