package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"slipway/internal/errs"
)

func must(t testing.TB, p Problem, o Options) Result {
	t.Helper()
	r, err := Run(p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// critical is the critical path method in plain floats, straight from the definition: starts and finishes, and the tasks without float.
func critical(p Problem) (start, finish []float64, zero []bool) {
	n := len(p.Tasks)
	start, finish, zero = make([]float64, n), make([]float64, n), make([]bool, n)
	took := func(i int) float64 { return p.Tasks[i].Duration.M }
	holds := func(l Link) float64 { // on the start of l.To
		v := finish[l.From]
		if l.Kind == StartStart || l.Kind == StartFinish {
			v = start[l.From]
			if p.Tasks[l.From].Begun {
				v = p.Tasks[l.From].Start
			}
		}
		if v += l.Lag; l.Kind == FinishFinish || l.Kind == StartFinish {
			v -= took(l.To)
		}
		return v
	}
	for range n + 1 { // until nothing changes: as many rounds as a path is long
		for i, t := range p.Tasks {
			s := max(p.From, t.NotBefore)
			if t.Begun {
				s = max(p.From, t.Start)
			}
			if t.Done {
				start[i], finish[i] = t.Start, t.Finish
				continue
			}
			for _, l := range p.Links {
				if l.To == i {
					s = max(s, holds(l))
				}
			}
			start[i], finish[i] = s, s+took(i)
		}
	}
	end := slices.Max(finish)
	for i := range zero {
		zero[i] = finish[i] == end && !p.Tasks[i].Done
	}
	for range n {
		for _, l := range p.Links {
			t := p.Tasks[l.From]
			known := t.Done || t.Begun && (l.Kind == StartStart || l.Kind == StartFinish)
			if zero[l.To] && !known && holds(l) == start[l.To] {
				zero[l.From] = true
			}
		}
	}
	return start, finish, zero
}

// random makes a network of whole numbers with every kind of link, and with tasks that are done or have begun.
func random(r *rand.Rand, n int) Problem {
	p := Problem{From: float64(r.IntN(3) * 50)}
	for range n {
		t := Task{Duration: Certain(float64(r.IntN(9)))}
		if r.IntN(4) == 0 {
			t.NotBefore = p.From + float64(r.IntN(20)-5)
		}
		switch r.IntN(10) {
		case 0:
			t.Done, t.Start = true, p.From-float64(r.IntN(30))
			t.Finish = t.Start + float64(r.IntN(10))
		case 1:
			t.Begun, t.Start = true, p.From-float64(r.IntN(30))
		}
		p.Tasks = append(p.Tasks, t)
	}
	order := r.Perm(n)
	for i := 1; i < n; i++ {
		for range r.IntN(4) {
			p.Links = append(p.Links, Link{From: order[r.IntN(i)], To: order[i], Kind: Kind(r.IntN(4)), Lag: float64(r.IntN(9) - 3)})
		}
	}
	return p
}

func TestCertainDurationsAreTheCriticalPath(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 400 {
		p := random(r, 1+r.IntN(25))
		_, finish, zero := critical(p)
		o := Options{Samples: 70, Drivers: 3}
		for i := range p.Tasks {
			o.Milestones = append(o.Milestones, i)
		}
		got := must(t, p, o)
		if f := got.Finish.Samples; f[0] != slices.Max(finish) || f[69] != f[0] {
			t.Fatalf("%+v: finish %v to %v, want %v", p, f[0], f[69], slices.Max(finish))
		}
		for i := range p.Tasks {
			if f := got.Milestones[i].Percentile(0.5); f != finish[i] {
				t.Fatalf("%+v: task %d finishes at %v, want %v", p, i, f, finish[i])
			}
			want := 0.0
			if zero[i] {
				want = 1
			}
			if got.Critical[i] != want {
				t.Fatalf("%+v: task %d is critical in %v, want %v", p, i, got.Critical[i], want)
			}
		}
		if len(got.Drivers) > 0 {
			t.Fatalf("certain durations have drivers: %+v", got.Drivers)
		}
	}
}

// TestEverySampleIsACriticalPath repeats single samples by the definition, with the durations that were drawn.
func TestEverySampleIsACriticalPath(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 9))
	for range 50 {
		p := random(r, 1+r.IntN(25))
		for i := range p.Tasks {
			o := 10 * r.Float64()
			m := o + 10*r.Float64()
			p.Tasks[i].Duration = []Duration{Certain(o), Estimate(o, m, m+20*r.Float64()), {Shape: LogNormal, M: o, Sigma: 1}}[r.IntN(3)]
		}
		m, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		b := m.block(3)
		b.sample(64, width)
		for j := range width {
			q := p
			q.Tasks = slices.Clone(p.Tasks)
			for k, v := range m.node {
				d := v.fixed
				if v.table >= 0 {
					d = outcome(&m.tables[v.table], luck(stream(3, v.task), 64+j))
				}
				q.Tasks[m.order[k]].Duration = Certain(float64(d) * m.tick)
			}
			start, finish, _ := critical(q)
			end := slices.Max(finish)
			if got := m.origin + float64(b.finish[j])*m.tick; math.Abs(got-end) > 1e-4 {
				t.Fatalf("%+v, sample %d: finish %v, want %v", p, j, got, end)
			}
			for k, i := range m.order {
				if got := m.origin + float64(b.rows[2*k][j])*m.tick; math.Abs(got-start[i]) > 1e-4 {
					t.Fatalf("%+v, sample %d: task %d starts at %v, want %v", p, j, i, got, start[i])
				}
			}
		}
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance || math.IsNaN(got) {
		t.Errorf("%s is %.5f, want %.5f ± %.5f", what, got, want, tolerance)
	}
}

func TestMomentsOfShapes(t *testing.T) {
	const n = 200_000
	pert := func(o, m, p float64) (mean, variance float64) {
		mean = (o + 4*m + p) / 6
		return mean, (mean - o) * (p - mean) / 7 // the variance of a beta distribution whose shapes add up to 6
	}
	mean, variance := pert(2, 3, 10)
	edge, edgeVar := pert(1, 1, 7)
	for _, c := range []struct {
		d              Duration
		mean, variance float64
	}{
		{Certain(4), 4, 0},
		{Estimate(2, 3, 10), mean, variance},
		{Estimate(1, 1, 7), edge, edgeVar},
		{Duration{Shape: Triangular, O: 1, M: 2, P: 6}, 3, (1 + 4 + 36 - 2 - 6 - 12) / 18.0},
		{Duration{Shape: LogNormal, M: 5, Sigma: 0.4}, 5 * math.Exp(0.08), 25 * math.Exp(0.16) * (math.Exp(0.16) - 1)},
	} {
		r := must(t, Problem{Tasks: []Task{{Duration: c.d}}}, Options{Samples: n, Seed: 3}).Finish
		sd := math.Sqrt(c.variance)
		near(t, fmt.Sprintf("mean of %+v", c.d), r.Mean(), c.mean, 4.5*sd/math.Sqrt(n)+1e-6)
		near(t, fmt.Sprintf("deviation of %+v", c.d), r.Deviation(), sd, 0.012*sd+1e-9)
	}
}

func TestPathAddsUp(t *testing.T) {
	const n, tasks = 100_000, 12
	var p Problem
	mean, variance := 0.0, 0.0
	for i := range tasks {
		o, m, w := 1.0+float64(i), 3.0+float64(i), 9.0+2*float64(i)
		p.Tasks = append(p.Tasks, Task{Duration: Estimate(o, m, w)})
		mu := (o + 4*m + w) / 6
		mean, variance = mean+mu, variance+(mu-o)*(w-mu)/7
		if i > 0 {
			p.Links = append(p.Links, Link{From: i - 1, To: i, Lag: 0.5})
			mean += 0.5
		}
	}
	r := must(t, p, Options{Samples: n, Drivers: tasks})
	sd := math.Sqrt(variance)
	near(t, "mean", r.Finish.Mean(), mean, 4.5*sd/math.Sqrt(n))
	near(t, "deviation", r.Finish.Deviation(), sd, 0.012*sd)
	for i, c := range r.Critical {
		near(t, fmt.Sprintf("criticality of %d", i), c, 1, 0)
	}
	if len(r.Drivers) != tasks {
		t.Fatalf("%d drivers", len(r.Drivers))
	}
	for _, d := range r.Drivers {
		e := p.Tasks[d.Task].Duration
		mu := (e.O + 4*e.M + e.P) / 6
		own := math.Sqrt((mu - e.O) * (e.P - mu) / 7)
		near(t, fmt.Sprintf("gain of %d", d.Task), d.MeanGain, mu-e.O, 4.5*own/math.Sqrt(trials))
		near(t, fmt.Sprintf("correlation of %d", d.Task), d.Correlation, own/sd, 4.5/math.Sqrt(trials))
	}
}

func TestMaximumOfTwo(t *testing.T) {
	// Two independent triangular durations on 0 to 1 with their mode at 1 have the distribution function x², their maximum x⁴.
	one := Task{Duration: Duration{Shape: Triangular, O: 0, M: 1, P: 1}}
	r := must(t, Problem{Tasks: []Task{one, one}}, Options{Samples: 200_000, Seed: 8, Drivers: 2})
	near(t, "mean", r.Finish.Mean(), 0.8, 0.0015)
	for _, p := range []float64{0.05, 0.5, 0.8, 0.95} {
		near(t, fmt.Sprintf("percentile %g", p), r.Finish.Percentile(p), math.Pow(p, 0.25), 0.004)
		near(t, fmt.Sprintf("chance of percentile %g", p), r.Finish.Chance(math.Pow(p, 0.25)), p, 0.005)
	}
	near(t, "criticality", r.Critical[0], 0.5, 0.005)
	near(t, "both together", r.Critical[0]+r.Critical[1], 1, 0.0005)
	near(t, "gain", r.Drivers[0].MeanGain, 0.8-2.0/3, 0.003) // without the other the mean is 2/3
}

func TestPercentilesRise(t *testing.T) {
	r := must(t, big(60), Options{Samples: 3000}).Finish
	before := 0.0
	for i := range 101 {
		p := float64(i) / 100
		v := r.Percentile(p)
		low, high := r.Interval(p)
		if v < before || low > v || high < v {
			t.Fatalf("P%d is %v within %v to %v, the one before %v", i, v, low, high, before)
		}
		if c := r.Chance(v); c < p {
			t.Fatalf("the chance of P%d is %v", i, c)
		}
		before = v
	}
	total := 0
	for _, b := range r.Histogram(17) {
		total += b.Count
	}
	if total != 3000 {
		t.Errorf("the histogram counts %d of 3000", total)
	}
}

func TestSeedIsAllThatMatters(t *testing.T) {
	plain := big(200)
	tight := big(40)
	share(&tight, 3)
	for name, p := range map[string]Problem{"plain": plain, "resources": tight} {
		o := Options{Samples: 1000, Seed: 42, Drivers: 5, Milestones: []int{30, 3}}
		was := runtime.GOMAXPROCS(1)
		one := must(t, p, o)
		runtime.GOMAXPROCS(2)
		two := must(t, p, o)
		runtime.GOMAXPROCS(7)
		seven := must(t, p, o)
		runtime.GOMAXPROCS(was)
		if !reflect.DeepEqual(one, two) || !reflect.DeepEqual(one, seven) {
			t.Errorf("%s: the result depends on the number of cores", name)
		}
		o.Seed = 43
		if reflect.DeepEqual(one.Finish, must(t, p, o).Finish) {
			t.Errorf("%s: another seed gives the same", name)
		}
	}
}

func TestSamplerTakesTheSamplesOfRun(t *testing.T) {
	tight := big(30)
	share(&tight, 2)
	for _, p := range []Problem{big(80), tight} {
		m, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]float64, 300)
		s := m.Sampler(5)
		s.Next(out[:101])
		s.Next(out[101:150])
		s.Next(out[150:])
		slices.Sort(out)
		r, err := m.Run(Options{Samples: 300, Seed: 5})
		if err != nil || !slices.Equal(out, r.Finish.Samples) {
			t.Errorf("they differ (%v)", err)
		}
	}
}

func TestExpiredKeepsWhatWasTaken(t *testing.T) {
	asked := 0
	o := Options{Samples: 5000, Seed: 2, Expired: func() bool { asked++; return asked > 9 }}
	r := must(t, big(50), o)
	if n := len(r.Finish.Samples); n != 640 || r.Complete {
		t.Fatalf("%d samples, complete: %v", n, r.Complete)
	}
	o = Options{Samples: 640, Seed: 2}
	if !reflect.DeepEqual(r.Finish, must(t, big(50), o).Finish) {
		t.Error("they are not the first samples")
	}
	r = must(t, big(50), Options{Expired: func() bool { return true }, Drivers: 2})
	if len(r.Finish.Samples) != 64 || len(r.Drivers) != 2 {
		t.Errorf("at least one block is taken; got %d with %d drivers", len(r.Finish.Samples), len(r.Drivers))
	}
}

func TestDriversAreWhatARepetitionGains(t *testing.T) {
	p := big(60)
	o := Options{Samples: 2000, Seed: 1, Drivers: 6}
	r := must(t, p, o)
	if len(r.Drivers) != 6 {
		t.Fatalf("%d drivers", len(r.Drivers))
	}
	for _, d := range r.Drivers {
		q := p
		q.Tasks = slices.Clone(p.Tasks)
		q.Tasks[d.Task].Duration = Certain(p.Tasks[d.Task].Duration.O)
		again := must(t, q, o)
		near(t, "mean gain", d.MeanGain, r.Finish.Mean()-again.Finish.Mean(), 1e-5)
		near(t, "P80 gain", d.P80Gain, r.Finish.Percentile(0.8)-again.Finish.Percentile(0.8), 1e-5)
		if d.Critical <= 0 || d.MeanGain < 0 || d.Correlation < 0 {
			t.Errorf("%+v", d)
		}
	}
	if !slices.IsSortedFunc(r.Drivers, func(a, b Driver) int { return int(math.Copysign(1, b.MeanGain-a.MeanGain)) }) {
		t.Error("the drivers are not by gain")
	}
}

func TestEmptyAndDone(t *testing.T) {
	if r := must(t, Problem{From: 7}, Options{Samples: 3, Drivers: 2}); r.Finish.Percentile(0.5) != 7 || !r.Complete {
		t.Errorf("nothing to do finishes at %v", r.Finish.Percentile(0.5))
	}
	p := Problem{From: 100, Tasks: []Task{
		{Done: true, Start: 10, Finish: 40, Duration: Estimate(1, 2, 3)},
		{Begun: true, Start: 90, Duration: Certain(5)},
		{Duration: Certain(2)},
	}, Links: []Link{{From: 0, To: 2, Lag: 10}, {From: 1, To: 2, Kind: StartStart, Lag: 20}, {From: 2, To: 0}}}
	r := must(t, p, Options{Samples: 1, Milestones: []int{0, 1, 2}})
	for i, want := range []float64{40, 105, 112} {
		if got := r.Milestones[i].Percentile(1); got != want {
			t.Errorf("task %d finishes at %v, want %v", i, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	two := []Task{{Name: "a"}, {}}
	for name, c := range map[string]struct {
		p      Problem
		o      Options
		reason string
	}{
		"cycle":      {Problem{Tasks: two, Links: []Link{{From: 0, To: 1}, {From: 1, To: 0}}}, Options{}, "work.dependency_cycle"},
		"self":       {Problem{Tasks: two, Links: []Link{{From: 1, To: 1, Kind: StartStart}}}, Options{}, "work.dependency_cycle"},
		"no task":    {Problem{Tasks: two, Links: []Link{{From: 0, To: 2}}}, Options{}, "work.task_unknown"},
		"kind":       {Problem{Tasks: two, Links: []Link{{From: 0, To: 1, Kind: 4}}}, Options{}, "work.link_kind"},
		"lag":        {Problem{Tasks: two, Links: []Link{{From: 0, To: 1, Lag: math.NaN()}}}, Options{}, "work.forecast_number"},
		"from":       {Problem{From: math.Inf(1)}, Options{}, "work.forecast_number"},
		"negative":   {Problem{Tasks: []Task{{Duration: Certain(-1)}}}, Options{}, "work.duration"},
		"order":      {Problem{Tasks: []Task{{Duration: Estimate(1, 3, 2)}}}, Options{}, "work.duration"},
		"NaN":        {Problem{Tasks: []Task{{Duration: Estimate(1, math.NaN(), 2)}}}, Options{}, "work.duration"},
		"shape":      {Problem{Tasks: []Task{{Duration: Duration{Shape: 9}}}}, Options{}, "work.duration"},
		"sigma":      {Problem{Tasks: []Task{{Duration: Duration{Shape: LogNormal, M: 1, Sigma: 9}}}}, Options{}, "work.duration"},
		"backwards":  {Problem{Tasks: []Task{{Done: true, Start: 2, Finish: 1}}}, Options{}, "work.finish_before_start"},
		"samples":    {Problem{}, Options{Samples: -1}, "work.samples"},
		"too many":   {Problem{Tasks: two}, Options{Samples: SamplesMax, Milestones: []int{1}}, "work.samples"},
		"milestone":  {Problem{Tasks: two}, Options{Milestones: []int{2}}, "work.task_unknown"},
		"resource":   {Problem{Tasks: []Task{{Needs: []Need{{0, 1}}}}}, Options{}, "work.resource_unknown"},
		"units":      {Problem{Resources: []Resource{{Capacity: 2}}, Tasks: []Task{{Needs: []Need{{0, -1}}}}}, Options{}, "work.units"},
		"over":       {Problem{Resources: []Resource{{Capacity: 2}}, Tasks: []Task{{Needs: []Need{{0, 3}}}}}, Options{}, "work.need_over_capacity"},
		"over twice": {Problem{Resources: []Resource{{Capacity: 2}}, Tasks: []Task{{Needs: []Need{{0, 1}, {0, 2}}}}}, Options{}, "work.need_over_capacity"},
		"gone":       {Problem{Resources: []Resource{{Capacity: 2, Steps: []Step{{9, 0}}}}, Tasks: []Task{{Needs: []Need{{0, 1}}}}}, Options{}, "work.need_over_capacity"},
		"steps":      {Problem{Resources: []Resource{{Capacity: 2, Steps: []Step{{9, 0}, {9, 1}}}}}, Options{}, "work.step_order"},
		"capacity":   {Problem{Resources: []Resource{{Capacity: -1}}}, Options{}, "work.capacity"},
		"priority":   {Problem{Tasks: two, Priority: []float64{1}}, Options{}, "work.priority"},
		"size":       {Problem{Tasks: make([]Task, TasksMax+1)}, Options{}, "work.forecast_size"},
	} {
		if _, err := Run(c.p, c.o); errs.ReasonOf(err) != c.reason || !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
	}
	_, err := Run(Problem{Tasks: []Task{{Name: "lone"}, {Name: "a"}, {}, {Name: "c"}}, Links: []Link{{From: 1, To: 2}, {From: 2, To: 3}, {From: 3, To: 1}, {From: 0, To: 1}}}, Options{})
	if err == nil || !strings.Contains(err.Error(), "#2") || strings.Contains(err.Error(), "lone") || strings.Count(err.Error(), "needs") != 3 {
		t.Errorf("the cycle is not named: %v", err)
	}
}

func FuzzRun(f *testing.F) {
	f.Add([]byte{3, 1, 2, 9, 0, 1, 0, 4})
	f.Add([]byte{9, 200, 3, 77, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 250, 251, 252})
	f.Fuzz(func(t *testing.T, data []byte) {
		next := func() float64 {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			switch b {
			case 255:
				return math.NaN()
			case 254:
				return 1e12
			case 253:
				return -1e12
			case 252:
				return 1e-300
			}
			return float64(b) - 20
		}
		n := int(math.Abs(next()))
		if n > 20 {
			n = 3
		}
		p := Problem{From: next()}
		if next() > 0 {
			p.Resources = []Resource{{Capacity: 1, Steps: []Step{{next(), 1}, {next() + 50, 3}}}}
		}
		for range n {
			v := Task{Duration: Duration{Shape: Shape(max(0, min(4, next()/20))), O: next(), M: next(), P: next(), Sigma: next() / 100}, NotBefore: next()}
			v.Begun, v.Done, v.Start, v.Finish = next() > 200, next() > 200, next(), next()
			if p.Resources != nil {
				v.Needs = []Need{{0, int(max(0, min(4, next()/10)))}}
			}
			p.Tasks = append(p.Tasks, v)
		}
		for len(data) > 0 {
			p.Links = append(p.Links, Link{From: int(max(-1, min(30, next()))), To: int(max(-1, min(30, next()))), Kind: Kind(max(0, min(5, next()/10))), Lag: next()})
		}
		r, err := Run(p, Options{Samples: 70, Drivers: 2})
		if err != nil {
			if !errs.Is(err, errs.CodeInvalid) {
				t.Fatal(err)
			}
			return
		}
		if !slices.IsSorted(r.Finish.Samples) || len(r.Finish.Samples) != 70 {
			t.Fatal("the samples are not in order")
		}
		for _, c := range r.Critical {
			if !(c >= 0 && c <= 1) {
				t.Fatalf("criticality %v", c)
			}
		}
		if a, b := r.Finish.Samples[0], r.Finish.Samples[69]; math.Abs(a) > 1e15 || math.Abs(b) > 1e15 {
			t.Fatalf("finish %v to %v", a, b)
		}
	})
}
