package job_test

import (
	"context"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/job"
)

// TestLivingProcessKeepsItsJobs lets a job outlive its lease beside another replica that looks for dead ones. A machine may
// be so busy that a lease of a second is renewed too late, so that a longer one is tried before it fails.
func TestLivingProcessKeepsItsJobs(t *testing.T) {
	t.Parallel()
	n := 0
	for _, lease := range []time.Duration{time.Second, 4 * time.Second, 16 * time.Second} {
		if n = startsWithin(t, lease); n == 1 {
			return
		}
	}
	t.Fatalf("the job of a living process was started %d times", n)
}

// startsWithin lets a job run for two leases and returns how often it was started.
func startsWithin(t *testing.T, lease time.Duration) int {
	place := dbtest.New(t, db.Postgres)
	b := &bed{T: t, place: place, d: dbtest.Reopen(t, place, clock.System)}
	other := &bed{T: t, place: place, d: dbtest.Reopen(t, place, clock.System)}
	var c tally
	started, release := make(chan struct{}, 100), make(chan struct{})
	for _, one := range []*bed{b, other} {
		r := one.open(job.Options{Lease: lease})
		r.Register("long", 2*patience, func(context.Context, []byte) error {
			c.in()
			defer c.out()
			started <- struct{}{}
			<-release
			return nil
		})
		one.start(r)
		if one == b {
			b.enqueue(r, job.Job{Kind: "long"})
			recv(b, started, "the job")
		}
	}
	until := func() (at db.Time) {
		b.read(func(tx *db.Tx) error { return tx.Get(&at, `SELECT min(until_at) FROM job_process`) })
		return at
	}
	first := until()
	b.eventually(func() bool { return until().Sub(first) > 2*lease })
	close(release)
	n, _ := c.get()
	return n
}

// TestLostLeaseCancelsWhatRuns takes the table of leases away for as long as a lease lasts.
func TestLostLeaseCancelsWhatRuns(t *testing.T) {
	t.Parallel()
	place := dbtest.New(t, db.Postgres)
	b := &bed{T: t, place: place, d: dbtest.Reopen(t, place, clock.System)}
	r, started, ended := b.open(job.Options{Lease: 2 * time.Second}), make(chan struct{}, 10), make(chan error, 10)
	first := make(chan struct{}, 1)
	first <- struct{}{}
	r.Register("work", patience, func(ctx context.Context, _ []byte) error {
		started <- struct{}{}
		select {
		case <-first:
		default:
			return nil // a later attempt has nothing left to show
		}
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return ctx.Err()
	})
	b.start(r)
	b.enqueue(r, job.Job{Kind: "work", Unique: "run 1"})
	recv(b, started, "the job")
	if _, err := b.exec(`ALTER TABLE job_process RENAME TO job_process_away`); err != nil {
		t.Fatal(err)
	}
	cause := recv(b, ended, "the end of the context")
	if cause == nil || cause.Error() != "job: the database was out of reach for longer than the lease" {
		t.Errorf("it ended because of %v", cause)
	}
	if _, err := b.exec(`ALTER TABLE job_process_away RENAME TO job_process`); err != nil {
		t.Fatal(err)
	}
	recv(b, started, "the job again")
}
