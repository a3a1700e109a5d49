package keeper

import (
	"context"

	"slipway/internal/id"
	"slipway/internal/platform/job"
)

// Wrap puts something around the making of forecasts.
func (k *Keeper) Wrap(fn func(next func(context.Context, id.Release) (bool, error)) func(context.Context, id.Release) (bool, error)) {
	k.renew = fn(k.renew)
}

// Turn does what a JobForecast does.
func (k *Keeper) Turn(ctx context.Context, q job.Queue) error { return k.turn(ctx, q) }

// Round does what a JobRefresh does.
func (k *Keeper) Round(ctx context.Context, q job.Queue, all bool) error { return k.round(ctx, q, all) }
