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

// kinds returns every kind of row in the order of the table.
func kinds() []string { return []string{Team, Person, Role, ToolKind, Environment} }

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

// Spans tells when tasks are scheduled. The outlook of releases has it; it is wired by the application.
type Spans interface {
	// TaskSpans returns when what is left of tasks of open releases is to be done, by their identifiers. What is missing follows its due date.
	TaskSpans(tx *db.Tx) (map[string]Span, error)
}

// Span is when a task is to be done.
type Span struct {
	Start, Finish db.Time // at the earliest
	Until         db.Time // when it may finish without moving anything else or being late
	Left          int64   // minutes of work
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
	weeklyMax = resource.WeeklyMax
)

// Tool is a tool, a licence or equipment that can be used so much and no more.
type Tool = resource.Tool

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
	t, err := resource.ToolByKey(tx, ref)
	if errs.Is(err, errs.CodeNotFound) || err == nil && t.Closed {
		f.Say("tool", "tool.unknown", "There is no tool %.60q. Give its key.", ref)
		return Tool{}
	}
	f.Add(err)
	return t
}
