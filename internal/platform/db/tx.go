package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/georgysavva/scany/v2/dbscan"

	"slipway/internal/errs"
)

// ErrNone says that Get found no row.
var ErrNone = errors.New("db: no row")

var errNested = errors.New("db: Write inside a transaction; pass the tx on instead")

// Tx is one transaction. It belongs to the closure it was given to and must not leave it.
type Tx struct {
	// Now is the instant of the transaction, frozen, in whole microseconds.
	Now Time

	ctx     context.Context
	drv     context.Context
	db      *DB
	on      session
	conn    *sql.Conn
	writing bool
	broken  error
	items   []item
	after   []func()
	values  map[any]any
	asked   int
}

type item struct {
	key   any
	value any
}

// session runs statements on the connection that holds a transaction.
type session interface {
	query(ctx context.Context, q string, args []any) (*sql.Rows, error)
	exec(ctx context.Context, q string, args []any) (sql.Result, error)
}

// Context returns the caller's context, which carries the actor and the permission.
func (t *Tx) Context() context.Context { return t.ctx }

// Writing reports whether the transaction may change rows.
func (t *Tx) Writing() bool { return t.writing }

// Engine returns the engine below.
func (t *Tx) Engine() Engine { return t.db.engine }

// SQLConn returns the connection that holds a write transaction. Platform packages that join it (the job queue) use it;
// they must not begin, commit or roll back on it.
func (t *Tx) SQLConn() *sql.Conn { return t.conn }

// Statements returns how many statements the transaction has run, so that a test can hold a reader to a number that does not
// grow with its rows.
func (t *Tx) Statements() int { return t.asked }

// Collect keeps an item for the BeforeCommit function of the same key. Items of a closure that fails are dropped.
func (t *Tx) Collect(key, value any) { t.items = append(t.items, item{key, value}) }

// AfterCommit keeps fn to run once the commit is durable, before Write returns. fn must be quick and cannot fail: it
// wakes what waits and brings memory up to date. On SQLite it runs on the only writer.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// Value returns what SetValue kept under key in this transaction, or nil.
func (t *Tx) Value(key any) any { return t.values[key] }

// As returns a reading transaction as another caller's: the same snapshot, instant and values, with ctx's actor and
// permission. It lets callers who came at the same time share one read. Statements go on under the transaction's own
// context, so that a caller who leaves does not end it for the others.
func (t *Tx) As(ctx context.Context) *Tx {
	if t.writing {
		return t // an entry has one actor; who writes does not share
	}
	if t.values == nil {
		t.values = map[any]any{}
	}
	c := *t
	c.ctx = marked(ctx)
	return &c
}

// SetValue keeps a value for the rest of this transaction, for what several operations inside it share.
func (t *Tx) SetValue(key, value any) {
	if t.values == nil {
		t.values = map[any]any{}
	}
	t.values[key] = value
}

// ServerNow returns the instant by the clock that all replicas share: the database's on PostgreSQL, the process's on
// SQLite. Leases are measured by it.
func (t *Tx) ServerNow() (Time, error) {
	if t.db.engine == SQLite {
		return At(t.db.clock.Now()), nil
	}
	var us int64
	err := t.Get(&us, `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`)
	return Time(us), err
}

// scanner reads rows by column name: `db:"name"` tags, snake case otherwise.
var scanner = func() *dbscan.API {
	a, err := dbscan.NewAPI(dbscan.WithStructTagKey("db"))
	if err != nil {
		panic(err) // a wrong option above, found by any test
	}
	return a
}()

// Get reads one row into a struct or a scalar. It fails with ErrNone if there is none and costs one statement.
func (t *Tx) Get(dst any, query string, args ...any) error {
	rows, err := t.rows(query, args) //nolint:rowserrcheck // ScanOne returns it
	if err != nil {
		return err
	}
	err = scanner.ScanOne(dst, rows)
	if dbscan.NotFound(err) {
		return ErrNone
	}
	return t.failed(query, err)
}

// All reads every row into a slice of structs or scalars; without rows the slice is empty. The caller bounds the query.
func (t *Tx) All(dst any, query string, args ...any) error {
	rows, err := t.rows(query, args) //nolint:rowserrcheck // ScanAll returns it
	if err != nil {
		return err
	}
	return t.failed(query, scanner.ScanAll(dst, rows))
}

// Each calls fn for every row without keeping them; scan reads the present row's columns in order. It serves what is too
// large for All. No other statement may run on the transaction until it returns.
func (t *Tx) Each(query string, args []any, fn func(scan func(dst ...any) error) error) error {
	rows, err := t.rows(query, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return t.failed(query, rows.Err())
}

// Exec runs a statement and returns how many rows it touched.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	if err := t.usable(args); err != nil {
		return 0, err
	}
	res, err := t.on.exec(t.drv, query, args)
	if err != nil {
		return 0, t.failed(query, err)
	}
	return res.RowsAffected()
}

func (t *Tx) rows(query string, args []any) (*sql.Rows, error) {
	if err := t.usable(args); err != nil {
		return nil, err
	}
	rows, err := t.on.query(t.drv, query, args)
	return rows, t.failed(query, err)
}

// usable refuses statements on a transaction that the engine has already given up, where they would run outside of it,
// and text that PostgreSQL cannot store, so that both engines refuse alike.
func (t *Tx) usable(args []any) error {
	t.asked++
	if t.broken != nil {
		return t.broken
	}
	for _, a := range args {
		if !textOK(a) {
			return errs.Invalid("text.malformed", "Text must be valid UTF-8 without NUL characters.")
		}
	}
	return nil
}

func textOK(a any) bool {
	var s string
	switch v := a.(type) {
	case nil, int, int64, bool, Time, []byte:
		return true
	case string:
		s = v
	case *string:
		if v == nil {
			return true
		}
		s = *v
	case JSON:
		s = string(v)
	default:
		r := reflect.ValueOf(a)
		if r.Kind() != reflect.String {
			return true
		}
		s = r.String()
	}
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

func (t *Tx) failed(query string, err error) error {
	if err == nil {
		return nil
	}
	if t.writing && t.db.engine == SQLite && abandons(err) {
		t.broken = err
	}
	if len(query) > 200 {
		query = query[:200] + "…"
	}
	return fmt.Errorf("db: %w in %s", err, strings.Join(strings.Fields(query), " "))
}
