package work_test

import (
	"slices"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/worktest"
)

func TestTasksServeScopeItems(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		x := w.Add(t, r.Key, work.Spec{Key: "x", Name: "X", Items: []string{"PAY-2291", "PAY-2188", "PAY-2291"}})
		if !slices.Equal(x.Items, []string{"PAY-2188", "PAY-2291"}) {
			t.Errorf("%v", x.Items)
		}
		y := w.Add(t, r.Key, work.Spec{Key: "y", Name: "Y"})
		if _, err := w.Tasks.Add(w.Admin, r.Key, work.Spec{Key: "z", Name: "Z", Items: []string{"PAY-1"}}); errs.ReasonOf(err) != "input.invalid" || errs.As(err).Fields[0].Reason != "scope.item_unknown" {
			t.Errorf("%v", err)
		}
		y, err := w.Tasks.Set(w.Admin, y.ID, y.Rev, work.Change{Items: ptr([]string{"PAY-2291"})})
		if err != nil || !slices.Equal(y.Items, []string{"PAY-2291"}) {
			t.Fatalf("%+v %v", y, err)
		}
		if actions := ledgertest.Actions(t, l); actions[len(actions)-1] != work.TaskChanged {
			t.Errorf("%v", actions)
		}
		if again, err := w.Tasks.Set(w.Admin, y.ID, y.Rev, work.Change{Items: ptr([]string{"PAY-2291"})}); err != nil || again.Rev != y.Rev {
			t.Errorf("the same items change the task: %+v %v", again, err)
		}
		if ts, err := w.Tasks.List(w.Admin, work.Filter{Item: "PAY-2188"}); err != nil || keys(ts) != "x" {
			t.Errorf("%s %v", keys(ts), err)
		}
		served := func() (only, others string) {
			err := d.Read(w.Admin, func(tx *db.Tx) error {
				all, err := work.TasksOf(tx, r.ID)
				if err != nil {
					return err
				}
				scope, err := plan.ScopeItems(tx, r)
				a, b := work.ServingOnly(all, scope, "PAY-2291")
				only, others = keys(a), keys(b)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return only, others
		}
		if only, others := served(); only != "y" || others != "x" {
			t.Errorf("only %s, others %s", only, others)
		}
		// An item that is taken out stays named, stands in nobody's way, and no longer keeps a task in the plan.
		if err := w.Plans.RemoveScope(w.Admin, r.Key, "PAY-2188", 0, "not now"); err != nil {
			t.Fatal(err)
		}
		if x, err = w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Items: ptr([]string{"PAY-2188", "PAY-2291"}), Name: ptr("X2")}); err != nil || len(x.Items) != 2 {
			t.Errorf("%+v %v", x, err)
		}
		if only, _ := served(); only != "x y" && only != "y x" {
			t.Errorf("only %s", only)
		}
		if x, err = w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Items: &[]string{}}); err != nil || len(x.Items) != 0 {
			t.Errorf("%+v %v", x, err)
		}
		if _, err = w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Items: ptr([]string{"PAY-2188"})}); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%v", err)
		}
		if _, err = w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Items: ptr(make([]string, 51))}); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%v", err)
		}
		// A whole plan may say it, too.
		err = d.Write(w.Admin, func(tx *db.Tx) error {
			done, err := work.PutAll(tx, r, []work.Put{{Place: "row 2", Key: "x", Change: work.Change{Items: ptr([]string{"PAY-2291"})}}, {Place: "row 3", Key: "y", Change: work.Change{Name: ptr("Y2")}}})
			if err == nil && (done[0].Outcome != work.PutChanged || len(done[0].After.Items) != 1 || len(done[1].After.Items) != 1) {
				t.Errorf("%+v", done)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if ts, _ := w.Tasks.List(w.Admin, work.Filter{Item: "PAY-2291"}); len(ts) != 2 {
			t.Errorf("%s", keys(ts))
		}
	})
}
