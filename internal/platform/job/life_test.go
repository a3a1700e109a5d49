package job_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/job"
)

func TestStopWaitsForWhatRuns(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		r, started, release := b.open(job.Options{}), make(chan struct{}, 2), make(chan struct{})
		r.Register("work", patience, func(ctx context.Context, _ []byte) error {
			started <- struct{}{}
			<-release
			return ctx.Err() // not cancelled
		})
		b.start(r)
		b.enqueue(r, job.Job{Kind: "work"})
		recv(b, started, "the job")
		stopped := make(chan error, 1)
		go func() { stopped <- r.Stop(context.Background()) }()
		select {
		case err := <-stopped:
			t.Fatalf("stopped while a job ran: %v", err)
		case release <- struct{}{}:
		}
		if err := recv(b, stopped, "the stop"); err != nil {
			t.Fatal(err)
		}
		b.enqueue(r, job.Job{Kind: "work"}) // stays
		if c := b.counts(r); c[job.Waiting] != 1 || c[job.Running] != 0 || len(started) != 0 {
			t.Fatalf("after the stop: %v", c)
		}
	})
}

func TestImpatientStopReturnsWhatRuns(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		for round := range 2 { // the only attempt is interrupted twice and does not count
			r, started := b.open(job.Options{Grace: patience}), make(chan struct{}, 1)
			r.Register("work", patience, func(ctx context.Context, _ []byte) error {
				started <- struct{}{}
				<-ctx.Done()
				return errors.New("closing the connection") // the fault need not say that it was interrupted
			})
			if round == 0 {
				b.enqueue(r, job.Job{Kind: "work", MaxAttempts: 1, Unique: "one"}, job.Job{Kind: "work", MaxAttempts: 1, At: db.At(clock.System.Now().Add(time.Hour))})
			}
			b.start(r)
			recv(b, started, "the job")
			ended, cancel := context.WithCancel(context.Background())
			cancel()
			if err := r.Stop(ended); err != nil {
				t.Fatal(err)
			}
			if c := b.counts(r); c[job.Waiting] != 1 || c[job.Discarded] != 0 || c[job.Running] != 0 || c[job.Scheduled] != 1 {
				t.Fatalf("after the stop: %v", c)
			}
		}
	})
}

func TestPeriodic(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		const period = 50 * time.Millisecond
		var often, rare tally
		began := clock.System.Now()
		seen, once := make(chan struct{}, 1000), make(chan struct{}, 1000)
		var rs []*job.Runner
		replicas := 1
		if b.d.Engine() == db.Postgres {
			replicas = 3
		}
		for i := range replicas {
			one := b
			if i > 0 {
				one = &bed{T: t, place: b.place, d: dbtest.Reopen(t, b.place, clock.System)}
			}
			r := one.open(job.Options{})
			r.Register("often", patience, func(context.Context, []byte) error { often.in(); often.out(); seen <- struct{}{}; return nil })
			r.Register("rare", patience, func(context.Context, []byte) error { rare.in(); rare.out(); once <- struct{}{}; return nil })
			r.Periodic("often", period)
			r.Periodic("rare", time.Hour)
			one.start(r)
			rs = append(rs, r)
		}
		for range 4 {
			recv(b, seen, "a turn")
		}
		recv(b, once, "the turn of an hour")
		for _, r := range rs {
			b.stop(r)
		}
		took := clock.System.Now().Sub(began)
		if n, most := often.get(); n > 1+int(took/period) || most != 1 {
			t.Errorf("%d turns of %s in %s, %d at once", n, period, took, most)
		}
		if n, _ := rare.get(); n != 1 {
			t.Errorf("a turn of an hour came %d times", n)
		}
	})
}

func TestFakeClockWakes(t *testing.T) {
	fake := clock.NewFake(dbtest.Start)
	b := &bed{T: t, place: dbtest.New(t, db.SQLite)}
	b.d = dbtest.Reopen(t, b.place, fake)
	r, ran := b.open(job.Options{}), make(chan struct{}, 1)
	r.Register("later", patience, func(context.Context, []byte) error { ran <- struct{}{}; return nil })
	b.start(r)
	b.enqueue(r, job.Job{Kind: "later", At: db.At(dbtest.Start.Add(time.Hour))})
	fake.Advance(time.Hour)
	r.Wake()
	recv(b, ran, "the job")
}

// childEnv tells the test binary to be the process that is killed: it holds the place of the database.
const childEnv = "SLIPWAY_JOB_TEST_CHILD"

// killedLease is how long what a killed process held waits; a start fails if the database takes half as long to answer.
const killedLease = 4 * time.Second

// child runs a job that never ends and says so on its standard output.
func child() {
	dir, url, _ := strings.Cut(os.Getenv(childEnv), "\n")
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{Dir: dir, URL: url})
	exit(err)
	r, err := job.Open(d, job.Options{Lease: killedLease})
	exit(err)
	r.Register("work", patience, func(context.Context, []byte) error {
		fmt.Println("started")
		select {}
	})
	exit(r.Start(ctx))
	exit(d.Write(ctx, func(tx *db.Tx) error {
		return errors.Join(r.Enqueue(tx, job.Job{Kind: "work", Unique: "run 1", Args: "first"}), r.Enqueue(tx, job.Job{Kind: "work", Args: "second"}))
	}))
	select {}
}

func exit(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func TestJobsSurviveKill(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			place := dbtest.New(t, e)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childEnv+"="+place.Dir+"\n"+place.URL)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			for range 2 {
				if !lines.Scan() || lines.Text() != "started" {
					t.Fatalf("the process said %q", lines.Text())
				}
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // killed
			began := clock.System.Now()

			b := &bed{T: t, place: place, d: dbtest.Reopen(t, place, clock.System)}
			r, ran := b.open(job.Options{Lease: killedLease}), make(chan string, 10)
			r.Register("work", patience, func(_ context.Context, args []byte) error { ran <- string(args); return nil })
			b.start(r)
			// What is derived at the start joins the job that the dead process holds, and must not wait for ever.
			b.enqueue(r, job.Job{Kind: "work", Unique: "run 1", Args: "first"})
			got := map[string]bool{}
			for len(got) < 2 {
				got[recv(b, ran, "a job of the killed process")] = true
			}
			t.Logf("both ran again %s after the kill", clock.System.Now().Sub(began).Round(time.Millisecond))
			b.eventually(func() bool { // the hint may lead to one run more
				c := b.counts(r)
				return c[job.Running]+c[job.Waiting]+c[job.Retrying] == 0
			})
			if got := b.discarded(r); len(got) != 0 {
				t.Fatalf("discarded: %+v", got)
			}
		})
	}
}

func TestStuckHandlerIsReported(t *testing.T) {
	each(t, func(t *testing.T, b *bed) {
		r, started, release := b.open(job.Options{Grace: 100 * time.Millisecond}), make(chan struct{}, 1), make(chan struct{})
		r.Register("deaf", patience, func(context.Context, []byte) error { started <- struct{}{}; <-release; return nil })
		b.start(r)
		b.enqueue(r, job.Job{Kind: "deaf"})
		recv(b, started, "the job")
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		if err := r.Stop(ended); errs.ReasonOf(err) != "job.stuck" {
			t.Fatalf("%v", err)
		}
		close(release)
	})
}
