package keeper

import (
	"context"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/work/outlook"
)

// near is how close a window is when its release is looked at in every round.
const near = 30 * 24 * time.Hour

// roundPage is how many releases are listed in one transaction.
const roundPage = 200

// round lists the releases that are to be looked at: those whose windows are near, those whose forecasts are worn, and with all every one. It has whatever
// waits looked at, so that a lost job is made up for within the hour.
func (k *Keeper) round(ctx context.Context, q job.Queue, all bool) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	for after := id.Release(""); ; {
		var page []age
		err := k.db.Read(ctx, func(tx *db.Tx) (err error) {
			page, err = underway(tx, after, roundPage)
			return err
		})
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return k.db.Write(ctx, func(tx *db.Tx) error { return resume(tx, q, tx.Now) })
		}
		after = page[len(page)-1].Release
		if err := k.db.Write(ctx, func(tx *db.Tx) error { return list(tx, page, all) }); err != nil {
			return err
		}
	}
}

// list puts those of some releases that are needed on the list.
func list(tx *db.Tx, page []age, all bool) error {
	for _, x := range page {
		if !all && x.WindowStart.After(tx.Now.Add(near)) && !outlook.Worn(x.MadeAt, x.WindowStart, tx.Now) {
			continue
		}
		if err := putDue(tx, due{Release: x.Release, Lane: byRound, Turn: x.WindowStart, DueAt: tx.Now}); err != nil {
			return err
		}
	}
	return nil
}
