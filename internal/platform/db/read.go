package db

import (
	"context"
	"database/sql"
)

// A reading transaction begins with its first statement, which is also when either engine takes the snapshot. A closure
// that is answered from memory costs no statement and no connection.

// liteRead is a reading transaction on SQLite.
type liteRead struct {
	db *DB
	r  *reader // nil until the first statement
}

func (d *DB) readSQLite(ctx context.Context, fn func(tx *Tx) error) error {
	s := &liteRead{db: d}
	whole := false
	defer func() { s.end(ctx, whole) }()
	err := fn(&Tx{Now: At(d.clock.Now()), ctx: marked(ctx), drv: ctx, db: d, on: s})
	whole = true // a panic leaves a connection that nobody knows the state of
	return err
}

func (s *liteRead) begin(ctx context.Context) error {
	if s.r != nil {
		return nil
	}
	r, err := s.db.readers.take(ctx)
	if err != nil {
		return err
	}
	if err := r.begin(ctx, s.db); err != nil {
		r.drop()
		s.db.readers.give(r)
		return err
	}
	s.r = r
	return nil
}

func (r *reader) begin(ctx context.Context, d *DB) (err error) {
	if r.conn == nil {
		if r.conn, err = d.sql.Conn(ctx); err != nil {
			return err
		}
		r.stmt = statements{conn: r.conn}
	}
	_, err = r.stmt.exec(ctx, "BEGIN", nil)
	return err
}

// end gives the connection back. The end of the snapshot must not depend on the caller's context, or the connection would
// keep an old one.
func (s *liteRead) end(ctx context.Context, whole bool) {
	if s.r == nil {
		return
	}
	if whole {
		_, err := s.r.stmt.exec(context.WithoutCancel(ctx), "ROLLBACK", nil)
		whole = err == nil
	}
	if !whole {
		s.r.drop()
	}
	s.db.readers.give(s.r)
}

func (s *liteRead) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s.r.stmt.query(ctx, q, args)
}

func (s *liteRead) exec(ctx context.Context, q string, args []any) (sql.Result, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s.r.stmt.exec(ctx, q, args)
}

// pgRead is a reading transaction on PostgreSQL.
type pgRead struct {
	db   *DB
	conn *sql.Conn
	tx   *sql.Tx // nil until the first statement
}

func (d *DB) readPostgres(ctx context.Context, fn func(tx *Tx) error) error {
	s := &pgRead{db: d}
	defer s.end()
	return fn(&Tx{Now: At(d.clock.Now()), ctx: marked(ctx), drv: ctx, db: d, on: s})
}

func (s *pgRead) begin(ctx context.Context) error {
	if s.tx != nil {
		return nil
	}
	conn, err := s.db.sql.Conn(ctx)
	if err != nil {
		return unreachable(ctx, err)
	}
	if s.tx, err = conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}); err != nil {
		_ = conn.Close() // back to the pool
		return unreachable(ctx, err)
	}
	s.conn = conn
	return nil
}

func (s *pgRead) end() {
	if s.tx == nil {
		return
	}
	_ = s.tx.Rollback() // there is nothing to keep
	_ = s.conn.Close()  // back to the pool
}

func (s *pgRead) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s.tx.QueryContext(ctx, q, args...)
}

func (s *pgRead) exec(ctx context.Context, q string, args []any) (sql.Result, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s.tx.ExecContext(ctx, q, args...)
}
