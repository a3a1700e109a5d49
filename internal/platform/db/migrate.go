package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"

	"slipway/internal/errs"
	"slipway/internal/platform/migrations"
)

// migrationLock is the advisory lock under which one replica migrates while the others wait.
const migrationLock = 0x736c6970776179

// Migrate brings the schema to what this binary knows, each migration in a transaction of its own. On PostgreSQL the
// functions of more (the job queue's own schema) run under the same lock. It fails with errs.Unavailable, changing
// nothing, if the schema is newer than the binary.
func Migrate(ctx context.Context, d *DB, more ...func(ctx context.Context, pool *pgxpool.Pool) error) error {
	return migrateTo(ctx, d, 0, more)
}

// MigrateTo brings the schema to an older version than the binary's, as a backup of that version needs it. It fails with
// errs.Invalid if the binary knows no migration of that number, and with errs.Unavailable if the schema is beyond it.
func MigrateTo(ctx context.Context, d *DB, version int64) error {
	return migrateTo(ctx, d, version, nil)
}

// migrateTo migrates to the version; to the newest if it is 0.
func migrateTo(ctx context.Context, d *DB, to int64, more []func(ctx context.Context, pool *pgxpool.Pool) error) error {
	if d.engine == SQLite {
		h, err := sql.Open("sqlite", dsn(d.path, "journal_mode(WAL)", "synchronous(FULL)"))
		if err != nil {
			return err
		}
		defer func() { _ = h.Close() }() // what was committed is durable
		return migrate(ctx, h, goose.DialectSQLite3, to)
	}
	conn, err := d.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // back to the pool
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		return err
	}
	defer func() {
		// The lock ends with the session at the latest.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(migrationLock))
	}()
	if err := migrate(ctx, d.sql, goose.DialectPostgres, to); err != nil {
		return err
	}
	for _, f := range more {
		if err := f(ctx, d.pool); err != nil {
			return err
		}
	}
	return nil
}

func migrate(ctx context.Context, h *sql.DB, dialect goose.Dialect, to int64) error {
	var files fs.FS = migrations.Files
	if dialect == goose.DialectSQLite3 {
		files = liteFS{files}
	}
	p, err := goose.NewProvider(dialect, h, files)
	if err != nil {
		return fmt.Errorf("db: migrations: %w", err)
	}
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("db: migrations: %w", err)
	}
	knows := newest(p)
	if to == 0 {
		to = knows
	}
	switch {
	case !slices.ContainsFunc(p.ListSources(), func(s *goose.Source) bool { return s.Version == to }):
		return errs.Invalid("db.schema_unknown", "This Slipway knows no schema %d.", to)
	case has > knows:
		return errs.Unavailable("db.schema_newer",
			"The database has schema %d, this Slipway knows %d. Start the newer Slipway that wrote it, or restore a backup.", has, knows)
	case has > to:
		return errs.Unavailable("db.schema_beyond", "The database has schema %d already, which cannot become schema %d again.", has, to)
	}
	if _, err := p.UpTo(ctx, to); err != nil {
		var part *goose.PartialError
		if errors.As(err, &part) && part.Failed != nil {
			return fmt.Errorf("db: migration %s: %w", part.Failed.Source.Path, err)
		}
		return fmt.Errorf("db: migrations: %w", err)
	}
	return nil
}

func newest(p *goose.Provider) int64 {
	var v int64
	for _, s := range p.ListSources() {
		v = max(v, s.Version)
	}
	return v
}

// Schema returns the version of the schema that this binary knows.
func Schema() (int64, error) {
	p, err := goose.NewProvider(goose.DialectPostgres, &sql.DB{}, migrations.Files)
	if err != nil {
		return 0, err
	}
	return newest(p), nil
}

// liteFS puts the few words that differ into SQLite's: BYTEA would have numeric affinity there, and byte order is the
// default collation, and only INTEGER PRIMARY KEY is the row itself instead of one more index.
type liteFS struct{ fs.FS }

var toLite = strings.NewReplacer("BYTEA", "BLOB", ` COLLATE "C"`, "", "BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY")

// ReadFile implements fs.ReadFileFS, which goose reads migrations through.
func (l liteFS) ReadFile(name string) ([]byte, error) {
	b, err := fs.ReadFile(l.FS, name)
	return []byte(toLite.Replace(string(b))), err
}

// Open implements fs.FS; SQL files come with their words replaced.
func (l liteFS) Open(name string) (fs.File, error) {
	f, err := l.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b, err := l.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &liteFile{strings.NewReader(string(b)), info}, nil
}

type liteFile struct {
	*strings.Reader
	info fs.FileInfo
}

func (f *liteFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *liteFile) Close() error               { return nil }
