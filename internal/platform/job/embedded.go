package job

import (
	"context"
	"fmt"
	"sync"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// embedded is the driver on SQLite. The data directory belongs to one process, so the process itself is the lease: what a
// process that died has claimed is found by its owner mark at the next start.
//
// A job that may start at once and finds a free place is inserted as running by its own transaction, and its goroutine
// starts when that transaction is durable: no further commit and no poll lie between. What finds no free place waits in
// the table; whoever ends a job claims the next one in the same commit.
type embedded struct {
	r     *Runner
	owner string
	kinds []string
	turns *periodics

	mu      sync.Mutex
	live    bool
	active  map[string]struct{} // what runs here
	backlog bool                // the table may hold jobs that may start at once
	next    db.Time             // when the earliest job that waits for its time is due; none if there is none
	woken   chan struct{}
	quit    chan struct{}
	looped  chan struct{}
	idle    chan struct{} // a goroutine of a job ended

	ctx    context.Context // of every job
	cancel context.CancelCauseFunc
}

// look bounds how long the driver sleeps, since the machine's clock may be set or the machine may have slept.
const look = 30 * time.Second

func newEmbedded(r *Runner) *embedded {
	return &embedded{r: r, owner: string(id.New[id.Entry]()), active: map[string]struct{}{},
		woken: make(chan struct{}, 1), idle: make(chan struct{}, 1)}
}

func (e *embedded) start(ctx context.Context) error {
	e.turns = &periodics{r: e.r}
	for _, k := range e.r.all() {
		e.kinds = append(e.kinds, k.name)
	}
	e.ctx, e.cancel = context.WithCancelCause(ctx)
	e.quit, e.looped = make(chan struct{}), make(chan struct{})
	err := e.r.db.Write(ctx, func(tx *db.Tx) error {
		if err := pruneDiscarded(tx, tx.Now.Add(-kept)); err != nil {
			return err
		}
		return rescueOrphans(tx, e.owner)
	})
	if err != nil {
		return err
	}
	e.mu.Lock()
	e.live, e.backlog = true, true
	e.mu.Unlock()
	go e.loop()
	return nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (e *embedded) wake() {
	e.mu.Lock()
	e.backlog = true
	e.mu.Unlock()
	signal(e.woken)
}

// free returns how many more jobs may be claimed; e.mu is held.
func (e *embedded) free() int { return e.r.opt.Concurrency - len(e.active) }

// loop claims what the table holds and what becomes due.
func (e *embedded) loop() {
	defer close(e.looped)
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case <-e.quit:
			return
		case <-e.woken:
		case <-t.C:
		}
		pause, err := e.turns.tick(e.ctx)
		if err != nil {
			e.r.opt.Logger.Warn("periodic jobs could not be enqueued", "error", err)
			pause = time.Second
		}
		t.Reset(min(pause, e.claimDue(), look))
	}
}

// claimDue claims and starts what may start now and returns when to look again.
func (e *embedded) claimDue() time.Duration {
	now := db.At(e.r.db.Clock().Now())
	e.mu.Lock()
	n := e.free()
	if !e.next.IsZero() && !e.next.After(now) {
		e.backlog = true
	}
	due := e.backlog
	e.mu.Unlock()
	if !due {
		return e.untilNext()
	}
	if n <= 0 {
		return look // who ends a job claims the next
	}
	err := e.r.db.Write(e.ctx, func(tx *db.Tx) error { return e.take(tx, n) })
	if err != nil {
		e.r.opt.Logger.Warn("jobs could not be claimed", "error", err)
		return time.Second
	}
	return e.untilNext()
}

func (e *embedded) untilNext() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.backlog && e.free() > 0:
		return 0
	case e.next.IsZero():
		return look
	}
	return max(e.next.Sub(db.At(e.r.db.Clock().Now())), 0)
}

// places returns how many more jobs may be claimed within tx. Only rows tell: what this transaction and others of the same
// commit have claimed runs once they are durable, and is not active yet.
func (e *embedded) places(tx *db.Tx) (int, error) {
	n, err := claimedJobs(tx, e.owner)
	return e.r.opt.Concurrency - n, err
}

// take claims up to n jobs within tx, as far as there are places; they start after its commit.
func (e *embedded) take(tx *db.Tx, n int) error {
	places, err := e.places(tx)
	if n = min(n, places); err != nil || n <= 0 {
		return err // the backlog stays, and who ends a job claims the next
	}
	rows, err := claimJobs(tx, e.owner, e.kinds, n)
	if err != nil {
		return err
	}
	next, err := nextDue(tx, e.kinds)
	if err != nil {
		return err
	}
	var got []*claim
	for _, row := range rows {
		got = append(got, row.claim(e, tx.Now))
	}
	tx.AfterCommit(func() {
		e.mu.Lock()
		e.backlog = len(rows) == n
		if e.next = next; !next.IsZero() && !next.After(tx.Now) {
			e.backlog = true
		}
		e.mu.Unlock()
		for _, c := range got {
			e.launch(c)
		}
		signal(e.woken)
	})
	return nil
}

// launch starts a job that this process has claimed. It runs after the claim's commit and does not block.
func (e *embedded) launch(c *claim) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.live {
		return // the end of the stop returns it
	}
	e.active[c.id] = struct{}{}
	go e.work(c)
}

func (e *embedded) enqueue(tx *db.Tx, j entry) error {
	due := tx.Now
	if !j.at.IsZero() {
		due = j.at
	}
	e.mu.Lock()
	direct := e.live && !e.backlog && j.at.IsZero() && e.free() > 0
	e.mu.Unlock()
	row := jobRow{ID: string(id.New[id.Entry]()), Kind: j.kind, Args: string(j.args), DueAt: due, MaxAttempts: j.max, EnqueuedAt: tx.Now}
	if j.unique != "" {
		row.UniqueKey = &j.unique
	}
	row.State = string(Waiting)
	if direct {
		places, err := e.places(tx)
		if err != nil {
			return err
		}
		direct = places > 0
	}
	if direct {
		row.State, row.Attempt, row.Owner = string(Running), 1, &e.owner
	}
	type here struct{ kind, unique string }
	if j.unique != "" && tx.Value(here{j.kind, j.unique}) != nil {
		return nil // this transaction already starts it, after all its changes
	}
	stored, err := putJob(tx, row)
	if err != nil {
		return err
	}
	if direct && stored == row.ID {
		tx.SetValue(here{j.kind, j.unique}, true)
		tx.AfterCommit(func() { e.launch(row.claim(e, tx.Now)) })
		return nil
	}
	tx.AfterCommit(func() { e.expect(due) })
	return nil
}

// expect notes that the table holds a job that is due then.
func (e *embedded) expect(due db.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.next.IsZero() || due.Before(e.next) {
		e.next = due
		if e.live {
			signal(e.woken)
		}
	}
}

// work makes attempts until nothing is left to do in this place.
func (e *embedded) work(c *claim) {
	out, err := e.r.run(e.ctx, c)
	e.settle(c, out, err)
	e.mu.Lock()
	delete(e.active, c.id)
	more := e.backlog
	e.mu.Unlock()
	if more {
		signal(e.woken)
	}
	signal(e.idle)
}

// settle stores how an attempt ended and, when jobs wait for a place, claims one in the same commit. While the database
// does not take it, it tries again: the job would otherwise stay claimed until the next start.
func (e *embedded) settle(c *claim, out Outcome, cause error) {
	if c.over.Load() {
		return
	}
	ctx := context.WithoutCancel(e.ctx)
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, look) {
		err := e.r.db.Write(ctx, func(tx *db.Tx) error {
			if err := e.settleTx(tx, c, out, cause); err != nil {
				return err
			}
			e.mu.Lock()
			more := e.live && e.backlog
			e.mu.Unlock()
			if !more {
				return nil
			}
			return e.take(tx, 1)
		})
		if err == nil {
			return
		}
		e.r.opt.Logger.Error("the end of a job could not be stored", "kind", c.entry.kind, "job", c.id, "error", err)
		select {
		case <-time.After(pause):
		case <-e.ctx.Done():
			return
		}
	}
}

func (e *embedded) settleTx(tx *db.Tx, c *claim, out Outcome, cause error) error {
	switch out {
	case Succeeded:
		return e.complete(tx, c)
	case Interrupted:
		return returnJob(tx, c.id, e.owner)
	case GivenUp:
		again, err := discardJob(tx, c.id, e.owner, text(cause))
		if err != nil || again.IsZero() {
			return err
		}
		fresh := c.entry
		fresh.at = 0
		if again.After(tx.Now) {
			fresh.at = again
		}
		return e.enqueue(tx, fresh)
	}
	due, err := retryJob(tx, c.id, e.owner, tx.Now.Add(e.r.opt.Backoff(c.attempt)), text(cause))
	if err != nil || due.IsZero() {
		return err
	}
	tx.AfterCommit(func() { e.expect(due) })
	return nil
}

// complete deletes the job, or lets it wait once more if a hint came while it ran.
func (e *embedded) complete(tx *db.Tx, c *claim) error {
	gone, err := completeJob(tx, c.id, e.owner)
	if err != nil || gone {
		return err
	}
	due, err := rewindJob(tx, c.id, e.owner)
	if err != nil || due.IsZero() {
		return err
	}
	tx.AfterCommit(func() { e.expect(due) })
	return nil
}

func (e *embedded) finish(tx *db.Tx, c *claim) error {
	if err := e.complete(tx, c); err != nil {
		return err
	}
	tx.AfterCommit(func() { c.over.Store(true) })
	return nil
}

func (e *embedded) stop(ctx context.Context) error {
	e.mu.Lock()
	e.live = false
	e.mu.Unlock()
	close(e.quit)
	<-e.looped
	stuck := 0
	if !e.drained(ctx) {
		e.cancel(errStopping)
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.r.opt.Grace)
		defer cancel()
		if !e.drained(late) {
			e.mu.Lock()
			stuck = len(e.active)
			e.mu.Unlock()
		}
	}
	e.cancel(errStopping)
	if err := e.r.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return returnJobs(tx, e.owner) }); err != nil {
		return fmt.Errorf("job: returning claimed jobs: %w", err)
	}
	if stuck > 0 {
		return errStuck
	}
	return nil
}

// drained waits until no job runs.
func (e *embedded) drained(ctx context.Context) bool {
	for {
		e.mu.Lock()
		n := len(e.active)
		e.mu.Unlock()
		if n == 0 {
			return true
		}
		select {
		case <-e.idle:
		case <-ctx.Done():
			return false
		}
	}
}
