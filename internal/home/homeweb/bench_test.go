package homeweb_test

import (
	"testing"

	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// BenchmarkHome measures what mission control and the shell cost to read: a day with five releases ahead and one run.
func BenchmarkHome(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			w := newWorld(b, dbtest.Open(b, e))
			w.fill(b)
			w.running(b)
			read := func(b *testing.B, fn func(tx *db.Tx) error) {
				for b.Loop() {
					if err := w.DB.Read(w.Maya, fn); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.Run("mission", func(b *testing.B) {
				read(b, func(tx *db.Tx) error { _, err := w.Home.Mission(tx, false); return err })
			})
			b.Run("shell", func(b *testing.B) {
				read(b, func(tx *db.Tx) error { _, err := w.Home.Shell(tx, "plan.read", "risk.read", "record.read"); return err })
			})
		})
	}
}
