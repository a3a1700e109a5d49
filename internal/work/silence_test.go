package work_test

import (
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/worktest"
)

func TestChaseSilentTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		all, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: ptr(work.Dropped)}); err != nil {
				t.Fatal(err)
			}
		}
		now := db.At(dbtest.Start)
		begun := w.Add(t, r.Key, work.Spec{Key: "begun", Name: "Begun", Owner: "admin"})
		if begun, err = w.Tasks.Set(w.Admin, begun.ID, 0, work.Change{Status: ptr(work.Doing)}); err != nil {
			t.Fatal(err)
		}
		w.Add(t, r.Key, work.Spec{Key: "soon", Name: "Soon", Due: now.Add(12 * 24 * time.Hour)})
		w.Add(t, r.Key, work.Spec{Key: "later", Name: "Later", Due: now.Add(40 * 24 * time.Hour)})
		w.Add(t, r.Key, work.Spec{Key: "never", Name: "Never"})
		silent := func(step string, want int) {
			t.Helper()
			for range 2 { // the second time there is nothing to add
				if err := w.Tasks.Chase(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			n := 0
			for _, a := range ledgertest.Actions(t, l) {
				if a == work.TaskChased {
					n++
				}
			}
			if n != want {
				t.Errorf("%s: %d entries, want %d", step, n, want)
			}
		}
		clk := d.Clock().(*clock.Fake)
		silent("at once", 0)
		clk.Advance(work.Silence - time.Hour)
		silent("before its time", 0)
		clk.Advance(2 * time.Hour)
		silent("after five days", 2)
		if x, err := w.Tasks.Get(w.Admin, begun.ID); err != nil || x.Rev != begun.Rev || x.HeardAt != begun.HeardAt {
			t.Errorf("being chased is a word about the task: %+v %v", x, err)
		}
		if _, err := w.Tasks.Set(w.Admin, begun.ID, 0, work.Change{Note: "On it"}); err != nil {
			t.Fatal(err)
		}
		clk.Advance(work.Silence - time.Hour)
		silent("one spoke", 2)
		clk.Advance(2 * time.Hour)
		silent("both again: one anew, one to the release's owner", 4)
		clk.Advance(work.Silence)
		silent("the other goes up as well", 5)
		clk.Advance(20 * 24 * time.Hour)
		silent("the later one is due within ten days by now", 6)
		if _, err := w.Plans.Cancel(w.Admin, r.Key, "for the test"); err != nil {
			t.Fatal(err)
		}
		clk.Advance(20 * 24 * time.Hour)
		silent("a cancelled release", 6)
	})
}
