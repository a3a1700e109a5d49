package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"sync"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// Handler does a job. Its context ends with the kind's timeout and when a stop loses its patience, and carries an actor of
// the kind "job" whose identifier is the kind of the job. A fault makes the job retry; see Permanent. The transaction that completes the work may call Finish.
type Handler func(ctx context.Context, args []byte) error

// Options tune a Runner; the zero value serves.
type Options struct {
	// Concurrency bounds how many jobs run at once in this process; 0 means 16.
	Concurrency int
	// Lease is how long PostgreSQL's other replicas wait for a sign of life before they take a process's jobs over, by the
	// clock of the server; 0 means 15 s. On SQLite the lock of the data directory is the lease.
	Lease time.Duration
	// Grace is how long a stop waits after it cancelled the contexts of what runs; 0 means 5 s.
	Grace time.Duration
	// Backoff replaces the pause after a failed attempt.
	Backoff func(attempt int) time.Duration
	// Logger receives failed attempts and what River warns of; nil discards them.
	Logger *slog.Logger
	// Observe, if not nil, is told of every attempt; it must not block.
	Observe func(Attempt)
}

// Attempt is one start of a job, for figures.
type Attempt struct {
	Kind    string
	Outcome Outcome
	Waited  time.Duration // from the moment the job could start
	Took    time.Duration
	Err     error
}

// Outcome is how an attempt ended.
type Outcome string

// The outcomes.
const (
	Succeeded   Outcome = "succeeded"
	Failed      Outcome = "failed"      // it will be retried
	GivenUp     Outcome = "discarded"   // it will not
	Interrupted Outcome = "interrupted" // by a stop; it starts again and the attempt does not count
)

const (
	defaultConcurrency = 16
	defaultLease       = 15 * time.Second
	// longest bounds a kind's timeout: longer work keeps state of its own and is woken by jobs.
	longest      = 10 * time.Minute
	defaultGrace = 5 * time.Second
	// kept is how long discarded jobs stay visible.
	kept = 90 * 24 * time.Hour
)

// Runner enqueues jobs and, between Start and Stop, runs them. Its methods are safe for concurrent use; Register and
// Periodic are called before Start.
type Runner struct {
	db  *db.DB
	opt Options
	drv driver

	mu      sync.Mutex
	kinds   map[string]kind
	faults  []error
	started bool
	stopped bool
}

type kind struct {
	name    string
	timeout time.Duration
	fn      Handler
	every   time.Duration
}

// driver is what differs between the engines. Its enqueue, finish and administration take part in the caller's
// transaction.
type driver interface {
	enqueue(tx *db.Tx, e entry) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
	wake()
	finish(tx *db.Tx, c *claim) error
	discarded(tx *db.Tx, after string, limit int) ([]Record, error)
	revive(tx *db.Tx, id string) error
	forget(tx *db.Tx, id string) error
	counts(tx *db.Tx) (map[State]int, error)
}

// Open returns the Runner of a database. It starts nothing and reads nothing.
func Open(d *db.DB, o Options) (*Runner, error) {
	if o.Concurrency <= 0 {
		o.Concurrency = defaultConcurrency
	}
	if o.Lease <= 0 {
		o.Lease = defaultLease
	}
	if o.Grace <= 0 {
		o.Grace = defaultGrace
	}
	if o.Backoff == nil {
		o.Backoff = Backoff
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Runner{db: d, opt: o, kinds: map[string]kind{}}
	if d.Engine() == db.SQLite {
		r.drv = newEmbedded(r)
		return r, nil
	}
	rq, err := newRiverQueue(r)
	r.drv = rq
	return r, err
}

var kindForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)

// Register says how jobs of a kind are done and how long one attempt may take, at most ten minutes. A fault in what it is
// told is returned by Start.
func (r *Runner) Register(name string, timeout time.Duration, fn Handler) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.kinds[name]
	switch {
	case r.started:
		r.fault("%s is registered after the start", name)
	case !kindForm.MatchString(name) || len(name) > keyMax:
		r.fault("%q is not a kind; a kind is dotted words such as run.advance", name)
	case k.fn != nil:
		r.fault("%s is registered twice", name)
	case fn == nil:
		r.fault("%s has no handler", name)
	case timeout <= 0 || timeout > longest:
		r.fault("%s has a timeout of %s; it must lie above 0 and at most at %s", name, timeout, longest)
	}
	k.name, k.timeout, k.fn = name, timeout, fn
	r.kinds[name] = k
}

// Periodic makes a registered kind run every so often, without arguments, once for all replicas: first when it has never
// run, and once after a pause that skipped some of its turns. A turn that comes while the kind still runs follows it.
func (r *Runner) Periodic(name string, every time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.kinds[name]
	switch {
	case r.started:
		r.fault("%s becomes periodic after the start", name)
	case k.every != 0:
		r.fault("%s is periodic twice", name)
	case every < time.Millisecond:
		r.fault("%s cannot run every %s", name, every)
	}
	k.name, k.every = name, every
	r.kinds[name] = k
}

func (r *Runner) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("job: "+format, args...))
}

func (r *Runner) kind(name string) (kind, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.kinds[name]
	return k, ok && k.fn != nil
}

// all returns the kinds by name. After the start they do not change.
func (r *Runner) all() []kind {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []kind
	for _, n := range slices.Sorted(maps.Keys(r.kinds)) {
		out = append(out, r.kinds[n])
	}
	return out
}

// Enqueue implements Queue.
func (r *Runner) Enqueue(tx *db.Tx, j Job) error {
	if _, ok := r.kind(j.Kind); !ok {
		return fmt.Errorf("job: nobody registered the kind %q", j.Kind)
	}
	e, err := j.entry(tx.Now)
	if err != nil {
		return err
	}
	return r.drv.enqueue(tx, e)
}

// Start takes up the jobs that wait, and those that a process which died left behind, and returns. The context gives
// jobs its values; its end stops nothing, Stop does. It fails for faults of Register and Periodic, when called twice, and
// with errs.Unavailable if the database does not answer.
func (r *Runner) Start(ctx context.Context) error {
	r.mu.Lock()
	for n, k := range r.kinds {
		if k.fn == nil {
			r.fault("%s is periodic but not registered", n)
		}
	}
	faults := errors.Join(r.faults...)
	again := r.started
	r.started = r.started || faults == nil
	r.mu.Unlock()
	switch {
	case faults != nil:
		return faults
	case again:
		return errors.New("job: a Runner starts once")
	}
	return r.drv.start(context.WithoutCancel(ctx))
}

// Stop takes up no more jobs and waits for those that run. When ctx ends first it cancels their contexts, waits for
// the grace and returns them to the queue, where the interrupted attempt does not count. It fails with
// errs.Unavailable if a handler still did not return; its job starts again elsewhere. A second call does nothing.
func (r *Runner) Stop(ctx context.Context) error {
	r.mu.Lock()
	run := r.started && !r.stopped
	r.stopped = true
	r.mu.Unlock()
	if !run {
		return nil
	}
	return r.drv.stop(ctx)
}

// Wake makes the Runner look at the clock again. Only who moves a clock by hand needs it.
func (r *Runner) Wake() { r.drv.wake() }

var errStuck = errs.Unavailable("job.stuck", "Background work did not end in time. It starts again with the next start.")
