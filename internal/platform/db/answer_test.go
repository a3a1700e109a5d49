package db_test

import (
	"errors"
	"testing"

	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestReadingAndWritingAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		add := func(k string, fault error) (int, error) {
			return db.Writing(t.Context(), d, func(tx *db.Tx) (int, error) {
				n, err := tx.Exec(`INSERT INTO probe (k, n) VALUES ($1, 7)`, k)
				return int(n), errors.Join(err, fault)
			})
		}
		if n, err := add("a", nil); n != 1 || err != nil {
			t.Errorf("writing answers %d, %v, wanted 1 row", n, err)
		}
		no := errors.New("no")
		if n, err := add("b", no); n != 0 || !errors.Is(err, no) {
			t.Errorf("a fault answers %d, %v, wanted 0 and the fault", n, err)
		}
		rows, err := db.Reading(t.Context(), d, func(tx *db.Tx) (int, error) {
			var n int
			err := tx.Get(&n, `SELECT count(*) FROM probe`)
			return n, err
		})
		if rows != 1 || err != nil {
			t.Errorf("reading answers %d, %v, wanted the row that was committed", rows, err)
		}
		if k, err := db.Reading(t.Context(), d, func(*db.Tx) (string, error) { return "half", no }); k != "" || !errors.Is(err, no) {
			t.Errorf("a fault answers %q, %v, wanted nothing and the fault", k, err)
		}
	})
}
