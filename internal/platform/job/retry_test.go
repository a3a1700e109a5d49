package job_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
)

func TestRetriesUntilItSucceeds(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		seen := make(chan job.Attempt, 10)
		var asked []int
		r := b.open(job.Options{Observe: func(a job.Attempt) { seen <- a }, Backoff: func(n int) time.Duration {
			asked = append(asked, n)
			return time.Millisecond
		}})
		n := 0
		r.Register("flaky", patience, func(context.Context, []byte) error {
			switch n++; n {
			case 1:
				return errors.New("first fault")
			case 2:
				panic("second fault")
			}
			return nil
		})
		b.start(r)
		b.enqueue(r, job.Job{Kind: "flaky"})
		for i, want := range []job.Outcome{job.Failed, job.Failed, job.Succeeded} {
			if a := recv(b, seen, "an attempt"); a.Outcome != want || a.Kind != "flaky" {
				t.Fatalf("attempt %d: %+v", i+1, a)
			}
		}
		b.stop(r)
		if len(asked) < 2 || asked[0] != 1 || asked[1] != 2 {
			t.Errorf("asked for the pauses after attempts %v", asked)
		}
		if c := b.counts(r); c[job.Discarded]+c[job.Retrying]+c[job.Waiting] != 0 {
			t.Errorf("left: %v", c)
		}
	})
}

func TestDiscardedIsVisibleAndCanBeRevived(t *testing.T) {
	for _, unique := range []string{"", "one"} {
		t.Run("unique="+unique, func(t *testing.T) {
			each(t, func(t *testing.T, b *bed) {
				seen := make(chan job.Attempt, 10)
				r := b.open(job.Options{Observe: func(a job.Attempt) { seen <- a }})
				broken := true
				r.Register("bad", patience, func(_ context.Context, args []byte) error {
					if broken {
						return errors.New("no route to the bank \x00 here")
					}
					return nil
				})
				b.start(r)
				b.enqueue(r, job.Job{Kind: "bad", Unique: unique, MaxAttempts: 2, Args: map[string]int{"n": 7}})
				recv(b, seen, "the first attempt")
				if a := recv(b, seen, "the last attempt"); a.Outcome != job.GivenUp {
					t.Fatalf("%+v", a)
				}
				b.eventually(func() bool { return b.counts(r)[job.Discarded] == 1 })
				got := b.discarded(r)
				if len(got) != 1 || got[0].Kind != "bad" || got[0].Unique != unique || got[0].Attempt != 2 || got[0].MaxAttempts != 2 ||
					got[0].LastError != "no route to the bank  here" || got[0].FinishedAt.IsZero() || got[0].EnqueuedAt.IsZero() {
					t.Fatalf("%+v", got)
				}
				var args struct{ N int }
				if err := got[0].Args.Decode(&args); err != nil || args.N != 7 {
					t.Fatalf("arguments %s: %v", got[0].Args, err)
				}
				broken = false
				if err := b.d.Write(context.Background(), func(tx *db.Tx) error { return r.Revive(tx, got[0].ID) }); err != nil {
					t.Fatal(err)
				}
				if a := recv(b, seen, "the revived attempt"); a.Outcome != job.Succeeded {
					t.Fatalf("%+v", a)
				}
				err := b.d.Write(context.Background(), func(tx *db.Tx) error { return r.Forget(tx, got[0].ID) })
				if err == nil || len(b.discarded(r)) != 0 {
					t.Fatalf("still listed, or forgotten twice: %v", err)
				}
			})
		})
	}
}

func TestPermanentFaultIsNotRetried(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		seen := make(chan job.Attempt, 10)
		r := b.open(job.Options{Observe: func(a job.Attempt) { seen <- a }})
		r.Register("bad", patience, func(context.Context, []byte) error {
			return fmt.Errorf("reading: %w", job.Permanent(errors.New("malformed")))
		})
		b.start(r)
		b.enqueue(r, job.Job{Kind: "bad"})
		if a := recv(b, seen, "the attempt"); a.Outcome != job.GivenUp {
			t.Fatalf("%+v", a)
		}
		b.eventually(func() bool { return b.counts(r)[job.Discarded] == 1 })
		if got := b.discarded(r); got[0].LastError != "reading: malformed" || got[0].Attempt != 1 {
			t.Fatalf("%+v", got)
		}
		if err := b.d.Write(context.Background(), func(tx *db.Tx) error { return r.Forget(tx, b.discarded(r)[0].ID) }); err != nil {
			t.Fatal(err)
		}
		if len(b.discarded(r)) != 0 {
			t.Fatal("it is still listed")
		}
	})
}

func TestTimeoutEndsTheContext(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		seen := make(chan job.Attempt, 10)
		r := b.open(job.Options{Observe: func(a job.Attempt) { seen <- a }})
		r.Register("slow", 20*time.Millisecond, func(ctx context.Context, _ []byte) error {
			<-ctx.Done()
			return ctx.Err()
		})
		b.start(r)
		b.enqueue(r, job.Job{Kind: "slow", MaxAttempts: 1})
		a := recv(b, seen, "the attempt")
		if a.Outcome != job.GivenUp || !errors.Is(a.Err, context.DeadlineExceeded) || a.Err.Error()[:28] != "it did not end within 20ms: " {
			t.Fatalf("%+v", a)
		}
	})
}
