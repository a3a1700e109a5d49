package job

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// TestFacadeStaysInsideTheTransaction holds what the queue relies on: what happens through the facade belongs to the
// transaction of package db, a Begin inside is a savepoint, and nobody but package db ends the transaction.
func TestFacadeStaysInsideTheTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Postgres)
	ctx := context.Background()
	if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`CREATE TABLE seen (n INTEGER)`); return err }); err != nil {
		t.Fatal(err)
	}
	put := func(ptx pgx.Tx, n int) error {
		_, err := ptx.Exec(ctx, `INSERT INTO seen VALUES ($1)`, n)
		return err
	}
	work := func(tx *db.Tx) error {
		return joined(tx, func(ctx context.Context, ptx pgx.Tx) error {
			if err := put(ptx, 1); err != nil {
				return err
			}
			inner, err := ptx.Begin(ctx)
			if err != nil {
				return err
			}
			innermost, err := inner.Begin(ctx)
			if err != nil {
				return err
			}
			if err := errors.Join(put(innermost, 2), innermost.Rollback(ctx), put(inner, 3), inner.Commit(ctx)); err != nil {
				return err
			}
			if err := inner.Rollback(ctx); !errors.Is(err, pgx.ErrTxClosed) {
				t.Errorf("a savepoint ended twice: %v", err)
			}
			for name, end := range map[string]func(context.Context) error{"commit": ptx.Commit, "rollback": ptx.Rollback} {
				func() {
					defer func() {
						if recover() == nil {
							t.Errorf("%s of the outermost facade did not panic", name)
						}
					}()
					_ = end(ctx) // it panics
				}()
			}
			return nil
		})
	}
	count := func() (n int) {
		if err := d.Read(ctx, func(tx *db.Tx) error { return tx.Get(&n, `SELECT count(*) FROM seen`) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	undo := errors.New("undo")
	if err := d.Write(ctx, func(tx *db.Tx) error { return errors.Join(work(tx), undo) }); !errors.Is(err, undo) {
		t.Fatal(err)
	}
	if n := count(); n != 0 {
		t.Fatalf("%d rows outlived the rollback", n)
	}
	if err := d.Write(ctx, work); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 2 {
		t.Fatalf("%d rows instead of 1 and 3", n)
	}
	if err := d.Read(ctx, work); err == nil {
		t.Fatal("a reading transaction took a job")
	}
}

func TestBackoffDoublesUpToAnHour(t *testing.T) {
	for attempt, want := range map[int]float64{0: 1, 1: 1, 2: 2, 5: 16, 12: 2048, 13: 3600, 1000: 3600} {
		for range 100 {
			if got := Backoff(attempt).Seconds(); got < want*0.8 || got > want*1.2 {
				t.Fatalf("after attempt %d: %v s instead of about %v s", attempt, got, want)
			}
		}
	}
}
