package work_test

import (
	"fmt"
	"testing"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/worktest"
)

// A whole plan looks its release up once, however many tasks it has: it holds the writer meanwhile.
func TestPutAllStatements(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := worktest.New(t, d)
	cost := func(key string, n int) (statements int) {
		r := w.Release(t, key, plan.Draft)
		phases, err := w.Plans.Get(w.Admin, r.Key)
		if err != nil || len(phases.Phases) == 0 {
			t.Fatal(phases.Phases, err)
		}
		list := make([]work.Put, n)
		for i := range list {
			k := fmt.Sprintf("t-%d", i)
			list[i] = work.Put{Place: k, Key: k, Change: work.Change{Name: &k, Owner: ptr("admin"), Phase: ptr(phases.Phases[0].Key), Items: ptr([]string{"PAY-2188"})}}
		}
		if err := d.Write(w.Admin, func(tx *db.Tx) error {
			before := tx.Statements()
			_, err := work.PutAll(tx, r, list)
			statements = tx.Statements() - before
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return statements
	}
	few, many := cost("payments-1", 20), cost("payments-2", 120)
	if each := float64(many-few) / 100; each > 5 {
		t.Errorf("each further task costs %.1f statements, want 5: itself, what it hangs on, uses and serves", each)
	}
}
