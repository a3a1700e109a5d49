package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"slipway/internal/clock"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job/riverschema"
	"slipway/internal/platform/migrations"
)

// Start is where the clock of a test database stands: Thursday 19 November 2026, 14:08 in Copenhagen.
var Start = time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC)

// Each runs test once for each engine, in parallel, each on a fresh migrated database.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, e))
		})
	}
}

// Open returns a fresh migrated database that is closed and dropped with the test. Its clock is a *clock.Fake at Start.
// Without PostgreSQL (SLIPWAY_TEST_POSTGRES) a test that asks for it is skipped, or fails if SLIPWAY_TEST_REQUIRE says so.
func Open(t testing.TB, e db.Engine) *db.DB {
	t.Helper()
	return Reopen(t, New(t, e), clock.NewFake(Start))
}

// Place says where a database is, so that several handles can be opened on it, as replicas and restarts do.
type Place struct {
	Dir string
	URL string
}

// Reopen opens one more handle on a database that New made.
func Reopen(t testing.TB, p Place, c clock.Clock) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Options{Dir: p.Dir, URL: p.URL, Clock: c, Readers: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	return d
}

// New makes a fresh migrated database without opening it.
func New(t testing.TB, e db.Engine) Place {
	t.Helper()
	if e == db.SQLite {
		return Place{Dir: copyLite(t)}
	}
	return Place{URL: clonePostgres(t)}
}

// Empty makes a fresh database without any schema.
func Empty(t testing.TB, e db.Engine) Place {
	t.Helper()
	if e == db.SQLite {
		return Place{Dir: t.TempDir()}
	}
	return Place{URL: createPostgres(t, "template0")}
}

var lite = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "slipway-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(context.Background(), db.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	err = db.Migrate(context.Background(), d)
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, "slipway.db"))
})

func copyLite(t testing.TB) string {
	b, err := lite()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "slipway.db"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Required reports whether SLIPWAY_TEST_REQUIRE names the thing, so that its absence fails a test instead of skipping it.
func Required(what string) bool {
	for _, w := range strings.Split(os.Getenv("SLIPWAY_TEST_REQUIRE"), ",") {
		if strings.TrimSpace(w) == what {
			return true
		}
	}
	return false
}

func server(t testing.TB) string {
	s := os.Getenv("SLIPWAY_TEST_POSTGRES")
	if s == "" {
		if Required("postgres") {
			t.Fatal("SLIPWAY_TEST_REQUIRE asks for PostgreSQL, but SLIPWAY_TEST_POSTGRES is empty")
		}
		t.Skip("no PostgreSQL: set SLIPWAY_TEST_POSTGRES to postgres://…")
	}
	return s
}

func named(t testing.TB, base, database string) string {
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("SLIPWAY_TEST_POSTGRES: %v", err)
	}
	u.Path = "/" + database
	return u.String()
}

func admin(t testing.TB, base string, fn func(ctx context.Context, c *pgx.Conn) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, base)
	if err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
	defer c.Close(ctx)
	if err := fn(ctx, c); err != nil {
		t.Fatalf("PostgreSQL: %v", err)
	}
}

var template struct {
	sync.Once
	name string
}

// clonePostgres makes the template once for all test binaries that hold the same migrations, under a lock of the server,
// and a database of its own for the test.
func clonePostgres(t testing.TB) string {
	base := server(t)
	template.Do(func() { template.name = makeTemplate(t, base) })
	if template.name == "" {
		t.Fatal("the PostgreSQL template could not be made")
	}
	return createPostgres(t, template.name)
}

func createPostgres(t testing.TB, template string) string {
	base := server(t)
	name := "slipway_t_" + strings.ReplaceAll(string(id.New[id.Entry]()), "-", "")
	admin(t, base, func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
		return err
	})
	t.Cleanup(func() {
		admin(t, base, func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
			return err
		})
	})
	return named(t, base, name)
}

func makeTemplate(t testing.TB, base string) string {
	name := "slipway_tmpl_" + digest(t)
	admin(t, base, func(ctx context.Context, c *pgx.Conn) error {
		if _, err := c.Exec(ctx, "SELECT pg_advisory_lock(7368697077)"); err != nil {
			return err
		}
		defer func() { _, _ = c.Exec(ctx, "SELECT pg_advisory_unlock(7368697077)") }()
		var has bool
		if err := c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&has); err != nil || has {
			return err
		}
		raw := name + "_raw"
		if _, err := c.Exec(ctx, "DROP DATABASE IF EXISTS "+raw+" WITH (FORCE)"); err != nil {
			return err
		}
		if _, err := c.Exec(ctx, "CREATE DATABASE "+raw); err != nil {
			return err
		}
		d, err := db.Open(ctx, db.Options{URL: named(t, base, raw)})
		if err != nil {
			return err
		}
		err = db.Migrate(ctx, d, riverschema.Migrate)
		d.Close()
		if err != nil {
			return err
		}
		// The name appears only when the template is whole.
		_, err = c.Exec(ctx, "ALTER DATABASE "+raw+" RENAME TO "+name)
		return err
	})
	return name
}

func digest(t testing.TB) string {
	h := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.Files, p)
		fmt.Fprintf(h, "%s %d\n%s", p, len(b), b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
