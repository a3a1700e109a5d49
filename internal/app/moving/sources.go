package moving

import (
	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/clash"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/work/capacity"
	"slipway/internal/work/dependency"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
)

// Areas are the services that know something of a date.
type Areas struct {
	Calendar     *calendar.Calendar
	Conflicts    *clash.Conflicts
	Bookings     *booking.Bookings
	Dependencies *dependency.Dependencies
	Resources    *resource.Resources
	Capacity     *capacity.Capacity
	Outlook      *outlook.Outlooks
	// Consequences are what a change of a section takes away: signatures and the decision.
	Consequences func(tx *db.Tx, r plan.Release, section string) ([]uiverdict.Hit, error)
}

// Sources returns what the areas tell.
func Sources(a Areas) move.Sources {
	return move.Sources{
		Dates:     freeDates{a.Conflicts},
		Forecasts: forecasts{a.Outlook},
		Witnesses: []move.Witness{
			timeWitness{calendar: a.Calendar, conflicts: a.Conflicts}, bookingWitness{a.Bookings}, dependantWitness{dependencies: a.Dependencies}, peopleWitness{a.Resources, a.Capacity},
			approvalWitness{consequences: a.Consequences}, taskWitness{}, workWitness{outlooks: a.Outlook}, toldWitness{dependencies: a.Dependencies},
		},
	}
}

// still is a witness whose part follows the window by itself, as conflicts, entries and outlooks do.
type still struct{}

// Move implements move.Witness.
func (still) Move(*db.Tx, plan.Release, plan.Window, move.Choices) ([]move.Moved, error) {
	return nil, nil
}
