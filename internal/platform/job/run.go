package job

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"slipway/internal/clock"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// claim is one attempt at a job that this process makes.
type claim struct {
	id      string
	entry   entry
	attempt int
	waited  time.Duration // from the moment it could start
	drv     driver
	over    atomic.Bool // the handler's transaction finished the job
}

type claimKey struct{}

// Finish makes the transaction of a handler complete its job, so that the work and its end are one commit. What the
// handler returns afterwards no longer matters. It does nothing outside of a job, so that an operation may be called from
// everywhere. It costs one statement and saves a commit. With its commit the job is over: a hint may start a unique job
// again while the handler still returns, so nothing should follow.
func Finish(tx *db.Tx) error {
	c, ok := tx.Context().Value(claimKey{}).(*claim)
	if !ok || c.over.Load() {
		return nil
	}
	return c.drv.finish(tx, c)
}

type permanent struct{ err error }

func (p permanent) Error() string { return p.err.Error() }
func (p permanent) Unwrap() error { return p.err }

// Permanent marks a fault that no further attempt can mend: the job is discarded at once. It returns nil for nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

var (
	errStopping = errors.New("job: interrupted by a stop")
	errTimeout  = errors.New("job: timed out")
)

// run makes one attempt. ctx is cancelled by an impatient stop.
func (r *Runner) run(ctx context.Context, c *claim) (Outcome, error) {
	k, ok := r.kind(c.entry.kind)
	if !ok {
		return Failed, fmt.Errorf("job: nobody registered the kind %q", c.entry.kind)
	}
	began := clock.System.Now()
	timed, cancel := context.WithTimeoutCause(ctx, k.timeout, errTimeout)
	actor := ledger.WithActor(timed, ledger.Actor{Kind: ledger.KindJob, ID: k.name})
	err := call(context.WithValue(actor, claimKey{}, c), k.fn, c.entry.args)
	if err != nil && errors.Is(context.Cause(timed), errTimeout) {
		err = fmt.Errorf("it did not end within %s: %w", k.timeout, err)
	}
	cancel()
	out := Succeeded
	switch {
	case c.over.Load():
		if err != nil {
			r.opt.Logger.Warn("job failed after it was finished", "kind", k.name, "job", c.id, "error", err)
		}
		err = nil
	case err == nil:
	case ctx.Err() != nil:
		out = Interrupted
	case errors.As(err, new(permanent)) || c.attempt >= c.entry.max:
		out = GivenUp
	default:
		out = Failed
	}
	switch out {
	case Failed:
		r.opt.Logger.Warn("job failed and will be retried", "kind", k.name, "job", c.id, "attempt", c.attempt, "of", c.entry.max, "error", err)
	case GivenUp:
		r.opt.Logger.Error("job discarded", "kind", k.name, "job", c.id, "attempt", c.attempt, "of", c.entry.max, "error", err)
	}
	if r.opt.Observe != nil {
		r.opt.Observe(Attempt{Kind: k.name, Outcome: out, Waited: max(c.waited, 0), Took: clock.System.Now().Sub(began), Err: err})
	}
	return out, err
}

func call(ctx context.Context, fn Handler, args []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(ctx, args)
}

// text is the fault as it is kept with the job: valid for both engines and short enough for a page.
func text(err error) string {
	const most = 4000
	s := strings.ReplaceAll(err.Error(), "\x00", "")
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
