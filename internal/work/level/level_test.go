package level

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
)

func TestSolveFindsTheOptimumOfTinyProblems(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	solved, unsolvable, unproven := 0, 0, 0
	for n := range 4_000 {
		p := tiny(rng)
		r, err := Solve(p, Options{Seed: uint64(n), Schedules: 2_000})
		horizon := 16
		if err == nil {
			feasible(t, p, r)
			horizon = r.Finish
		}
		want := optimum(p, horizon)
		switch {
		case err != nil && want >= 0:
			t.Fatalf("%d: %v, though a schedule ends at %d: %+v", n, err, want, p)
		case err != nil:
			unsolvable++
		case r.Finish != want || r.LowerBound > want:
			t.Fatalf("%d: finish %d, bound %d, optimum %d: %+v", n, r.Finish, r.LowerBound, want, p)
		default:
			solved++
			if !r.Proven {
				unproven++
			}
		}
	}
	t.Logf("%d solved, of which %d unproven, %d have no schedule", solved, unproven, unsolvable)
	if solved < 1_000 || unsolvable < 10 || unproven > solved/100 {
		t.Fatalf("%d solved, %d unproven, %d without a schedule", solved, unproven, unsolvable)
	}
}

// Each way to find a schedule or a bound is right on its own, with cells and with stretches.
func TestEveryPartAgreesWithTheOptimum(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 2_000 {
		p := tiny(rng)
		net, err := compile(p)
		if err != nil {
			continue
		}
		if n%2 == 0 {
			for i := range net.tracks {
				net.tracks[i].cells, net.tracks[i].empty = nil, nil
			}
		}
		want := optimum(p, 16)
		if want < 0 {
			continue
		}
		s := newSearch(net, Options{Seed: 1, Schedules: 300})
		plan := newPlan(net.size)
		for i := range 20 {
			for j := range s.key {
				s.key[j] = s.below(20)
			}
			s.sort.ascending(s.key, plan.order)
			if s.decode(plan, i%2 == 0) {
				feasible(t, p, s.asResult())
				if s.best.finish < want {
					t.Fatalf("%d: finish %d before the optimum %d: %+v", n, s.best.finish, want, p)
				}
			}
		}
		s.bound = 0
		s.byWork()
		if s.bound > want {
			t.Fatalf("%d: the bound %d by work is above the optimum %d: %+v", n, s.bound, want, p)
		}
		v := newProver(net, nil)
		for end := range want {
			if got := v.decide(end, 1<<20); got != no {
				t.Fatalf("%d: a schedule that ends by %d is not refuted (%d), the optimum is %d: %+v", n, end, got, want, p)
			}
		}
		if v.refuted(want, 1<<20) || v.shaved(want, 1<<20) || v.decide(want, 1<<20) != yes {
			t.Fatalf("%d: the optimum %d is refuted: %+v", n, want, p)
		}
	}
}

func (s *search) asResult() Result {
	s.bound = 0
	return s.result(1)
}

func TestAProblemIsRefused(t *testing.T) {
	one := []Task{{Duration: 2, Needs: []Need{{0, 2}}}}
	cases := []struct {
		name, reason, says string
		p                  Problem
	}{
		{"a negative duration", "work.duration", "tasks[0].duration", Problem{Tasks: []Task{{Duration: -1}}}},
		{"a huge duration", "work.level_number", "tasks[0].duration", Problem{Tasks: []Task{{Duration: MaxNumber + 1}}}},
		{"a huge not-before", "work.level_number", "tasks[0].notBefore", Problem{Tasks: []Task{{NotBefore: -MaxNumber - 1}}}},
		{"a huge lag", "work.level_number", "links[0].lag", Problem{Tasks: make([]Task, 2), Links: []Link{{0, 1, 1 << 60}}}},
		{"an unknown task", "work.task_unknown", "links[0]", Problem{Tasks: make([]Task, 1), Links: []Link{{0, 1, 0}}}},
		{"a task below 0", "work.task_unknown", "links[0]", Problem{Tasks: make([]Task, 1), Links: []Link{{-1, 0, 0}}}},
		{"an unknown resource", "work.resource_unknown", "tasks[0].needs[0]", Problem{Tasks: one}},
		{"negative units", "work.units", "tasks[0].needs[0]", Problem{Tasks: []Task{{Needs: []Need{{0, -1}}}}, Resources: make([]Resource, 1)}},
		{"a negative capacity", "work.capacity", "resources[0].capacity", Problem{Resources: []Resource{{Capacity: -1}}}},
		{"a negative step", "work.capacity", "resources[0].steps[0]", Problem{Resources: []Resource{{Steps: []Step{{0, -1}}}}}},
		{"steps out of order", "work.step_order", "resources[0].steps[1]", Problem{Resources: []Resource{{Steps: []Step{{3, 1}, {3, 2}}}}}},
		{"too many tasks", "work.level_size", "tasks", Problem{Tasks: make([]Task, MaxTasks+1)}},
		{"a need over capacity", "work.need_over_capacity", "Task 0 needs 2 units of resource 0, which never has more than 1", Problem{Tasks: one, Resources: []Resource{{Capacity: 1}}}},
		{"needs that add up", "work.need_over_capacity", "needs 4 units", Problem{Tasks: []Task{{Duration: 1, Needs: []Need{{0, 2}, {0, 2}}}}, Resources: []Resource{{Capacity: 3}}}},
		{
			"never long enough", "work.need_over_capacity", "for the 2 units of time", Problem{
				Tasks:     []Task{{Duration: 2, Needs: []Need{{0, 1}}}},
				Resources: []Resource{{Capacity: 0, Steps: []Step{{3, 1}, {4, 0}}}},
			},
		},
		{
			"ready when the resource has gone", "work.level_impossible", "tasks[0]", Problem{
				Tasks: []Task{{Duration: 2, NotBefore: 4, Needs: []Need{{0, 1}}}}, Resources: []Resource{{Capacity: 1, Steps: []Step{{5, 0}}}},
			},
		},
		{
			"one too many before the resource goes", "work.level_impossible", "tasks[", Problem{
				Tasks:     []Task{{Duration: 3, Needs: []Need{{0, 1}}}, {Duration: 3, Needs: []Need{{0, 1}}}},
				Resources: []Resource{{Capacity: 1, Steps: []Step{{5, 0}}}},
			},
		},
		{"a task that waits for itself", "work.dependency_cycle", "tasks[0]", Problem{Tasks: one[:1], Resources: []Resource{{Capacity: 2}}, Links: []Link{{0, 0, -1}}}},
		{
			"a cycle behind other tasks", "work.dependency_cycle", "wait for each other: 1, 3, 4, 1.", Problem{
				Tasks: make([]Task, 6), Links: []Link{{0, 1, 0}, {1, 3, 1}, {3, 4, -5}, {4, 1, 0}, {4, 5, 0}, {3, 2, 0}},
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Solve(c.p, Options{Schedules: 100})
			var e *errs.Error
			if !errors.As(err, &e) || e.Code != errs.CodeInvalid || e.Reason != c.reason || !strings.Contains(e.Error(), c.says) {
				t.Fatalf("got %v, want %s with %q", err, c.reason, c.says)
			}
		})
	}
}

func TestACycleNamesItsTasksInOrder(t *testing.T) {
	_, err := Solve(Problem{Tasks: make([]Task, 4), Links: []Link{{3, 1, 0}, {1, 2, 0}, {2, 3, 0}, {0, 1, 0}}}, Options{})
	var e *errs.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Name)
	}
	if want := []string{"tasks[1]", "tasks[2]", "tasks[3]", "tasks[1]"}; !slices.Equal(names, want) {
		t.Fatalf("got %v, want %v", names, want)
	}
}

func TestSmallCases(t *testing.T) {
	cases := []struct {
		name   string
		p      Problem
		finish int
	}{
		{"nothing", Problem{}, 0},
		{"an event", Problem{Tasks: []Task{{NotBefore: 7, Needs: []Need{{0, 9}}}}, Resources: make([]Resource, 1)}, 7},
		{"two share one", Problem{
			Tasks: []Task{{Duration: 3, Needs: []Need{{0, 1}}}, {Duration: 4, Needs: []Need{{0, 1}}}}, Resources: []Resource{{Capacity: 1}},
		}, 7},
		{"away for a while, not interrupted", Problem{
			Tasks:     []Task{{Duration: 3, Needs: []Need{{0, 1}}}, {Duration: 2, Needs: []Need{{0, 1}}}},
			Resources: []Resource{{Capacity: 1, Steps: []Step{{2, 0}, {4, 1}}}},
		}, 7},
		{"a step before time begins", Problem{
			Tasks: []Task{{Duration: 2, Needs: []Need{{0, 2}}}}, Resources: []Resource{{Capacity: 0, Steps: []Step{{-9, 1}, {-3, 2}}}},
		}, 2},
		{"a negative lag against the list", Problem{
			Tasks: []Task{{Duration: 2}, {Duration: 6, NotBefore: 5}}, Links: []Link{{1, 0, -3}},
		}, 11},
		{"a negative lag that needs the later task first", Problem{
			Tasks:     []Task{{Duration: 1, Needs: []Need{{0, 1}}}, {Duration: 2, Needs: []Need{{0, 1}}}},
			Links:     []Link{{0, 1, -3}},
			Resources: []Resource{{Capacity: 1, Steps: []Step{{2, 0}, {3, 1}, {4, 0}, {9, 1}}}},
		}, 4},
		{"finish-finish", Problem{Tasks: []Task{{Duration: 5}, {Duration: 2}}, Links: []Link{{0, 1, 5 + 1 - 2}}}, 6},
		{"the two resources of a task agree", Problem{
			Tasks: []Task{{Duration: 2, Needs: []Need{{0, 1}, {1, 1 << 28}, {2, 1 << 29}}}, {Duration: 1, Needs: []Need{{0, 1}, {1, 1 << 28}, {2, 1 << 29}}}},
			Resources: []Resource{
				{Capacity: 1, Steps: []Step{{1, 0}, {3, 1}}}, {Capacity: 1 << 28, Steps: []Step{{4, 0}, {6, 1 << 28}}}, {Capacity: 1 << 29, Steps: []Step{{7, 0}, {8, 1 << 29}}},
			},
		}, 10},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := Solve(c.p, Options{Schedules: 1_000})
			if err != nil {
				t.Fatal(err)
			}
			feasible(t, c.p, r)
			if r.Finish != c.finish || !r.Proven {
				t.Fatalf("finish %d, bound %d, want %d", r.Finish, r.LowerBound, c.finish)
			}
		})
	}
}

func TestTheSeedDecidesTheResult(t *testing.T) {
	p := generate(setting{60, 1.5, 1, 0.2}, 5)
	a, err := Solve(p, Options{Seed: 9, Schedules: 5_000})
	if err != nil {
		t.Fatal(err)
	}
	feasible(t, p, a)
	never := func() bool { return false }
	if a.Found < 1 || a.Found > a.Schedules {
		t.Errorf("found by schedule %d of %d", a.Found, a.Schedules)
	}
	if again, err := Solve(p, Options{Seed: 9, Schedules: a.Found}); err != nil || again.Finish != a.Finish || again.Found != a.Found || !reflect.DeepEqual(again.Start, a.Start) {
		t.Errorf("ended where the best is found: %v, finish %d by %d, want %d by %d", err, again.Finish, again.Found, a.Finish, a.Found)
	}
	b, err := Solve(p, Options{Seed: 9, Schedules: 5_000, Expired: never})
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Fatalf("the same seed gives another result: %+v, %+v, %v", a, b, err)
	}
	c, err := Solve(p, Options{Seed: 10, Schedules: 5_000})
	if err != nil || reflect.DeepEqual(a.Start, c.Start) {
		t.Fatalf("another seed gives the same schedule (%v): is the seed used?", err)
	}
}

func TestTheLimitsAreKept(t *testing.T) {
	p := generate(setting{120, 1.5, 1, 0.1}, 3)
	for _, limit := range []int{1, 100, 1_000, 7_000} {
		r, err := Solve(p, Options{Seed: 1, Schedules: limit})
		if err != nil {
			t.Fatal(err)
		}
		feasible(t, p, r)
		if r.Schedules > limit+3 {
			t.Fatalf("%d schedules, allowed are %d", r.Schedules, limit)
		}
	}
	for _, after := range []int{0, 1, 5, 50, 500, 5_000} {
		asked := 0
		r, err := Solve(p, Options{Seed: 1, Expired: func() bool { asked++; return asked > after }})
		if err != nil {
			t.Fatal(err)
		}
		feasible(t, p, r)
		if asked > after+1 {
			t.Fatalf("the search went on after it had to end: asked %d times, not %d", asked, after+1)
		}
	}
}

// More time gives no worse finish and no worse bound, and more than half of the instances of 30 tasks are solved with proof in a moment.
func TestGeneratedInstancesAreSolved(t *testing.T) {
	proven, all := 0, settings(30)
	for i, c := range all {
		p := generate(c, uint64(i))
		little, err := Solve(p, Options{Seed: 1, Schedules: 20})
		if err != nil {
			t.Fatal(err)
		}
		feasible(t, p, little)
		r, err := Solve(p, Options{Seed: 1, Schedules: 10_000})
		if err != nil {
			t.Fatal(err)
		}
		feasible(t, p, r)
		if r.Finish > little.Finish || r.LowerBound < little.LowerBound {
			t.Fatalf("%+v: from %d to %d above %d to %d", c, little.Finish, r.Finish, little.LowerBound, r.LowerBound)
		}
		if r.Proven {
			proven++
		}
	}
	t.Logf("%d of %d proven", proven, len(all))
	if proven < len(all)*3/5 {
		t.Fatalf("%d of %d proven", proven, len(all))
	}
}

func TestGenerationAllocatesNothing(t *testing.T) {
	p := generate(setting{60, 1.8, 0.75, 0.2}, 1)
	for _, unit := range []int{1, 99_991} {
		for i := range p.Tasks {
			p.Tasks[i].Duration *= unit
		}
		n, err := compile(p)
		if err != nil {
			t.Fatal(err)
		}
		s := newSearch(n, Options{})
		a, b, child := newPlan(n.size), newPlan(n.size), newPlan(n.size)
		for _, plan := range []*plan{a, b} {
			s.byRule(plan, 20*unit)
			s.decode(plan, plan == b)
		}
		grown := testing.AllocsPerRun(100, func() {
			s.cross(a, b, child)
			s.mutate(child)
			s.decode(child, s.oneIn(2))
		})
		if grown >= 1 {
			t.Fatalf("a child allocates %v times", grown)
		}
	}
}

func TestTimesThatShareADivisorAreScaled(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		p := tiny(rng)
		q := Problem{Tasks: slices.Clone(p.Tasks), Links: slices.Clone(p.Links), Resources: slices.Clone(p.Resources)}
		for i := range q.Tasks {
			q.Tasks[i].Duration *= 60
			q.Tasks[i].NotBefore *= 60
		}
		for i := range q.Links {
			q.Links[i].Lag *= 60
		}
		for i := range q.Resources {
			q.Resources[i].Steps = slices.Clone(q.Resources[i].Steps)
			for k := range q.Resources[i].Steps {
				q.Resources[i].Steps[k].At *= 60
			}
		}
		a, errA := Solve(p, Options{Schedules: 500})
		b, errB := Solve(q, Options{Schedules: 500})
		if (errA == nil) != (errB == nil) || a.Finish*60 != b.Finish || a.LowerBound*60 != b.LowerBound {
			t.Fatalf("%+v, %v; sixty times: %+v, %v", a, errA, b, errB)
		}
		if errB == nil {
			feasible(t, q, b)
		}
	}
}

// However short the time, there is a result; and the search ends soon after its time.
func TestTheLargestProblemEndsInTime(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	p := Problem{Tasks: make([]Task, MaxTasks)}
	for range 100 {
		r := Resource{Capacity: 1 + rng.IntN(4)}
		for at := rng.IntN(1_000); at < 300_000; at += 1 + rng.IntN(10_000) {
			r.Steps = append(r.Steps, Step{At: at, Capacity: rng.IntN(2)})
			at += 1 + rng.IntN(200)
			r.Steps = append(r.Steps, Step{At: at, Capacity: r.Capacity})
		}
		p.Resources = append(p.Resources, r)
	}
	for i := range p.Tasks {
		p.Tasks[i] = Task{Duration: 1 + rng.IntN(480), Needs: []Need{{rng.IntN(100), 1}, {rng.IntN(100), rng.IntN(2)}}}
		for range 3 {
			if j := rng.IntN(i + 1); j < i && i-j < 500 {
				p.Links = append(p.Links, Link{j, i, p.Tasks[j].Duration - rng.IntN(20)})
			}
		}
	}
	for i := range p.Tasks {
		if p.Tasks[i].Needs[0].Resource == p.Tasks[i].Needs[1].Resource {
			p.Tasks[i].Needs = p.Tasks[i].Needs[:1]
		}
	}
	asked := 0
	r, err := Solve(p, Options{Seed: 1, Expired: func() bool { asked++; return asked > 5 }})
	if err != nil {
		t.Fatal(err)
	}
	feasible(t, p, r)
	began := time.Now()
	r, err = Solve(p, Options{Seed: 1, Expired: func() bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	feasible(t, p, r)
	t.Logf("first schedules of %d tasks: %v, finish %d, bound %d", MaxTasks, time.Since(began), r.Finish, r.LowerBound)
}
