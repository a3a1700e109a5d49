package calendar_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// tangle fills a calendar with windows, freezes, releases and permits by chance.
func tangle(t *testing.T, w calendartest.World, rnd *rand.Rand, periods int) []plan.Release {
	t.Helper()
	const layout = "2006-01-02T15:04"
	day := func() time.Time { return time.Date(2026, 11, 10+rnd.IntN(25), rnd.IntN(24), 0, 0, 0, time.UTC) }
	var soft []string
	for i := range periods {
		start := day()
		s := calendar.Spec{Key: fmt.Sprintf("period-%d", i), Name: fmt.Sprintf("Period %d", i), Reason: "By chance", Zone: "Europe/Copenhagen", Start: start.Format(layout), End: start.Add(time.Duration(1+rnd.IntN(30)) * time.Hour).Format(layout)}
		switch rnd.IntN(4) {
		case 0:
			s.RRule = "FREQ=WEEKLY"
		case 1:
			s.RRule = "FREQ=DAILY;COUNT=9"
		}
		switch rnd.IntN(4) {
		case 0:
			s.Products = []string{[]string{"payments", "cards"}[rnd.IntN(2)]}
		case 1:
			s.Environments = []string{[]string{"pre-prod", "prod-north"}[rnd.IntN(2)]}
		case 2:
			s.Services = []string{[]string{"payments-core", "ledger"}[rnd.IntN(2)]}
		}
		kind := calendar.Freeze
		if rnd.IntN(4) == 0 {
			kind = calendar.Window
			s.Environments = []string{"prod-north"} // closed without; the other one is open without
		} else if rnd.IntN(3) > 0 {
			s.Hardness = "soft"
			soft = append(soft, s.Key)
		}
		_, err := w.Calendar.Add(w.Admin, kind, s)
		must(t, err)
	}
	var rs []plan.Release
	for i := range 12 {
		start := now.Add(time.Duration(1+rnd.IntN(24*14)) * time.Hour)
		rs = append(rs, release(t, w, fmt.Sprintf("release-%d", i), func(s *plan.Spec) {
			s.Window = &plan.Window{Start: start, End: start.Add(time.Duration(1+rnd.IntN(40)) * time.Hour)}
			s.Environments = [][]string{{"pre-prod"}, {"prod-north"}, {"prod-north", "pre-prod"}}[rnd.IntN(3)]
			s.Services = s.Services[:1+rnd.IntN(2)]
		}))
		for _, f := range soft {
			if rnd.IntN(3) == 0 {
				in := calendar.PermitSpec{Release: rs[i].Key, Reason: "By chance"}
				if rnd.IntN(2) == 0 {
					in.Until = now.Add(time.Duration(1+rnd.IntN(100)) * time.Hour)
				}
				_, err := w.Calendar.Permit(w.Admin, f, in)
				must(t, err)
			}
		}
	}
	return rs
}

// What is answered for many releases from what is kept is what is answered for each from the rows and rules, also after
// the calendar changed.
func TestWindowStatesAreThoseOfEachRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		rnd := rand.New(rand.NewPCG(11, 4))
		rs := tangle(t, w, rnd, 14)
		states := map[calendar.State]int{}
		same := func(when string, read func(fn func(tx *db.Tx) error) error) {
			t.Helper()
			must(t, read(func(tx *db.Tx) error {
				at := now.Add(time.Duration(rnd.IntN(24*20)-24*2) * time.Hour)
				many, err := w.Calendar.WindowStates(tx, rs, at)
				must(t, err)
				for _, r := range rs {
					one, err := calendar.WindowState(tx, r, at)
					must(t, err)
					states[one.State]++
					if !reflect.DeepEqual(many[r.ID], one) {
						t.Errorf("%s, %s at %s:\n%+v\nwant\n%+v", when, r.Key, at, many[r.ID], one)
					}
				}
				return nil
			}))
		}
		reading := func(fn func(tx *db.Tx) error) error { return d.Read(w.Admin, fn) }
		for range 12 {
			same("read", reading)
		}
		same("inside a write", func(fn func(tx *db.Tx) error) error { return d.Write(w.Admin, fn) })
		for _, k := range []calendar.Kind{calendar.Window, calendar.Freeze} {
			ps, err := w.Calendar.List(w.Admin, calendar.Filter{Kind: k})
			must(t, err)
			for _, p := range ps[:2] {
				s := p.Spec()
				s.RRule = "FREQ=WEEKLY"
				_, err := w.Calendar.Set(w.Admin, k, p.Key, p.Rev, s)
				must(t, err)
				same("after "+p.Key+" changed", reading)
				_, err = w.Calendar.Withdraw(w.Admin, k, p.Key, 0, "No longer")
				must(t, err)
				same("after "+p.Key+" was withdrawn", reading)
			}
		}
		if states[calendar.Open] == 0 || states[calendar.Closed] == 0 || states[calendar.NeedsApproval] == 0 {
			t.Errorf("the calendar by chance has too little in it: %v", states)
		}
	})
}

// A write that is undone leaves nothing behind in what is kept.
func TestWhatIsKeptIsWhatWasCommitted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		f := calendartest.Freeze(t, w.Calendar, w.Admin, "Peak", "2026-11-19T18:00", "2026-11-20T06:00")
		r := release(t, w, "payments-1", func(s *plan.Spec) { s.Environments = []string{"pre-prod"} })
		state := func(tx *db.Tx) calendar.State {
			m, err := w.Calendar.WindowStates(tx, []plan.Release{r}, r.Window.Start)
			must(t, err)
			return m[r.ID].State
		}
		undone := errors.New("undone")
		err := d.Write(w.Admin, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE period SET withdrawn = $1, rev = rev + 1 WHERE id = $2`, tx.Now, f.ID)
			must(t, err)
			if s := state(tx); s != calendar.Open {
				t.Errorf("a write sees its own change: %s", s)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		for range 2 {
			must(t, d.Read(w.Admin, func(tx *db.Tx) error {
				if s := state(tx); s != calendar.Closed {
					t.Errorf("after the write was undone: %s", s)
				}
				return nil
			}))
		}
	})
}

// The number of statements does not grow with releases or with windows and freezes.
func TestCalendarStatementsDoNotGrow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.New(t, d)
		rs := tangle(t, w, rand.New(rand.NewPCG(1, 2)), 6)
		f := calendar.SurveyFilter{From: now.Add(-15 * 24 * time.Hour), To: now.Add(25 * 24 * time.Hour)}
		count := func(ask func(tx *db.Tx) error) (n int) {
			t.Helper()
			for range 2 { // the first one fills what is kept
				must(t, d.Read(w.Admin, func(tx *db.Tx) error {
					err := ask(tx)
					n = tx.Statements()
					return err
				}))
			}
			return n
		}
		states := func(rs []plan.Release) int {
			return count(func(tx *db.Tx) error { _, err := w.Calendar.WindowStates(tx, rs, now); return err })
		}
		survey := func() int {
			return count(func(tx *db.Tx) error { _, err := w.Calendar.ReadSurvey(tx, f); return err })
		}
		few, month := states(rs[:4]), survey()
		if many := states(rs); many > few || few > 7 {
			t.Errorf("%d statements for 4 releases, %d for %d", few, many, len(rs))
		}
		for i := range 20 {
			at := plantest.Window
			at.Start, at.End = at.Start.Add(time.Duration(i)*time.Hour), at.End.Add(time.Duration(i)*time.Hour)
			release(t, w, fmt.Sprintf("more-%d", i), func(s *plan.Spec) { s.Window = &at })
			calendartest.Freeze(t, w.Calendar, w.Admin, fmt.Sprintf("More %d", i), "2026-11-19T18:00", "2026-11-20T06:00")
		}
		if n := survey(); n > month {
			t.Errorf("%d statements for a month, %d with 20 releases and freezes more", month, n)
		}
		if n := states(rs); n > few {
			t.Errorf("%d statements, %d with 20 freezes more", few, n)
		}
	})
}

// The sweep finds the pairs that a comparison of all with all finds.
func TestOverlapsAreAllPairs(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.New(t, d)
	rs := tangle(t, w, rand.New(rand.NewPCG(5, 5)), 0)
	got, err := w.Calendar.Conflicts(w.Admin, now.Add(-30*24*time.Hour), now.Add(60*24*time.Hour))
	must(t, err)
	type pair [2]id.Release
	found := map[pair]int{}
	for _, c := range got {
		if c.Code == calendar.ConflictOverlap {
			found[pair{c.Releases[0].ID, c.Releases[1].ID}]++
		}
	}
	want := 0
	for _, a := range rs {
		for _, b := range rs {
			if a.Window.Start > b.Window.Start || a.ID == b.ID || a.Window.End <= b.Window.Start || a.Window.Start == b.Window.Start && a.ID > b.ID {
				continue
			}
			shared := 0
			for _, e := range a.Environments {
				if b.Targets(e) { // every release carries payments-core
					shared++
				}
			}
			if shared > 0 {
				want++
			}
			if n := found[pair{a.ID, b.ID}] + found[pair{b.ID, a.ID}]; n != shared {
				t.Errorf("%s and %s: %d conflicts, want %d", a.Key, b.Key, n, shared)
			}
		}
	}
	if want < 3 {
		t.Errorf("only %d pairs meet", want)
	}
}
