package outlook

import (
	"slices"

	"slipway/internal/work/forecast"
	"slipway/internal/work/schedule"
)

// counts returns which tasks of a plan the window waits for.
func (m *model) counts(links []schedule.Link) []bool {
	givers := map[int][]int{}
	for _, l := range links {
		givers[l.To] = append(givers[l.To], l.From)
	}
	out := make([]bool, len(m.plan.Tasks))
	stack := []int{m.marks[0].task}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if out[i] {
			continue
		}
		out[i] = true
		stack = append(stack, givers[i]...)
	}
	return out
}

// before is the problem without what the window does not wait for, so that its finish is that of the work before the window: the rest has happened, as
// far as it goes. Milestones of which all work is before the window are left in it; whole reports whether these are all.
func (m *model) before(p forecast.Problem) (out forecast.Problem, whole bool) {
	links := make([]schedule.Link, len(p.Links))
	for i, l := range p.Links {
		links[i] = schedule.Link{From: l.From, To: l.To}
	}
	counts := m.counts(links)
	whole = true
	for _, k := range m.marks[1:] {
		if !slices.ContainsFunc(links, func(l schedule.Link) bool { return l.To == k.task && !counts[l.From] }) {
			counts[k.task] = true
		} else if k.actual.IsZero() {
			whole = false
		}
	}
	out = p
	out.Tasks = slices.Clone(p.Tasks)
	ready := p.Tasks[m.marks[0].task]
	for i, t := range out.Tasks {
		if !counts[i] {
			out.Tasks[i] = forecast.Task{Name: t.Name, Done: true, Start: ready.Finish, Finish: ready.Finish} // now, unless the work before the window is done
		}
	}
	return out, whole
}
