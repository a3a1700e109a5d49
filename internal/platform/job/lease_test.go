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

// TestLivingProcessKeepsItsJobs lets a job outlive several leases beside another replica that looks for dead ones.
func TestLivingProcessKeepsItsJobs(t *testing.T) {
	t.Parallel()
	place := dbtest.New(t, db.Postgres)
	b := &bed{T: t, place: place, d: dbtest.Reopen(t, place, clock.System)}
	other := &bed{T: t, place: place, d: dbtest.Reopen(t, place, clock.System)}
	var c tally
	started, release := make(chan struct{}, 10), make(chan struct{})
	for _, one := range []*bed{b, other} {
		r := one.open(job.Options{Lease: 200 * time.Millisecond})
		r.Register("long", patience, func(context.Context, []byte) error {
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
	b.eventually(func() bool { return until().Sub(first) > time.Second })
	close(release)
	if n, _ := c.get(); n != 1 || len(started) != 0 {
		t.Fatalf("the job of a living process was started %d times", n)
	}
}

// TestLostLeaseCancelsWhatRuns takes the table of leases away for as long as a lease lasts.
func TestLostLeaseCancelsWhatRuns(t *testing.T) {
	t.Parallel()
	place := dbtest.New(t, db.Postgres)
	b := &bed{T: t, place: place, d: dbtest.Reopen(t, place, clock.System)}
	r, started, ended := b.open(job.Options{Lease: 200 * time.Millisecond}), make(chan struct{}, 10), make(chan error, 10)
	r.Register("work", patience, func(ctx context.Context, _ []byte) error {
		started <- struct{}{}
		if len(ended) > 0 || ctx.Err() != nil {
			return nil //nolint:nilerr // a later attempt has nothing left to show
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
	ended <- nil // further attempts succeed
	if _, err := b.exec(`ALTER TABLE job_process_away RENAME TO job_process`); err != nil {
		t.Fatal(err)
	}
	recv(b, started, "the job again")
}
