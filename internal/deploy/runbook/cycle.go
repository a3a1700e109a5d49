package runbook

import (
	"fmt"
	"slices"
	"strings"
)

// cycles adds one fault for each set of steps that need each other, with one cycle of it shown.
func (v *validator) cycles(path string, steps []Step) {
	needs := resolve(steps)
	for _, c := range findCycles(needs) {
		names := make([]string, 0, len(c)+1)
		for _, i := range append(c, c[0]) {
			names = append(names, steps[i].Key)
		}
		if len(names) > 12 {
			names = slices.Concat(names[:6], []string{fmt.Sprintf("… %d more …", len(names)-11)}, names[len(names)-5:])
		}
		v.add(fmt.Sprintf("%s[%d].needs", path, c[0]), ReasonCycle, "These steps wait for each other: %s. None of them could start.", strings.Join(names, " needs "))
	}
}

// resolve turns the needs of each step into positions; unknown ones and the step itself are left out.
func resolve(steps []Step) [][]int {
	at := make(map[string]int, len(steps))
	for i := len(steps) - 1; i >= 0; i-- {
		at[steps[i].Key] = i
	}
	needs := make([][]int, len(steps))
	for i := range steps {
		for _, n := range steps[i].Needs {
			if j, ok := at[n]; ok && j != i && !slices.Contains(needs[i], j) {
				needs[i] = append(needs[i], j)
			}
		}
	}
	return needs
}

// order sorts steps so that each comes after what it needs, otherwise as in the file (Kahn 1962). Steps on a cycle are
// left out.
func order(needs [][]int) []int {
	open, takers := make([]int, len(needs)), make([][]int, len(needs))
	var out, free []int
	for i, n := range needs {
		open[i] = len(n)
		for _, j := range n {
			takers[j] = append(takers[j], i)
		}
		if len(n) == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[0]
		free = free[1:]
		out = append(out, i)
		for _, t := range takers[i] {
			if open[t]--; open[t] == 0 {
				free = append(free, t)
			}
		}
	}
	return out
}

// findCycles returns one cycle of each strongly connected part, each as "i needs the next, the last needs the first".
func findCycles(needs [][]int) [][]int {
	left := make([]bool, len(needs)) // may lie on a cycle
	for i := range left {
		left[i] = true
	}
	for _, i := range order(needs) {
		left[i] = false
	}
	var out [][]int
	for i := range needs {
		if !left[i] {
			continue
		}
		if c := shortest(needs, left, i); c != nil {
			out = append(out, c)
			for _, j := range reachBoth(needs, left, i) {
				left[j] = false
			}
		}
	}
	return out
}

// shortest returns a shortest cycle through start among the steps left, or nil.
func shortest(needs [][]int, left []bool, start int) []int {
	from := map[int]int{}
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		for _, j := range needs[i] {
			if j == start {
				var c []int
				for ; i != start; i = from[i] {
					c = append(c, i)
				}
				c = append(c, start)
				slices.Reverse(c)
				return c
			}
			if _, seen := from[j]; !seen && left[j] {
				from[j] = i
				queue = append(queue, j)
			}
		}
	}
	return nil
}

// reachBoth returns the steps that start reaches and that reach start: its strongly connected part.
func reachBoth(needs [][]int, left []bool, start int) []int {
	back := make([][]int, len(needs))
	for i, n := range needs {
		for _, j := range n {
			back[j] = append(back[j], i)
		}
	}
	a, b := reach(needs, left, start), reach(back, left, start)
	var out []int
	for i := range needs {
		if a[i] && b[i] {
			out = append(out, i)
		}
	}
	return out
}

func reach(edges [][]int, left []bool, start int) []bool {
	seen := make([]bool, len(edges))
	seen[start] = true
	for stack := []int{start}; len(stack) > 0; {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, j := range edges[i] {
			if left[j] && !seen[j] {
				seen[j] = true
				stack = append(stack, j)
			}
		}
	}
	return seen
}
