package target_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/target"
	"slipway/internal/work/worktest"
)

type world struct {
	worktest.World
	resources *resource.Resources
	outlook   *outlook.Outlooks
	targets   *target.Targets
}

func open(t testing.TB, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
	w := world{World: worktest.New(t, d), resources: resource.New(d, resource.Options{})}
	w.outlook = outlook.New(d, outlook.Options{Resources: w.resources})
	w.targets = target.New(d, w.outlook)
	return w
}

func TestWhatMustBeTrue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.Chain(t, "payments-26.11.0")
		noon := db.At(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
		a, err := w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{By: noon})
		if err != nil {
			t.Fatal(err)
		}
		if a.Chance > 0.5 || len(a.Moves) == 0 || len(a.Sets) == 0 || a.Sets[0].Chance < 0.8 || a.Wanted != 0.8 {
			t.Errorf("%+v", a)
		}
		a, err = w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{By: noon, Chance: 0.9, Moves: []target.Move{{Kind: "drop", Task: "b", Cost: 3}, {Kind: "drop", Task: "d", Cost: 1}}})
		if err != nil || len(a.Sets) != 1 || !slices.Equal(a.Sets[0].Moves, []int{0}) || a.Sets[0].Cost != 3 || a.Moves[0].Text != "Drop B." || a.Moves[1].Chance > 0.5 {
			t.Errorf("%+v %v", a, err)
		}
		// A scope item falls away with the tasks that serve nothing else.
		for task, items := range map[string][]string{"b": {"PAY-2291"}, "c": {"PAY-2188", "PAY-2291"}} {
			x, _ := w.Tasks.Find(w.Admin, r.Key, task)
			if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Items: &items}); err != nil {
				t.Fatal(err)
			}
		}
		a, err = w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{By: noon, Moves: []target.Move{{Kind: "drop", Item: "PAY-2291"}}})
		if err != nil || len(a.Sets) != 1 || a.Sets[0].Cost != 16 || a.Moves[0].Text != "Drop PAY-2291, A late answer can release a payment twice, and with it B." {
			t.Errorf("%+v %v", a, err)
		}
		a, err = w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{By: noon})
		if err != nil || !slices.ContainsFunc(a.Moves, func(e target.Effect) bool { return e.Item == "PAY-2291" && e.Cost == 16 }) ||
			slices.ContainsFunc(a.Moves, func(e target.Effect) bool { return e.Kind == "drop" && (e.Task == "b" || e.Task == "c") }) {
			t.Errorf("%+v %v", a.Moves, err)
		}
		for _, m := range []target.Move{{Kind: "drop", Task: "zz"}, {Kind: "pray", Task: "a"}, {Kind: "drop", Item: "PAY-1"}, {Kind: "drop", Item: "PAY-2188"}, {Kind: "person", Item: "PAY-2291"}} {
			if _, err := w.targets.WhatMustBeTrue(w.Admin, r.Key, target.Wish{Moves: []target.Move{m}}); errs.CodeOf(err) != errs.CodeInvalid {
				t.Errorf("%v", err)
			}
		}
	})
}

// A change of the scope moves the schedule: more work by its owner's time, less by the tasks that fall away.
func TestShiftOfTheScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.Chain(t, "payments-26.11.0") // a, b, c and d; a and d are the admin's
		admin := ledger.ActorOf(w.Admin).For
		shift := func(items ...target.ItemShift) target.Shift {
			t.Helper()
			var out target.Shift
			err := d.Read(w.Admin, func(tx *db.Tx) (err error) {
				out, err = w.targets.Shift(tx, r, items)
				return err
			})
			if err != nil || !out.Known {
				t.Fatalf("%+v %v", out, err)
			}
			return out
		}
		if s := shift(target.ItemShift{Item: "PAY-9", Title: "Nine", Owner: admin, Hours: 40}); s.Minutes <= 0 || s.Days() < 2 || !s.Ready.After(s.Was) {
			t.Errorf("40 hours more of the admin's: %+v", s)
		}
		if s := shift(target.ItemShift{Item: "PAY-9", Title: "Nine", Hours: 8}); s.Minutes != 0 || !strings.Contains(s.Text, "nobody is named for PAY-9") {
			t.Errorf("8 hours of nobody: %+v", s)
		}
		if s := shift(target.ItemShift{Item: "PAY-2291", Gone: true}); s.Minutes != 0 || !strings.Contains(s.Text, "no open task serves PAY-2291 alone") {
			t.Errorf("nothing serves it: %+v", s)
		}
		b, _ := w.Tasks.Find(w.Admin, r.Key, "b")
		if _, err := w.Tasks.Set(w.Admin, b.ID, 0, work.Change{Items: &[]string{"PAY-2291"}}); err != nil {
			t.Fatal(err)
		}
		if s := shift(target.ItemShift{Item: "PAY-2291", Gone: true}); s.Minutes >= 0 || s.Days() >= 0 || !strings.Contains(s.Text, "fall away: B") {
			t.Errorf("without b: %+v", s)
		}
		if s := shift(target.ItemShift{Item: "PAY-2291", Hours: -8}); s.Minutes != -8*60 || s.Days() != -1 {
			t.Errorf("b is shorter by a day: %+v", s)
		}
		again, err := w.outlook.Schedule(w.Admin, r.Key)
		if err != nil || len(again.Tasks) != 4 {
			t.Errorf("asking changes the plan: %+v %v", again, err)
		}
	})
}
