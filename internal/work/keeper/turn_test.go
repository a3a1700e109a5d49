package keeper_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/work/keeper"
)

// slow is a world in which every look at a release takes a while.
type slow struct {
	world
	q     queue
	clock *clock.Fake
	took  time.Duration
	fails error
	seen  []id.Release
}

func slowly(t *testing.T, d *db.DB) *slow {
	t.Helper()
	s := &slow{world: open(t, d), clock: d.Clock().(*clock.Fake), took: 2 * time.Second}
	s.keeper.Wrap(func(next func(context.Context, id.Release) (bool, error)) func(context.Context, id.Release) (bool, error) {
		return func(ctx context.Context, r id.Release) (bool, error) {
			s.seen = append(s.seen, r)
			s.clock.Advance(s.took)
			if s.fails != nil {
				return false, s.fails
			}
			return next(ctx, r)
		}
	})
	return s
}

// at makes a release whose window opens so many days from now.
func (s *slow) at(t *testing.T, key string, days int) plan.Release {
	t.Helper()
	r := s.Release(t, key, plan.Draft)
	start := db.At(s.clock.Now()).Add(time.Duration(days) * 24 * time.Hour)
	r, err := s.Plans.Set(s.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: start, End: start.Add(2 * time.Hour)}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// turn does the job that is due, moving the clock to it, and returns when the next is.
func (s *slow) turn(t *testing.T) db.Time {
	t.Helper()
	s.q = queue{}
	if err := s.keeper.Turn(t.Context(), &s.q); err != nil && s.fails == nil {
		t.Fatal(err)
	}
	if len(s.q.jobs) == 0 {
		return 0
	}
	if len(s.q.jobs) != 1 || s.q.jobs[0].Kind != keeper.JobForecast {
		t.Fatalf("%+v", s.q.jobs)
	}
	return s.q.jobs[0].At
}

func (s *slow) round(t *testing.T, all bool) {
	t.Helper()
	s.q = queue{}
	if err := s.keeper.Round(t.Context(), &s.q, all); err != nil {
		t.Fatal(err)
	}
}

func (s *slow) heed(t *testing.T, r plan.Release) {
	t.Helper()
	err := s.DB.Write(s.Admin, func(tx *db.Tx) error {
		s.q = queue{}
		return s.keeper.Heed(tx, &s.q, []ledger.Record{{Action: "task.changed", Release: r.ID}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// After a second of looking, or one long look, the keeper rests three times as long as it took, whoever wakes it in between.
func TestForecastsAreSpacedByTheirCost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := slowly(t, d)
		near, far := s.at(t, "near", 10), s.at(t, "far", 20)
		s.round(t, false)
		next := s.turn(t)
		if !slices.Equal(s.seen, []id.Release{near.ID}) || next != db.At(s.clock.Now()).Add(3*s.took) {
			t.Fatalf("saw %v, the next at %s", s.seen, next)
		}
		s.clock.Advance(time.Second)
		if again := s.turn(t); again != next || len(s.seen) != 1 {
			t.Errorf("woken while it rests: the next at %s instead of %s, saw %v", again, next, s.seen)
		}
		s.took = time.Millisecond
		s.clock.Set(next.Std())
		if again := s.turn(t); again != 0 || !slices.Equal(s.seen, []id.Release{near.ID, far.ID}) || len(s.waiting(t)) != 0 {
			t.Errorf("the last: the next at %s, saw %v, waiting are %v", again, s.seen, s.waiting(t))
		}
		s.round(t, false)
		if again := s.turn(t); again != db.At(s.clock.Now()).Add(100*time.Millisecond) {
			t.Errorf("after a short one: the next at %s", again)
		}
		s.seen, s.took = nil, 600*time.Millisecond
		third := s.at(t, "third", 25)
		s.round(t, false)
		s.clock.Advance(100 * time.Millisecond)
		if again := s.turn(t); again != db.At(s.clock.Now()).Add(6*s.took) || !slices.Equal(s.seen, []id.Release{near.ID, far.ID}) || !slices.Equal(s.waiting(t), []id.Release{third.ID}) {
			t.Errorf("two in a second: the next at %s, saw %v", again, s.seen)
		}
	})
}

// A change does not wait behind the round, and what changes while it is looked at is looked at once more.
func TestChangesGoFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := slowly(t, d)
		a, b, c := s.at(t, "a", 3), s.at(t, "b", 5), s.at(t, "c", 7)
		s.round(t, false)
		s.heed(t, c)
		s.clock.Set(s.turn(t).Std())
		if !slices.Equal(s.seen, []id.Release{a.ID}) {
			t.Fatalf("before the change has settled: %v", s.seen)
		}
		s.clock.Advance(30 * time.Second)
		s.clock.Set(s.turn(t).Std())
		if !slices.Equal(s.seen, []id.Release{a.ID, c.ID}) {
			t.Fatalf("a change waits behind the round: %v", s.seen)
		}
		s.keeper.Wrap(func(next func(context.Context, id.Release) (bool, error)) func(context.Context, id.Release) (bool, error) {
			return func(ctx context.Context, r id.Release) (bool, error) {
				s.heed(t, b)
				return next(ctx, r)
			}
		})
		if err := s.keeper.Turn(t.Context(), &s.q); err != nil {
			t.Fatal(err)
		}
		if got := s.waiting(t); !slices.Equal(got, []id.Release{b.ID}) {
			t.Errorf("what changed while it was looked at is not there any more: %v", got)
		}
	})
}

// The round takes near windows always, further ones every third day and far ones weekly; all of them after a change of working times.
func TestRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := slowly(t, d)
		s.took = 0
		near, further, far := s.at(t, "near", 20), s.at(t, "further", 60), s.at(t, "far", 200)
		begin := s.clock.Now()
		for _, x := range []struct {
			after time.Duration
			all   bool
			want  []id.Release
		}{
			{0, false, []id.Release{near.ID, further.ID, far.ID}},
			{time.Hour, false, []id.Release{near.ID}},
			{24 * time.Hour, false, []id.Release{near.ID}},
			{2 * 24 * time.Hour, true, []id.Release{near.ID, further.ID, far.ID}},
			{3 * 24 * time.Hour, false, []id.Release{near.ID, further.ID}},
			{7 * 24 * time.Hour, false, []id.Release{near.ID, further.ID, far.ID}},
			{8 * 24 * time.Hour, false, []id.Release{near.ID}},
		} {
			s.clock.Set(begin.Add(x.after))
			s.round(t, x.all)
			s.seen = nil
			for len(s.waiting(t)) > 0 {
				if next := s.turn(t); next != 0 {
					s.clock.Set(next.Std())
				}
			}
			if !slices.Equal(s.seen, x.want) {
				t.Errorf("after %s: %v instead of %v", x.after, s.seen, x.want)
			}
		}
		made := func(r plan.Release) time.Duration {
			f, err := s.outlook.Forecast(s.Admin, r.Key)
			if err != nil {
				t.Fatal(err)
			}
			return f.At.Std().Sub(begin).Truncate(24 * time.Hour)
		}
		if a, b, c := made(near), made(further), made(far); a != 8*24*time.Hour || b != 7*24*time.Hour || c != 7*24*time.Hour {
			t.Errorf("made %s, %s and %s after the beginning", a, b, c)
		}
	})
}

// A release at which something fails lets the others pass.
func TestFailuresDoNotHoldUp(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := slowly(t, d)
	a, b := s.at(t, "a", 3), s.at(t, "b", 5)
	s.round(t, false)
	s.fails = errors.New("the disk is full")
	s.clock.Set(s.turn(t).Std())
	s.fails = nil
	next := s.turn(t)
	if !slices.Equal(s.seen, []id.Release{a.ID, b.ID}) {
		t.Fatalf("saw %v", s.seen)
	}
	s.clock.Set(next.Std())
	s.turn(t)
	if !slices.Equal(s.seen, []id.Release{a.ID, b.ID, a.ID}) || len(s.waiting(t)) != 0 {
		t.Errorf("saw %v, waiting are %v", s.seen, s.waiting(t))
	}
}

// A release at which a look is cut off, by its time limit or with the process, lets the others pass as well.
func TestInterruptionsDoNotHoldUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := slowly(t, d)
		a, b := s.at(t, "a", 3), s.at(t, "b", 5)
		s.round(t, false)
		ctx, cut := context.WithCancel(t.Context())
		s.keeper.Wrap(func(next func(context.Context, id.Release) (bool, error)) func(context.Context, id.Release) (bool, error) {
			return func(ctx context.Context, r id.Release) (bool, error) {
				if r == a.ID && len(s.seen) == 0 {
					cut()
				}
				return next(ctx, r)
			}
		})
		if err := s.keeper.Turn(ctx, &s.q); !errors.Is(err, context.Canceled) {
			t.Fatalf("cut off: %v", err)
		}
		s.clock.Advance(time.Minute) // after which the job begins again
		next := s.turn(t)
		if !slices.Equal(s.seen, []id.Release{a.ID, b.ID}) {
			t.Fatalf("saw %v", s.seen)
		}
		s.clock.Set(next.Std())
		s.turn(t)
		if !slices.Equal(s.seen, []id.Release{a.ID, b.ID, a.ID}) || len(s.waiting(t)) != 0 {
			t.Errorf("saw %v, waiting are %v", s.seen, s.waiting(t))
		}
	})
}

// The round makes up for a lost job, also when it lists nothing itself.
func TestRoundResumes(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := slowly(t, d)
	s.took = 0
	far := s.at(t, "far", 200)
	s.round(t, false)
	s.turn(t)
	s.heed(t, far)
	s.clock.Advance(time.Hour)
	s.round(t, false)
	if len(s.q.jobs) != 1 || s.q.jobs[0].Kind != keeper.JobForecast {
		t.Errorf("%v waits, and the round enqueued %+v", s.waiting(t), s.q.jobs)
	}
}
