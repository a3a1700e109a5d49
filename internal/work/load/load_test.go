package load_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"slipway/internal/work/load"
)

const h = 60

// week are the minutes of weeks of eight hours from Monday to Friday.
func week(weeks int, off ...int) []int {
	out := make([]int, weeks*7)
	for d := range out {
		if d%7 < 5 {
			out[d] = 8 * h
		}
	}
	for _, d := range off {
		out[d] = 0
	}
	return out
}

func demand(l load.Load, person int) []int {
	var out []int
	for _, c := range l.Row(person) {
		out = append(out, c.Demand/h)
	}
	return out
}

func TestSpread(t *testing.T) {
	for name, c := range map[string]struct {
		minutes []int
		task    load.Task
		today   int
		want    []int
	}{
		"within a week":           {week(3), load.Task{From: 0, To: 5, Minutes: 10 * h}, 0, []int{10, 0, 0}},
		"over two weeks":          {week(3), load.Task{From: 3, To: 10, Minutes: 10 * h}, 0, []int{4, 6, 0}},
		"around days away":        {week(3, 3, 4), load.Task{From: 3, To: 10, Minutes: 9 * h}, 0, []int{0, 9, 0}},
		"what is left, from now":  {week(3), load.Task{From: 0, To: 12, Minutes: 14 * h}, 5, []int{0, 14, 0}},
		"late":                    {week(3), load.Task{From: -9, To: -2, Minutes: 5 * h}, 8, []int{0, 5, 0}},
		"away all the time":       {week(2, 0, 1, 2, 3, 4), load.Task{From: 1, To: 4, Minutes: 6 * h}, 0, []int{6, 0}},
		"on a weekend":            {week(2), load.Task{From: 5, To: 7, Minutes: 6 * h}, 0, []int{6, 0}},
		"behind the horizon":      {week(2), load.Task{From: 20, To: 25, Minutes: 6 * h}, 0, []int{0, 0}},
		"reaching behind it":      {week(2), load.Task{From: 7, To: 21, Minutes: 20 * h}, 0, []int{0, 10}},
		"nothing left":            {week(2), load.Task{From: 0, To: 5}, 0, []int{0, 0}},
		"more than there is time": {week(2), load.Task{From: 0, To: 5, Minutes: 52 * h}, 0, []int{52, 0}},
	} {
		l := load.Compute(load.Problem{Weeks: len(c.minutes) / 7, Today: c.today, People: []load.Person{{Minutes: c.minutes}}, Tasks: []load.Task{c.task}})
		if got := demand(l, 0); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAllocationsCoverTheirTasks(t *testing.T) {
	p := load.Problem{Weeks: 3, People: []load.Person{{Minutes: week(3)}},
		Tasks:       []load.Task{{Release: 1, From: 0, To: 5, Minutes: 12 * h}, {Release: 2, From: 0, To: 5, Minutes: 4 * h}},
		Allocations: []load.Allocation{{Release: 1, From: 0, To: 2, Minutes: 20 * h}, {Release: -1, From: 1, To: 3, Minutes: 4 * h}}}
	l := load.Compute(p)
	if got := demand(l, 0); !reflect.DeepEqual(got, []int{24, 24, 4}) {
		t.Error(got)
	}
	want := []load.Share{{Week: 0, Cause: 0, Minutes: 12 * h}, {Week: 0, Cause: 2, Minutes: 8 * h}, {Week: 0, Cause: 1, Minutes: 4 * h}}
	if got := l.Causes(0, 0); !reflect.DeepEqual(got, want) {
		t.Error(got)
	}
}

func TestPercent(t *testing.T) {
	for c, want := range map[load.Cell]int{{}: 0, {100, 0}: 0, {0, 5}: load.Endless, {2400, 2401}: 101, {2400, 2399}: 100, {2400, 3120}: 130, {1000, 1}: 0, {1, 50}: load.Endless, {200, 101}: 51} {
		if got := c.Percent(); got != want {
			t.Errorf("%+v: %d, want %d", c, got, want)
		}
	}
	if w, ok := load.FirstOver([]load.Cell{{10, 10}, {10, 11}, {10, 12}}); !ok || w != 1 {
		t.Error(w, ok)
	}
	if _, ok := load.FirstOver([]load.Cell{{10, 10}}); ok {
		t.Error("nothing is over")
	}
}

// daniel has 52 of 40 hours; oskar masters the skill and has room, priya does not, elena has the skill but no room.
func daniel() load.Problem {
	return load.Problem{Weeks: 4, People: []load.Person{
		{Minutes: week(4), Skills: []load.Level{{Skill: 0, Level: 5}}, Teams: []int{1}},
		{Minutes: week(4), Skills: []load.Level{{Skill: 0, Level: 3}}},
		{Minutes: week(4), Skills: []load.Level{{Skill: 1, Level: 5}}, Teams: []int{1}},
		{Minutes: week(4), Skills: []load.Level{{Skill: 0, Level: 4}}},
	}, Tasks: []load.Task{
		{Person: 0, Release: 0, From: 0, To: 5, Minutes: 24 * h, Skill: 0, Level: 2},
		{Person: 0, Release: 1, From: 0, To: 5, Minutes: 16 * h, Skill: 0, Level: 4, Float: 10},
		{Person: 0, Release: 2, From: 0, To: 5, Minutes: 12 * h, Skill: -1, Fixed: true},
		{Person: 1, Release: 2, From: 0, To: 5, Minutes: 15 * h, Skill: -1},
		{Person: 3, Release: 2, From: 0, To: 5, Minutes: 36 * h, Skill: -1},
	}}
}

func TestWays(t *testing.T) {
	p := daniel()
	l := load.Compute(p)
	if c := l.Row(0)[0]; c.Percent() != 130 {
		t.Fatal(c)
	}
	got := map[load.Kind]load.Way{}
	for _, w := range l.Ways(p, 0, 0, 10) {
		if _, is := got[w.Kind]; !is {
			got[w.Kind] = w
		}
	}
	if w := got[load.Lend]; w.Task != 0 || w.Other != 1 || w.Level != 3 || w.Minutes != 24*h || w.After.Percent() != 70 || w.OtherBefore.Percent() != 38 || w.OtherAfter.Percent() != 98 || w.From != 0 || w.To != 1 {
		t.Errorf("lend %+v", w)
	}
	if w := got[load.Split]; w.Other != 1 || w.Minutes != 12*h || w.After.Percent() != 100 {
		t.Errorf("split %+v", w)
	}
	// Sixteen hours over five days: with four days of delay a fifth of it, on Friday, stays, and that fits.
	if w := got[load.Move]; w.Task != 1 || w.Days != 4 || w.After.Percent() != 98 {
		t.Errorf("move %+v", w)
	}
	if w := got[load.Add]; w.Minutes != 12*h || w.From != 0 || w.To != 1 {
		t.Errorf("add %+v", w)
	}
	if w := l.Ways(p, 1, 0, 10); w != nil {
		t.Errorf("a week that fits needs no way out: %+v", w)
	}
}

func TestAWayOutThatFreesNothingIsNone(t *testing.T) {
	p := daniel()
	p.Allocations = []load.Allocation{{Person: 0, Release: 0, From: 0, To: 1, Minutes: 24 * h}}
	l := load.Compute(p)
	for _, w := range l.Ways(p, 0, 0, 10) {
		if w.Task == 0 {
			t.Errorf("the hours stay promised to the release: %+v", w)
		}
	}
}

func random(r *rand.Rand, people, tasks, weeks int) load.Problem {
	p := load.Problem{Weeks: weeks, Today: r.IntN(7)}
	for range people {
		x := load.Person{Minutes: week(weeks), Teams: []int{r.IntN(10)}}
		for d := range x.Minutes {
			if r.IntN(12) == 0 {
				x.Minutes[d] = 0
			}
		}
		for s := range 4 {
			if r.IntN(2) == 0 {
				x.Skills = append(x.Skills, load.Level{Skill: s, Level: 1 + r.IntN(5)})
			}
		}
		for range r.IntN(3) {
			if d := r.IntN(people); d != len(p.People) {
				x.Deputies = append(x.Deputies, d)
			}
		}
		p.People = append(p.People, x)
	}
	for range tasks {
		from := r.IntN(weeks*7+10) - 5
		p.Tasks = append(p.Tasks, load.Task{Person: r.IntN(people), Release: r.IntN(5) - 1, From: from, To: from + r.IntN(20), Minutes: r.IntN(40 * h), Float: r.IntN(15), Skill: r.IntN(5) - 1, Level: 1 + r.IntN(3)})
	}
	for range tasks / 10 {
		from := r.IntN(weeks)
		p.Allocations = append(p.Allocations, load.Allocation{Person: r.IntN(people), Release: r.IntN(5) - 1, From: from, To: from + r.IntN(4), Minutes: r.IntN(20 * h)})
	}
	return p
}

// TestProperties holds on random problems that nothing of a task gets lost or lies before today, that demand is the sum
// of its causes, and that every way out does what it says when the problem is computed again with it.
func TestProperties(t *testing.T) {
	kinds := map[load.Kind]int{}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := random(r, 8, 60, 10)
		l := load.Compute(p)
		if !reflect.DeepEqual(l, load.Compute(p)) {
			t.Fatal("the same problem gives two answers")
		}
		sums := map[int]int{}
		for who := range p.People {
			for w := range p.Weeks {
				sum := 0
				for _, s := range l.Causes(w, who) {
					sum += s.Minutes
					sums[s.Cause] += s.Minutes
					if w < p.Today/7 && s.Cause < len(p.Tasks) {
						t.Errorf("seed %d: work before today: %+v", seed, s)
					}
				}
				if sum != l.Demand(who, w) {
					t.Errorf("seed %d: person %d week %d: %d, causes %d", seed, who, w, l.Demand(who, w), sum)
				}
			}
		}
		for i, x := range p.Tasks {
			end := max(x.To, max(x.From, p.Today)+1)
			if inside := end <= p.Weeks*7; inside && sums[i] != x.Minutes || sums[i] > x.Minutes {
				t.Errorf("seed %d: task %d of %d minutes has %d", seed, i, x.Minutes, sums[i])
			}
		}
		for who := range p.People {
			for w := range p.Weeks {
				for _, way := range l.Ways(p, who, w, 20) {
					again(t, p, l, who, w, way)
					kinds[way.Kind]++
				}
			}
		}
	}
	for _, k := range []load.Kind{load.Swap, load.Lend, load.Split, load.Move, load.Order, load.Add} {
		if kinds[k] < 20 {
			t.Errorf("%s was proposed %d times alone", k, kinds[k])
		}
	}
}

// again computes the problem with the way taken, and compares.
func again(t *testing.T, p load.Problem, l load.Load, who, w int, way load.Way) {
	t.Helper()
	n := p
	n.Tasks = append([]load.Task(nil), p.Tasks...)
	switch way.Kind {
	case load.Lend, load.Swap:
		if way.Kind == load.Swap && !slices.Contains(p.People[who].Deputies, way.Other) {
			t.Errorf("not a deputy: %+v", way)
		}
		n.Tasks[way.Task].Person = way.Other
		// An allocation of the other's to the release would cover it: what is free is judged without that.
		n.Tasks[way.Task].Release = -1
	case load.Move, load.Order:
		for _, s := range way.Shifts {
			if n.Tasks[s.Task].Person != who || s.Days < 1 || s.Days > n.Tasks[s.Task].Float {
				t.Errorf("beyond its float, or another's: %+v", way)
			}
			n.Tasks[s.Task] = postponed(p, n.Tasks[s.Task], s.Days)
			if x := p.Tasks[s.Task]; n.Tasks[s.Task].To > max(x.To, max(x.From, p.Today)+1)+x.Float {
				t.Errorf("ends behind its float: %+v", way)
			}
		}
	case load.Split:
		// Who helps does so in the weeks that are over: as a promise to nobody's release.
		give(&n, p, l, way)
	case load.Add:
		for wk := way.From; wk < way.To; wk++ {
			if l.Demand(who, wk)-l.Supply(who, wk) > way.Minutes {
				t.Errorf("%+v: week %d stays over", way, wk)
			}
		}
		return
	}
	m := load.Compute(n)
	if got := m.Row(who)[w]; got != way.After {
		t.Errorf("%+v: the week becomes %+v", way, got)
	}
	if way.Clears() && m.Row(who)[w].Over() {
		t.Errorf("%+v: the week is still over", way)
	}
	if way.Other >= 0 {
		for wk := way.From; wk < way.To; wk++ {
			if c := m.Row(way.Other)[wk]; c.Over() && m.Demand(way.Other, wk) != l.Demand(way.Other, wk) {
				t.Errorf("%+v: the other's week %d becomes %+v", way, wk, c)
			}
		}
	}
	for wk := range p.Weeks {
		if c := m.Row(who)[wk]; c.Over() && c.Demand > l.Demand(who, wk) {
			t.Errorf("%+v: week %d gets worse: %+v", way, wk, c)
		}
	}
}

// postponed is a task that starts so many days later, and ends when as much working time has passed.
func postponed(p load.Problem, x load.Task, days int) load.Task {
	minutes := p.People[x.Person].Minutes
	start := max(x.From, p.Today, 0)
	end := max(x.To, start+1)
	worked := 0
	for d := start; d < min(end, len(minutes)); d++ {
		worked += minutes[d]
	}
	x.From, x.To = start+days, end+days
	if end > len(minutes) || x.From >= len(minutes) || worked == 0 {
		return x
	}
	for x.To = x.From; worked > 0; x.To++ {
		if x.To == len(minutes) {
			x.To++
			break
		}
		worked -= minutes[x.To]
	}
	return x
}

// give takes what is too much of a task from its owner, week by week, and asks it of the other.
func give(n *load.Problem, p load.Problem, l load.Load, way load.Way) {
	x := p.Tasks[way.Task]
	n.Tasks[way.Task].Minutes = 0
	for wk := range p.Weeks {
		for _, s := range l.Causes(wk, x.Person) {
			if s.Cause != way.Task {
				continue
			}
			part := x
			given := max(min(l.Demand(x.Person, wk)-l.Supply(x.Person, wk), s.Minutes), 0)
			part.From, part.To, part.Minutes = wk*7, wk*7+7, s.Minutes-given
			if wk == p.Today/7 {
				part.From = p.Today
			}
			n.Tasks = append(n.Tasks, part)
			n.Allocations = append(n.Allocations, load.Allocation{Person: way.Other, Release: -1, From: wk, To: wk + 1, Minutes: given})
		}
	}
}

func BenchmarkCompute(b *testing.B) {
	p := random(rand.New(rand.NewPCG(1, 2)), 500, 10_000, 26)
	b.ReportAllocs()
	for b.Loop() {
		load.Compute(p)
	}
}

func BenchmarkWays(b *testing.B) {
	p := random(rand.New(rand.NewPCG(1, 2)), 500, 10_000, 26)
	l := load.Compute(p)
	who, w := 0, 0
	for p, best := 0, 0; p < 500; p++ {
		for wk := range 26 {
			if d := l.Demand(p, wk); d > best {
				who, w, best = p, wk, d
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(l.Ways(p, who, w, 6)) == 0 {
			b.Fatal("no way out")
		}
	}
}

func ExampleCompute() {
	p := load.Problem{Weeks: 1, People: []load.Person{{Minutes: week(1)}}, Tasks: []load.Task{{To: 5, Minutes: 52 * h}}}
	fmt.Println(load.Compute(p).Row(0)[0].Percent())
	// Output: 130
}
