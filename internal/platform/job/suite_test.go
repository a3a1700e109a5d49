package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// patience is how long a signal may take before a test fails; it is never waited for on a good day.
const patience = time.Minute

// each runs a case of the conformance suite against both drivers, on the machine's clock.
func each(t *testing.T, test func(t *testing.T, b *bed)) {
	t.Helper()
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			test(t, &bed{T: t, place: p, d: dbtest.Reopen(t, p, clock.System)})
		})
	}
}

// bed is one database and what runs on it.
type bed struct {
	*testing.T
	place dbtest.Place
	d     *db.DB
}

// quick makes attempts follow each other at once.
func quick(int) time.Duration { return time.Millisecond }

func (b *bed) open(o job.Options) *job.Runner {
	b.Helper()
	if o.Backoff == nil {
		o.Backoff = quick
	}
	r, err := job.Open(b.d, o)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// start starts r and stops it with the test.
func (b *bed) start(r *job.Runner) {
	b.Helper()
	if err := r.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { b.stop(r) })
}

func (b *bed) stop(r *job.Runner) {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.Stop(ctx); err != nil {
		b.Errorf("stop: %v", err)
	}
}

func (b *bed) enqueue(r *job.Runner, jobs ...job.Job) {
	b.Helper()
	if err := b.try(r, jobs...); err != nil {
		b.Fatal(err)
	}
}

func (b *bed) try(r *job.Runner, jobs ...job.Job) error {
	return b.d.Write(context.Background(), func(tx *db.Tx) error {
		for _, j := range jobs {
			if err := r.Enqueue(tx, j); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bed) counts(r *job.Runner) (out map[job.State]int) {
	b.Helper()
	b.read(func(tx *db.Tx) (err error) { out, err = r.Counts(tx); return err })
	return out
}

func (b *bed) discarded(r *job.Runner) (out []job.Record) {
	b.Helper()
	b.read(func(tx *db.Tx) (err error) { out, err = r.Discarded(tx, "", 10); return err })
	return out
}

func (b *bed) read(fn func(tx *db.Tx) error) {
	b.Helper()
	if err := b.d.Read(context.Background(), fn); err != nil {
		b.Fatal(err)
	}
}

// recv waits for a signal.
func recv[T any](b *bed, c <-chan T, what string) T {
	b.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		b.Fatalf("waited %s for %s", patience, what)
		panic("unreachable")
	}
}

// tally counts starts of a handler and how many run at once.
type tally struct {
	mu        sync.Mutex
	runs, now int
	most      int
}

func (c *tally) in() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runs++
	c.now++
	c.most = max(c.most, c.now)
	return c.runs
}

func (c *tally) out() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now--
}

func (c *tally) get() (runs, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.runs, c.most
}

func TestRolledBackJobNeverRuns(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		r, ran := b.open(job.Options{Concurrency: 1}), make(chan string, 10)
		r.Register("note", patience, func(ctx context.Context, args []byte) error {
			if a := ledger.ActorOf(ctx); a.Kind != ledger.KindJob || a.ID != "note" {
				t.Errorf("the actor is %+v", a)
			}
			var s string
			err := json.Unmarshal(args, &s)
			ran <- s
			return err
		})
		b.start(r)
		undo := errors.New("undo")
		err := b.d.Write(context.Background(), func(tx *db.Tx) error {
			return errors.Join(r.Enqueue(tx, job.Job{Kind: "note", Args: "undone"}), undo)
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		b.enqueue(r, job.Job{Kind: "note", Args: "done"})
		if got := recv(b, ran, "the job"); got != "done" {
			t.Fatalf("ran %q", got)
		}
		b.stop(r)
		if len(ran) != 0 {
			t.Fatalf("also ran %q", <-ran)
		}
		if c := b.counts(r); c[job.Waiting]+c[job.Running] != 0 {
			t.Fatalf("left: %v", c)
		}
	})
}

// eventually waits for what is stored shortly after an attempt was observed, without a signal of its own: the end of any
// later job of the same process comes after it on SQLite, and River stores ends in batches.
func (b *bed) eventually(ok func() bool) {
	b.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			b.Fatal("it did not come to be")
		}
	}
}

func TestScheduledJobWaitsForItsTime(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		r, ran := b.open(job.Options{}), make(chan time.Time, 1)
		r.Register("later", patience, func(context.Context, []byte) error {
			ran <- clock.System.Now()
			return nil
		})
		b.start(r)
		at := db.At(clock.System.Now().Add(300 * time.Millisecond))
		b.enqueue(r, job.Job{Kind: "later", At: at.Add(time.Hour)}, job.Job{Kind: "later", At: at.Add(2 * time.Hour)})
		if c := b.counts(r); c[job.Scheduled] != 2 {
			t.Errorf("while they wait: %v", c)
		}
		b.enqueue(r, job.Job{Kind: "later", At: at})
		if when := db.At(recv(b, ran, "the job")); when.Before(at) {
			t.Fatalf("ran %s before its time", at.Sub(when))
		}
	})
}

func TestJobsEnqueuedBeforeTheStartRun(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		const n = 50
		r, ran := b.open(job.Options{Concurrency: 3}), make(chan struct{}, n)
		r.Register("early", patience, func(context.Context, []byte) error { ran <- struct{}{}; return nil })
		for range n {
			b.enqueue(r, job.Job{Kind: "early"})
		}
		b.start(r)
		for range n {
			recv(b, ran, "a job")
		}
		b.stop(r)
		if c := b.counts(r); c[job.Waiting]+c[job.Running] != 0 || len(ran) != 0 {
			t.Fatalf("left %v, %d too many", c, len(ran))
		}
	})
}

func TestFinishCommitsWithTheWork(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		var c tally
		r, next := b.open(job.Options{Concurrency: 1}), make(chan struct{})
		r.Register("work", patience, func(ctx context.Context, _ []byte) error {
			c.in()
			defer c.out()
			undo := errors.New("undo")
			if err := b.d.Write(ctx, func(tx *db.Tx) error { return errors.Join(job.Finish(tx), undo) }); !errors.Is(err, undo) {
				return err
			}
			if runs, _ := c.get(); runs == 1 {
				return undo // the rolled-back Finish finished nothing, so this attempt is retried
			}
			if err := b.d.Write(ctx, job.Finish); err != nil {
				return err
			}
			return errors.New("too late to matter")
		})
		r.Register("next", patience, func(context.Context, []byte) error { close(next); return nil })
		b.start(r)
		b.enqueue(r, job.Job{Kind: "work"})
		b.eventually(func() bool { n, _ := c.get(); return n == 2 })
		b.enqueue(r, job.Job{Kind: "next"})
		recv(b, next, "the next job")
		b.stop(r)
		if n, _ := c.get(); n != 2 {
			t.Fatalf("it ran %d times", n)
		}
		if got := b.counts(r); got[job.Discarded]+got[job.Retrying]+got[job.Waiting]+got[job.Running] != 0 {
			t.Fatalf("left: %v", got)
		}
		if err := b.d.Write(context.Background(), job.Finish); err != nil {
			t.Fatalf("outside of a job: %v", err)
		}
	})
}

func TestFaultsOfTheCaller(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		r := b.open(job.Options{})
		r.Register("known", patience, func(context.Context, []byte) error { return nil })
		for name, j := range map[string]job.Job{
			"unknown kind":    {Kind: "unknown"},
			"no JSON":         {Kind: "known", Args: func() {}},
			"large arguments": {Kind: "known", Args: make([]byte, job.ArgsMax)},
			"NUL":             {Kind: "known", Args: "a \x00"},
			"large key":       {Kind: "known", Unique: string(make([]byte, 300))},
		} {
			if err := b.try(r, j); err == nil {
				t.Errorf("%s: taken", name)
			}
		}
		b.enqueue(r, job.Job{Kind: "known", Args: `a \u0000 that is only written`, MaxAttempts: 1 << 30})
		for name, prepare := range map[string]func(r *job.Runner){
			"twice":           func(r *job.Runner) { r.Register("a", patience, nop); r.Register("a", patience, nop) },
			"form":            func(r *job.Runner) { r.Register("A b", patience, nop) },
			"no handler":      func(r *job.Runner) { r.Register("a", patience, nil) },
			"long timeout":    func(r *job.Runner) { r.Register("a", time.Hour, nop) },
			"periodic alone":  func(r *job.Runner) { r.Periodic("a", time.Second) },
			"periodic always": func(r *job.Runner) { r.Register("a", patience, nop); r.Periodic("a", 0) },
		} {
			r := b.open(job.Options{})
			prepare(r)
			if err := r.Start(context.Background()); err == nil {
				t.Errorf("%s: started", name)
				b.stop(r)
			}
		}
		b.start(r)
		if err := r.Start(context.Background()); err == nil {
			t.Error("started twice")
		}
	})
}

func nop(context.Context, []byte) error { return nil }
