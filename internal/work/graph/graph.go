package graph

import (
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
)

// Task is a node: it may start when everything that it needs has finished.
type Task struct {
	ID       string
	Duration time.Duration // not negative
	Needs    []string
}

// Graph is a set of tasks without a cycle. It is immutable and safe for concurrent use.
type Graph struct {
	tasks []Task
	index map[string]int
	needs [][]int // sorted, without duplicates
	order []int
}

// New checks the tasks and orders them. It fails with errs.Invalid and one of the reasons work.task_twice, work.task_unknown
// (a need that is no task), work.duration or work.dependency_cycle, which names the tasks on the cycle in order. Cost is linear in tasks and needs.
func New(tasks []Task) (*Graph, error) {
	g := &Graph{tasks: tasks, index: make(map[string]int, len(tasks)), needs: make([][]int, len(tasks))}
	for i, t := range tasks {
		if _, twice := g.index[t.ID]; twice {
			return nil, errs.InvalidField("tasks", "work.task_twice", "The task %s stands twice.", t.ID)
		}
		if t.Duration < 0 {
			return nil, errs.InvalidField("tasks", "work.duration", "The duration of task %s is negative.", t.ID)
		}
		g.index[t.ID] = i
	}
	for i, t := range tasks {
		for _, n := range t.Needs {
			j, ok := g.index[n]
			if !ok {
				return nil, errs.InvalidField("needs", "work.task_unknown", "Task %s needs %s, which does not exist.", t.ID, n)
			}
			g.needs[i] = append(g.needs[i], j)
		}
		slices.Sort(g.needs[i])
		g.needs[i] = slices.Compact(g.needs[i])
	}
	if cycle := g.sort(); cycle != nil {
		return nil, CycleError(cycle)
	}
	return g, nil
}

// CycleError is the refusal that shows a cycle: the tasks in the order in which each needs the next, the last being the first.
func CycleError(cycle []string) error {
	return errs.InvalidField("needs", "work.dependency_cycle", "These tasks wait for each other: %s. Remove one of the dependencies.", strings.Join(cycle, " needs "))
}

// sort fills order: each task after what it needs, otherwise in the order given. It returns a cycle if there is one.
func (g *Graph) sort() []string {
	const (
		fresh = iota
		open
		done
	)
	state := make([]byte, len(g.tasks))
	type frame struct{ node, next int }
	for root := range g.tasks {
		if state[root] != fresh {
			continue
		}
		stack := []frame{{root, 0}}
		state[root] = open
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next == len(g.needs[f.node]) {
				state[f.node] = done
				g.order = append(g.order, f.node)
				stack = stack[:len(stack)-1]
				continue
			}
			n := g.needs[f.node][f.next]
			f.next++
			switch state[n] {
			case fresh:
				state[n] = open
				stack = append(stack, frame{n, 0})
			case open:
				var cycle []string
				for i := range stack {
					if len(cycle) > 0 || stack[i].node == n {
						cycle = append(cycle, g.tasks[stack[i].node].ID)
					}
				}
				return append(cycle, g.tasks[n].ID)
			}
		}
	}
	return nil
}

// Order returns the identifiers so that each task comes after everything that it needs; where needs leave it open, in the order given.
func (g *Graph) Order() []string {
	out := make([]string, len(g.order))
	for i, n := range g.order {
		out[i] = g.tasks[n].ID
	}
	return out
}

// Cycle returns the cycle that would arise if task needed need, in the form of CycleError; nil if there is none
// or if one of the two does not exist.
func (g *Graph) Cycle(task, need string) []string {
	from, ok := g.index[need]
	to, ok2 := g.index[task]
	if !ok || !ok2 {
		return nil
	}
	if from == to {
		return []string{task, task}
	}
	came := map[int]int{from: -1}
	queue := []int{from}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, m := range g.needs[n] {
			if _, seen := came[m]; seen {
				continue
			}
			came[m] = n
			if m == to {
				var back []string
				for k := m; k != -1; k = came[k] {
					back = append(back, g.tasks[k].ID)
				}
				slices.Reverse(back)
				return append([]string{task}, back...)
			}
			queue = append(queue, m)
		}
	}
	return nil
}
