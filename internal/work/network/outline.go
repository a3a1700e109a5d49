package network

import (
	"context"
	"fmt"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/work/level"
	"slipway/internal/work/schedule"
)

// Options say what to work out of a network.
type Options struct {
	Level     bool          // respect the capacities of resources
	Schedules int           // how many schedules levelling tries at most; 0 for no limit but Time
	Samples   int           // how many times the durations are drawn for a forecast; 0 for none
	Time      time.Duration // how long levelling and a forecast with resources may look; 0 for no limit but their own
	Seed      uint64        // of everything that draws
	Clock     clock.Clock   // tells when Time is over
}

// Outline is what follows from a network. Numbers are its units from the start of the plan.
//
// Late dates say when a task may start and finish at the latest so that nothing that follows finishes later than the
// makespan. In a levelled outline what follows includes the tasks that wait for the same resource: the order in which tasks use each resource stays
// as it is. Within their late dates all tasks can therefore run without exceeding a capacity, and a
// task without float is critical either by its links or by a resource.
type Outline struct {
	Unit       string           `json:"unit,omitempty"`
	Makespan   int              `json:"makespan"`
	LowerBound int              `json:"lowerBound"` // no schedule finishes earlier; the makespan itself, if not levelled
	Tasks      []OutlineTask    `json:"tasks"`      // in the order of the file
	Levelling  *OutlineLevel    `json:"levelling,omitempty"`
	Forecast   *OutlineForecast `json:"forecast,omitempty"`
}

// OutlineTask is when a task runs. Float is by how much it may be late without moving the makespan, and free float without moving
// any other task.
type OutlineTask struct {
	Key         string   `json:"key"`
	Start       int      `json:"start"`
	Finish      int      `json:"finish"`
	LateStart   int      `json:"lateStart"`
	LateFinish  int      `json:"lateFinish"`
	Float       int      `json:"float"`
	FreeFloat   int      `json:"freeFloat"`
	Critical    bool     `json:"critical"`
	Criticality *float64 `json:"criticality,omitempty"` // of a forecast: the share of samples in which it decides the finish
}

// OutlineLevel says how far levelling came.
type OutlineLevel struct {
	Proven    bool `json:"proven"`    // no schedule finishes earlier
	Schedules int  `json:"schedules"` // tried until this one: the same however long is left to look for a better one
}

// Outline schedules the network; levels it and forecasts it if asked to. It fails with errs.Invalid: work.need_over_capacity if
// levelling cannot place a task, the engines' limits of size, and with the error of a context that ends.
func (n Network) Outline(ctx context.Context, o Options) (Outline, error) {
	from := o.Clock.Now()
	within := func(share float64) func() bool {
		end := from.Add(time.Duration(share * float64(o.Time)))
		return func() bool { return ctx.Err() != nil || o.Time > 0 && !o.Clock.Now().Before(end) }
	}
	search := within(1)
	if o.Samples > 0 {
		search = within(0.6) // so that something is left for the forecast
	}
	net, err := schedule.New(n.plan())
	if err != nil {
		return Outline{}, n.placed(err)
	}
	var r schedule.Result
	net.Compute(&r)
	out := Outline{Unit: n.Unit, LowerBound: r.End()}
	var levelled []int
	if o.Level {
		if levelled, err = n.level(&out, &r, o, search); err != nil {
			return out, err
		}
	}
	n.tell(&out, &r)
	if o.Samples > 0 {
		err = n.forecast(&out, o, levelled, within(1))
	}
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return out, err
}

// level places the tasks within the capacities. It leaves in r the passes over the network with the order of resources in it, and
// returns the starts.
func (n Network) level(out *Outline, r *schedule.Result, o Options, expired func() bool) ([]int, error) {
	p := n.problem()
	for i, needs := range n.needs {
		for _, x := range needs {
			if have := p.Resources[x.Resource].Capacity; x.Units > have && n.lasts(i) {
				return nil, n.placed(errs.InvalidField(fmt.Sprintf("tasks[%d].needs", i), "work.need_over_capacity", "Task %s needs %d of %s, of which there are %d.",
					n.tasks[i].Key, x.Units, n.Resources[x.Resource].Key, have))
			}
		}
	}
	done, err := level.Solve(p, level.Options{Seed: o.Seed, Schedules: o.Schedules, Expired: expired})
	if err != nil {
		return nil, n.placed(err)
	}
	net, err := schedule.New(Ordered(n.plan(), done.Start, n.needs, p.Resources))
	if err != nil {
		return nil, n.placed(err)
	}
	net.Compute(r)
	out.LowerBound = min(done.LowerBound, r.End())
	out.Levelling = &OutlineLevel{Proven: out.LowerBound == r.End(), Schedules: done.Found}
	starts := make([]int, len(n.tasks))
	for i := range starts {
		starts[i] = r.Start(i)
	}
	return starts, nil
}

// lasts reports whether a task can take time; one that cannot is an event, which uses nothing.
func (n Network) lasts(task int) bool {
	e := n.Tasks[task].Estimate
	return n.tasks[task].Duration > 0 || e != nil && e[2] > 0
}

// problem is the network as levelling has it, where every link ties starts.
func (n Network) problem() level.Problem {
	p := level.Problem{Tasks: make([]level.Task, len(n.tasks)), Resources: make([]level.Resource, len(n.Resources))}
	for i, t := range n.tasks {
		p.Tasks[i] = level.Task{Duration: t.Duration, Needs: n.needs[i]}
	}
	for i, r := range n.Resources {
		p.Resources[i].Capacity = int(r.Capacity)
	}
	for _, l := range n.links {
		p.Links = append(p.Links, level.Link{From: l.From, To: l.To, Lag: StartLag(l, n.tasks[l.From].Duration, n.tasks[l.To].Duration)})
	}
	return p
}

// StartLag returns what a link puts between the starts of its tasks, once they are so long.
func StartLag(l schedule.Link, from, to int) int {
	lag := l.Lag
	if l.Kind == schedule.FinishStart || l.Kind == schedule.FinishFinish {
		lag += from
	}
	if l.Kind == schedule.FinishFinish || l.Kind == schedule.StartFinish {
		lag -= to
	}
	return lag
}

func (n Network) tell(out *Outline, r *schedule.Result) {
	out.Makespan = r.End()
	out.Tasks = make([]OutlineTask, len(n.tasks))
	for i, t := range n.tasks {
		out.Tasks[i] = OutlineTask{Key: t.Key, Start: r.Start(i), Finish: r.Finish(i), LateStart: r.LateStart(i), LateFinish: r.LateFinish(i),
			Float: r.Float(i), FreeFloat: r.FreeFloat(i), Critical: r.Critical(i)}
	}
}
