package job

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"slipway/internal/clock"
)

// lease is the sign of life of a process that runs jobs on PostgreSQL. A process that cannot renew it in time cancels
// its jobs, since others may take them over.
type lease struct {
	pool    *pgxpool.Pool
	process string
	life    time.Duration

	mu      sync.Mutex
	renewed time.Time // when the last renewal was asked for
	jobs    map[*context.CancelCauseFunc]struct{}
}

var errLeaseLost = errors.New("job: the database was out of reach for longer than the lease")

// bind returns a context for one job that ends with the lease.
func (l *lease) bind(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	l.mu.Lock()
	if l.jobs == nil {
		l.jobs = map[*context.CancelCauseFunc]struct{}{}
	}
	l.jobs[&cancel] = struct{}{}
	l.mu.Unlock()
	return ctx, func() {
		l.mu.Lock()
		delete(l.jobs, &cancel)
		l.mu.Unlock()
		cancel(nil)
	}
}

// renew prolongs the lease. After a failure that lasts as long as the lease it cancels what runs.
func (l *lease) renew(ctx context.Context) error {
	asked := clock.System.Now()
	within, cancel := context.WithTimeout(ctx, l.life/2)
	defer cancel()
	err := l.extend(within)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.renewed = asked
		return nil
	}
	if ctx.Err() == nil && clock.System.Now().Sub(l.renewed) >= l.life {
		for c := range l.jobs {
			(*c)(errLeaseLost)
		}
	}
	return err
}
