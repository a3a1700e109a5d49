package db_test

import (
	"context"
	"testing"

	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// TestBrokenReadLeavesNoTransactionBehind ends reads in their middle, by a panic and by a caller who leaves: whoever reads next
// does not find himself inside their transaction.
func TestBrokenReadLeavesNoTransactionBehind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one := func(tx *db.Tx) error {
			var n int64
			return tx.Get(&n, `SELECT 1`)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = d.Read(t.Context(), func(tx *db.Tx) error {
				if err := one(tx); err != nil {
					t.Error(err)
				}
				panic("in the middle of a read")
			})
		}()
		for range 300 {
			ctx, cancel := context.WithCancel(t.Context())
			go cancel()
			_ = d.Read(ctx, one) // it may end in time
			cancel()
		}
		for range 20 { // every connection that there is
			if err := d.Read(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
	})
}
