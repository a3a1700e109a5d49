package capacity_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/agenda"
	"slipway/internal/work/capacity"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
)

// scheduled has tasks where their releases' schedules have them, as the application wires it.
type scheduled struct{ *agenda.Agenda }

func (s scheduled) TaskSpans(tx *db.Tx) (map[string]capacity.Span, error) {
	spans, err := s.Agenda.TaskSpans(tx)
	out := map[string]capacity.Span{}
	for task, x := range spans {
		out[task] = capacity.Span{Start: x.Start, Finish: x.Finish, Until: x.Until, Left: x.Left, Critical: x.Critical}
	}
	return out, err
}

func openScheduled(t *testing.T, d *db.DB) world {
	t.Helper()
	return open(t, d, capacity.Options{Spans: scheduled{agenda.New(outlook.New(d, outlook.Options{Resources: resource.New(d, resource.Options{}), Zone: time.UTC}))}})
}

func day(n int) db.Time { return db.At(start.AddDate(0, 0, n)) }

// TestDemandFollowsTheSchedule holds that fixed dates come before the schedule, and the schedule before due dates.
func TestDemandFollowsTheSchedule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := openScheduled(t, d)
		hours := func(n int64) work.Estimate { return work.Estimate{Likely: n * 60} }
		// bob: first is done in week 48, and second after it, although both are due in week 51; fixed is done in week 50, whatever could be.
		w.Add(t, release, work.Spec{Key: "first", Name: "First", Owner: "bob", Estimate: hours(24), Due: day(21), NotBefore: day(0)})
		w.Add(t, release, work.Spec{Key: "second", Name: "Second", Owner: "bob", Estimate: hours(32), Due: day(21), Needs: []string{"first"}})
		w.Add(t, release, work.Spec{Key: "fixed", Name: "Fixed", Owner: "bob", Estimate: hours(10), FixedStart: day(14), FixedEnd: db.At(start.AddDate(0, 0, 18).Add(9 * time.Hour))})
		tab, err := w.Table(w.manager, capacity.Query{})
		if err != nil || !tab.Scheduled {
			t.Fatalf("%+v %v", tab.Scheduled, err)
		}
		r := row(t, tab, capacity.Person, "bob")
		for week, want := range []int64{0, 40, 16, 10, 0} {
			if got := r.Cells[week].Planned / 60; got != want {
				t.Errorf("week %s: %d h, want %d", r.Cells[week].Week, got, want)
			}
		}
		dt, err := w.Detail(w.manager, capacity.Person, "bob", "2026-W48")
		if err != nil || len(dt.Causes) != 2 || dt.Causes[0].Task != "first" || dt.Causes[0].From != "2026-11-23" || dt.Causes[0].To != "2026-11-25" || dt.Causes[0].Due != "2026-12-14" {
			t.Errorf("%+v %v", dt, err)
		}
		// What has become of first moves second at once.
		ts, err := w.Tasks.List(w.Admin, work.Filter{Release: release, Owner: "bob"})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range ts {
			if at := day(7); x.Key == "first" {
				if _, err := w.Tasks.Set(w.Admin, x.ID, x.Rev, work.Change{NotBefore: &at}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if tab, err = w.Table(w.manager, capacity.Query{}); err != nil {
			t.Fatal(err)
		}
		if r = row(t, tab, capacity.Person, "bob"); r.Cells[1].Planned != 0 || r.Cells[2].Planned != 40*60 || r.Cells[3].Planned != 26*60 {
			t.Errorf("%+v", r.Cells[:5])
		}
		// And so does a day away.
		if _, err := w.people.AskAbsence(w.Admin, resource.NewAbsence{Person: "bob", First: "2026-11-30", Last: "2026-12-04"}); err != nil {
			t.Fatal(err)
		}
		if tab, err = w.Table(w.manager, capacity.Query{}); err != nil {
			t.Fatal(err)
		}
		if r = row(t, tab, capacity.Person, "bob"); r.Cells[2].Planned != 0 || r.Cells[3].Planned != 50*60 || r.First != "2026-W50" || r.Cause == nil || r.Cause.Task == "" {
			t.Errorf("%+v %+v", r.Cells[:5], r.Cause)
		}
	})
}

// TestWaysHold makes plans at random, and takes every way out that is offered: the week is then as the way says, or the way says why not and
// nothing is changed.
func TestWaysHold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := openScheduled(t, d)
		if _, err := w.people.SetDeputies(w.daniel, "daniel", []string{"oskar"}); err != nil {
			t.Fatal(err)
		}
		taken := map[string]int{}
		for seed := range uint64(12) {
			r := rand.New(rand.NewPCG(seed, 7))
			key := fmt.Sprintf("release-%d", seed)
			w.Release(t, key, plan.Draft)
			owner, tasks, most := "daniel", 5, 12
			if seed%2 == 1 {
				owner, tasks, most = "bob", 8, 5 // nobody stands in, and no single task is too much
			}
			for i := range tasks {
				s := work.Spec{Key: fmt.Sprintf("task-%d", i), Name: fmt.Sprintf("Task %d", i), Owner: owner, Estimate: work.Estimate{Likely: int64(4+r.IntN(most)) * 60},
					NotBefore: day(int(seed)*7 + r.IntN(4)), Due: day(int(seed)*7 + 8 + r.IntN(14))}
				if i > 0 && r.IntN(3) == 0 {
					s.Needs = []string{fmt.Sprintf("task-%d", i-1)}
				}
				w.Add(t, key, s)
			}
		}
		for range 40 {
			way, who, week, ok := w.untaken(t, taken)
			if !ok {
				break
			}
			was := w.over(t)
			after, err := w.Take(w.manager, capacity.Person, who, week, way.ID)
			for x := range w.over(t) {
				if !was[x] {
					t.Errorf("%s (%s) in %s brings %s over", way.Title, way.Kind, week, x)
				}
			}
			switch {
			case errs.ReasonOf(err) == "capacity.way_fails":
				taken["fails"]++
			case err != nil:
				t.Fatal(err)
			case way.Clears && after.Cell.Over:
				t.Errorf("%s in %s: the week is still at %d %%", way.Title, week, after.Cell.Percent)
			}
			taken[way.Kind]++
			taken[way.ID]++
		}
		for _, k := range []string{"swap", "move", "level"} {
			if taken[k] == 0 {
				t.Errorf("%s was never offered", k)
			}
		}
		if taken["fails"] > 2 {
			t.Errorf("%d ways were offered that do not hold", taken["fails"])
		}
		t.Log(taken["swap"], taken["move"], taken["level"], taken["fails"])
	})
}

// over are the people and weeks over 100 percent.
func (w world) over(t *testing.T) map[string]bool {
	t.Helper()
	tab, err := w.Table(w.manager, capacity.Query{Kind: capacity.Person, Over: true})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, r := range tab.Rows {
		for _, c := range r.Cells {
			if c.Over {
				out[r.Key+" "+string(c.Week)] = true
			}
		}
	}
	return out
}

// untaken is a way that can be taken and was not tried, of the kind that was taken least.
func (w world) untaken(t *testing.T, taken map[string]int) (best capacity.Way, who string, week resource.Week, ok bool) {
	t.Helper()
	tab, err := w.Table(w.manager, capacity.Query{Kind: capacity.Person, Over: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range tab.Rows {
		for _, c := range r.Cells {
			if !c.Over {
				continue
			}
			dt, err := w.Detail(w.manager, capacity.Person, r.Key, c.Week)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range dt.Ways {
				if x.Takes && taken[x.ID] == 0 && (!ok || taken[x.Kind] < taken[best.Kind]) {
					best, who, week, ok = x, r.Key, c.Week, true
				}
			}
		}
	}
	return best, who, week, ok
}

func TestTakeRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := openScheduled(t, d)
		if _, err := w.people.SetDeputies(w.daniel, "daniel", []string{"oskar"}); err != nil {
			t.Fatal(err)
		}
		dt, err := w.Detail(w.manager, capacity.Person, "daniel", "2026-W48")
		if err != nil || !dt.Cell.Over {
			t.Fatalf("%+v %v", dt, err)
		}
		ways := map[string]capacity.Way{}
		for _, x := range dt.Ways {
			ways[x.Kind] = x
		}
		swap := ways["swap"]
		if swap.Person != "oskar" || !swap.Takes || !swap.Clears || ways["lend"].Takes {
			t.Fatalf("%+v", dt.Ways)
		}
		_, err = w.Take(w.manager, capacity.Person, "daniel", "2026-W48", "swap-none")
		refused(t, "gone", err, errs.CodeConflict, "capacity.way_gone")
		_, err = w.Take(w.manager, capacity.Person, "daniel", "2026-W48", ways["add"].ID)
		refused(t, "asked for", err, errs.CodeBlocked, "capacity.way_asked")
		_, err = w.Take(w.bob, capacity.Person, "daniel", "2026-W48", swap.ID)
		refused(t, "a viewer", err, errs.CodeForbidden, "")
		may := func(ctx2 string, want bool) {
			t.Helper()
			ctx := w.manager
			if ctx2 == "bob" {
				ctx = w.bob
			}
			if err := d.Read(ctx, func(tx *db.Tx) error {
				_, x, err := w.ReadPage(tx, capacity.Query{}, capacity.Person, "daniel", "2026-W48")
				if err != nil {
					return err
				}
				for _, y := range x.Ways {
					if got, err := capacity.MayTake(tx, y); err != nil || y.Kind == "swap" && got != want {
						t.Errorf("%s: %v %v", ctx2, got, err)
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		may("manager", true)
		may("bob", false)
		after, err := w.Take(w.manager, capacity.Person, "daniel", "2026-W48", swap.ID)
		if err != nil || after.Cell.Over || after.Cell.Percent != swap.Percent {
			t.Fatalf("%+v %v", after, err)
		}
		if ts, err := w.Tasks.List(w.Admin, work.Filter{Release: release, Owner: "oskar"}); err != nil || len(ts) != 1 || ts[0].Key != swap.Task {
			t.Errorf("%+v %v", ts, err)
		}
	})
}
