package wish

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/work/forecast"
)

// network is a random one of n tasks; with resources, tasks share two people.
func network(r *rand.Rand, n int, resources bool) forecast.Problem {
	var p forecast.Problem
	for i := range n {
		o := 1 + 3*r.Float64()
		m := o + 2*r.Float64()
		t := forecast.Task{Duration: forecast.Estimate(o, m, m+5*r.Float64())}
		if r.IntN(5) == 0 {
			t.NotBefore = 6 * r.Float64()
		}
		if resources && r.IntN(2) == 0 {
			t.Needs = []forecast.Need{{Resource: 0, Units: 1}}
		}
		p.Tasks = append(p.Tasks, t)
		for range r.IntN(3) {
			if i > 0 {
				p.Links = append(p.Links, forecast.Link{From: r.IntN(i), To: i, Kind: forecast.Kind(max(0, r.IntN(8)-4)), Lag: float64(r.IntN(3))})
			}
		}
	}
	if resources {
		p.Resources = []forecast.Resource{{Capacity: 2}}
	}
	return p
}

func moves(r *rand.Rand, p forecast.Problem, n int) []Move {
	var out []Move
	for range n {
		m := Move{Cost: float64(1 + r.IntN(9))}
		task := r.IntN(len(p.Tasks))
		switch r.IntN(6) {
		case 0:
			m.Drop = []int{task, r.IntN(len(p.Tasks))}
		case 1:
			m.Earlier = []Earlier{{task, 4}}
		case 2:
			m.Later = r.Float64()
		case 3:
			if len(p.Resources) > 0 {
				m.Raise = []Raise{{0, 1}}
				break
			}
			fallthrough
		default:
			m.Scale = []Scale{{task, 0.3 + 0.5*r.Float64()}, {r.IntN(len(p.Tasks)), 0.8}}
		}
		if r.IntN(4) == 0 {
			m.Group = string(rune('a' + r.IntN(2)))
		}
		out = append(out, m)
	}
	return out
}

// brute judges every set of up to size moves through the public forecast and keeps those without a smaller one inside.
func brute(t *testing.T, q Question, o Options) []Set {
	t.Helper()
	base, err := forecast.Compile(q.Problem)
	if err != nil {
		t.Fatal(err)
	}
	enough := map[set]Set{}
	for x := range set(1) << len(q.Moves) {
		if bits.OnesCount64(uint64(x)) > o.Size {
			continue
		}
		groups := map[string]bool{}
		p := q.Problem
		p.Priority = base.Priority()
		p.Tasks, p.Resources = slices.Clone(p.Tasks), slices.Clone(p.Resources)
		s, target, ok := Set{Moves: []int{}}, q.Target, true
		for i, m := range q.Moves {
			if x>>i&1 == 0 {
				continue
			}
			ok = ok && (m.Group == "" || !groups[m.Group])
			groups[m.Group] = true
			s.Moves, s.Cost = append(s.Moves, i), s.Cost+m.Cost
			target += m.Later
			for _, c := range m.Scale {
				d := &p.Tasks[c.Task].Duration
				*d = forecast.Estimate(d.O*c.Factor, d.M*c.Factor, d.P*c.Factor)
			}
			for _, e := range m.Earlier {
				p.Tasks[e.Task].NotBefore -= e.By
			}
			for _, c := range m.Raise {
				p.Resources[c.Resource].Capacity += c.Units
			}
		}
		for _, i := range s.Moves { // what is dropped stays dropped, whatever else is done to it
			for _, k := range q.Moves[i].Drop {
				p.Tasks[k] = forecast.Task{}
			}
		}
		if !ok {
			continue
		}
		r, err := forecast.Run(p, forecast.Options{Samples: o.Samples, Seed: o.Seed})
		if err != nil {
			t.Fatal(err)
		}
		if s.Outcome = (Outcome{r.Finish.Chance(target), r.Finish.Percentile(0.8)}); s.Chance >= q.Chance-1e-12 {
			enough[x] = s
		}
	}
	out := []Set{}
	for x, s := range enough {
		minimal := true
		for y := range enough {
			minimal = minimal && (y == x || x&y != y)
		}
		if minimal {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Set) int {
		return cmp.Or(cmp.Compare(a.Cost, b.Cost), cmp.Compare(len(a.Moves), len(b.Moves)), cmp.Compare(b.Chance, a.Chance), slices.Compare(a.Moves, b.Moves))
	})
	return out
}

func TestFindIsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	kinds := map[string]int{}
	for round := range 120 {
		p := network(r, 3+r.IntN(12), round%3 == 2)
		now, err := forecast.Run(p, forecast.Options{Samples: 300})
		if err != nil {
			t.Fatal(err)
		}
		q := Question{Problem: p, Target: now.Finish.Percentile([]float64{0.01, 0.08, 0.5}[r.IntN(3)]), Chance: []float64{0.3, 0.8, 1}[r.IntN(3)], Moves: moves(r, p, 1+r.IntN(8))}
		o := Options{Samples: 300, Seed: uint64(round), Size: 3}
		got, err := Find(q, o)
		if err != nil {
			t.Fatal(err)
		}
		kinds[fmt.Sprint("helpful ", q.helpful())]++
		want := brute(t, q, o)
		if len(want) > 0 && (!reflect.DeepEqual(got.Sets, want) || !got.Complete) {
			t.Fatalf("round %d: %+v\ngot  %+v\nwant %+v", round, q.Moves, got.Sets, want)
		}
		for _, s := range got.Sets {
			if len(want) == 0 && len(s.Moves) <= 3 {
				t.Fatalf("round %d: %+v is enough, but none of its size should be", round, s)
			}
			if s.Chance < q.Chance {
				t.Fatalf("round %d: %+v is not enough", round, s)
			}
			kinds[fmt.Sprint(len(s.Moves))]++
		}
		if len(got.Sets) == 0 {
			kinds["none"]++
		}
	}
	t.Log("sets found by size: ", kinds)
	for _, k := range []string{"0", "1", "2", "3", "none", "helpful true", "helpful false"} {
		if kinds[k] == 0 {
			t.Errorf("no round has an answer of the kind %s", k)
		}
	}
}

func TestLargerSetsAreGreedy(t *testing.T) {
	// Six tasks in a row, each can be shortened by one day; five are needed, and the dearest is the sixth.
	var q Question
	for i := range 6 {
		q.Problem.Tasks = append(q.Problem.Tasks, forecast.Task{Duration: forecast.Certain(2)})
		if i > 0 {
			q.Problem.Links = append(q.Problem.Links, forecast.Link{From: i - 1, To: i})
		}
		q.Moves = append(q.Moves, Move{Cost: float64(i + 1), Scale: []Scale{{i, 0.5}}})
	}
	q.Target, q.Chance = 7, 0.9
	a, err := Find(q, Options{Samples: 100})
	if err != nil {
		t.Fatal(err)
	}
	want := []Set{{[]int{0, 1, 2, 3, 4}, 15, Outcome{1, 7}}}
	if !reflect.DeepEqual(a.Sets, want) || !a.Complete {
		t.Errorf("%+v, want %+v", a, want)
	}
	if a.Now != (Outcome{0, 12}) || a.All != (Outcome{1, 6}) || a.Alone[2] != (Outcome{0, 11}) {
		t.Errorf("now %+v, all %+v, alone %+v", a.Now, a.All, a.Alone)
	}
	asked := 0 // not enough for all sets of three
	q.Problem.Tasks[5].Needs = []forecast.Need{{Resource: 0, Units: 1}}
	q.Problem.Resources = []forecast.Resource{{Capacity: 1}}
	if a, _ = Find(q, Options{Samples: 100, Expired: func() bool { asked++; return asked > 90 }}); !reflect.DeepEqual(a.Sets, want) || a.Complete {
		t.Errorf("in little time: %+v, want %+v", a, want)
	}
	q.Target = 5.5
	if a, _ = Find(q, Options{Samples: 100}); len(a.Sets) != 0 || !a.Complete {
		t.Errorf("the impossible has %+v", a)
	}
}

func TestMovesMean(t *testing.T) {
	p := forecast.Problem{
		Tasks: []forecast.Task{
			{Duration: forecast.Certain(4)}, {Duration: forecast.Certain(3), NotBefore: 6}, {Duration: forecast.Certain(2)},
			{Duration: forecast.Certain(4), Needs: []forecast.Need{{Resource: 0, Units: 1}}}, {Duration: forecast.Certain(4), Needs: []forecast.Need{{Resource: 0, Units: 1}}},
		},
		Links:     []forecast.Link{{From: 0, To: 1}, {From: 1, To: 2}},
		Resources: []forecast.Resource{{Capacity: 1, Steps: []forecast.Step{{At: 100, Capacity: 1}}}},
	}
	q := Question{Problem: p, Target: 10, Chance: 1, Moves: []Move{
		{Earlier: []Earlier{{1, 2}}}, {Drop: []int{2}}, {Later: 1}, {Raise: []Raise{{0, 1}}}, {Drop: []int{1}}, {Scale: []Scale{{0, 2}}},
	}}
	a, err := Find(q, Options{Samples: 10})
	if err != nil {
		t.Fatal(err)
	}
	want := []Outcome{{1, 9}, {1, 9}, {1, 11}, {0, 11}, {1, 8}, {0, 13}}
	if !reflect.DeepEqual(a.Alone, want) {
		t.Errorf("alone: %+v, want %+v", a.Alone, want)
	}
	if len(q.Problem.Tasks) != 5 || q.Problem.Tasks[2].Duration.M != 2 || q.Problem.Resources[0].Steps[0].Capacity != 1 {
		t.Error("the question was changed")
	}
}

func TestAnswerDoesNotDependOnCores(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	p := network(r, 40, false)
	q := Question{Problem: p, Target: 18, Chance: 0.8, Moves: moves(r, p, 12)}
	was := runtime.GOMAXPROCS(1)
	one, err := Find(q, Options{Seed: 5, Samples: 500})
	runtime.GOMAXPROCS(4)
	four, err2 := Find(q, Options{Seed: 5, Samples: 500})
	runtime.GOMAXPROCS(was)
	if err != nil || err2 != nil || !reflect.DeepEqual(one, four) {
		t.Errorf("%+v\n%+v", one, four)
	}
}

func TestExpiredIsHonoured(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	p := network(r, 30, true)
	q := Question{Problem: p, Target: 1, Chance: 0.5, Moves: moves(r, p, 20)}
	for _, limit := range []int{0, 5, 21, 60, 300} {
		asked := 0
		a, err := Find(q, Options{Samples: 64, Expired: func() bool { asked++; return asked > limit }})
		if err != nil || a.Complete {
			t.Errorf("after %d questions: complete %v, %v", limit, a.Complete, err)
		}
		if asked != limit+1 {
			t.Errorf("asked %d times with a limit of %d", asked, limit)
		}
	}
}

func TestShorterTaskThatStartsLaterIsSeen(t *testing.T) {
	// The second task has to finish with the first, and the third may start when it does: shortening it delays the third.
	p := forecast.Problem{
		Tasks: []forecast.Task{{Duration: forecast.Certain(10)}, {Duration: forecast.Certain(8)}, {Duration: forecast.Certain(9)}},
		Links: []forecast.Link{{From: 0, To: 1, Kind: forecast.FinishFinish}, {From: 1, To: 2, Kind: forecast.StartStart}},
	}
	q := Question{Problem: p, Target: 10, Chance: 1, Moves: []Move{{Scale: []Scale{{2, 0.5}}}, {Scale: []Scale{{1, 0.1}}}}}
	a, err := Find(q, Options{Samples: 4})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Sets) != 1 || !slices.Equal(a.Sets[0].Moves, []int{0}) || a.All.Chance != 0 {
		t.Errorf("%+v", a)
	}
}

func TestRefusals(t *testing.T) {
	p := forecast.Problem{Tasks: []forecast.Task{{}}}
	good := Question{Problem: p, Chance: 0.5}
	with := func(m Move) Question { q := good; q.Moves = []Move{m}; return q }
	cyclic := Question{Problem: forecast.Problem{Tasks: p.Tasks, Links: []forecast.Link{{}}}, Chance: 1}
	for name, c := range map[string]struct {
		q      Question
		o      Options
		reason string
	}{
		"chance":  {Question{Problem: p}, Options{}, "work.chance"},
		"NaN":     {Question{Problem: p, Chance: math.NaN()}, Options{}, "work.chance"},
		"target":  {Question{Problem: p, Chance: 1, Target: math.NaN()}, Options{}, "work.forecast_number"},
		"cycle":   {cyclic, Options{}, "work.dependency_cycle"},
		"samples": {good, Options{Samples: -1}, "work.samples"},
		"size":    {good, Options{Size: 4}, "work.samples"},
		"many":    {Question{Problem: p, Chance: 1, Moves: make([]Move, 65)}, Options{}, "work.moves"},
		"drop":    {with(Move{Drop: []int{1}}), Options{}, "work.task_unknown"},
		"scale":   {with(Move{Scale: []Scale{{-1, 1}}}), Options{}, "work.task_unknown"},
		"factor":  {with(Move{Scale: []Scale{{0, -1}}}), Options{}, "work.move_amount"},
		"earlier": {with(Move{Earlier: []Earlier{{0, math.NaN()}}}), Options{}, "work.move_amount"},
		"later":   {with(Move{Later: -1}), Options{}, "work.move_amount"},
		"cost":    {with(Move{Cost: -1}), Options{}, "work.move_amount"},
		"raise":   {with(Move{Raise: []Raise{{0, 1}}}), Options{}, "work.resource_unknown"},
	} {
		if _, err := Find(c.q, c.o); errs.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{50, 200} {
		r := rand.New(rand.NewPCG(4, 4))
		p := network(r, n, false)
		for i := range p.Links {
			p.Links[i].Kind = forecast.FinishStart
		}
		now, _ := forecast.Run(p, forecast.Options{Samples: 2000})
		q := Question{Problem: p, Target: now.Finish.Percentile(0.4), Chance: 0.8, Moves: moves(r, p, 20)}
		b.Run(fmt.Sprintf("%d tasks 20 moves", n), func(b *testing.B) {
			sets := 0
			for b.Loop() {
				a, err := Find(q, Options{})
				if err != nil || !a.Complete {
					b.Fatal(err)
				}
				sets = len(a.Sets)
			}
			b.ReportMetric(float64(sets), "sets")
		})
	}
}

// A judgement that ends early says what one to the end says, and most end after a small part of the samples.
func TestJudgementsEndEarly(t *testing.T) {
	for _, p := range []float64{0.01, 0.3, 0.8, 0.99, 1} {
		for _, at := range []float64{0.005, 0.1, 0.25, 0.5, 0.78, 0.79, 0.81, 0.9, 0.995, 1} {
			r := rand.New(rand.NewPCG(3, uint64(1000*at)))
			for range 200 {
				made, n, said := 0, 10_000, 0
				for i := range n {
					if r.Float64() < at {
						made++
					}
					if said == 0 && i%64 == 63 && settled(made, i+1, p) {
						if said = -1; float64(made) > p*float64(i+1) {
							said = 1
						}
					}
				}
				if enough := float64(made) >= p*float64(n); said > 0 && !enough || said < 0 && enough {
					t.Fatalf("wanted %g: said %d, %d of %d make it", p, said, made, n)
				}
			}
		}
	}
	if !settled(32, 64*2, 0.8) || settled(100, 64*2, 0.8) {
		t.Error("a quarter of 128 is far from 80 percent, 78 percent of them are not")
	}
}
