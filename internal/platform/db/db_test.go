package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func table(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`CREATE TABLE probe (k TEXT PRIMARY KEY, n BIGINT, flag BOOLEAN, body TEXT, at BIGINT)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func put(ctx context.Context, d *db.DB, k string, n int) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ($1, $2)`, k, n)
		return err
	})
}

func count(t *testing.T, d *db.DB) int {
	t.Helper()
	var n int
	if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&n, `SELECT count(*) FROM probe`) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWriteCommitsOrUndoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		if err := put(t.Context(), d, "a", 1); err != nil {
			t.Fatal(err)
		}
		no := errors.New("no")
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ('b', 2)`); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) {
			t.Fatalf("got %v, want the closure's own error", err)
		}
		if n := count(t, d); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
		if err := put(t.Context(), d, "a", 1); !db.IsUnique(err) {
			t.Errorf("a second row with the same key: %v", err)
		}
	})
}

func TestPanicUndoesAndGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("recovered %v, want boom", p)
				}
			}()
			_ = d.Write(t.Context(), func(tx *db.Tx) error {
				_, _ = tx.Exec(`INSERT INTO probe (k, n) VALUES ('b', 2)`)
				panic("boom")
			})
		}()
		if err := put(t.Context(), d, "a", 1); err != nil {
			t.Fatalf("after a panic: %v", err)
		}
		if n := count(t, d); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

func TestNestedWriteFailsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		outer := t.Context()
		err := d.Write(outer, func(tx *db.Tx) error { return put(tx.Context(), d, "a", 1) })
		if err == nil {
			t.Error("a Write with the transaction's context succeeded")
		}
		if d.Engine() == db.SQLite {
			if err := d.Write(outer, func(tx *db.Tx) error { return put(outer, d, "a", 1) }); err == nil {
				t.Error("a Write with the outer context succeeded")
			}
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows, want 0", n)
		}
	})
}

func TestSealRunsInsideTheCommit(t *testing.T) {
	type key struct{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		var fail error
		d.BeforeCommit(key{}, func(tx *db.Tx, items []any) error {
			for _, it := range items {
				if _, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ($1, 0)`, it); err != nil {
					return err
				}
			}
			return fail
		})
		write := func(k string) error {
			return d.Write(t.Context(), func(tx *db.Tx) error {
				tx.Collect(key{}, "sealed-"+k)
				_, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ($1, 1)`, k)
				return err
			})
		}
		if err := write("a"); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
		fail = errors.New("seal")
		if err := write("b"); !errors.Is(err, fail) {
			t.Errorf("got %v, want the seal's error", err)
		}
		if n := count(t, d); n != 2 {
			t.Errorf("%d rows after a failed seal, want 2", n)
		}
	})
}

// TestTorture mixes good writes with failing, panicking and cancelled ones and checks that exactly the acknowledged ones
// are there, each with its sealed row, and that what ran after the commit ran once for each.
func TestTorture(t *testing.T) {
	type key struct{}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		d.BeforeCommit(key{}, func(tx *db.Tx, items []any) error {
			for _, it := range items {
				if _, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ($1, 0)`, "seal-"+it.(string)); err != nil {
					return err
				}
			}
			return nil
		})
		const workers, each = 24, 20
		var mu sync.Mutex
		acked, after := map[string]bool{}, map[string]int{}
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := range each {
					k := fmt.Sprintf("%d-%d", w, i)
					ctx, cancel := context.WithCancel(t.Context())
					if (w+i)%7 == 0 {
						go cancel()
					}
					err := func() (err error) {
						defer func() {
							if p := recover(); p != nil {
								err = fmt.Errorf("%v", p)
							}
						}()
						return d.Write(ctx, func(tx *db.Tx) error {
							tx.Collect(key{}, k)
							tx.AfterCommit(func() { mu.Lock(); after[k]++; mu.Unlock() })
							if _, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ($1, 1)`, k); err != nil {
								return err
							}
							switch (w * i) % 11 {
							case 3:
								return errors.New("refused")
							case 5:
								panic("boom")
							case 7:
								_, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ($1, 1)`, k)
								return err
							}
							return nil
						})
					}()
					cancel()
					if err == nil {
						mu.Lock()
						acked[k] = true
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		var got []string
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.All(&got, `SELECT k FROM probe`) }); err != nil {
			t.Fatal(err)
		}
		have := map[string]bool{}
		for _, k := range got {
			have[k] = true
		}
		if len(acked) < workers*each/3 {
			t.Fatalf("only %d of %d writes were acknowledged; the test proves too little", len(acked), workers*each)
		}
		for k := range acked {
			if !have[k] || !have["seal-"+k] {
				t.Errorf("%s was acknowledged but is not whole", k)
			}
			if after[k] != 1 {
				t.Errorf("%s ran after its commit %d times", k, after[k])
			}
		}
		// On PostgreSQL a context that ends during the commit leaves the outcome open; what is there must be whole.
		for k := range have {
			if len(k) > 5 && k[:5] == "seal-" {
				continue
			}
			if !have["seal-"+k] {
				t.Errorf("%s has no sealed row", k)
			}
			if d.Engine() == db.SQLite && !acked[k] {
				t.Errorf("%s is there but was not acknowledged", k)
			}
		}
	})
}

// TestFullDisk lets SQLite run out of pages in the middle of a shared commit.
func TestFullDisk(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	table(t, d)
	var pages int
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Get(&pages, `PRAGMA page_count`) }); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		var limit int
		return tx.Get(&limit, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+20))
	}); err != nil {
		t.Fatal(err)
	}
	big := make([]byte, 60_000)
	for i := range big {
		big[i] = 'x'
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	acked, refused := 0, 0
	for w := range 16 {
		wg.Go(func() {
			for i := range 4 {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					body := "small"
					if w%4 == 0 {
						body = string(big)
					}
					_, err := tx.Exec(`INSERT INTO probe (k, body) VALUES ($1, $2)`, fmt.Sprintf("%d-%d", w, i), body)
					return err
				})
				mu.Lock()
				if err == nil {
					acked++
				} else {
					refused++
					if !errs.Is(err, errs.CodeUnavailable) {
						t.Errorf("a full disk must be Unavailable, got %v", err)
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if refused == 0 || acked == 0 {
		t.Fatalf("acknowledged %d, refused %d; both must happen for the test to prove anything", acked, refused)
	}
	if n := count(t, d); n != acked {
		t.Errorf("%d rows, %d acknowledged", n, acked)
	}
}

func TestSerialisableWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		if err := put(t.Context(), d, "n", 0); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 10 {
					err := d.Write(t.Context(), func(tx *db.Tx) error {
						var n int
						if err := tx.Get(&n, `SELECT n FROM probe WHERE k = 'n'`); err != nil {
							return err
						}
						_, err := tx.Exec(`UPDATE probe SET n = $1 WHERE k = 'n'`, n+1)
						return err
					})
					if err != nil {
						t.Errorf("write: %v", err)
					}
				}
			})
		}
		wg.Wait()
		var n int
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&n, `SELECT n FROM probe WHERE k = 'n'`) }); err != nil {
			t.Fatal(err)
		}
		if n != 80 {
			t.Errorf("counted to %d, want 80", n)
		}
	})
}

func TestDirectoryIsServedOnce(t *testing.T) {
	p := dbtest.New(t, db.SQLite)
	dbtest.Reopen(t, p, clock.System)
	_, err := db.Open(t.Context(), db.Options{Dir: p.Dir})
	if errs.ReasonOf(err) != "db.in_use" {
		t.Errorf("got %v, want db.in_use", err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999999, TRUE)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), d); errs.ReasonOf(err) != "db.schema_newer" {
			t.Errorf("got %v, want db.schema_newer", err)
		}
	})
}

func TestCancelledBeforeItStarts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		ran := false
		if err := d.Write(ctx, func(*db.Tx) error { ran = true; return nil }); err == nil || ran {
			t.Errorf("err %v, ran %v", err, ran)
		}
	})
}

func TestNowIsFrozenInWholeMicroseconds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			if tx.Now != db.At(dbtest.Start) {
				t.Errorf("Now is %s", tx.Now)
			}
			d.Clock().(*clock.Fake).Advance(time.Hour)
			if tx.Now != db.At(dbtest.Start) {
				t.Errorf("Now moved to %s", tx.Now)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReadOnlyBesideAServer(t *testing.T) {
	p := dbtest.New(t, db.SQLite)
	server := dbtest.Reopen(t, p, clock.System)
	table(t, server)
	d, err := db.Open(t.Context(), db.Options{Dir: p.Dir, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), server, "a", 1); err != nil {
		t.Fatal(err)
	}
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows, want what the server committed", n)
	}
	if err := put(t.Context(), d, "b", 1); errs.ReasonOf(err) != "db.read_only" {
		t.Errorf("got %v, want db.read_only", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if _, err := db.Open(t.Context(), db.Options{Dir: t.TempDir(), ReadOnly: true}); errs.ReasonOf(err) != "db.missing" {
		t.Errorf("got %v, want db.missing", err)
	}
}
