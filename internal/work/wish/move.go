package wish

import (
	"fmt"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/work/forecast"
)

// Move is something that can be done for the date: an edit of the network or of the target, with its cost. Its parts happen together.
type Move struct {
	Name  string  // names it in refusals; "" is its index
	Cost  float64 // in any one unit; not negative
	Group string  // of moves with the same group at most one is made; "" is none

	Drop    []int     // tasks that fall away: they take no time and use nothing, and what came after them waits for what came before them
	Scale   []Scale   // tasks that take longer or shorter
	Earlier []Earlier // tasks that may start earlier
	Raise   []Raise   // resources of which there is more
	Later   float64   // by how much the target moves; not negative
}

// Scale multiplies the duration of a task; what has begun, what is left of it.
type Scale struct {
	Task   int
	Factor float64 // 0 to FactorMax
}

// Earlier lets a task start By earlier than its NotBefore says.
type Earlier struct {
	Task int
	By   float64 // not negative
}

// Raise adds units of a resource from the beginning on.
type Raise struct{ Resource, Units int }

// The most moves a question may offer, and the greatest factor.
const (
	MovesMax  = 64
	FactorMax = 100
)

func (q *Question) name(i int) string {
	if n := q.Moves[i].Name; n != "" {
		return n
	}
	return fmt.Sprintf("#%d", i)
}

func (q *Question) check() error {
	if len(q.Moves) > MovesMax {
		return errs.InvalidField("moves", "work.moves", "There are %d moves; at most %d can be weighed at once.", len(q.Moves), MovesMax)
	}
	if !(q.Chance > 0 && q.Chance <= 1) {
		return errs.InvalidField("chance", "work.chance", "A chance lies above 0 and is at most 1.")
	}
	if !number(q.Target) {
		return errs.InvalidField("target", "work.forecast_number", "The target is no number that can be reckoned with.")
	}
	for i := range q.Moves {
		if err := q.checkMove(i); err != nil {
			return err
		}
	}
	return nil
}

func (q *Question) checkMove(i int) error {
	m := &q.Moves[i]
	field := fmt.Sprintf("moves[%d]", i)
	task := func(k int) error {
		if k < 0 || k >= len(q.Problem.Tasks) {
			return errs.InvalidField(field, "work.task_unknown", "The move %s touches task %d, which does not exist.", q.name(i), k)
		}
		return nil
	}
	amount := func(what string, v, most float64) error {
		if !(v >= 0 && v <= most) {
			return errs.InvalidField(field, "work.move_amount", "The %s of the move %s is not between 0 and %g.", what, q.name(i), most)
		}
		return nil
	}
	faults := []error{amount("cost", m.Cost, forecast.ValueMax), amount("shift of the target", m.Later, forecast.ValueMax)}
	for _, k := range m.Drop {
		faults = append(faults, task(k))
	}
	for _, s := range m.Scale {
		faults = append(faults, task(s.Task), amount("factor", s.Factor, FactorMax))
	}
	for _, e := range m.Earlier {
		faults = append(faults, task(e.Task), amount("shift of a start", e.By, forecast.ValueMax))
	}
	for _, r := range m.Raise {
		if r.Resource < 0 || r.Resource >= len(q.Problem.Resources) {
			faults = append(faults, errs.InvalidField(field, "work.resource_unknown", "The move %s raises resource %d, which does not exist.", q.name(i), r.Resource))
		}
		faults = append(faults, amount("rise of a capacity", float64(r.Units), 1e6))
	}
	if k := slices.IndexFunc(faults, func(err error) bool { return err != nil }); k >= 0 {
		return faults[k]
	}
	return nil
}

func number(v float64) bool { return v >= -forecast.ValueMax && v <= forecast.ValueMax }

// set is a set of moves, one bit each.
type set uint64

func (s set) has(i int) bool { return s>>i&1 == 1 }

func (s set) moves() []int {
	out := []int{}
	for i := range MovesMax {
		if s.has(i) {
			out = append(out, i)
		}
	}
	return out
}

// edited returns the problem and the target after the moves of a set.
func (q *Question) edited(s set) (forecast.Problem, float64) {
	p, target := q.Problem, q.Target
	p.Tasks = slices.Clone(p.Tasks)
	p.Resources = slices.Clone(p.Resources)
	for _, i := range s.moves() {
		m := &q.Moves[i]
		target += m.Later
		for _, c := range m.Scale {
			d := &p.Tasks[c.Task].Duration
			d.O, d.M, d.P = d.O*c.Factor, d.M*c.Factor, d.P*c.Factor
		}
		for _, e := range m.Earlier {
			p.Tasks[e.Task].NotBefore -= e.By
		}
		for _, r := range m.Raise {
			c := &p.Resources[r.Resource]
			c.Capacity += r.Units
			c.Steps = slices.Clone(c.Steps)
			for k := range c.Steps {
				c.Steps[k].Capacity += r.Units
			}
		}
		for _, k := range m.Drop {
			p.Tasks[k].Duration, p.Tasks[k].NotBefore, p.Tasks[k].Needs = forecast.Certain(0), p.From, nil
		}
	}
	return p, target
}

// helpful reports whether no move can make any sample finish later. Under limited resources even a shorter task can (Graham 1966), and so
// it can if its finish is held and its start holds others, since it then starts later.
func (q *Question) helpful() bool {
	p := &q.Problem
	if slices.ContainsFunc(p.Tasks, func(t forecast.Task) bool { return len(t.Needs) > 0 }) {
		return false
	}
	held, shorter := make([]bool, len(p.Tasks)), make([]bool, len(p.Tasks))
	for i := range q.Moves {
		for _, s := range q.Moves[i].Scale {
			if s.Factor > 1 {
				return false
			}
			shorter[s.Task] = true
		}
		for _, k := range q.Moves[i].Drop {
			shorter[k] = true
		}
	}
	for _, l := range p.Links {
		if l.Kind == forecast.FinishFinish || l.Kind == forecast.StartFinish {
			held[l.To] = true
		}
	}
	return !slices.ContainsFunc(p.Links, func(l forecast.Link) bool {
		return held[l.From] && shorter[l.From] && (l.Kind == forecast.StartStart || l.Kind == forecast.StartFinish)
	})
}
