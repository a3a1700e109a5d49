package job_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
)

func TestUniqueJobsCoalesceWhileOneWaits(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		var c tally
		r, ran := b.open(job.Options{}), make(chan struct{}, 10)
		r.Register("advance", patience, func(context.Context, []byte) error { c.in(); c.out(); ran <- struct{}{}; return nil })
		hint := job.Job{Kind: "advance", Unique: "run 1"}
		b.enqueue(r, hint, hint)
		b.enqueue(r, hint)
		b.enqueue(r, job.Job{Kind: "advance", Unique: "run 2"})
		if got := b.counts(r); got[job.Waiting] != 2 {
			t.Fatalf("%v", got)
		}
		b.start(r)
		recv(b, ran, "a job")
		recv(b, ran, "the other job")
		b.enqueue(r, hint, hint) // twice in one transaction, while a place is free
		recv(b, ran, "the job again: a finished one stands for nothing")
		b.stop(r)
		if n, _ := c.get(); n != 3 {
			t.Fatalf("%d runs", n)
		}
	})
}

func TestHintWhileRunningLeadsToOneMoreRun(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		var c tally
		r, started, release := b.open(job.Options{}), make(chan int, 10), make(chan struct{})
		r.Register("advance", patience, func(context.Context, []byte) error {
			started <- c.in()
			defer c.out()
			<-release
			return nil
		})
		b.start(r)
		hint := job.Job{Kind: "advance", Unique: "run 1", Args: 1}
		b.enqueue(r, hint)
		recv(b, started, "the first run")
		for range 3 {
			b.enqueue(r, hint)
		}
		if got := b.counts(r); got[job.Running] != 1 || got[job.Waiting] != 0 {
			t.Errorf("while it runs: %v", got)
		}
		release <- struct{}{}
		recv(b, started, "the second run")
		release <- struct{}{}
		b.stop(r)
		if n, most := c.get(); n != 2 || most != 1 {
			t.Fatalf("%d runs, %d at once", n, most)
		}
	})
}

func TestHintOutlivesTheLastFailure(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		r, started, release := b.open(job.Options{}), make(chan struct{}, 10), make(chan error)
		r.Register("advance", patience, func(context.Context, []byte) error {
			started <- struct{}{}
			return <-release
		})
		b.start(r)
		hint := job.Job{Kind: "advance", Unique: "run 1", MaxAttempts: 1}
		b.enqueue(r, hint)
		recv(b, started, "the first run")
		b.enqueue(r, hint)
		release <- errors.New("for good")
		recv(b, started, "the run that the hint asked for")
		release <- nil
		b.stop(r)
		if got := b.discarded(r); len(got) != 1 || got[0].LastError != "for good" {
			t.Fatalf("%+v", got)
		}
	})
}

func TestHintBringsAWaitingJobForward(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		var c tally
		r, ran := b.open(job.Options{Backoff: func(int) time.Duration { return time.Hour }}), make(chan int, 10)
		r.Register("advance", patience, func(context.Context, []byte) error {
			defer c.out()
			n := c.in()
			ran <- n
			if n == 1 {
				return errors.New("not yet")
			}
			return nil
		})
		b.start(r)
		now := db.At(clock.System.Now())
		b.enqueue(r, job.Job{Kind: "advance", Unique: "run 1", At: now.Add(time.Hour)})
		b.enqueue(r, job.Job{Kind: "advance", Unique: "run 1", At: now.Add(2 * time.Hour)})
		if got := b.counts(r); got[job.Scheduled] != 1 {
			t.Fatalf("%v", got)
		}
		b.enqueue(r, job.Job{Kind: "advance", Unique: "run 1"})
		recv(b, ran, "the job an hour early")
		b.eventually(func() bool { return b.counts(r)[job.Retrying] == 1 })
		b.enqueue(r, job.Job{Kind: "advance", Unique: "run 1"})
		recv(b, ran, "the retry an hour early")
		b.stop(r)
		if got := b.counts(r); got[job.Scheduled]+got[job.Retrying]+got[job.Waiting] != 0 {
			t.Fatalf("left: %v", got)
		}
	})
}

// TestNoHintIsLost has many writers change counters and hint at them; whatever interleaving comes, the last run of each
// counter must have seen its last value, and no counter is worked on twice at once.
func TestNoHintIsLost(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		const keys, writers, rounds = 4, 8, 60
		if _, err := b.exec(`CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, seen INTEGER NOT NULL)`); err != nil {
			t.Fatal(err)
		}
		var tallies [keys]tally
		r := b.open(job.Options{Concurrency: 3})
		r.Register("count", patience, func(ctx context.Context, args []byte) error {
			k := int(args[0] - '0')
			run, out := tallies[k].in(), sync.OnceFunc(tallies[k].out)
			defer out()
			if run%3 != 0 {
				return errors.New("a fault more often than not")
			}
			var n int
			if err := b.d.Read(ctx, func(tx *db.Tx) error { return tx.Get(&n, `SELECT n FROM counter WHERE id = $1`, k) }); err != nil {
				return err
			}
			return b.d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE counter SET seen = $2 WHERE id = $1`, k, n)
				if run%2 == 0 && err == nil {
					out() // with the commit of Finish the job is over
					err = job.Finish(tx)
				}
				return err
			})
		})
		for k := range keys {
			if _, err := b.exec(fmt.Sprintf(`INSERT INTO counter VALUES (%d, 0, 0)`, k)); err != nil {
				t.Fatal(err)
			}
		}
		b.start(r)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range rounds {
					k := (w + i) % keys
					err := b.d.Write(context.Background(), func(tx *db.Tx) error {
						if _, err := tx.Exec(`UPDATE counter SET n = n + 1 WHERE id = $1`, k); err != nil {
							return err
						}
						return r.Enqueue(tx, job.Job{Kind: "count", Unique: fmt.Sprint(k), Args: k})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		b.eventually(func() bool {
			var behind int
			b.read(func(tx *db.Tx) error { return tx.Get(&behind, `SELECT count(*) FROM counter WHERE seen <> n`) })
			return behind == 0
		})
		b.stop(r)
		var total int
		b.read(func(tx *db.Tx) error { return tx.Get(&total, `SELECT sum(seen) FROM counter`) })
		if total != writers*rounds {
			t.Fatalf("seen %d of %d", total, writers*rounds)
		}
		for k := range keys {
			runs, most := tallies[k].get()
			if most > 1 {
				t.Errorf("counter %d was worked on by %d at once", k, most)
			}
			t.Logf("counter %d: %d runs for %d hints", k, runs, writers*rounds/keys)
		}
	})
}

func (b *bed) exec(query string, args ...any) (n int64, err error) {
	err = b.d.Write(context.Background(), func(tx *db.Tx) error { n, err = tx.Exec(query, args...); return err })
	return n, err
}
