package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"slipway/internal/errs"
)

// writer is the one goroutine that changes a SQLite file. It drains what waits into one transaction: the first closure
// runs in it directly, each further one in a savepoint, and all are acknowledged after one commit.
type writer struct {
	db    *DB
	sql   *sql.DB
	stmt  statements
	queue chan *request
	quit  chan struct{}
	done  chan struct{}
	once  sync.Once
	self  uint64        // the writer's goroutine, known to itself
	gid   atomic.Uint64 // self, while a closure runs
}

type request struct {
	ctx      context.Context
	fn       func(tx *Tx) error
	tx       *Tx
	panicked any
	done     chan error
}

// shared bounds how many closures share one commit, so that the first does not wait for ever.
const shared = 256

func openWriter(ctx context.Context, d *DB) (*writer, error) {
	h, err := sql.Open("sqlite", dsn(d.path, "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-32768)"))
	if err != nil {
		return nil, err
	}
	conn, err := h.Conn(ctx)
	if err != nil {
		_ = h.Close() // the fault that counts is the one before
		return nil, errs.Unavailable("db.file_unusable", "The database file cannot be opened.").Because(err)
	}
	w := &writer{db: d, sql: h, stmt: statements{conn: conn}, queue: make(chan *request), quit: make(chan struct{}), done: make(chan struct{})}
	go w.loop()
	return w, nil
}

var errClosed = errs.Unavailable("db.closed", "Slipway is stopping. Nothing was changed; try again.")

func (w *writer) write(ctx context.Context, fn func(tx *Tx) error) error {
	if g := w.gid.Load(); g != 0 && g == goroutine() {
		return errNested // it would wait for itself
	}
	r := &request{ctx: ctx, fn: fn, done: make(chan error, 1)}
	select {
	case w.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	err := <-r.done
	if r.panicked != nil {
		panic(r.panicked)
	}
	return err
}

func (w *writer) stop() error {
	w.once.Do(func() { close(w.quit) })
	<-w.done
	w.stmt.close()
	return errors.Join(w.stmt.conn.Close(), w.sql.Close())
}

func (w *writer) loop() {
	defer close(w.done)
	w.self = goroutine()
	for {
		select {
		case r := <-w.queue:
			w.group(r)
		case <-w.quit:
			return
		}
	}
}

// next returns a request that waits already, or nil.
func (w *writer) next() *request {
	select {
	case r := <-w.queue:
		return r
	default:
		return nil
	}
}

// group runs first and whatever waits behind it in one transaction.
func (w *writer) group(first *request) {
	if err := w.begin(); err != nil {
		first.done <- err
		return
	}
	var members []*request
	for r, n := first, 1; r != nil; r, n = w.next(), n+1 {
		lost, err := w.member(r, len(members) == 0)
		switch {
		case err == nil:
			members = append(members, r)
		case lost:
			// The engine gave the transaction up: the others of the group run again in one of their own.
			r.done <- err
			w.rollback()
			w.each(members)
			return
		default:
			r.done <- err
			if len(members) == 0 { // the transaction ended with it
				if err := w.begin(); err != nil {
					return
				}
			}
		}
		if n == shared {
			break
		}
	}
	if len(members) == 0 {
		w.rollback()
		return
	}
	err := w.commit(members)
	if err == nil {
		return
	}
	w.rollback()
	if len(members) == 1 {
		members[0].done <- err
		return
	}
	w.each(members)
}

// each runs requests again, every one in a transaction of its own, after the one they shared was lost.
func (w *writer) each(rs []*request) {
	for _, r := range rs {
		if err := w.begin(); err != nil {
			r.done <- err
			continue
		}
		if lost, err := w.member(r, true); err != nil {
			if lost {
				w.rollback()
			}
			r.done <- err
			continue
		}
		if err := w.commit([]*request{r}); err != nil {
			w.rollback()
			r.done <- err
		}
	}
}

// member runs one closure. Without a savepoint its failure ends the transaction. lost says that the transaction is gone
// though it was not this closure's alone.
func (w *writer) member(r *request, alone bool) (lost bool, err error) {
	if err := r.ctx.Err(); err != nil {
		if alone {
			w.rollback()
		}
		return false, err
	}
	bg := context.Background() // a cancelled statement would roll the whole transaction back
	if !alone {
		if err := w.stmt.run(bg, "SAVEPOINT member"); err != nil {
			return true, failedCommit(err)
		}
	}
	r.tx = w.tx(r.ctx)
	err = w.call(r)
	if r.tx.broken != nil && !alone {
		return true, failedCommit(errors.Join(err, r.tx.broken))
	}
	if err == nil && r.tx.broken == nil {
		if alone {
			return false, nil
		}
		if err := w.stmt.run(bg, "RELEASE member"); err != nil {
			return true, failedCommit(err)
		}
		return false, nil
	}
	if alone {
		w.rollback()
		if r.tx.broken != nil {
			err = failedCommit(errors.Join(err, r.tx.broken))
		}
		return false, err
	}
	if w.stmt.run(bg, "ROLLBACK TO member") != nil || w.stmt.run(bg, "RELEASE member") != nil {
		return true, err
	}
	return false, err
}

func (w *writer) tx(ctx context.Context) *Tx {
	return &Tx{Now: At(w.db.clock.Now()), ctx: marked(ctx), drv: context.Background(), db: w.db, on: &w.stmt, conn: w.stmt.conn, writing: true}
}

// call runs the closure and turns its panic into one that the caller of Write sees.
func (w *writer) call(r *request) (err error) {
	w.gid.Store(w.self)
	defer func() {
		w.gid.Store(0)
		if p := recover(); p != nil {
			r.panicked = p
			err = fmt.Errorf("db: panic in a transaction: %v", p)
		}
	}()
	return r.fn(r.tx)
}

func (w *writer) begin() error {
	if err := w.stmt.run(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		return failedCommit(err)
	}
	return nil
}

// rollback ends the transaction if there still is one; without one the statement fails, which is as well.
func (w *writer) rollback() { _ = w.stmt.run(context.Background(), "ROLLBACK") }

// commit seals what the members collected, commits, and acknowledges them. On a fault nobody has been told anything.
func (w *writer) commit(members []*request) error {
	var items []item
	for _, r := range members {
		items = append(items, r.tx.items...)
	}
	sealing := w.tx(marked(context.Background()))
	if err := w.seal(sealing, items); err != nil {
		return err
	}
	if sealing.broken != nil {
		return failedCommit(sealing.broken)
	}
	if err := w.stmt.run(context.Background(), "COMMIT"); err != nil {
		return failedCommit(err)
	}
	for _, f := range sealing.after {
		f()
	}
	for _, r := range members {
		for _, f := range r.tx.after {
			f()
		}
		r.done <- nil
	}
	return nil
}

func (w *writer) seal(tx *Tx, items []item) (err error) {
	w.gid.Store(w.self)
	defer func() {
		w.gid.Store(0)
		if p := recover(); p != nil {
			err = errs.Internal("db.seal_panicked", fmt.Errorf("%v", p))
		}
	}()
	return w.db.sealAll(tx, items)
}

func failedCommit(err error) error {
	return errs.Unavailable("db.commit_failed", "The database could not store this. Nothing was changed. Check the disk's free space, then try again.").Because(err)
}
