package ledger

import (
	"context"
)

// listen holds a connection of its own, outside the pool, since it waits for ever.
func (l *Ledger) listen(ctx context.Context) error {
	pooled, err := l.db.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack()
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing was written
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	l.grown.Raise() // for what came before it listened
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		l.grown.Raise()
	}
}
