package impact_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/impact"
	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// life is what has happened to a release, as its test knows it.
type life struct {
	release   plan.Release
	rev       int64
	told      bool
	knew, now db.Time // the start that users were told, and the one that it has
	moved     db.Time // when it was moved last
}

func (l life) notice() impact.Notice {
	switch {
	case !l.told:
		return impact.NoticeOwed
	case l.knew.IsZero() || l.knew == l.now:
		return impact.NoticeTold
	}
	return impact.NoticeMoved
}

// TestMovedWhateverHappens says of many releases, whose windows are set, moved, made longer and moved back before and after their users are told, who
// knows another start: the lists, in one statement for those on a page, as the release itself does.
func TestMovedWhateverHappens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		luck := rand.New(rand.NewPCG(4, 4))
		lives := map[string]*life{}
		var keys []string
		for i := range 24 {
			key, ahead := fmt.Sprintf("payments-%d", i), time.Duration(0)
			if luck.IntN(4) > 0 {
				ahead = 30 * 24 * time.Hour
			}
			r := in(t, w, key, ahead)
			s, err := w.Impacts.Set(w.Admin, key, "ledger", spec(24))
			must(t, err)
			lives[key] = &life{release: r, rev: s.Rev, now: r.Window.Start}
			keys = append(keys, key)
		}
		for range 120 {
			key := keys[luck.IntN(len(keys))]
			x := lives[key]
			d.Clock().(*clock.Fake).Advance(time.Minute)
			if luck.IntN(3) == 0 {
				s, err := w.Impacts.Tell(w.Admin, key, "ledger", x.rev, 0)
				must(t, err)
				x.rev, x.told, x.knew, x.moved = s.Rev, true, x.now, 0
				continue
			}
			start := now.Add(time.Duration(28+luck.IntN(3)) * 24 * time.Hour)
			r, err := w.Plans.Set(w.Admin, key, 0, plan.Edit{Window: &plan.Window{Start: start, End: start.Add(time.Duration(1+luck.IntN(4)) * time.Hour)}, Reason: "Other plans"})
			must(t, err)
			if start != x.now {
				x.moved = db.At(d.Clock().Now())
			}
			x.release, x.now = r, start
		}
		counts := map[impact.Notice]int{}
		check := func(where string, i impact.Impact, key string) {
			t.Helper()
			x := lives[key]
			want := x.notice()
			if counts[want]++; i.Notice != want || want == impact.NoticeMoved && i.MovedAt != x.moved || want != impact.NoticeMoved && !i.MovedAt.IsZero() {
				t.Errorf("%s, %s: %s since %s, want %s since %s", where, key, i.Notice, i.MovedAt, want, x.moved)
			}
		}
		for _, show := range []string{"", impact.ShowOwed, impact.ShowTold} {
			want, got := 0, 0
			for _, x := range lives {
				if show == "" || show == impact.ShowTold && x.told || show == impact.ShowOwed && x.notice() != impact.NoticeTold {
					want++
				}
			}
			f := impact.Filter{Show: show, Limit: 7}
			for {
				page, err := w.Impacts.List(w.Admin, f)
				must(t, err)
				for _, i := range page {
					check("list "+show, i.Impact, i.ReleaseKey)
				}
				if got += len(page); len(page) < f.Limit {
					break
				}
				last := page[len(page)-1]
				f.AfterAt, f.AfterRelease, f.AfterService = last.DueAt, last.Release, last.Service
			}
			if got != want {
				t.Errorf("%q lists %d, want %d", show, got, want)
			}
		}
		for key, x := range lives {
			of, err := w.Impacts.Of(w.Admin, key)
			must(t, err)
			check("of it", of[0], key)
			if x.told && of[0].Known != x.knew || !x.told && !of[0].Known.IsZero() {
				t.Errorf("%s: they know %s, were told %s", key, of[0].Known, x.knew)
			}
		}
		for _, n := range []impact.Notice{impact.NoticeOwed, impact.NoticeTold, impact.NoticeMoved} {
			if counts[n] == 0 {
				t.Errorf("none is %s", n)
			}
		}
	})
}
