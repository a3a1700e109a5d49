package dependency_test

import (
	"fmt"
	"testing"
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work/dependency"
)

// BenchmarkMoveAWindow moves a release in a portfolio of 200 releases and 1,000 dependencies; the change of the window itself
// is part of it. Alone nobody waits for it; awaited ten do; late something else is late, so that the whole network is asked.
func BenchmarkMoveAWindow(b *testing.B) {
	b.Run("alone", func(b *testing.B) { move(b, false, false) })
	b.Run("awaited", func(b *testing.B) { move(b, true, false) })
	b.Run("late", func(b *testing.B) { move(b, true, true) })
}

func move(b *testing.B, awaited, late bool) {
	d := dbtest.Open(b, db.SQLite)
	w := newWorld(b, d)
	const releases = 200
	for i := range releases {
		w.release(b, fmt.Sprintf("r-%d", i), noon.Add(time.Duration(i)*day))
	}
	for i := range 1_000 {
		from, to := i%(releases-1), i%(releases-1)+1+i/releases*3
		if to >= releases {
			to = releases - 1
		}
		if from == to || !awaited && from == 0 {
			continue
		}
		w.add(b, dependency.Spec{Giver: fmt.Sprintf("release:r-%d", from), Taker: fmt.Sprintf("release:r-%d", to)})
	}
	if late {
		w.add(b, dependency.Spec{Giver: "outside:Vendor", Taker: "release:r-100", Promised: noon.Add(300 * day)})
	}
	r, err := w.Plans.Get(w.Admin, "r-0")
	if err != nil {
		b.Fatal(err)
	}
	start, n := r.Window.Start, 0
	for b.Loop() {
		n++
		to := plan.Window{Start: start.Add(time.Duration(n%2) * time.Hour), End: start.Add(time.Duration(n%2)*time.Hour + 2*time.Hour)}
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &to}); err != nil {
			b.Fatal(err)
		}
	}
}
