package wish

import (
	"math"
	"slices"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/work/forecast"
)

func FuzzFind(f *testing.F) {
	f.Add([]byte{4, 9, 3, 5, 7, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 30, 60, 90, 12, 1, 2})
	f.Add([]byte{1, 255, 0, 255, 255, 3})
	f.Fuzz(func(t *testing.T, data []byte) {
		next := func() int {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int(b)
		}
		decimal := func() float64 {
			if v := next(); v < 250 {
				return float64(v)/20 - 1
			}
			return math.NaN()
		}
		var q Question
		q.Target, q.Chance = decimal()*5, decimal()/10
		if next() > 128 {
			q.Problem.Resources = []forecast.Resource{{Capacity: 1}}
		}
		for i := range next() % 8 {
			o := math.Abs(decimal())
			v := forecast.Task{Duration: forecast.Estimate(o, o+1, o+2), NotBefore: decimal()}
			if q.Problem.Resources != nil {
				v.Needs = []forecast.Need{{Resource: 0, Units: next() % 2}}
			}
			q.Problem.Tasks = append(q.Problem.Tasks, v)
			if i > 0 {
				q.Problem.Links = append(q.Problem.Links, forecast.Link{From: next() % i, To: i, Kind: forecast.Kind(next() % 4), Lag: decimal()})
			}
		}
		for len(data) > 0 && len(q.Moves) < 7 {
			q.Moves = append(q.Moves, Move{Cost: decimal(), Drop: []int{next()%9 - 1}, Scale: []Scale{{next() % 8, decimal()}}, Later: decimal(), Group: string(rune('a' + next()%3)), Earlier: []Earlier{{next() % 8, decimal()}}})
		}
		a, err := Find(q, Options{Samples: 70})
		if err != nil {
			if !errs.Is(err, errs.CodeInvalid) {
				t.Fatal(err)
			}
			return
		}
		if !a.Complete {
			t.Fatal("the search is not complete although it had all the time")
		}
		for i, s := range a.Sets {
			if s.Chance < q.Chance-1e-9 || !slices.IsSorted(s.Moves) || i > 0 && a.Sets[i-1].Cost > s.Cost {
				t.Fatalf("%+v", a.Sets)
			}
		}
	})
}
