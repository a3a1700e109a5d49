package job

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"slipway/internal/platform/db"
)

// joined lets fn work on the PostgreSQL transaction that tx holds, as pgx sees it.
func joined(tx *db.Tx, fn func(ctx context.Context, ptx pgx.Tx) error) error {
	if !tx.Writing() {
		return fmt.Errorf("job: a job is enqueued in a write transaction only")
	}
	var err error
	raw := tx.SQLConn().Raw(func(conn any) error {
		std, ok := conn.(*stdlib.Conn)
		if !ok {
			err = fmt.Errorf("job: %T is no connection of pgx", conn)
			return nil
		}
		// The fault stays out of what Raw sees: it may ask for the closure again, and is none of the connection.
		err = fn(tx.Context(), &facade{conn: std.Conn(), depth: new(int)})
		return nil
	})
	if err == nil {
		err = raw
	}
	return err
}

// facade is a pgx.Tx over a connection whose transaction database/sql began. Package db alone ends that transaction, so
// Commit and Rollback of the outermost facade panic, and Begin makes a savepoint: a plain BEGIN would commit what is open.
type facade struct {
	conn      *pgx.Conn
	savepoint string // of an inner facade
	depth     *int
	done      bool
}

// Begin implements pgx.Tx.
func (f *facade) Begin(ctx context.Context) (pgx.Tx, error) {
	*f.depth++
	in := &facade{conn: f.conn, depth: f.depth, savepoint: fmt.Sprintf("job_%d", *f.depth)}
	if _, err := f.conn.Exec(ctx, "SAVEPOINT "+in.savepoint); err != nil {
		return nil, err
	}
	return in, nil
}

// Commit implements pgx.Tx; of an inner facade it releases the savepoint.
func (f *facade) Commit(ctx context.Context) error {
	return f.end(ctx, "RELEASE SAVEPOINT "+f.savepoint, "commit")
}

// Rollback implements pgx.Tx; of an inner facade it goes back to the savepoint.
func (f *facade) Rollback(ctx context.Context) error {
	return f.end(ctx, "ROLLBACK TO SAVEPOINT "+f.savepoint, "roll back")
}

func (f *facade) end(ctx context.Context, statement, what string) error {
	if f.savepoint == "" {
		panic("job: the queue tried to " + what + " a transaction that is not its own")
	}
	if f.done {
		return pgx.ErrTxClosed
	}
	f.done = true
	_, err := f.conn.Exec(ctx, statement)
	return err
}

// CopyFrom implements pgx.Tx.
func (f *facade) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return f.conn.CopyFrom(ctx, table, columns, rows)
}

// SendBatch implements pgx.Tx.
func (f *facade) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return f.conn.SendBatch(ctx, b)
}

// LargeObjects implements pgx.Tx. The queue has none.
func (f *facade) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Prepare implements pgx.Tx.
func (f *facade) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return f.conn.Prepare(ctx, name, sql)
}

// Exec implements pgx.Tx.
func (f *facade) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return f.conn.Exec(ctx, sql, args...)
}

// Query implements pgx.Tx.
func (f *facade) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return f.conn.Query(ctx, sql, args...)
}

// QueryRow implements pgx.Tx.
func (f *facade) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return f.conn.QueryRow(ctx, sql, args...)
}

// Conn implements pgx.Tx.
func (f *facade) Conn() *pgx.Conn { return f.conn }
