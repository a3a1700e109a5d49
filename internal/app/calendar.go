package app

import (
	"context"
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarapi"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/harm"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/publication"
	"slipway/internal/home"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// calendarWings are what the calendar offers beyond windows and freezes.
type calendarWings struct {
	Conflicts *clash.Conflicts
	Bookings  *booking.Bookings
	Impacts   *impact.Impacts
	Harm      *harm.Harm
	Versions  *publication.Versions
}

func calendarPermissions() [][]auth.Permission {
	return [][]auth.Permission{clash.Permissions, booking.Permissions, impact.Permissions, publication.Permissions}
}

// calendarParts makes the wings of the calendar and joins them with releases and periods. Who knows of absences and dependants is
// joined with Conflicts.Ask.
func (a *App) calendarParts() {
	a.Conflicts = clash.New(a.DB, a.Calendar)
	a.Bookings = booking.New(a.DB, a.Conflicts)
	a.Impacts = impact.New(a.DB, func(tx *db.Tx, r plan.Release) error { return a.Conflicts.Recheck(tx, r.ID) })
	a.Harm = harm.New(a.DB, a.Conflicts)
	a.Versions = publication.New(a.DB, a.Calendar)
	a.Versions.Jobs(a.Jobs)
	a.Calendar.Watch(a.Conflicts)
	a.Plans.Follow(a.Conflicts, a.Bookings)
}

// reading is what people are asked to read of the calendar, as home needs it.
type reading struct{}

// Unread implements home.Reading.
func (reading) Unread(tx *db.Tx) ([]home.Unread, error) {
	vs, err := publication.Unread(tx)
	out := make([]home.Unread, len(vs))
	for i, v := range vs {
		out[i] = home.Unread{Number: v.Number, Name: v.Name, By: v.ByName, Due: v.ReadBy}
	}
	return out, err
}

func (a *App) calendarRoutes() {
	calendarapi.RegisterConflicts(a.api, a.Conflicts)
	calendarapi.RegisterBookings(a.api, a.Bookings)
	calendarapi.RegisterImpacts(a.api, a.Impacts, a.Harm)
	calendarapi.RegisterVersions(a.api, a.Versions)
}

// recheckConflicts looks at everything that is planned once a day: time passes without a write, and so may the default of an environment.
func (a *App) recheckConflicts() {
	const kind = "calendar.recheck"
	a.Jobs.Register(kind, 10*time.Minute, func(ctx context.Context, _ []byte) error { return a.Conflicts.RecheckAll(auth.WithSystem(ctx)) })
	a.Jobs.Periodic(kind, 24*time.Hour)
}
