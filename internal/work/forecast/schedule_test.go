package forecast

import (
	"math/rand/v2"
	"testing"

	"slipway/internal/work/schedule"
)

// TestAgreesWithSchedule holds the two engines together: with certain durations a forecast is the schedule, for every kind of link
// and for work that is done or has begun.
func TestAgreesWithSchedule(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 15))
	for range 300 {
		p := random(r, 1+r.IntN(20))
		plan := schedule.Plan{From: int(p.From), Now: schedule.On(int(p.From))}
		o := Options{Samples: 1}
		for i, v := range p.Tasks {
			x := schedule.Task{Duration: int(v.Duration.M), NotBefore: schedule.On(int(v.NotBefore))}
			if v.Begun || v.Done {
				x.ActualStart = schedule.On(int(v.Start))
			}
			if v.Begun {
				x.Remaining = schedule.On(int(v.Duration.M))
			}
			if v.Done {
				x.ActualFinish = schedule.On(int(v.Finish))
			}
			plan.Tasks = append(plan.Tasks, x)
			o.Milestones = append(o.Milestones, i)
		}
		for _, l := range p.Links {
			plan.Links = append(plan.Links, schedule.Link{From: l.From, To: l.To, Kind: schedule.Kind(l.Kind), Lag: int(l.Lag)})
		}
		n, err := schedule.New(plan)
		if err != nil {
			t.Fatal(err)
		}
		var want schedule.Result
		n.Compute(&want)
		got := must(t, p, o)
		if f := got.Finish.Percentile(1); f != float64(want.End()) {
			t.Fatalf("%+v: forecast %v, schedule %d", p, f, want.End())
		}
		for i := range p.Tasks {
			if f := got.Milestones[i].Percentile(1); f != float64(want.Finish(i)) {
				t.Fatalf("%+v: task %d finishes at %v, by schedule at %d", p, i, f, want.Finish(i))
			}
			if !p.Tasks[i].Done && (got.Critical[i] == 1) != (want.Float(i) == 0) {
				t.Fatalf("%+v: task %d is critical in %v, its float is %d", p, i, got.Critical[i], want.Float(i))
			}
		}
	}
}
