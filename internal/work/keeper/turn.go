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

// A turn goes on until it has taken a stretch: cheap looks do not wait for the queue, which on PostgreSQL wakes every five seconds. After it, rests times
// as long as it took is left to others, and apart at least. A release at which something failed waits for again, counted from when it was taken.
const (
	stretch = time.Second
	rests   = 3
	apart   = 100 * time.Millisecond
	again   = 10 * time.Minute
)

// pause is how long nothing is done after work that took so long.
func pause(took time.Duration) time.Duration { return max(apart, rests*took) }

// turn looks at the releases whose turn it is for a stretch, and has the next one looked at after a pause.
func (k *Keeper) turn(ctx context.Context, q job.Queue) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	begun := k.now()
	if at := k.resting(); at.After(begun) {
		return k.db.Write(ctx, func(tx *db.Tx) error { return next(tx, q, at) })
	}
	at := begun
	var failed error
	for failed == nil && k.now().Sub(begun) < stretch {
		x, found, err := k.take(ctx)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		failed = k.look(ctx, x)
		at = k.now().Add(pause(k.now().Sub(begun)))
		k.rests(at)
	}
	return errors.Join(failed, k.db.Write(ctx, func(tx *db.Tx) error { return resume(tx, q, at) }))
}

func (k *Keeper) now() db.Time { return db.At(k.db.Clock().Now()) }

// take returns the release whose turn it is, and lets it wait for again before it is anybody's turn: a look that fails, takes too long or ends the
// process does not hold up the others.
func (k *Keeper) take(ctx context.Context) (x due, found bool, err error) {
	err = k.db.Write(ctx, func(tx *db.Tx) (err error) {
		if x, found, err = nextDue(tx); err != nil || !found {
			return err
		}
		return postpone(tx, x.Release, tx.Now.Add(again))
	})
	return x, found, err
}

// look brings the forecast of a release up to date and takes it off the list.
func (k *Keeper) look(ctx context.Context, x due) error {
	if err := k.keep(ctx, x.Release); err != nil {
		return err
	}
	return k.db.Write(ctx, func(tx *db.Tx) error { return takeDue(tx, x) })
}

// resume has the next release that waits looked at, when it is due and at an instant at the earliest.
func resume(tx *db.Tx, q job.Queue, at db.Time) error {
	waiting, err := wake(tx)
	if err != nil || waiting.IsZero() {
		return err
	}
	return next(tx, q, max(at, waiting))
}

// keep makes the forecast of a release if the last one no longer holds. A release that has ended or has no window keeps its last, at the
// cost of one statement; so does one whose plan cannot be forecast: its next change tries again.
func (k *Keeper) keep(ctx context.Context, release id.Release) error {
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
