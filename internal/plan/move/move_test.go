package move_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
)

// stander is an area that foresees what it is told, and does what it is told when the release moves.
type stander struct {
	mu   sync.Mutex
	hits []move.Hit
	do   func(tx *db.Tx, r plan.Release, before plan.Window, c move.Choices) ([]move.Moved, error)
}

func (s *stander) says(hits ...move.Hit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits = hits
}

func (s *stander) Foresee(*db.Tx, plan.Release, plan.Window) ([]move.Hit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]move.Hit(nil), s.hits...), nil
}

func (s *stander) Move(tx *db.Tx, r plan.Release, before plan.Window, c move.Choices) ([]move.Moved, error) {
	if s.do == nil {
		return nil, nil
	}
	return s.do(tx, r, before, c)
}

type world struct {
	plantest.World
	first, last *stander
	moves       *move.Moves
	release     plan.Release
}

func open(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{World: plantest.New(t, d), first: &stander{}, last: &stander{}}
	w.moves = move.New(d, w.Plans, move.Sources{Witnesses: []move.Witness{w.first, w.last}})
	w.release = w.Release(t, "payments-26.11.0", plan.Active)
	return w
}

const week = 7 * 24 * time.Hour

func later(r plan.Release, by time.Duration) plan.Window {
	return plan.Window{Start: r.Window.Start.Add(by), End: r.Window.End.Add(by)}
}

// look foresees a week later and returns the save of it.
func (w *world) look(t *testing.T) (move.Foresight, move.Spec) {
	t.Helper()
	f, err := w.moves.Foresee(w.Admin, w.release.Key, later(w.release, week))
	if err != nil {
		t.Fatal(err)
	}
	return f, move.Spec{Start: f.Window.Start, End: f.Window.End, Reason: "the rehearsal is late", Seen: f.Seen}
}

// A save moves the window, what follows it, and what the areas move; the entry says all of it, with the reason.
func TestSave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		w.first.says(move.Hit{ID: "x", Area: move.Bookings, Thing: "Pre-prod", Text: "free", Word: move.Follows,
			Choice: &move.Choice{Text: "Move it", Options: []move.Option{{Value: move.Along}, {Value: move.Keep}}, Default: move.Along}})
		w.last.says(move.Hit{Area: move.Approvals, Thing: "Security", Word: move.Voids, Severity: move.Soft})
		var chosen move.Choices
		w.first.do = func(_ *db.Tx, r plan.Release, before plan.Window, c move.Choices) ([]move.Moved, error) {
			if before != w.release.Window || r.Window != later(w.release, week) {
				t.Errorf("told of a move from %v to %v", before, r.Window)
			}
			chosen = c
			return []move.Moved{{Kind: "booking", Key: "b", Before: before.Start, After: r.Window.Start}}, nil
		}
		f, in := w.look(t)
		if f.Voids != 1 || f.Settle != 0 || f.Hits[0].ID != "bookings/x" {
			t.Errorf("foresaw %+v", f)
		}
		got, err := w.moves.Save(w.Admin, w.release.Key, f.Rev, in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(move.Choices{"bookings/x": move.Along}, chosen); diff != "" {
			t.Errorf("choices (-want +got):\n%s", diff)
		}
		if got.Window != later(w.release, week) || got.Before != w.release.Window {
			t.Errorf("moved from %v to %v", got.Before, got.Window)
		}
		kinds := map[string]int{}
		for _, m := range got.Moved {
			kinds[m.Kind]++
		}
		if kinds["window"] != 1 || kinds["booking"] != 1 || kinds["milestone"] == 0 || kinds["phase"] == 0 {
			t.Errorf("moved %v", kinds)
		}
		n := 0
		for _, r := range ledgertest.Records(t, l) {
			if r.Action != move.ReleaseMoved {
				continue
			}
			n++
			var p struct {
				Reason        string
				Before, After plan.Window
				Voids         []string
				Moved         []move.Moved
			}
			if err := r.Payload.Decode(&p); err != nil {
				t.Fatal(err)
			}
			if p.Reason != in.Reason || p.Before != w.release.Window || p.After != got.Window || len(p.Voids) != 1 || len(p.Moved) != len(got.Moved) {
				t.Errorf("entry %+v", p)
			}
		}
		if n != 1 {
			t.Errorf("%d entries of the move", n)
		}
	})
}

// If the last area refuses, nothing of the window, the plan, the other areas and the record has changed.
func TestAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		w.first.do = func(tx *db.Tx, r plan.Release, _ plan.Window, _ move.Choices) ([]move.Moved, error) {
			title := "Moved on"
			_, _, err := w.Plans.EditIn(tx, r.Key, 0, plan.Edit{Title: &title})
			ledger.Append(tx, ledger.Entry{Action: "booking.moved", Subject: ledger.Subject{Kind: "booking", ID: "b"}})
			return nil, err
		}
		w.last.do = func(*db.Tx, plan.Release, plan.Window, move.Choices) ([]move.Moved, error) {
			return nil, errs.Conflict("calendar.booked", nil, "Pre-prod is booked.")
		}
		_, in := w.look(t)
		state := func() any {
			t.Helper()
			r, err := w.Plans.Get(w.Admin, w.release.Key)
			if err != nil {
				t.Fatal(err)
			}
			ps, err := w.Plans.ReplansOf(w.Admin, w.release.Key)
			if err != nil {
				t.Fatal(err)
			}
			return []any{r.Release, r.Phases, r.Milestones, ps, ledgertest.Actions(t, l)}
		}
		before := state()
		if _, err := w.moves.Save(w.Admin, w.release.Key, 0, in); errs.ReasonOf(err) != "calendar.booked" {
			t.Fatalf("saved: %v", err)
		}
		if diff := cmp.Diff(before, state()); diff != "" {
			t.Errorf("something was changed (-before +after):\n%s", diff)
		}
	})
}

// A save that relies on what is no longer so is refused with what differs, and carries the foresight as it is.
func TestSaveOfWhatHasChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		fits := move.Hit{ID: "env", Area: move.Environments, Thing: "Prod north", Text: "open", Word: move.Fits}
		gone := move.Hit{ID: "b", Area: move.Bookings, Thing: "Load rig", Text: "stays", Word: move.Stands}
		loose := move.Hit{ID: "work", Area: move.Work, Thing: "Work", Text: "84 %", Word: move.Fits, Loose: true}
		w.first.says(fits, gone, loose)
		_, in := w.look(t)

		loose.Text = "85 %"
		w.first.says(fits, gone, loose)
		if _, again := w.look(t); again.Seen != in.Seen {
			t.Error("a text that changes by itself changes what was seen")
		}
		shared := fits
		shared.Text, shared.Word, shared.Severity = "Cards 26.11.1 goes there", move.Settle, move.Hard
		w.first.says(shared, loose, move.Hit{ID: "p", Area: move.People, Thing: "Elena is away", Word: move.Settle, Severity: move.Soft})
		_, err := w.moves.Save(w.Admin, w.release.Key, 0, in)
		c, ok := errs.As(err).Theirs.(move.Changed)
		if !ok || errs.ReasonOf(err) != "move.changed" {
			t.Fatalf("saved: %v", err)
		}
		want := []move.Difference{{Area: move.Environments, Thing: "Prod north", Was: "fits", Is: "to settle"}, {Area: move.People, Thing: "Elena is away", Is: "to settle"}, {Area: move.Bookings, Thing: "Load rig", Was: "stands"}}
		if diff := cmp.Diff(want, c.Differences); diff != "" {
			t.Errorf("differences (-want +got):\n%s", diff)
		}
		if c.Foresight.Hard != 1 || len(errs.As(err).Fields) != 3 {
			t.Errorf("told %+v", err)
		}

		in.Seen = c.Foresight.Seen
		if _, err := w.moves.Save(w.Admin, w.release.Key, 0, in); errs.ReasonOf(err) != "move.to_settle" || !strings.Contains(err.Error(), "choices.environments/env") {
			t.Errorf("a hard hit passed: %v", err)
		}
		in.Choices = move.Choices{"environments/env": move.Anyway}
		if _, err := w.moves.Save(w.Admin, w.release.Key, 0, in); err != nil {
			t.Error(err)
		}
	})
}

func TestRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		w.first.says(move.Hit{ID: "b", Area: move.Bookings, Thing: "Pre-prod", Word: move.Settle, Choice: &move.Choice{Options: []move.Option{{Value: move.Keep}}, Default: move.Keep}})
		f, in := w.look(t)
		viewer := authtest.Person(t, d, "vera", "viewer")
		for name, x := range map[string]struct {
			who    context.Context
			ref    string
			rev    int64
			change func(in *move.Spec)
			reason string
		}{
			"no reason":       {w.Admin, "", 0, func(in *move.Spec) { in.Reason = " " }, "text.missing"},
			"not looked":      {w.Admin, "", 0, func(in *move.Spec) { in.Seen = "" }, "move.unseen"},
			"forged":          {w.Admin, "", 0, func(in *move.Spec) { in.Seen = "AAAA" }, "move.unseen"},
			"over":            {w.Admin, "", 0, func(in *move.Spec) { in.Start, in.End = db.At(dbtest.Start)-1, 0 }, "move.past"},
			"no date":         {w.Admin, "", 0, func(in *move.Spec) { in.Start = 0 }, "move.no_date"},
			"reversed":        {w.Admin, "", 0, func(in *move.Spec) { in.End = in.Start - 1 }, "window.reversed"},
			"the same":        {w.Admin, "", 0, func(in *move.Spec) { in.Start, in.End = w.release.Window.Start, 0 }, "move.same"},
			"no option":       {w.Admin, "", 0, func(in *move.Spec) { in.Choices = move.Choices{"bookings/b": "burn"} }, "move.no_option"},
			"no choice":       {w.Admin, "", 0, func(in *move.Spec) { in.Choices = move.Choices{"bookings/c": move.Keep} }, "move.no_choice"},
			"another version": {w.Admin, "", f.Rev + 1, func(*move.Spec) {}, "row.stale"},
			"no right":        {viewer, "", 0, func(*move.Spec) {}, "auth.permission_missing"},
			"nothing":         {w.Admin, "nothing", 0, func(*move.Spec) {}, "release.not_found"},
		} {
			bad, ref := in, w.release.Key
			x.change(&bad)
			if x.ref != "" {
				ref = x.ref
			}
			_, err := w.moves.Save(x.who, ref, x.rev, bad)
			e := errs.As(err)
			if e == nil {
				t.Errorf("%s: saved", name)
				continue
			}
			reason := e.Reason
			if len(e.Fields) > 0 {
				reason = e.Fields[0].Reason
			}
			if reason != x.reason {
				t.Errorf("%s: %s: %v", name, reason, err)
			}
		}
		if f, err := w.moves.Foresee(viewer, w.release.Key, later(w.release, week)); err != nil || f.Why == "" {
			t.Errorf("who may not move it is told %q, %v", f.Why, err)
		}
	})
}

// Of many who move the same release at once, with what they saw, one moves it.
func TestConcurrentMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		const n = 8
		var seen []move.Foresight // all of them before the first save
		for i := range n {
			f, err := w.moves.Foresee(w.Admin, w.release.Key, later(w.release, time.Duration(i+1)*24*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, f)
		}
		var group sync.WaitGroup
		failed := make([]error, n)
		for i, f := range seen {
			group.Go(func() {
				_, failed[i] = w.moves.Save(w.Admin, w.release.Key, f.Rev, move.Spec{Start: f.Window.Start, Reason: "race", Seen: f.Seen})
			})
		}
		group.Wait()
		won := -1
		for i, err := range failed {
			var e *errs.Error
			switch {
			case err == nil && won >= 0:
				t.Errorf("%d and %d both won", won, i)
			case err == nil:
				won = i
			case !errors.As(err, &e) || e.Reason != "row.stale":
				t.Errorf("%d: %v", i, err)
			}
		}
		r, err := w.Plans.Get(w.Admin, w.release.Key)
		if err != nil || won < 0 || r.Window.Start != w.release.Window.Start.Add(time.Duration(won+1)*24*time.Hour) {
			t.Errorf("%d won, and the window is %v: %v", won, r.Window, err)
		}
	})
}

// Milestones and phases that follow the window are foreseen where the save puts them.
func TestForesightIsWhatHappens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		f, in := w.look(t)
		if _, err := w.moves.Save(w.Admin, w.release.Key, 0, in); err != nil {
			t.Fatal(err)
		}
		r, err := w.Plans.Get(w.Admin, w.release.Key)
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]string{}
		for _, h := range f.Hits {
			said[h.ID] = h.Text
		}
		err = d.Read(w.Admin, func(tx *db.Tx) error {
			for _, m := range r.Milestones {
				if got := said["plan/milestone/"+m.Key]; m.Offset != "" && !strings.Contains(got, move.When(tx, m.PlannedAt)) {
					t.Errorf("%s is %s, foreseen %q", m.Name, move.When(tx, m.PlannedAt), got)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if said["plan/phases"] == "" {
			t.Errorf("no phases foreseen: %v", said)
		}
	})
}

// A release that is deployed is foreseen, and not moved.
func TestLocked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		f, in := w.look(t)
		w.Bring(t, w.Release(t, "other", plan.Draft).ID, plan.Deployed)
		if f.Why != "" {
			t.Errorf("why %q", f.Why)
		}
		f, err := w.moves.Foresee(w.Admin, "other", later(w.release, week))
		if err != nil || !strings.Contains(f.Why, "deployed") {
			t.Errorf("why %q, %v", f.Why, err)
		}
		if _, err := w.moves.Save(w.Admin, "other", 0, in); errs.ReasonOf(err) != "plan.locked" {
			t.Errorf("moved: %v", err)
		}
	})
}
