package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"modernc.org/sqlite"

	"slipway/internal/errs"
)

// fileName is the database inside the data directory.
const fileName = "slipway.db"

func init() {
	// PostgreSQL's name for byte order, so that a query may say COLLATE "C" on both engines. Columns do not: the
	// migrations drop it on SQLite, where byte order is the default and cheaper.
	if err := sqlite.RegisterCollationUtf8("C", strings.Compare); err != nil {
		panic(err) // only for a name registered twice
	}
}

func dsn(path string, pragmas ...string) string {
	v := url.Values{}
	// busy_timeout comes first: the pragmas after it may have to wait for a lock.
	for _, p := range append([]string{"busy_timeout(10000)", "foreign_keys(ON)", "temp_store(MEMORY)"}, pragmas...) {
		v.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

func (d *DB) openSQLite(ctx context.Context, o Options) (err error) {
	d.path = filepath.Join(o.Dir, fileName)
	if o.ReadOnly {
		if _, err := os.Stat(d.path); err != nil {
			return errs.NotFound("db.missing", "There is no database in %s. Give the server's data directory with --data.", o.Dir)
		}
		d.unlock = func() {}
		return d.openReaders(o)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return errs.Unavailable("db.dir_unusable", "The data directory cannot be made.").Because(err)
	}
	d.unlock, err = lockDir(o.Dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			d.unlock()
		}
	}()
	if d.writer, err = openWriter(ctx, d); err != nil {
		return err
	}
	return d.openReaders(o)
}

func (d *DB) openReaders(o Options) (err error) {
	d.sql, err = sql.Open("sqlite", dsn(d.path, "query_only(ON)", "cache_size(-8192)"))
	if err != nil {
		return err
	}
	n := o.Readers
	if n == 0 {
		n = max(4, 2*runtime.NumCPU())
	}
	d.sql.SetMaxIdleConns(n + 2)
	d.readers = newPool(n)
	return nil
}

// lockDir makes sure that one process alone serves a data directory: the ledger's edge and the answers of may-deploy are
// held in its memory. The lock ends with the process, however it ends.
func lockDir(dir string) (func(), error) {
	f, err := os.OpenFile(filepath.Join(dir, "slipway.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errs.Unavailable("db.dir_unusable", "The data directory cannot be written.").Because(err)
	}
	// A process that was killed while it started another leaves the lock to that one for the moment until it execs.
	for tries := 0; ; tries++ {
		if err = lockFile(f); err == nil || tries == 20 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if err != nil {
		f.Close()
		return nil, errs.Unavailable("db.in_use", "Another Slipway serves this data directory. Stop it, or give another --data.").Because(err)
	}
	return func() { f.Close() }, nil
}

func (d *DB) closeSQLite() error {
	var err error
	if d.writer != nil {
		err = d.writer.stop()
	}
	d.readers.close()
	err = errors.Join(err, d.sql.Close())
	d.unlock()
	return err
}

// reader is one reading connection with its prepared statements; it connects when first used.
type reader struct {
	conn *sql.Conn
	stmt statements
}

// drop ends the connection. Closing alone would not: database/sql keeps the connection below and hands it, and a transaction
// that is still open on it, to who asks next.
func (r *reader) drop() {
	if r.conn == nil {
		return
	}
	r.stmt.close()
	_ = r.conn.Raw(func(any) error { return driver.ErrBadConn }) // the word for not keeping it
	_ = r.conn.Close()                                           // it is gone; a reader holds nothing that could be lost
	*r = reader{}
}

// statements is the cache of prepared statements of one connection. It belongs to one goroutine at a time.
type statements struct {
	conn *sql.Conn
	byQ  map[string]*sql.Stmt
}

// cached bounds the statements kept per connection; the product has a few hundred, filters multiply some of them.
const cached = 500

func (s *statements) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	if st, ok := s.byQ[q]; ok {
		return st, nil
	}
	if len(s.byQ) >= cached {
		s.close()
	}
	st, err := s.conn.PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	if s.byQ == nil {
		s.byQ = map[string]*sql.Stmt{}
	}
	s.byQ[q] = st
	return st, nil
}

func (s *statements) close() {
	for _, st := range s.byQ {
		_ = st.Close() // of a connection that goes away or a statement that can be prepared again
	}
	s.byQ = nil
}

func (s *statements) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	st, err := s.prepare(ctx, q) //nolint:sqlclosecheck // kept for the next time; close ends it
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (s *statements) exec(ctx context.Context, q string, args []any) (sql.Result, error) {
	st, err := s.prepare(ctx, q) //nolint:sqlclosecheck // kept for the next time; close ends it
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (s *statements) run(ctx context.Context, q string) error {
	_, err := s.exec(ctx, q, nil)
	if err != nil {
		return fmt.Errorf("db: %s: %w", q, err)
	}
	return nil
}
