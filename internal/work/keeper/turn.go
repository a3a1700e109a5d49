package keeper

import (
	"context"
	"errors"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// After a forecast that took a while, rests times that while is left to others, and apart at least. A release at which something failed waits for again.
const (
	rests = 3
	apart = 100 * time.Millisecond
	again = 10 * time.Minute
)

// pause is how long nothing is done after work that took so long.
func pause(took time.Duration) time.Duration { return max(apart, rests*took) }

// turn looks at the release whose turn it is, and has the next one looked at after a pause.
func (k *Keeper) turn(ctx context.Context, q job.Queue) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	begun := db.At(k.db.Clock().Now())
	if at := k.resting(); at.After(begun) {
		return k.db.Write(ctx, func(tx *db.Tx) error { return next(tx, q, at) })
	}
	x, found, err := k.first(ctx, q)
	if err != nil || !found {
		return err
	}
	failed := k.look(ctx, x.Release)
	ended := db.At(k.db.Clock().Now())
	at := ended.Add(pause(ended.Sub(begun)))
	k.rests(at)
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		if err := settle(tx, x, failed); err != nil {
			return err
		}
		waiting, err := wake(tx)
		if err != nil || waiting.IsZero() {
			return err
		}
		return next(tx, q, max(at, waiting))
	})
	return errors.Join(failed, err)
}

// settle takes a release off the list, or lets it wait where looking at it failed.
func settle(tx *db.Tx, x due, failed error) error {
	if failed != nil {
		return postpone(tx, x.Release, tx.Now.Add(again))
	}
	return takeDue(tx, x)
}

// first returns the release whose turn it is. If none is due yet, it comes again when one is.
func (k *Keeper) first(ctx context.Context, q job.Queue) (x due, found bool, err error) {
	var waiting db.Time
	err = k.db.Read(ctx, func(tx *db.Tx) (err error) {
		if x, found, err = nextDue(tx); err != nil || found {
			return err
		}
		waiting, err = wake(tx)
		return err
	})
	if err != nil || found || waiting.IsZero() {
		return x, found, err
	}
	return x, false, k.db.Write(ctx, func(tx *db.Tx) error { return next(tx, q, waiting) })
}

// look makes the forecast of a release if the last one no longer holds. A release that has ended, has no window or has no work left keeps its last, at the
// cost of one statement; so does one whose plan cannot be forecast: its next change tries again.
func (k *Keeper) look(ctx context.Context, release id.Release) error {
	var worth []id.Release
	err := k.db.Read(ctx, func(tx *db.Tx) (err error) {
		worth, err = worthForecast(tx, []id.Release{release})
		return err
	})
	if err != nil || len(worth) == 0 {
		return err
	}
	if _, err = k.renew(ctx, release); errs.Is(err, errs.CodeInvalid) {
		return nil
	}
	return err
}

func (k *Keeper) resting() db.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.rest
}

func (k *Keeper) rests(until db.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.rest = until
}
