package level

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
)

// The sizes up to which a problem is accepted.
const (
	MaxTasks     = 10_000
	MaxLinks     = 200_000
	MaxResources = 1_000
	MaxNeeds     = 100_000       // over all tasks
	MaxSteps     = 100_000       // over all resources
	MaxNumber    = 1_000_000_000 // of a duration, lag, capacity, time or number of units, either sign
)

func taskField(t int) string { return fmt.Sprintf("tasks[%d]", t) }

func check(p Problem) error {
	if err := checkSizes(p); err != nil {
		return err
	}
	if err := checkResources(p.Resources); err != nil {
		return err
	}
	if err := checkTasks(p); err != nil {
		return err
	}
	return checkLinks(p)
}

func checkSizes(p Problem) error {
	needs, steps := 0, 0
	for _, t := range p.Tasks {
		needs += len(t.Needs)
	}
	for _, r := range p.Resources {
		steps += len(r.Steps)
	}
	for _, c := range []struct {
		field     string
		size, max int
	}{
		{"tasks", len(p.Tasks), MaxTasks}, {"links", len(p.Links), MaxLinks}, {"resources", len(p.Resources), MaxResources},
		{"needs", needs, MaxNeeds}, {"steps", steps, MaxSteps},
	} {
		if c.size > c.max {
			return errs.InvalidField(c.field, "work.level_size", "There are %d %s; at most %d can be levelled at once. Level a part of them.", c.size, c.field, c.max)
		}
	}
	return nil
}

func number(field string, v int) error {
	if v > MaxNumber || v < -MaxNumber {
		return errs.InvalidField(field, "work.level_number", "The number %d is too large; at most %d is understood. Use a larger unit.", v, MaxNumber)
	}
	return nil
}

// amount is a number that must not be negative.
func amount(field, reason, what string, v int) error {
	if v < 0 {
		return errs.InvalidField(field, reason, "%s is negative (%d).", what, v)
	}
	return number(field, v)
}

func checkResources(resources []Resource) error {
	for i, r := range resources {
		field := fmt.Sprintf("resources[%d]", i)
		if err := amount(field+".capacity", "work.capacity", "The capacity", r.Capacity); err != nil {
			return err
		}
		for k, s := range r.Steps {
			at := fmt.Sprintf("%s.steps[%d]", field, k)
			if err := amount(at, "work.capacity", "The capacity", s.Capacity); err != nil {
				return err
			}
			if err := number(at, s.At); err != nil {
				return err
			}
			if k > 0 && r.Steps[k-1].At >= s.At {
				return errs.InvalidField(at, "work.step_order", "The step at %d stands after the one at %d. Put them in order of time, one for each time.", s.At, r.Steps[k-1].At)
			}
		}
	}
	return nil
}

func checkTasks(p Problem) error {
	for i, t := range p.Tasks {
		field := fmt.Sprintf("tasks[%d]", i)
		if err := amount(field+".duration", "work.duration", "The duration", t.Duration); err != nil {
			return err
		}
		if err := number(field+".notBefore", t.NotBefore); err != nil {
			return err
		}
		for k, need := range t.Needs {
			at := fmt.Sprintf("%s.needs[%d]", field, k)
			if need.Resource < 0 || need.Resource >= len(p.Resources) {
				return errs.InvalidField(at, "work.resource_unknown", "Task %d needs resource %d, which does not exist.", i, need.Resource)
			}
			if err := amount(at, "work.units", "The number of units", need.Units); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkLinks(p Problem) error {
	for i, l := range p.Links {
		field := fmt.Sprintf("links[%d]", i)
		for _, t := range []int{l.From, l.To} {
			if t < 0 || t >= len(p.Tasks) {
				return errs.InvalidField(field, "work.task_unknown", "The link names task %d, which does not exist.", t)
			}
		}
		if err := number(field+".lag", l.Lag); err != nil {
			return err
		}
	}
	return nil
}

// topology returns the tasks so that each comes after those it is linked from, in the order given as far as links allow. It fails
// with the cycle if there is one. Any cycle is refused, even one that negative lags would let pass: its tasks hold each other within
// a distance, which is a question that minimal lags alone do not ask.
func topology(p Problem) ([]int, error) {
	next := make([][]int, len(p.Tasks))
	open := make([]int, len(p.Tasks))
	for _, l := range p.Links {
		next[l.From] = append(next[l.From], l.To)
		open[l.To]++
	}
	order := make([]int, 0, len(p.Tasks))
	for i := range p.Tasks {
		if open[i] == 0 {
			order = append(order, i)
		}
	}
	for k := 0; k < len(order); k++ {
		for _, j := range next[order[k]] {
			if open[j]--; open[j] == 0 {
				order = append(order, j)
			}
		}
	}
	if len(order) == len(p.Tasks) {
		return order, nil
	}
	return nil, cycleError(cycle(p, open))
}

// cycle walks back from a task that was never free: each such task has a link from another one, so the walk closes.
func cycle(p Problem, open []int) []int {
	before := make([]int, len(p.Tasks))
	for i := range before {
		before[i] = -1
	}
	for _, l := range p.Links {
		if open[l.From] > 0 && before[l.To] < 0 {
			before[l.To] = l.From
		}
	}
	at := slices.IndexFunc(open, func(o int) bool { return o > 0 })
	seen := make([]bool, len(p.Tasks))
	for !seen[at] {
		seen[at] = true
		at = before[at]
	}
	loop := []int{at}
	for b := before[at]; b != at; b = before[b] {
		loop = append(loop, b)
	}
	loop = append(loop, at)
	slices.Reverse(loop)
	return loop
}

func cycleError(loop []int) error {
	words := make([]string, len(loop))
	fields := make([]errs.Field, len(loop))
	for i, t := range loop {
		words[i] = strconv.Itoa(t)
		fields[i] = errs.Field{Name: fmt.Sprintf("tasks[%d]", t), Reason: "work.dependency_cycle", Msg: "It is part of the cycle."}
	}
	return errs.Invalid("work.dependency_cycle", "These tasks wait for each other: %s. Remove one of the links.", strings.Join(words, ", ")).With(fields...)
}
