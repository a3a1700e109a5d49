package template

import (
	"slices"

	"slipway/internal/plan/fault"
)

func (f faults) tasks(ts []TaskSpec, phases []PhaseSpec) {
	if !f.Count("tasks", len(ts), fault.TasksMax) {
		return
	}
	var keys fault.Seen
	needs := map[string][]string{}
	for i, t := range ts {
		p := fault.At("tasks", i)
		f.Once(p, t.Key, &keys)
		f.Text(p+".name", t.Name, 200, true)
		f.Text(p+".text", t.Text, 10_000, false)
		f.Text(p+".owner", t.Owner, 100, false)
		f.offset(p+".due", t.Due)
		f.inPhase(p+".phase", t.Phase, phases)
		if t.Role != "" {
			f.Role(p+".role", t.Role)
		}
		f.estimate(p, t)
		for _, l := range t.Links() {
			needs[t.Key] = append(needs[t.Key], l.Task)
		}
	}
	for i, t := range ts {
		for j, n := range t.Needs {
			f.task(fault.At(fault.At("tasks", i)+".needs", j), n, keys)
		}
		f.links(fault.At("tasks", i)+".after", t.After, keys)
	}
	if c := circle(ts, needs); c != nil {
		f.Say("tasks", "task.cycle", "Tasks wait for each other: %s.", arrows(c))
	}
}

func (f faults) task(path, key string, known fault.Seen) {
	if !known[key] {
		f.Say(path, "task.unknown", "There is no task %.60q in this template.", key)
	}
}

func (f faults) links(path string, ls []LinkSpec, known fault.Seen) {
	if !f.Count(path, len(ls), fault.PartsMax) {
		return
	}
	for i, l := range ls {
		p := fault.At(path, i)
		f.task(p+".task", l.Task, known)
		f.Choice(p+".type", l.Type, LinkTypes())
		var lag Offset
		if err := lag.UnmarshalText([]byte(l.Lag)); err != nil {
			f.Say(p+".lag", "task.lag_malformed", "A lag has the form 4h, 2d or -30m.")
		}
	}
}

func (f faults) estimate(path string, t TaskSpec) {
	if t.Hours < 0 || t.Hours > hoursMax {
		f.Say(path+".hours", "task.hours_out_of_range", "An estimate is 0 to %d hours.", hoursMax)
	}
	e := t.Estimate
	switch {
	case e == nil:
	case t.Hours != 0:
		f.Say(path+".estimate", "task.estimated_twice", "Give either hours or a three-point estimate.")
	case e.Low < 0 || e.High > hoursMax:
		f.Say(path+".estimate", "task.hours_out_of_range", "An estimate is 0 to %d hours.", hoursMax)
	case e.Low > e.Likely || e.Likely > e.High:
		f.Say(path+".estimate", "task.estimate_order", "A three-point estimate rises: low, likely, high. This one is %d, %d, %d.", e.Low, e.Likely, e.High)
	}
}

// hoursMax is the greatest estimate of a task.
const hoursMax = 10_000

// circle returns tasks that wait for each other, the first again at the end, or nil.
func circle(ts []TaskSpec, needs map[string][]string) []string {
	const open, done = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(string) []string
	visit = func(k string) []string {
		switch state[k] {
		case done:
			return nil
		case open:
			return append(slices.Clone(path[slices.Index(path, k):]), k)
		}
		state[k] = open
		path = append(path, k)
		for _, n := range needs[k] {
			if c := visit(n); c != nil {
				return c
			}
		}
		path = path[:len(path)-1]
		state[k] = done
		return nil
	}
	for _, t := range ts {
		if c := visit(t.Key); c != nil {
			return c
		}
	}
	return nil
}

func arrows(keys []string) string {
	s := ""
	for i, k := range keys {
		if i > 0 {
			s += " → "
		}
		s += k
	}
	return s
}
