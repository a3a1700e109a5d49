package ledger

import (
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/leaf"
)

// batch bounds how many entries one transaction of the sequencer takes.
const batch = 1000

// Sequence gives a number to every entry that was committed before the call. On SQLite they have theirs already, unless
// they were restored from PostgreSQL. On PostgreSQL it waits for transactions that are under way and began to write before
// the newest of these entries did, since their entries come first; it fails with the context's error if that takes too long.
func (l *Ledger) Sequence(ctx context.Context) error {
	if l.db.Engine() == db.SQLite {
		return l.sequenceLite(ctx)
	}
	last, err := l.newestPending(ctx)
	if err != nil {
		return err
	}
	return patiently(ctx, func() (bool, error) {
		oldest, err := l.sequenceSome(ctx)
		return oldest > last, err
	})
}

// settling is how long Settle waits for others.
const settling = time.Second

// Settle numbers what was committed before the call, so that who writes and then reads the record finds what was written.
// On SQLite the commit did so. On PostgreSQL it waits a second at most: an entry that waits longer, for a transaction under
// way, shows in a later reading.
func (l *Ledger) Settle(ctx context.Context) {
	if l.db.Engine() == db.SQLite {
		return
	}
	short, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	_ = l.Sequence(short) // a fault is the sequencer's to tell, and the reading that follows meets its cause
}

// WaitFor waits until an entry that was committed has its number, and returns it. An identifier of no entry is waited for
// until the context ends.
func (l *Ledger) WaitFor(ctx context.Context, e id.Entry) (seq int64, err error) {
	err = patiently(ctx, func() (bool, error) {
		var found bool
		err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
			seq, found, err = seqOf(tx, e)
			return err
		})
		if found || err != nil {
			return found, err
		}
		if l.db.Engine() == db.Postgres {
			_, err = l.sequenceSome(ctx)
		}
		return false, err
	})
	return seq, err
}

// patiently calls try until it is done, with growing pauses.
func patiently(ctx context.Context, try func() (done bool, err error)) error {
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		done, err := try()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// sequencer runs on every PostgreSQL replica: it numbers what was committed here as soon as it may be, and what other
// replicas left behind at every poll.
func (l *Ledger) sequencer(ctx context.Context) {
	const shortest, longest = 2 * time.Millisecond, 100 * time.Millisecond
	blocked := shortest
	for ctx.Err() == nil {
		wake := l.wanted.Wait() // before looking, so that nothing falls in between
		oldest, err := l.sequenceSome(ctx)
		if err != nil && ctx.Err() == nil {
			l.o.Fault(errs.Unavailable("ledger.sequencer_failed", "Entries of the record wait for their numbers.").Because(err))
		}
		pause := l.o.Poll
		if err == nil && oldest != nonePending {
			// They wait for a transaction under way, which may be anybody's and tells nobody when it ends.
			pause, blocked = min(pause, blocked), min(2*blocked, longest)
		} else {
			blocked = shortest
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-t.C:
		}
		t.Stop()
	}
}

// parsed turns a stored pending entry into what extend takes.
func (c pendingColumns) parsed() (*pending, error) {
	h, err := leaf.Parse([]byte(c.Header))
	if err != nil || len(c.Salt) != leaf.SaltSize {
		return nil, errs.Internal("ledger.pending_malformed", err)
	}
	return &pending{id: id.Entry(c.ID), head: h, header: []byte(c.Header), salt: leaf.Salt(c.Salt), payload: db.JSON(c.Payload)}, nil
}

// sequenceLite numbers entries that a backup of PostgreSQL left pending.
func (l *Ledger) sequenceLite(ctx context.Context) error {
	for {
		var some bool
		if err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
			some, err = anyPending(tx)
			return err
		}); err != nil || !some {
			return err
		}
		if err := l.db.Write(ctx, func(tx *db.Tx) error {
			rows, err := pendingRows(tx)
			if err != nil {
				return err
			}
			for _, r := range rows {
				p, err := r.parsed()
				if err != nil {
					return err
				}
				if err := deletePending(tx, r); err != nil {
					return err
				}
				tx.Collect(collect{}, p)
			}
			return nil
		}); err != nil {
			return err
		}
	}
}
