package capacity

import (
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work/resource"
)

// The kinds of rows.
const (
	Team        = resource.KindTeam
	Person      = resource.KindPerson
	Role        = "role"
	ToolKind    = "tool"
	Environment = resource.KindEnvironment
)

// Kinds returns every kind of row in the order of the table.
func Kinds() []string { return []string{Team, Person, Role, ToolKind, Environment} }

// Bookings tells what is booked of environments. The calendar has it; it is wired by the application.
type Bookings interface {
	// EnvironmentBookings returns what overlaps the stretch of time, as far as the caller may see it.
	EnvironmentBookings(tx *db.Tx, from, to db.Time) ([]Booking, error)
}

// Booking is a stretch of time for which an environment is taken.
type Booking struct {
	Environment id.Environment
	Name        string
	Release     id.Release // "" where none
	From, To    db.Time
}

// Spans tells when tasks are scheduled. The forecast of a release has it; it is wired by the application.
type Spans interface {
	// TaskSpans returns when tasks of open releases are to be done, by their identifiers. What is missing follows its due date.
	TaskSpans(tx *db.Tx) (map[string]Span, error)
}

// Span is when a task is to be done.
type Span struct {
	Start, Finish db.Time
	Float         int // days that it may finish later without harm
	Critical      bool
}

// Options are what the wing needs of others. What is nil is not looked at.
type Options struct {
	Bookings Bookings
	Spans    Spans
}

// Capacity is the service of the wing.
type Capacity struct {
	db        *db.DB
	resources *resource.Resources
	o         Options
}

// New returns the service over a migrated database.
func New(d *db.DB, r *resource.Resources, o Options) *Capacity {
	return &Capacity{db: d, resources: r, o: o}
}

// Limits of what is promised.
const (
	weeksMax  = 104
	weeklyMin = 15
	weeklyMax = 7 * 24 * 60
)

type faults struct{ resource.Faults }

// weeks reads a first and a last week and returns their Mondays; the last is the first without one.
func (f *faults) weeks(first, last string) (from, to resource.Day) {
	a, err := resource.ParseWeek("first", first)
	f.Add(err)
	b := a
	if last != "" {
		b, err = resource.ParseWeek("last", last)
		f.Add(err)
	}
	from, to = a.Monday(), b.Monday()
	switch {
	case from == "" || to == "":
	case to < from:
		f.Say("last", "weeks.disordered", "The last week is not before the first.")
	case to.Sub(from) >= weeksMax*7:
		f.Say("last", "weeks.too_many", "At most %d weeks can be promised at once.", weeksMax)
	}
	return from, to
}

func (f *faults) weekly(n int64) {
	if n < weeklyMin || n > weeklyMax {
		f.Say("weekly", "weekly.out_of_range", "Give the minutes of each week, %d to %d: 20 hours are 1200.", weeklyMin, weeklyMax)
	}
}

func (f *faults) tool(tx *db.Tx, ref string) Tool {
	t, err := toolByKey(tx, ref)
	if errs.Is(err, errs.CodeNotFound) || err == nil && t.Closed {
		f.Say("tool", "tool.unknown", "There is no tool %.60q. Give its key.", ref)
		return Tool{}
	}
	f.Add(err)
	return t
}
