package app_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/internal/app"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/backup"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

var engines = []db.Engine{db.SQLite, db.Postgres}

// at returns options of an app on an empty database.
func at(t *testing.T, e db.Engine) app.Options {
	t.Helper()
	c, err := config.Load(config.Settings{}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	p := dbtest.Empty(t, e)
	c.Data, c.Database = t.TempDir(), p.URL
	if p.Dir != "" {
		c.Data = p.Dir
	}
	return app.Options{Config: c, Clock: clock.NewFake(dbtest.Start), Version: "test", Demo: true}
}

func with(t *testing.T, o app.Options, do func(a *app.App, h http.Handler)) {
	t.Helper()
	a, err := app.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	do(a, h)
}

func count(t *testing.T, d *db.DB, table string) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&n, `SELECT count(*) FROM `+table) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func saved(t *testing.T, o app.Options) []byte {
	t.Helper()
	d, err := app.OpenDB(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var b bytes.Buffer
	if _, err := backup.Write(t.Context(), d, &b, backup.Info{Version: "test"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var transient = []string{"session", "once_link", "sign_in_try"}

// TestRestoreLeavesSignInBehind restores within and across engines: people and tokens are there, and nobody is signed in.
func TestRestoreLeavesSignInBehind(t *testing.T) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				t.Parallel()
				o := at(t, from)
				var cookies []*http.Cookie
				with(t, o, func(a *app.App, h http.Handler) {
					if _, err := a.Auth.Start(t.Context(), ""); err != nil { // prints a first-run link
						t.Fatal(err)
					}
					cookies = signedIn(t, a, h, people.NewPerson{Key: "maya", Name: "Maya", Email: "maya@example.com", Grants: []auth.Grant{{Role: auth.RoleAdministrator}}})
					h.ServeHTTP(httptest.NewRecorder(), form("/sign-in", "login", "maya@example.com", "password", "wrong by far, this one"))
					for _, table := range transient {
						if count(t, a.DB, table) == 0 {
							t.Fatalf("%s has no rows to leave behind", table)
						}
					}
				})
				file := saved(t, o)
				n := at(t, to)
				rep, paused, err := app.Restore(t.Context(), n, bytes.NewReader(file))
				if err != nil || rep.Rows() == 0 || paused != 0 {
					t.Fatalf("%d rows, %d paused, %v", rep.Rows(), paused, err)
				}
				with(t, n, func(a *app.App, h http.Handler) {
					for _, table := range transient {
						if got := count(t, a.DB, table); got != 0 {
							t.Errorf("%s has %d rows", table, got)
						}
					}
					if count(t, a.DB, "person") != 1 {
						t.Error("the person is not there")
					}
					if _, err := a.Ledger.Verify(t.Context()); err != nil {
						t.Errorf("the ledger: %v", err)
					}
					r := local(httptest.NewRequest(http.MethodGet, "/", nil))
					for _, c := range cookies {
						r.AddCookie(c)
					}
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
						t.Errorf("the old session answers %d", w.Code)
					}
				})
				if _, _, err := app.Restore(t.Context(), n, bytes.NewReader(file)); errs.ReasonOf(err) != "backup.not_empty" {
					t.Errorf("restored twice: %v", err)
				}
			})
		}
	}
}

// older is a schema before the newest.
const older = 130

// TestRestoreOfAnOlderSchema restores a backup of an older schema: rows first, migrations after. Into a database that is
// migrated further already it is refused.
func TestRestoreOfAnOlderSchema(t *testing.T) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				t.Parallel()
				o := at(t, from)
				d, err := app.OpenDB(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				if err := db.MigrateTo(t.Context(), d, older); err != nil {
					t.Fatal(err)
				}
				product := "0190a0a0-0000-7000-8000-000000000001"
				if err := d.Write(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(`INSERT INTO product (id, key, name, text, owner, rev, changed_at, changed_by) VALUES ($1, 'old', 'Old', '', '', 1, $2, '')`, product, tx.Now)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
				file := saved(t, o)
				n := at(t, to)
				if _, _, err := app.Restore(t.Context(), n, bytes.NewReader(file)); err != nil {
					t.Fatal(err)
				}
				with(t, n, func(a *app.App, _ http.Handler) {
					if got := count(t, a.DB, "product"); got != 1 {
						t.Errorf("%d products", got)
					}
					if got := count(t, a.DB, "run WHERE heeded = '[]'"); got != 0 {
						t.Errorf("%d runs", got)
					}
				})
				// A database of the newest schema takes it no more, and says what to do.
				late := at(t, to)
				with(t, late, func(*app.App, http.Handler) {})
				if _, _, err := app.Restore(t.Context(), late, bytes.NewReader(file)); errs.ReasonOf(err) != "backup.schema_other" || !strings.Contains(err.Error(), "new database") {
					t.Errorf("%v", err)
				}
			})
		}
	}
}
