package ledger_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

// A follower on another replica sees every entry once and in order; the poll is far away, so that the wake brings them.
func TestFollow(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			dir := t.TempDir()
			o := func(o *ledger.Options) { o.KeyFile, o.Poll = filepath.Join(dir, "key"), time.Hour }
			d := dbtest.Reopen(t, p, clock.System)
			l := open(t, d, o)
			seen := l
			start := []*ledger.Ledger{l}
			if e == db.Postgres {
				seen = open(t, dbtest.Reopen(t, p, clock.System), o)
				start = append(start, seen)
			}
			for _, l := range start {
				if err := l.Start(context.Background()); err != nil {
					t.Fatal(err)
				}
				defer func() { _ = l.Stop(timeout(t)) }()
			}
			write(t, d, many(0, 3)...)
			if err := l.Sequence(timeout(t)); err != nil {
				t.Fatal(err)
			}
			enough := errors.New("enough")
			got := make(chan ledger.Record, 2000)
			ended := make(chan error, 1)
			ready := make(chan struct{})
			go func() {
				n := 0
				h, err := seen.Head(context.Background())
				close(ready)
				if err != nil {
					ended <- err
					return
				}
				ended <- seen.Follow(timeout(t), h.Size, func(rs []ledger.Record) error {
					for _, r := range rs {
						got <- r
					}
					if n += len(rs); n >= 60 {
						return enough
					}
					return nil
				})
			}()
			<-ready
			for n := range 30 {
				write(t, d, opened(n), opened(n))
				if n < 3 { // each alone, so that each needs its wake
					for range 2 {
						if r := <-got; r.Seq < 4 {
							t.Errorf("entry %d was there before", r.Seq)
						}
					}
				}
			}
			if err := <-ended; !errors.Is(err, enough) {
				t.Fatal(err)
			}
			close(got)
			next := int64(10)
			for r := range got {
				if r.Seq != next {
					t.Fatalf("entry %d, want %d", r.Seq, next)
				}
				next++
			}
		})
	}
}

func TestFollowEnds(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	l := open(t, d)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := l.Follow(ctx, ledger.FromHead, func([]ledger.Record) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Durable subscribers on several replicas do each entry's work once, also when the work fails at first.
func TestDurable(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			dir := t.TempDir()
			replicas := 1
			if e == db.Postgres {
				replicas = 3
			}
			var mu sync.Mutex
			faults := 0
			refused := errors.New("on purpose")
			done := make(chan struct{})
			var d *db.DB
			setup := dbtest.Reopen(t, p, clock.System)
			if _, err := setup.Raw().Exec(`SELECT 1`); err != nil {
				t.Fatal(err)
			}
			for i := range replicas {
				h := setup
				if i > 0 {
					h = dbtest.Reopen(t, p, clock.System)
				}
				d = h
				l := open(t, h, func(o *ledger.Options) {
					o.KeyFile = filepath.Join(dir, "key")
					o.Fault = func(err error) {
						if !errors.Is(err, refused) {
							t.Error(err)
						}
					}
				})
				if i == 0 {
					write(t, h, many(0, 5)...)
					if err := l.Sequence(timeout(t)); err != nil {
						t.Fatal(err)
					}
				}
				l.Durable("figures", func(tx *db.Tx, rs []ledger.Record) error {
					mu.Lock()
					defer mu.Unlock()
					if faults == 0 {
						faults++
						return refused
					}
					for _, r := range rs {
						// A second time would break the primary key.
						if _, err := tx.Exec(`INSERT INTO ledger_cursor (name, next) VALUES ($1, $2)`, "seen "+string(r.ID), r.Seq); err != nil {
							return err
						}
						if r.Seq == 45 {
							tx.AfterCommit(func() { close(done) })
						}
					}
					return nil
				})
				l.DurableFromHead("notices", func(tx *db.Tx, rs []ledger.Record) error {
					for _, r := range rs {
						if _, err := tx.Exec(`INSERT INTO ledger_cursor (name, next) VALUES ($1, $2)`, "late "+string(r.ID), r.Seq); err != nil {
							return err
						}
					}
					return nil
				})
				if err := l.Start(context.Background()); err != nil {
					t.Fatal(err)
				}
				defer func() { _ = l.Stop(timeout(t)) }()
			}
			for n := range 40 {
				write(t, d, opened(n))
			}
			select {
			case <-done:
			case <-timeout(t).Done():
				t.Fatal("the subscriber did not come to the end")
			}
			var n int
			var late []int64
			if err := d.Read(context.Background(), func(tx *db.Tx) error {
				if err := tx.Get(&n, `SELECT count(*) FROM ledger_cursor WHERE name LIKE 'seen %'`); err != nil {
					return err
				}
				return tx.All(&late, `SELECT next FROM ledger_cursor WHERE name LIKE 'late %' ORDER BY next`)
			}); err != nil || n != 46 {
				t.Errorf("%d entries were worked on, %v", n, err)
			}
			for i, s := range late {
				if s < 6 || i > 0 && s != late[i-1]+1 {
					t.Errorf("the one from the head saw %v", late)
					break
				}
			}
		})
	}
}
