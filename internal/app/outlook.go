package app

import (
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/work/outlook"
)

// outlookWings is the outlook of releases.
type outlookWings struct{ Outlook *outlook.Outlooks }

// outlookParts makes the outlook of releases, whose forecasts follow the ledger.
func (a *App) outlookParts() {
	a.Outlook = outlook.New(a.DB, outlook.Options{Resources: a.Resources, Zone: a.o.Config.Zone})
	a.Outlook.Jobs(a.Jobs)
	a.Ledger.DurableFromHead(outlook.Subscriber, func(tx *db.Tx, rs []ledger.Record) error { return a.Outlook.Heed(tx, a.Jobs, rs) })
}
