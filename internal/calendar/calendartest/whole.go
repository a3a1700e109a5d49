package calendartest

import (
	"testing"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/harm"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/publication"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
)

// Whole is a world with everything that the calendar's wings offer, joined as the product joins it.
type Whole struct {
	World
	Conflicts *clash.Conflicts
	Bookings  *booking.Bookings
	Impacts   *impact.Impacts
	Harm      *harm.Harm
	Versions  *publication.Versions
}

// Permissions are those that a whole world needs.
func Permissions() [][]auth.Permission {
	return [][]auth.Permission{catalog.Permissions, plan.Permissions, calendar.Permissions, clash.Permissions, booking.Permissions, impact.Permissions, publication.Permissions}
}

// NewWhole makes a whole world on a migrated database.
func NewWhole(t testing.TB, d *db.DB) Whole {
	t.Helper()
	var w Whole
	authtest.Service(t, d, Permissions()...)
	w.World = World{plantest.New(t, d), calendar.New(d)}
	w.Join(d)
	return w
}

// Join puts services of the wings over the world's calendar and plans, as another replica does.
func (w *Whole) Join(d *db.DB) {
	w.Conflicts = clash.New(d, w.Calendar)
	w.Bookings = booking.New(d, w.Conflicts)
	w.Impacts = impact.New(d, func(tx *db.Tx, r plan.Release) error { return w.Conflicts.Recheck(tx, r.ID) })
	w.Harm = harm.New(d, w.Conflicts)
	w.Versions = publication.New(d, w.Calendar)
	w.Calendar.Watch(w.Conflicts)
	w.Plans.Follow(w.Conflicts, w.Bookings)
}

// Absent is people who are away, as a wing of another area would know them.
type Absent []calendar.Absence

// Away implements calendar.Absences.
func (a Absent) Away(_ *db.Tx, people []id.Person, from, to db.Time) ([]calendar.Absence, error) {
	var out []calendar.Absence
	for _, x := range a {
		for _, p := range people {
			if x.Person == p && x.From < to && x.To > from {
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// NewWhole2 puts the services of another replica over a further handle of a world's database.
func NewWhole2(t testing.TB, d *db.DB, of Whole) Whole {
	t.Helper()
	authtest.Service(t, d, Permissions()...)
	w := of
	w.DB, w.Catalog, w.Plans, w.Admin = d, catalog.New(d), plan.New(d), authtest.Admin(t, d)
	w.Calendar = calendar.New(d)
	w.Join(d)
	return w
}
