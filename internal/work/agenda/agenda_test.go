package agenda_test

import (
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/agenda"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
)

// TestTaskSpans holds that what is kept follows every change that the schedule rests on: an agenda that has seen the state before says what a new one
// says.
func TestTaskSpans(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
		w := worktest.New(t, d)
		people := resource.New(d, resource.Options{})
		fresh := func() *agenda.Agenda {
			return agenda.New(outlook.New(d, outlook.Options{Resources: people, Zone: time.UTC}))
		}
		authtest.Person(t, d, "bob", "viewer")
		start := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) // a Monday
		at := func(days, hour int) db.Time {
			return db.At(start.AddDate(0, 0, days).Add(time.Duration(hour-8) * time.Hour))
		}
		r := w.Release(t, "autumn", plan.Draft)
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: at(14, 8), End: at(14, 10)}}); err != nil {
			t.Fatal(err)
		}
		eight := work.Estimate{Likely: 8 * 60}
		a := w.Add(t, r.Key, work.Spec{Key: "a", Name: "A", Owner: "bob", Estimate: eight, NotBefore: at(0, 8)})
		b := w.Add(t, r.Key, work.Spec{Key: "b", Name: "B", Owner: "bob", Estimate: eight, NotBefore: at(3, 8), Needs: []string{"a"}})
		old := fresh()
		spans := func(x *agenda.Agenda) (out map[string]outlook.Span) {
			t.Helper()
			if err := d.Read(w.Admin, func(tx *db.Tx) (err error) {
				out, err = x.TaskSpans(tx)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		check := func(name string, wantA, wantB db.Time) {
			t.Helper()
			got, anew := spans(old), spans(fresh())
			for _, id := range []string{a.ID, b.ID} {
				if got[id] != anew[id] {
					t.Errorf("%s: kept %+v, anew %+v", name, got[id], anew[id])
				}
			}
			if got[a.ID].Start != wantA || got[b.ID].Start != wantB {
				t.Errorf("%s: a from %v, b from %v", name, got[a.ID].Start, got[b.ID].Start)
			}
		}
		check("as it was made", at(0, 9), at(3, 9))
		// a may be late until b begins, b until the window.
		if x := spans(old); x[a.ID].Until < at(2, 17) || x[a.ID].Until > at(3, 9) || x[b.ID].Until < at(11, 17) || x[b.ID].Until > at(14, 8) || x[a.ID].Left != 480 || x[a.ID].Critical {
			t.Errorf("%+v", x)
		}
		later := at(4, 8)
		if _, err := w.Tasks.Set(w.Admin, a.ID, 0, work.Change{NotBefore: &later}); err != nil {
			t.Fatal(err)
		}
		check("after a change of a task", at(4, 9), at(7, 9))
		if _, err := people.AskAbsence(w.Admin, resource.NewAbsence{Person: "bob", First: "2026-11-27", Last: "2026-11-27"}); err != nil {
			t.Fatal(err)
		}
		check("after a day away", at(7, 9), at(8, 9))
		d.Clock().(*clock.Fake).Set(start.AddDate(0, 0, 9))
		check("as time passes", at(9, 9), at(10, 9))
		if _, err := w.Plans.Hold(w.Admin, r.Key, "Waits"); err != nil {
			t.Fatal(err)
		}
		if got := spans(old); len(got) != 0 {
			t.Errorf("on hold: %+v", got)
		}
	})
}

// TestSharedDays holds that a day away of somebody who works for many releases costs no statement for each of them.
func TestSharedDays(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
	w := worktest.New(t, d)
	people := resource.New(d, resource.Options{})
	authtest.Person(t, d, "bob", "viewer")
	for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
		w.Add(t, w.Release(t, key, plan.Draft).Key, work.Spec{Key: "bobs", Name: "Bob's", Owner: "bob", Estimate: work.Estimate{Likely: 60}})
	}
	a := agenda.New(outlook.New(d, outlook.Options{Resources: people, Zone: time.UTC}))
	asked := func() (n int) {
		t.Helper()
		if err := d.Read(w.Admin, func(tx *db.Tx) error {
			_, err := a.TaskSpans(tx)
			n = tx.Statements()
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := asked()
	if _, err := people.AskAbsence(w.Admin, resource.NewAbsence{Person: "bob", First: "2026-11-27", Last: "2026-11-27"}); err != nil {
		t.Fatal(err)
	}
	if again := asked(); again > first {
		t.Errorf("%d statements after a day away, %d at first", again, first)
	}
}
