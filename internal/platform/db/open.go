package db

import (
	"context"
	"database/sql"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"slipway/internal/clock"
	"slipway/internal/errs"
)

// Engine names a database engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options say which database to open.
type Options struct {
	// Dir holds slipway.db and its lock when URL is empty.
	Dir string
	// URL is a PostgreSQL connection string ("postgres://…"), or empty for SQLite in Dir.
	URL string
	// Clock gives every transaction its Now; the machine's clock if nil.
	Clock clock.Clock
	// Readers bounds the connections that read at once on SQLite, and all connections on PostgreSQL; 0 chooses.
	Readers int
	// ReadOnly opens a database that another process may be serving. Write fails.
	ReadOnly bool
}

// DB is an open database. Its methods are safe for concurrent use.
type DB struct {
	engine  Engine
	clock   clock.Clock
	sql     *sql.DB       // SQLite: readers; PostgreSQL: the pool
	pool    *pgxpool.Pool // PostgreSQL only
	writer  *writer       // SQLite only
	readers *pool         // SQLite only
	path    string
	unlock  func()

	readOnly bool

	mu    sync.RWMutex
	seals []seal
	close sync.Once
}

type seal struct {
	key any
	fn  func(tx *Tx, items []any) error
}

// Open connects to the database without changing it; see Migrate. It fails with errs.Unavailable if another process
// has the SQLite file, or if the server does not answer.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{clock: o.Clock, readOnly: o.ReadOnly}
	if d.clock == nil {
		d.clock = clock.System
	}
	if o.URL == "" {
		d.engine = SQLite
		return d, d.openSQLite(ctx, o)
	}
	d.engine = Postgres
	return d, d.openPostgres(ctx, o)
}

// Engine returns the engine.
func (d *DB) Engine() Engine { return d.engine }

// Clock returns the clock that stamps transactions.
func (d *DB) Clock() clock.Clock { return d.clock }

// Raw returns the pool of connections for platform packages that bring their own statements (backup, migrations). On
// SQLite its connections only read.
func (d *DB) Raw() *sql.DB { return d.sql }

// Pool returns the PostgreSQL pool under Raw, or nil on SQLite.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// BeforeCommit makes fn part of every commit in which something was collected under key. On SQLite it runs once for all
// closures that share a commit, on PostgreSQL once for each transaction; items keep the order of their collection. If fn
// fails, the commit does. It is called at start-up, before the first Write.
func (d *DB) BeforeCommit(key any, fn func(tx *Tx, items []any) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seals = append(d.seals, seal{key, fn})
}

func (d *DB) sealAll(tx *Tx, items []item) error {
	if len(items) == 0 {
		return nil
	}
	d.mu.RLock()
	seals := d.seals
	d.mu.RUnlock()
	for _, s := range seals {
		var mine []any
		for _, it := range items {
			if it.key == s.key {
				mine = append(mine, it.value)
			}
		}
		if len(mine) == 0 {
			continue
		}
		if err := s.fn(tx, mine); err != nil {
			return err
		}
	}
	return nil
}

var errReadOnly = errs.Blocked("db.read_only", "This database was opened for reading only.")

type inTx struct{}

func marked(ctx context.Context) context.Context { return context.WithValue(ctx, inTx{}, true) }

// Write runs fn in one transaction that is committed, and on disk, when Write returns nil. fn may run more than once;
// what it wants to return it assigns anew each time. A fault of fn undoes all it did and is returned as it is.
// A panic in fn undoes the same and goes on in the caller. Write inside a transaction fails at once.
// A context that ends before fn starts is obeyed; on SQLite it does not interrupt what has started.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		return errNested
	}
	fn = begun(ctx, fn)
	switch {
	case d.readOnly:
		return errReadOnly
	case d.engine == SQLite:
		return d.writer.write(ctx, fn)
	}
	return d.writePostgres(ctx, fn)
}

// Read runs fn on one snapshot. fn may run again on PostgreSQL if the connection broke before its first answer.
func (d *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		return errNested
	}
	if d.engine == SQLite {
		return d.readSQLite(ctx, fn)
	}
	return d.readPostgres(ctx, fn)
}

// Close waits for the write under way and closes every connection.
func (d *DB) Close() error {
	var err error
	d.close.Do(func() {
		if d.engine == SQLite {
			err = d.closeSQLite()
			return
		}
		err = d.sql.Close()
		d.pool.Close()
	})
	return err
}
