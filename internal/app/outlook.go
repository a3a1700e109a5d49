package app

import (
	"slipway/internal/calendar/booking"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/work/agenda"
	"slipway/internal/work/keeper"
	"slipway/internal/work/outlook"
	"slipway/internal/work/target"
)

// outlookWings is the outlook of releases.
type outlookWings struct {
	Outlook *outlook.Outlooks
	Agenda  *agenda.Agenda
	Targets *target.Targets
}

// outlookParts makes the outlook of releases, whose forecasts follow the ledger.
func (a *App) outlookParts() {
	a.Tasks.Jobs(a.Jobs)
	a.Outlook = outlook.New(a.DB, outlook.Options{Resources: a.Resources, Zone: a.o.Config.Zone, Places: places{}})
	a.Agenda = agenda.New(a.Outlook)
	a.Targets = target.New(a.DB, a.Outlook)
	k := keeper.New(a.DB, a.Outlook)
	k.Jobs(a.Jobs)
	a.Ledger.DurableFromHead(keeper.Subscriber, func(tx *db.Tx, rs []ledger.Record) error { return k.Heed(tx, a.Jobs, rs) })
}

// places says of an environment how many can use it at once, as it may be booked.
type places struct{}

// Places implements outlook.Places.
func (places) Places(tx *db.Tx, environment string) (int, error) {
	e, err := catalog.EnvironmentByRef(tx, environment)
	if errs.Is(err, errs.CodeNotFound) {
		return 1, nil // it was removed after the task named it
	}
	if err != nil {
		return 1, err
	}
	n, err := booking.Units(tx, "environment", string(e.ID))
	return int(n), err
}
