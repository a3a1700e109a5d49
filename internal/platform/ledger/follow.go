package ledger

import (
	"context"
	"time"

	"slipway/internal/platform/db"
)

// FromHead as the first number makes a follower start behind the newest entry.
const FromHead int64 = -1

// stride bounds how many entries a subscriber gets at once.
const stride = 500

// Follow calls fn with every entry from a sequence number on (or FromHead), in order and without a gap, as soon as it has
// its number, until the context ends or fn fails; it returns that error. It is for what a process keeps in memory; what must
// not be lost is Durable. Entries say that something changed: fn reads the tables for what is so now.
func (l *Ledger) Follow(ctx context.Context, from int64, fn func([]Record) error) error {
	if from == FromHead {
		h, err := l.Head(ctx)
		if err != nil {
			return err
		}
		from = h.Size
	}
	for {
		wake := l.grown.Wait() // before looking, so that nothing falls in between
		rs, err := l.Entries(ctx, Filter{All: true, From: from, Limit: stride})
		if err != nil {
			return err
		}
		if len(rs) > 0 {
			if err := fn(rs); err != nil {
				return err
			}
			from = rs[len(rs)-1].Seq + 1
		}
		if len(rs) == stride {
			continue // there may be more; otherwise whatever comes wakes
		}
		if err := l.sleep(ctx, wake); err != nil {
			return err
		}
	}
}

// sleep waits for new entries. On PostgreSQL a poll is the net under lost notifications; on SQLite every entry is this
// process's own.
func (l *Ledger) sleep(ctx context.Context, wake <-chan struct{}) error {
	var poll <-chan time.Time
	if l.db.Engine() == db.Postgres {
		t := time.NewTimer(l.o.Poll)
		defer t.Stop()
		poll = t.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wake:
	case <-poll:
	}
	return nil
}
