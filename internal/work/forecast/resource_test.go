package forecast

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestPlentyIsNoResource(t *testing.T) {
	p := big(80)
	p.Links = append(p.Links, Link{From: 3, To: 50, Kind: FinishFinish, Lag: 2}, Link{From: 4, To: 60, Kind: StartStart, Lag: 9}, Link{From: 5, To: 70, Kind: StartFinish})
	o := Options{Samples: 500, Seed: 4, Milestones: []int{10, 79}}
	q := p
	q.Tasks = slices.Clone(p.Tasks)
	share(&q, 1000)
	a, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Compile(q)
	if err != nil || b.list == nil {
		t.Fatal(err, b.list)
	}
	b.scaleAs(a)
	x, _ := a.Run(o)
	y, _ := b.Run(o)
	for i, v := range x.Finish.Samples {
		if d := v - y.Finish.Samples[i]; d > 1e-5 || d < -1e-5 {
			t.Fatalf("sample %d: %v without, %v with plenty", i, v, y.Finish.Samples[i])
		}
	}
	if !reflect.DeepEqual(x.Critical, y.Critical) {
		t.Error("criticality differs")
	}
}

// scaleAs gives a model the ticks of another, so that ties of time are the same.
func (m *Model) scaleAs(o *Model) {
	m.tick, m.tables, m.ties = o.tick, o.tables, o.ties
	for k := range m.node {
		n := o.node[k]
		n.need, n.needEnd = m.node[k].need, m.node[k].needEnd
		m.node[k] = n
	}
}

func TestOneByOne(t *testing.T) {
	var p Problem
	sum := 0.0
	for i := range 9 {
		p.Tasks = append(p.Tasks, Task{Duration: Certain(float64(i))})
		sum += float64(i)
	}
	share(&p, 1)
	r := must(t, p, Options{Samples: 20})
	if f := r.Finish.Percentile(0.5); f != sum {
		t.Errorf("finish %v, want %v", f, sum)
	}
	for i, c := range r.Critical[1:] {
		if c != 1 {
			t.Errorf("task %d is critical in %v", i+1, c)
		}
	}
	p.Resources[0].Steps = []Step{{10, 0}, {15, 1}, {20, 2}}
	p.Tasks[8].NotBefore = 100
	if f := must(t, p, Options{Samples: 9}).Finish.Percentile(1); f != 108 {
		t.Errorf("finish %v, want 108", f)
	}
}

// TestScheduleKeepsEveryRule looks at the starts and finishes of random problems: links, capacities, and that no task could start
// earlier at the time it was placed.
func TestScheduleKeepsEveryRule(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 300 {
		p := random(r, 2+r.IntN(14))
		p.Resources = []Resource{{Capacity: 2, Steps: []Step{{p.From + 4, 0}, {p.From + 9, 3}}}, {Capacity: 4}}
		for i := range p.Tasks {
			p.Tasks[i].Needs = []Need{{0, r.IntN(4)}, {1, r.IntN(3)}}
		}
		m, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		if m.list == nil {
			continue
		}
		s := m.serially()
		for k := range m.node {
			s.took[k] = m.node[k].fixed
		}
		s.schedule(m.list, s.took)
		per := int32(1 / m.tick)
		used := [2][]int{make([]int, 400), make([]int, 400)}
		capacity := func(res, at int) int {
			switch {
			case res == 1:
				return 4
			case at < 4:
				return 2
			case at < 9:
				return 0
			}
			return 3
		}
		fits := func(k int32, start, d int) bool {
			for _, n := range m.needs[m.node[k].need:m.node[k].needEnd] {
				for at := start; at < start+d; at++ {
					if used[n.supply][at]+int(n.units) > capacity(int(n.supply), at) {
						return false
					}
				}
			}
			return true
		}
		for _, k := range m.list {
			if m.node[k].done {
				continue
			}
			v := &m.node[k]
			d, start := int(s.took[k]/per), int(s.start[k]/per)
			early := int(v.earliest / per)
			for i, l := range m.ties[v.first:v.end] {
				e := int(s.value(l) / per)
				if i >= int(v.mid-v.first) {
					e -= d
				}
				early = max(early, e)
			}
			for early < start && !fits(k, early, d) {
				early++
			}
			if early != start || !fits(k, start, d) {
				t.Fatalf("%+v: task %d starts at %d, want %d", p, v.task, start, early)
			}
			for _, n := range m.needs[v.need:v.needEnd] {
				for at := start; at < start+d; at++ {
					used[n.supply][at] += int(n.units)
				}
			}
		}
	}
}

func TestPriorityDecides(t *testing.T) {
	p := Problem{
		Tasks:     []Task{{Duration: Certain(3)}, {Duration: Certain(5)}, {Duration: Certain(1)}},
		Resources: []Resource{{Capacity: 1}},
		Priority:  []float64{2, 3, 1},
	}
	for i := range p.Tasks {
		p.Tasks[i].Needs = []Need{{0, 1}}
	}
	r := must(t, p, Options{Samples: 1, Milestones: []int{0, 1, 2}})
	for i, want := range []float64{4, 9, 1} {
		if got := r.Milestones[i].Percentile(1); got != want {
			t.Errorf("task %d finishes at %v, want %v", i, got, want)
		}
	}
	p.Tasks[1].Begun = true // what is under way is not pushed aside
	if got := must(t, p, Options{Samples: 1, Milestones: []int{1}}).Milestones[0].Percentile(1); got != 5 {
		t.Errorf("the task under way finishes at %v, want 5", got)
	}
}

func TestChosenListIsGood(t *testing.T) {
	// Two chains compete for one place: the long one has to go first.
	p := Problem{Resources: []Resource{{Capacity: 1}}, Tasks: []Task{
		{Duration: Certain(4), Needs: []Need{{0, 1}}}, {Duration: Certain(4), Needs: []Need{{0, 1}}}, {Duration: Certain(20)},
	}, Links: []Link{{From: 1, To: 2}}}
	r := must(t, p, Options{Samples: 1})
	if f := r.Finish.Percentile(1); f != 24 {
		t.Errorf("finish %v, want 24", f)
	}
	if !slices.Equal(r.Critical, []float64{0, 1, 1}) {
		t.Errorf("critical %v", r.Critical)
	}
	m, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	p.Priority = m.Priority()
	if f := must(t, p, Options{Samples: 1}).Finish.Percentile(1); f != 24 {
		t.Errorf("with its own priority the finish is %v, want 24", f)
	}
}

func TestDriversUnderResources(t *testing.T) {
	p := big(30)
	share(&p, 3)
	r := must(t, p, Options{Samples: 400, Drivers: 4, Seed: 3})
	if len(r.Drivers) != 4 || r.Drivers[0].MeanGain <= 0 || r.Drivers[0].Critical <= 0 {
		t.Errorf("%+v", r.Drivers)
	}
	alone := must(t, big(30), Options{Samples: 400, Seed: 3})
	if r.Finish.Mean() <= alone.Finish.Mean() {
		t.Errorf("mean %v under resources, %v without", r.Finish.Mean(), alone.Finish.Mean())
	}
}
