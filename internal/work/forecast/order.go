package forecast

import (
	"slices"
	"strings"

	"slipway/internal/errs"
)

// order returns the tasks so that each comes after those it is linked from; where links leave it open, in the order given.
// Links into a task that is done do not count. It fails with the cycle if there is one.
func order(p *Problem) ([]int32, error) {
	n := len(p.Tasks)
	open := make([]int32, n)
	at := make([]int32, n+2)
	for _, l := range p.Links {
		if !p.Tasks[l.To].Done {
			open[l.To]++
			at[l.From+2]++
		}
	}
	for i := 2; i < len(at); i++ {
		at[i] += at[i-1]
	}
	next := make([]int32, at[n+1])
	for _, l := range p.Links {
		if !p.Tasks[l.To].Done {
			next[at[l.From+1]] = int32(l.To)
			at[l.From+1]++
		}
	}
	out := make([]int32, 0, n)
	for i := range n {
		if open[i] == 0 {
			out = append(out, int32(i))
		}
	}
	for k := 0; k < len(out); k++ {
		for _, j := range next[at[out[k]]:at[out[k]+1]] {
			if open[j]--; open[j] == 0 {
				out = append(out, j)
			}
		}
	}
	if len(out) < n {
		return nil, cycle(p, open)
	}
	return out, nil
}

// cycle names a cycle among the tasks that still wait: each of them has a giver that waits too, so that walking
// back from any of them comes to a task twice.
func cycle(p *Problem, open []int32) error {
	giver := make([]int, len(p.Tasks))
	for _, l := range p.Links {
		if open[l.From] > 0 && open[l.To] > 0 {
			giver[l.To] = l.From + 1
		}
	}
	at := slices.IndexFunc(open, func(n int32) bool { return n > 0 })
	seen := make([]bool, len(p.Tasks))
	for !seen[at] {
		seen[at] = true
		at = giver[at] - 1
	}
	names := []string{p.name(at)}
	for i := giver[at] - 1; ; i = giver[i] - 1 {
		names = append(names, p.name(i))
		if i == at {
			break
		}
	}
	return errs.InvalidField("links", "work.dependency_cycle", "These tasks wait for each other: %s. Remove one of the links.", strings.Join(names, " needs "))
}
