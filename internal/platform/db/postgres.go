package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"slipway/internal/errs"
)

// attempts bounds how often a closure runs again after serialisation failures. With the pauses below, contention that
// outlives it has lasted some seconds.
const attempts = 40

func (d *DB) openPostgres(ctx context.Context, o Options) error {
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return errs.InvalidField("database", "db.url_malformed", "The database address is not a PostgreSQL connection string.")
	}
	switch {
	case o.Readers > 0:
		cfg.MaxConns = int32(o.Readers)
	case cfg.MaxConns < 16:
		cfg.MaxConns = int32(max(16, 4*runtime.NumCPU()))
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return errs.Unavailable("db.unreachable", "PostgreSQL does not answer.").Because(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return errs.Unavailable("db.unreachable", "PostgreSQL does not answer. Check the address, the account and that the server runs.").Because(err)
	}
	d.pool = pool
	d.sql = stdlib.OpenDBFromPool(pool)
	return nil
}

type pgSession struct{ tx *sql.Tx }

func (s pgSession) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	return s.tx.QueryContext(ctx, q, args...)
}

func (s pgSession) exec(ctx context.Context, q string, args []any) (sql.Result, error) {
	return s.tx.ExecContext(ctx, q, args...)
}

func (d *DB) writePostgres(ctx context.Context, fn func(tx *Tx) error) error {
	for i := 0; ; i++ {
		err := d.tryPostgres(ctx, fn)
		if err == nil || !retriable(err) {
			return err
		}
		if i == attempts {
			return errs.Unavailable("db.contended", "Too many changes hit the same rows at once. Nothing was changed; try again.").Because(err)
		}
		pause := time.Duration(rand.Int64N(int64(time.Millisecond) << min(i, 7)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (d *DB) tryPostgres(ctx context.Context, fn func(tx *Tx) error) error {
	conn, err := d.sql.Conn(ctx)
	if err != nil {
		return unreachable(ctx, err)
	}
	defer func() { _ = conn.Close() }() // back to the pool
	stx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return unreachable(ctx, err)
	}
	defer func() { _ = stx.Rollback() }() // after a commit this does nothing; after a panic or a fault it undoes
	tx := &Tx{Now: At(d.clock.Now()), ctx: marked(ctx), drv: ctx, db: d, on: pgSession{stx}, conn: conn, writing: true}
	if err := fn(tx); err != nil {
		return err
	}
	if err := d.sealAll(tx, tx.items); err != nil {
		return err
	}
	if err := stx.Commit(); err != nil {
		return err
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil || retriable(err) {
		return err
	}
	return errs.Unavailable("db.unreachable", "The database does not answer. Nothing was changed; try again.").Because(err)
}

// retriable reports whether PostgreSQL asks for the whole transaction again: it could not be
// serialised, or was in a deadlock (PostgreSQL 15, appendix A).
func retriable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
