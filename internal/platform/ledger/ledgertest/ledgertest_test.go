package ledgertest_test

import (
	"context"
	"slices"
	"testing"

	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
)

func TestRecords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		if got := ledgertest.Records(t, l); len(got) != 0 {
			t.Errorf("a fresh ledger has %v", got)
		}
		if err := d.Write(context.Background(), func(tx *db.Tx) error {
			ledger.Append(tx, ledger.Entry{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: "1"}})
			ledger.Append(tx, ledger.Entry{Action: "risk.closed", Subject: ledger.Subject{Kind: "risk", ID: "1"}})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := ledgertest.Actions(t, l); !slices.Equal(got, []string{"risk.opened", "risk.closed"}) {
			t.Errorf("got %v", got)
		}
		ledgertest.Verify(t, l)
	})
}
