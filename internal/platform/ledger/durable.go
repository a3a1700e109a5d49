package ledger

import (
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

type durable struct {
	name     string
	fn       func(tx *db.Tx, rs []Record) error
	fromHead bool
}

// Durable registers a subscriber that sees every entry once, in order, from the first entry of the installation, whichever
// replica runs it and whatever crashes. fn runs in the transaction that advances the subscriber's cursor: what it writes there
// commits with the cursor; an effect outside it enqueues as a job. If fn fails it is called again with the same entries,
// later and later up to a minute, and Options.Fault is told. The name identifies the cursor for ever. Register before Start.
func (l *Ledger) Durable(name string, fn func(tx *db.Tx, rs []Record) error) {
	l.durables = append(l.durables, durable{name: name, fn: fn})
}

// DurableFromHead is Durable for a subscriber that, when it is registered for the first time, starts behind the newest entry.
func (l *Ledger) DurableFromHead(name string, fn func(tx *db.Tx, rs []Record) error) {
	l.durables = append(l.durables, durable{name: name, fn: fn, fromHead: true})
}

func (l *Ledger) run(ctx context.Context, d durable) {
	pause := time.Second
	for ctx.Err() == nil {
		wake := l.grown.Wait()
		more, err := l.advance(ctx, d)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			l.o.Fault(errs.Internal("ledger.subscriber_failed", err))
			t := time.NewTimer(pause)
			select {
			case <-ctx.Done():
			case <-t.C:
			}
			t.Stop()
			pause = min(2*pause, time.Minute)
		default:
			pause = time.Second
			if !more {
				_ = l.sleep(ctx, wake) // its error is the end of ctx
			}
		}
	}
}

// advance gives a subscriber its next entries. The entries are read before the transaction, since they never change; the
// cursor is compared inside it, so that of two replicas one does the work and the other finds it done.
func (l *Ledger) advance(ctx context.Context, d durable) (more bool, err error) {
	var next int64
	var found bool
	var rs []Record
	err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
		if next, found, err = cursorRow(tx, d.name); err != nil {
			return err
		}
		if !found && d.fromHead {
			h, err := headRow(tx)
			next = h.Size
			if err != nil {
				return err
			}
		}
		rs, err = Entries(tx, Filter{All: true, From: next, Limit: stride})
		return err
	})
	if err != nil || len(rs) == 0 && (found || !d.fromHead) {
		return false, err
	}
	to := next
	if len(rs) > 0 {
		to = rs[len(rs)-1].Seq + 1
	}
	moved := false
	err = l.db.Write(WithActor(ctx, Actor{Kind: KindJob, ID: d.name}), func(tx *db.Tx) (err error) {
		if moved, err = moveCursor(tx, d.name, next, to); err != nil || !moved || len(rs) == 0 {
			return err
		}
		return d.fn(tx, rs)
	})
	return moved && len(rs) == stride || !moved, err
}
