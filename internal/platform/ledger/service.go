package ledger

import (
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// channel is where PostgreSQL replicas tell each other that entries have got their numbers.
const channel = "slipway_ledger"

// Start runs what the ledger does in the background until Stop or the end of the context: checkpoints, durable subscribers
// and, on PostgreSQL, the sequencer and the notifications of other replicas.
func (l *Ledger) Start(ctx context.Context) error {
	if l.cancel != nil {
		return errs.Internal("ledger.started_twice", nil)
	}
	ctx, l.cancel = context.WithCancel(ctx)
	l.spawn(ctx, l.checkpoints)
	for _, d := range l.durables {
		l.spawn(ctx, func(ctx context.Context) { l.run(ctx, d) })
	}
	if l.db.Engine() == db.Postgres {
		l.spawn(ctx, l.sequencer)
		l.spawn(ctx, l.listener)
	}
	return nil
}

// Stop ends the background work and waits for it, or for the context. Then it signs what has come since the last checkpoint.
func (l *Ledger) Stop(ctx context.Context) error {
	if l.cancel == nil {
		return nil
	}
	l.cancel()
	done := make(chan struct{})
	go func() {
		l.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		_, err := l.checkpointIfDue(ctx, true)
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Ledger) spawn(ctx context.Context, fn func(context.Context)) {
	l.running.Add(1)
	go func() {
		defer l.running.Done()
		fn(ctx)
	}()
}

// checkpoints signs at every tick if the ledger has grown, and earlier when many entries have come.
func (l *Ledger) checkpoints(ctx context.Context) {
	tick := time.NewTicker(l.o.Every)
	defer tick.Stop()
	var covered int64
	for due := false; ; {
		wake := l.grown.Wait() // before looking, so that nothing falls in between
		if due || l.size()-covered >= l.o.EveryEntries {
			size, err := l.checkpointIfDue(ctx, due)
			if err != nil && ctx.Err() == nil {
				l.o.Fault(err)
				size = l.size() // not again at every commit
			}
			covered = size
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			due = true
		case <-wake:
			due = false
		}
	}
}

// size returns the size that this process last gave the ledger; looking it up at every commit would be dear.
func (l *Ledger) size() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.edge.Size()
}

// listener wakes followers when another replica has numbered entries. While it has no connection the poll is their net.
func (l *Ledger) listener(ctx context.Context) {
	for ctx.Err() == nil {
		if err := l.listen(ctx); err != nil && ctx.Err() == nil {
			l.o.Fault(errs.Unavailable("ledger.listener_lost", "The connection for notifications is lost; Slipway looks every %s instead and tries again.", l.o.Poll).Because(err))
		}
		t := time.NewTimer(l.o.Poll)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}
