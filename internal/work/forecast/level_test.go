package forecast

import (
	"math/rand/v2"
	"testing"

	"slipway/internal/work/level"
)

// TestPriorityOfALevelledSchedule holds what Problem.Priority promises: the starts of a levelled schedule make a forecast of it.
func TestPriorityOfALevelledSchedule(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 4))
	worse := 0
	for round := range 25 {
		var p Problem
		l := level.Problem{Resources: []level.Resource{{Capacity: 4}, {Capacity: 3}}}
		p.Resources = []Resource{{Capacity: 4}, {Capacity: 3}}
		for i := range 30 {
			d, a, b := r.IntN(9), r.IntN(5), r.IntN(4)
			p.Tasks = append(p.Tasks, Task{Duration: Certain(float64(d)), Needs: []Need{{0, a}, {1, b}}})
			l.Tasks = append(l.Tasks, level.Task{Duration: d, Needs: []level.Need{{Resource: 0, Units: a}, {Resource: 1, Units: b}}})
			if i > 2 {
				from := r.IntN(i)
				p.Links = append(p.Links, Link{From: from, To: i})
				l.Links = append(l.Links, level.Link{From: from, To: i, Lag: l.Tasks[from].Duration})
			}
		}
		best, err := level.Solve(l, level.Options{Seed: 1, Schedules: 2000})
		if err != nil {
			t.Fatal(err)
		}
		own := must(t, p, Options{Samples: 1}).Finish.Percentile(1)
		for _, s := range best.Start {
			p.Priority = append(p.Priority, float64(s))
		}
		if f := must(t, p, Options{Samples: 1}).Finish.Percentile(1); f > float64(best.Finish) || f < float64(best.LowerBound) {
			t.Errorf("round %d: forecast %g, levelled %d, bound %d", round, f, best.Finish, best.LowerBound)
		}
		if own > float64(best.Finish)*1.1 {
			worse++
		}
	}
	if worse > 5 {
		t.Errorf("without priorities the forecast is more than a tenth longer in %d of 25 rounds", worse)
	}
}
