package tally_test

import (
	"testing"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/platform/ledger/tally"
)

// The tally counts every entry once, whether it has its number yet or not, and Since names what came.
func TestTally(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		told := 0
		l.OnCommit(func(es []ledger.Committed) { told += len(es) })
		look := func(from int64) (n tally.Tally, es []ledger.Committed) {
			t.Helper()
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				if n, err = tally.Of(tx); err != nil {
					return err
				}
				es, _, err = tally.Since(tx, from, 100)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n, es
		}
		before, _ := look(0)
		r := id.New[id.Release]()
		for range 2 {
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				ledger.Append(tx, ledger.Entry{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: "7"}, Release: r, Scope: "product/1"})
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		want := ledger.Committed{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: "7"}, Release: r, Scope: "product/1"}
		check := func(when string) {
			t.Helper()
			n, es := look(before.Size)
			if n.Entries() != before.Entries()+2 || len(es) < 2 || es[len(es)-1] != want || es[len(es)-2] != want {
				t.Errorf("%s: %+v after %+v: %+v", when, n, before, es)
			}
		}
		check("at once")
		if err := l.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		check("numbered")
		if told != 2 {
			t.Errorf("told of %d entries", told)
		}
	})
}
