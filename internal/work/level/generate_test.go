package level

import (
	"math"
	"math/rand/v2"
)

// setting are the measures that make instances easy or hard (Kolisch, Sprecher and Drexl 1995).
type setting struct {
	tasks      int
	complexity float64 // arcs for each task, without redundant ones
	factor     float64 // share of the resources that a task needs
	strength   float64 // of capacity between the largest need (0) and the peak of the schedule without limits (1)
}

// settings are a full factorial design as in the literature: 30, 60 and 90 tasks with strengths up to 1, 120 tasks with scarcer ones.
func settings(tasks int) []setting {
	strengths := []float64{0.2, 0.5, 0.7, 1}
	if tasks >= 120 {
		strengths = []float64{0.1, 0.2, 0.3, 0.4, 0.5}
	}
	var out []setting
	for _, c := range []float64{1.5, 1.8, 2.1} {
		for _, f := range []float64{0.25, 0.5, 0.75, 1} {
			for _, s := range strengths {
				out = append(out, setting{tasks, c, f, s})
			}
		}
	}
	return out
}

// generate makes an instance in the manner of ProGen (Kolisch, Sprecher and Drexl 1995): four resources, durations and needs
// from 1 to 10, at most three direct predecessors and successors, no redundant arcs. It is not their program and gives other instances.
func generate(s setting, seed uint64) Problem {
	rng := rand.New(rand.NewPCG(seed, uint64(s.tasks)))
	p := Problem{Tasks: make([]Task, s.tasks), Resources: make([]Resource, 4)}
	for i := range p.Tasks {
		p.Tasks[i].Duration = 1 + rng.IntN(10)
		for _, r := range rng.Perm(4)[:int(math.Round(s.factor*4))] {
			p.Tasks[i].Needs = append(p.Tasks[i].Needs, Need{Resource: r, Units: 1 + rng.IntN(10)})
		}
	}
	connect(&p, s, rng)
	start := make([]int, s.tasks) // arcs lead from smaller to larger numbers
	for i := range p.Tasks {
		for _, l := range p.Links {
			if l.To == i {
				start[i] = max(start[i], start[l.From]+l.Lag)
			}
		}
	}
	for r := range p.Resources {
		least, peak := 0, 0
		for i := range p.Tasks {
			used := 0
			for j, t := range p.Tasks {
				for _, n := range t.Needs {
					if n.Resource != r {
						continue
					}
					least = max(least, n.Units)
					if start[j] <= start[i] && start[i] < start[j]+t.Duration {
						used += n.Units
					}
				}
			}
			peak = max(peak, used)
		}
		p.Resources[r].Capacity = least + int(math.Round(s.strength*float64(peak-least)))
	}
	return p
}

func connect(p *Problem, s setting, rng *rand.Rand) {
	n := s.tasks
	before := make([][]bool, n) // before[j][i]: i is before j
	in, out := make([]int, n), make([]int, n)
	for j := range before {
		before[j] = make([]bool, n)
	}
	add := func(i, j int) bool {
		if i > j {
			i, j = j, i
		}
		if i == j || before[j][i] || in[j] == 3 || out[i] == 3 {
			return false
		}
		for _, l := range p.Links { // an arc must not make another one redundant
			if l.To == j && before[i][l.From] || l.From == i && before[l.To][j] || (l.From == i || before[i][l.From]) && (l.To == j || before[l.To][j]) {
				return false
			}
		}
		p.Links = append(p.Links, Link{From: i, To: j, Lag: p.Tasks[i].Duration})
		in[j]++
		out[i]++
		for b := j; b < n; b++ {
			if b == j || before[b][j] {
				before[b][i] = true
				for a := range i {
					before[b][a] = before[b][a] || before[i][a]
				}
			}
		}
		return true
	}
	for j := 3; j < n; j++ {
		for try := 0; try < 50 && !add(rng.IntN(j), j); try++ {
			continue
		}
	}
	for try := 0; float64(len(p.Links)) < s.complexity*float64(n) && try < 200*n; try++ {
		add(rng.IntN(n), rng.IntN(n))
	}
}
