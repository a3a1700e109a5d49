package app

import (
	"slipway/internal/app/moving"
	"slipway/internal/plan/move"
	"slipway/internal/plan/planapi"
)

// moveWings move the dates of releases.
type moveWings struct{ Moves *move.Moves }

// moveParts makes the wing with a witness for each area that a date touches.
func (a *App) moveParts() {
	a.Moves = move.New(a.DB, a.Plans, moving.Sources(moving.Areas{Calendar: a.Calendar, Conflicts: a.Conflicts, Bookings: a.Bookings, Dependencies: a.Dependencies,
		Resources: a.Resources, Capacity: a.Capacity, Outlook: a.Outlook, Consequences: a.consequences}))
}

func (a *App) moveRoutes() { planapi.RegisterMoves(a.api, a.Moves) }
