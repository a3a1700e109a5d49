package job_test

import (
	"context"
	"testing"

	"slipway/internal/platform/job"
)

func TestConcurrencyIsBounded(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		const n, limit = 12, 3
		var c tally
		started, release := make(chan struct{}, n), make(chan struct{})
		r := b.open(job.Options{Concurrency: limit})
		r.Register("heavy", patience, func(context.Context, []byte) error {
			c.in()
			defer c.out()
			started <- struct{}{}
			<-release
			return nil
		})
		b.start(r)
		for range n {
			b.enqueue(r, job.Job{Kind: "heavy"})
		}
		for range limit {
			recv(b, started, "a job")
		}
		if got := b.counts(r); got[job.Running] != limit || got[job.Waiting] != n-limit {
			t.Errorf("with all places taken: %v", got)
		}
		close(release)
		for range n - limit {
			recv(b, started, "a further job")
		}
		if _, most := c.get(); most != limit {
			t.Fatalf("%d ran at once", most)
		}
	})
}

// One transaction that enqueues many jobs finds as many places as there are, no more.
func TestConcurrencyIsBoundedWithinATransaction(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		const n, limit = 12, 3
		var c tally
		started, release := make(chan struct{}, n), make(chan struct{})
		r := b.open(job.Options{Concurrency: limit})
		r.Register("heavy", patience, func(context.Context, []byte) error {
			c.in()
			defer c.out()
			started <- struct{}{}
			<-release
			return nil
		})
		r.Register("first", patience, func(context.Context, []byte) error { started <- struct{}{}; return nil })
		b.start(r)
		b.enqueue(r, job.Job{Kind: "first"}) // so that the start has claimed what it found
		recv(b, started, "the first job")
		heavy := make([]job.Job, n)
		for i := range heavy {
			heavy[i].Kind = "heavy"
		}
		b.enqueue(r, heavy...)
		for range limit {
			recv(b, started, "a job")
		}
		close(release)
		for range n - limit {
			recv(b, started, "a further job")
		}
		if _, most := c.get(); most > limit {
			t.Fatalf("%d ran at once", most)
		}
	})
}
