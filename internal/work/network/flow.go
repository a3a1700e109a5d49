package network

import (
	"cmp"
	"slices"

	"slipway/internal/work/level"
	"slipway/internal/work/schedule"
)

// Flow returns the order that a schedule under limited resources rests on, as finish-start links: who hands which
// resource on to whom (the resource flow of Artigues, Michelon and Reusser 2003). As long as these links are kept beside those of the network,
// no capacity is exceeded, whatever moves. start and work are of each task; capacities are constant. Of several possible givers
// the one that is linked already is taken, then the one that finished last. Cost grows with tasks times those that hold a resource
// at once.
func Flow(start, work []int, needs [][]level.Need, resources []level.Resource, links []schedule.Link) []schedule.Link {
	tied := make(map[[2]int]bool, len(links))
	for _, l := range links {
		if l.Kind == schedule.FinishStart && l.Lag >= 0 {
			tied[[2]int{l.From, l.To}] = true
		}
	}
	users := make([][]int, len(resources))
	for i, ns := range needs {
		for _, n := range ns {
			if work[i] > 0 {
				users[n.Resource] = append(users[n.Resource], i)
			}
		}
	}
	var out []schedule.Link
	for r, tasks := range users {
		slices.SortStableFunc(tasks, func(a, b int) int { return cmp.Compare(start[a], start[b]) })
		p := pool{held: []holding{{task: -1, units: resources[r].Capacity}}}
		for _, i := range tasks {
			units := 0
			for _, n := range needs[i] {
				if n.Resource == r {
					units += n.Units
				}
			}
			for _, from := range p.take(i, units, start[i], start[i]+work[i], tied) {
				if pair := [2]int{from, i}; !tied[pair] {
					tied[pair] = true
					out = append(out, schedule.Link{From: from, To: i})
				}
			}
		}
	}
	return out
}

// Ordered returns a plan in which tasks use resources in the order of a schedule: with the links of Flow, which is what the
// float of a levelled plan means. Where a negative lag already makes a giver wait for its taker, both are held where the schedule has them instead.
func Ordered(p schedule.Plan, start []int, needs [][]level.Need, resources []level.Resource) schedule.Plan {
	work := make([]int, len(p.Tasks))
	overlaps := false
	for i, t := range p.Tasks {
		work[i] = t.Duration
	}
	for _, l := range p.Links {
		overlaps = overlaps || StartLag(l, work[l.From], work[l.To]) < 0
	}
	flow := Flow(start, work, needs, resources, p.Links)
	out := p
	if !overlaps {
		out.Links = slices.Concat(p.Links, flow)
		return out
	}
	out.Tasks, out.Links = slices.Clone(p.Tasks), slices.Clone(p.Links)
	w := walk{next: make([][]int, len(p.Tasks)), seen: make([]int, len(p.Tasks))}
	for _, l := range p.Links {
		w.next[l.From] = append(w.next[l.From], l.To)
	}
	for _, l := range flow {
		if w.leads(l.To, l.From) {
			for _, i := range []int{l.From, l.To} {
				out.Tasks[i].FixedStart = schedule.On(start[i])
			}
			continue
		}
		out.Links = append(out.Links, l)
		w.next[l.From] = append(w.next[l.From], l.To)
	}
	return out
}

// walk finds out whether one task leads to another.
type walk struct {
	next [][]int
	seen []int // by task, the number of the last walk that came by
	made int
}

func (w *walk) leads(from, to int) bool {
	w.made++
	stack := []int{from}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if i == to {
			return true
		}
		if w.seen[i] == w.made {
			continue
		}
		w.seen[i] = w.made
		stack = append(stack, w.next[i]...)
	}
	return false
}

// holding is a number of units that a task has given back at an instant; task -1 is the beginning.
type holding struct{ task, until, units int }

type pool struct{ held []holding }

// take moves units to a task, and returns from whom they came.
func (p *pool) take(task, units, at, until int, tied map[[2]int]bool) []int {
	free := p.held[:0:0]
	rest := make([]holding, 0, len(p.held)+1)
	for _, h := range p.held {
		if h.until <= at {
			free = append(free, h)
		} else {
			rest = append(rest, h)
		}
	}
	slices.SortStableFunc(free, func(a, b holding) int {
		at, bt := a.task >= 0 && tied[[2]int{a.task, task}], b.task >= 0 && tied[[2]int{b.task, task}]
		switch {
		case at != bt && at:
			return -1
		case at != bt:
			return 1
		}
		return b.until - a.until
	})
	var givers []int
	left := units
	for _, h := range free {
		n := min(h.units, left)
		if n > 0 && h.task >= 0 {
			givers = append(givers, h.task)
		}
		left -= n
		if h.units -= n; h.units > 0 {
			rest = append(rest, h)
		}
	}
	rest = append(rest, holding{task, until, units - left})
	p.held = rest
	return givers
}
