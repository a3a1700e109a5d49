package home_test

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/home"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// Who writes and then reads the record finds what was written, although on PostgreSQL it gets its number after the commit.
func TestRecordHasWhatWasJustWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d) // not started, so that nothing numbers entries in the background
		authtest.Service(t, d, catalog.Permissions, home.Permissions)
		ctx := authtest.Admin(t, d)
		if _, err := catalog.New(d).AddProduct(ctx, catalog.ProductSpec{Key: "payments", Name: "Payments"}); err != nil {
			t.Fatal(err)
		}
		newest := func() ([]home.Entry, error) {
			return home.NewRecord(d, l).Entries(ctx, home.Filter{Newest: true, Limit: 1})
		}
		es, err := newest()
		// A reading waits a second at most for transactions under way, and those of other tests on the same server count.
		for n := 0; n < 60 && err == nil && es[0].Action != "product.added" && d.Engine() == db.Postgres; n++ {
			es, err = newest()
		}
		if err != nil || len(es) != 1 || es[0].Action != "product.added" {
			t.Errorf("the newest entry is %+v, %v; want product.added", es, err)
		}
	})
}
