package forecast

import (
	"fmt"
	"math"

	"slipway/internal/errs"
)

func check(p *Problem) error {
	needs, steps := 0, 0
	for i := range p.Tasks {
		needs += len(p.Tasks[i].Needs)
	}
	for i := range p.Resources {
		steps += len(p.Resources[i].Steps)
	}
	for _, c := range []struct {
		field     string
		size, max int
	}{
		{"tasks", len(p.Tasks), TasksMax}, {"links", len(p.Links), LinksMax}, {"resources", len(p.Resources), ResourcesMax},
		{"needs", needs, NeedsMax}, {"steps", steps, StepsMax},
	} {
		if c.size > c.max {
			return errs.InvalidField(c.field, "work.forecast_size", "There are %d %s; at most %d can be forecast at once. Forecast a part of them.", c.size, c.field, c.max)
		}
	}
	if !number(p.From) {
		return beyond("from")
	}
	for _, f := range []func(*Problem) error{checkResources, checkTasks, checkLinks, checkPriority, checkCalendars} {
		if err := f(p); err != nil {
			return err
		}
	}
	return nil
}

// number reports whether v can be reckoned with.
func number(v float64) bool { return v >= -ValueMax && v <= ValueMax }

func beyond(field string) error {
	return errs.InvalidField(field, "work.forecast_number", "A number is missing, or beyond %g. Use a larger unit.", float64(ValueMax))
}

func (p *Problem) name(i int) string {
	if n := p.Tasks[i].Name; n != "" {
		return n
	}
	return fmt.Sprintf("#%d", i)
}

func checkTasks(p *Problem) error {
	for i := range p.Tasks {
		t := &p.Tasks[i]
		field := fmt.Sprintf("tasks[%d]", i)
		if !number(t.NotBefore) || !number(t.Start) || !number(t.Finish) {
			return beyond(field)
		}
		if t.Done && t.Finish < t.Start {
			return errs.InvalidField(field+".finish", "work.finish_before_start", "Task %s is said to have finished before it started.", p.name(i))
		}
		if err := checkDuration(field+".duration", p.name(i), t.Duration); err != nil {
			return err
		}
		for k, n := range t.Needs {
			if n.Resource < 0 || n.Resource >= len(p.Resources) {
				return errs.InvalidField(fmt.Sprintf("%s.needs[%d]", field, k), "work.resource_unknown", "Task %s needs resource %d, which does not exist.", p.name(i), n.Resource)
			}
			if n.Units < 0 {
				return errs.InvalidField(fmt.Sprintf("%s.needs[%d]", field, k), "work.units", "Task %s needs a negative number of units.", p.name(i))
			}
		}
		if err := checkRoom(p, i); err != nil {
			return err
		}
	}
	return nil
}

// checkRoom refuses a need that the last capacity does not hold: a long outcome would never find a place.
func checkRoom(p *Problem, i int) error {
	if p.Tasks[i].Done {
		return nil
	}
	sum := map[int]int{}
	for _, n := range p.Tasks[i].Needs {
		r := p.Resources[n.Resource]
		last := r.Capacity
		if len(r.Steps) > 0 {
			last = r.Steps[len(r.Steps)-1].Capacity
		}
		if sum[n.Resource] += min(n.Units, math.MaxInt32); sum[n.Resource] > last {
			return errs.InvalidField(fmt.Sprintf("tasks[%d].needs", i), "work.need_over_capacity", "Task %s needs %d of resource %d, of which there are %d in the end.", p.name(i), sum[n.Resource], n.Resource, last)
		}
	}
	return nil
}

func checkDuration(field, name string, d Duration) error {
	ok := number(d.M) && d.M >= 0
	switch d.Shape {
	case Fixed:
	case PERT, Triangular:
		ok = ok && number(d.O) && number(d.P) && 0 <= d.O && d.O <= d.M && d.M <= d.P
	case LogNormal:
		ok = ok && d.Sigma >= 0 && d.Sigma <= SigmaMax && d.M*math.Exp(6*d.Sigma) <= ValueMax
	default:
		ok = false
	}
	if !ok {
		return errs.InvalidField(field, "work.duration", "The duration of task %s is no distribution: its numbers are not negative, at most %g, and stand in the order optimistic, most likely, pessimistic.", name, float64(ValueMax))
	}
	return nil
}

func checkLinks(p *Problem) error {
	for i, l := range p.Links {
		field := fmt.Sprintf("links[%d]", i)
		switch {
		case l.From < 0 || l.From >= len(p.Tasks) || l.To < 0 || l.To >= len(p.Tasks):
			return errs.InvalidField(field, "work.task_unknown", "A link ties a task that does not exist.")
		case l.Kind > StartFinish:
			return errs.InvalidField(field, "work.link_kind", "A link is of the kind FS, SS, FF or SF.")
		case !number(l.Lag):
			return beyond(field + ".lag")
		}
	}
	return nil
}

func checkResources(p *Problem) error {
	for i, r := range p.Resources {
		field := fmt.Sprintf("resources[%d]", i)
		bad := r.Capacity < 0 || r.Capacity > math.MaxInt32
		for k, s := range r.Steps {
			bad = bad || s.Capacity < 0 || s.Capacity > math.MaxInt32
			if !number(s.At) {
				return beyond(field + ".steps")
			}
			if k > 0 && r.Steps[k-1].At >= s.At {
				return errs.InvalidField(fmt.Sprintf("%s.steps[%d]", field, k), "work.step_order", "The step stands after a later one. Put them in order of time, one for each time.")
			}
		}
		if bad {
			return errs.InvalidField(field, "work.capacity", "A capacity is negative or too large.")
		}
	}
	return nil
}

func checkPriority(p *Problem) error {
	if p.Priority != nil && len(p.Priority) != len(p.Tasks) {
		return errs.InvalidField("priority", "work.priority", "There are %d priorities for %d tasks; give one each, or none.", len(p.Priority), len(p.Tasks))
	}
	for _, v := range p.Priority {
		if !number(v) {
			return beyond("priority")
		}
	}
	return nil
}

// checkCalendars looks at each calendar once.
func checkCalendars(p *Problem) error {
	seen := map[*Calendar]bool{nil: true}
	size := 0
	check := func(field string, c *Calendar) error {
		if seen[c] {
			return nil
		}
		seen[c] = true
		if len(p.Resources) > 0 {
			return errs.InvalidField(field, "work.calendar", "A network has resources or calendars, not both.")
		}
		if size += len(c.Stretches); size > StretchesMax {
			return errs.InvalidField(field, "work.forecast_size", "The calendars have more than %d stretches of working time.", StretchesMax)
		}
		ok := c.Rate >= 0 && c.Rate <= 1 && (c.Rate == 0 || c.Rate >= 0.01)
		for i, s := range c.Stretches {
			ok = ok && number(s.From) && number(s.To) && s.From < s.To && (i == 0 || c.Stretches[i-1].To <= s.From)
		}
		if !ok {
			return errs.InvalidField(field, "work.calendar", "A calendar has stretches of working time in ascending order that do not overlap, and a rate of 0.01 to 1.")
		}
		return nil
	}
	for i := range p.Tasks {
		if err := check(fmt.Sprintf("tasks[%d].calendar", i), p.Tasks[i].Calendar); err != nil {
			return err
		}
	}
	for i := range p.Links {
		if err := check(fmt.Sprintf("links[%d].calendar", i), p.Links[i].Calendar); err != nil {
			return err
		}
	}
	return nil
}
