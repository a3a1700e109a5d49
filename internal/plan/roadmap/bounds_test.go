package roadmap_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/roadmap"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// Two products can make the same key of their versions: a proposal for one does not become the other's.
func TestAKeyOfAnotherProductIsTaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		if _, err := w.Catalog.AddProduct(w.Admin, catalog.ProductSpec{Key: "payments-core", Name: "Payments core"}); err != nil {
			t.Fatal(err)
		}
		theirs := must[roadmap.Date](t)(w.roads.Propose(w.Admin, roadmap.Proposal{Product: "payments-core", Version: "1.0", Window: at(8)}))
		if _, err := w.roads.Propose(w.ruth, roadmap.Proposal{Product: "payments", Version: "core-1.0", Window: at(15)}); errs.ReasonOf(err) != "key.taken" {
			t.Errorf("a proposal for another product is taken as one for %s: %v", theirs.Key, err)
		}
		if now := must[roadmap.Date](t)(w.roads.Get(w.Admin, theirs.Key)); now.Window != at(8) || now.Round != 1 {
			t.Errorf("who may propose for payments changed the date of payments-core: %+v", now)
		}
		upper := must[roadmap.Date](t)(w.roads.Propose(w.ruth, roadmap.Proposal{Product: "payments", Version: "2.0-RC", Window: at(8)}))
		if _, err := w.roads.Propose(w.ruth, roadmap.Proposal{Product: "payments", Version: "2.0-rc", Window: at(9)}); errs.ReasonOf(err) != "key.taken" {
			t.Errorf("a proposal for another version is taken as one for %s: %v", upper.Version, err)
		}
	})
}

// More dates than one list holds keep none from being published or drawn.
func TestManyDatesHideNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		const many = 510
		first := db.At(time.Date(2020, 1, 6, 20, 0, 0, 0, time.UTC))
		for i := range many {
			start := first.Add(time.Duration(i) * 24 * time.Hour)
			in := roadmap.Proposal{Product: "payments", Version: fmt.Sprintf("1.%d", i), Vendor: "Scheme", Window: plan.Window{Start: start, End: start.Add(time.Hour)}}
			if i >= many-2 {
				in.Window = at(7 + i - many + 2)
			}
			if i == many-1 {
				in.Vendor = ""
			}
			must[roadmap.Date](t)(w.roads.Propose(w.Admin, in))
		}
		seen, f := map[roadmap.ID]bool{}, roadmap.Filter{Limit: 200}
		for range 4 {
			for _, x := range must[[]roadmap.Date](t)(w.roads.List(w.Admin, f)) {
				seen[x.ID], f.AfterStart, f.AfterID = true, x.Window.Start, x.ID
			}
		}
		if len(seen) != many {
			t.Errorf("page after page the list has %d of %d dates", len(seen), many)
		}
		road := must[roadmap.Road](t)(w.roads.Road(w.Admin, roadmap.Span{From: at(1).Start, To: at(28).Start, Product: "payments"}))
		if len(road.Rows) != 1 || len(road.Rows[0].Marks) != 2 || len(road.Open) != 1 {
			t.Errorf("behind %d dates that are over the roadmap draws %+v and waits for %d", many-2, road.Rows, len(road.Open))
		}
		out, err := w.roads.Publish(w.Admin, roadmap.Publication{})
		if err != nil || len(out) != many-1 {
			t.Errorf("%d of %d agreed dates are published: %v", len(out), many-1, err)
		}
		if again, err := w.roads.Publish(w.Admin, roadmap.Publication{}); err != nil || len(again) != 0 {
			t.Errorf("%d are published again: %v", len(again), err)
		}
		shown := must[roadmap.Road](t)(w.roads.Road(w.Admin, roadmap.Span{From: at(1).Start, To: at(28).Start, Product: "payments", Published: true}))
		if !slices.ContainsFunc(shown.Rows[0].Marks, func(m roadmap.Mark) bool { return m.Version == fmt.Sprintf("1.%d", many-2) }) {
			t.Errorf("the published roadmap draws %+v", shown.Rows[0].Marks)
		}
	})
}

// A version whose release was cancelled is planned anew: its date waits for the next release of that version.
func TestAVersionIsPlannedAnewAfterItsReleaseWasCancelled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		must[roadmap.Date](t)(w.roads.Propose(w.ruth, roadmap.Proposal{Release: r.Key, Window: at(8)}))
		if _, err := w.Plans.Cancel(w.Admin, r.Key, "for the test"); err != nil {
			t.Fatal(err)
		}
		again := must[roadmap.Date](t)(w.roads.Propose(w.ruth, roadmap.Proposal{Product: "payments", Version: "26.11.0", Window: at(15), Roles: []string{"release-manager"}}))
		if again.Release != "" {
			t.Errorf("the date is still of the cancelled release: %+v", again)
		}
		if again = must[roadmap.Date](t)(w.roads.Agree(w.ruth, again.Key, 0, roadmap.Word{})); again.State != roadmap.StateAgreed {
			t.Errorf("%+v", again)
		}
		next := plan.Spec{Key: "payments-26.11.0-b", Product: "payments", Version: "26.11.0", Template: "standard"}
		made, err := w.Plans.Create(w.Admin, next)
		if err != nil {
			t.Fatal(err)
		}
		if now := must[roadmap.Date](t)(w.roads.Get(w.Admin, again.Key)); now.ReleaseKey != made.Key {
			t.Errorf("the date finds %q, want %s", now.ReleaseKey, made.Key)
		}
	})
}
