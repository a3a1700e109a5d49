package job_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/job"
)

// BenchmarkEnqueueToStart measures one job at a time: the commit that enqueues it ("commit"), and from the return of that
// commit, or from shortly before, to the first statement of the handler ("start"). The bare commit of one row beside it.
func BenchmarkEnqueueToStart(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Reopen(b, dbtest.New(b, e), clock.System)
			r, err := job.Open(d, job.Options{})
			if err != nil {
				b.Fatal(err)
			}
			started, free := make(chan time.Time, 1), make(chan struct{})
			r.Register("work", time.Minute, func(context.Context, []byte) error { started <- time.Now(); <-free; return nil })
			if err := r.Start(context.Background()); err != nil {
				b.Fatal(err)
			}
			defer func() { _ = r.Stop(context.Background()) }()
			var bare, commits, starts []time.Duration
			for b.Loop() {
				t0 := time.Now()
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					_, err := tx.Exec(`INSERT INTO job_periodic (kind, next_at) VALUES ('bare', $1) ON CONFLICT (kind) DO UPDATE SET next_at = excluded.next_at`, tx.Now)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				t1 := time.Now()
				if err := d.Write(context.Background(), func(tx *db.Tx) error { return r.Enqueue(tx, job.Job{Kind: "work"}) }); err != nil {
					b.Fatal(err)
				}
				t2 := time.Now()
				began := <-started
				bare, commits, starts = append(bare, t1.Sub(t0)), append(commits, t2.Sub(t1)), append(starts, began.Sub(t2))
				free <- struct{}{}
			}
			b.ReportMetric(median(bare), "bare-commit-µs")
			b.ReportMetric(median(commits), "commit-µs")
			b.ReportMetric(median(starts), "start-µs")
		})
	}
}

func median(ds []time.Duration) float64 {
	slices.Sort(ds)
	return float64(ds[len(ds)/2].Nanoseconds()) / 1000
}

// BenchmarkThroughput measures jobs from enqueuing to end with 16 clients, each job a commit of its own.
func BenchmarkThroughput(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Reopen(b, dbtest.New(b, e), clock.System)
			r, err := job.Open(d, job.Options{})
			if err != nil {
				b.Fatal(err)
			}
			r.Register("work", time.Minute, nop)
			if err := r.Start(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.SetParallelism(8)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if err := d.Write(context.Background(), func(tx *db.Tx) error { return r.Enqueue(tx, job.Job{Kind: "work"}) }); err != nil {
						b.Error(err)
					}
				}
			})
			if err := r.Stop(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
	}
}
