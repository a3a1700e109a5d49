package level

import (
	"slices"

	"slipway/internal/errs"
)

// network is a checked problem over flat arrays. Its tasks are numbered so that links lead from smaller to larger numbers.
type network struct {
	size int
	name []int // index in the problem
	dur  []int

	predAt, pred, predLag []int // of task j: those from predAt[j] to predAt[j+1]
	succAt, succ, succLag []int
	loose                 bool // there are negative lags

	demandAt []int
	demand   []demand
	tracks   []track // with nothing used

	needAt, needRes, needUnits []int // the same per resource, for bounds; resources that can never be short are left out
	capacity                   []Resource

	span int   // every schedule that a generation scheme makes ends here at the latest
	head []int // no start is earlier, by links, NotBefore and absences
	tail []int // from a start to the finish of everything that must follow, by links
	late []int // no start is later in a schedule that ends within span
}

// compile numbers the tasks and fills the arrays. It fails when links or absences leave a task no place.
func compile(p Problem) (*network, error) {
	order, err := topology(p)
	if err != nil {
		return nil, err
	}
	n := &network{size: len(order), name: order}
	number := make([]int, n.size)
	n.dur = make([]int, n.size)
	for i, t := range order {
		number[t] = i
		n.dur[i] = p.Tasks[t].Duration
	}
	n.link(p.Links, number)
	n.loose = slices.ContainsFunc(p.Links, func(l Link) bool { return l.Lag < 0 })
	resources := trim(p)
	if err := n.needs(p, resources); err != nil {
		return nil, err
	}
	n.measure(p)
	n.lay()
	return n, n.windows(p)
}

// link fills the arcs in both directions.
func (n *network) link(links []Link, number []int) {
	fill := func(from, to func(Link) int) (at, other, lag []int) {
		at = make([]int, n.size+1)
		other, lag = make([]int, len(links)), make([]int, len(links))
		for _, l := range links {
			at[number[from(l)]+1]++
		}
		for i := range n.size {
			at[i+1] += at[i]
		}
		next := slices.Clone(at)
		for _, l := range links {
			k := &next[number[from(l)]]
			other[*k], lag[*k] = number[to(l)], l.Lag
			*k++
		}
		return at, other, lag
	}
	from, to := func(l Link) int { return l.From }, func(l Link) int { return l.To }
	n.predAt, n.pred, n.predLag = fill(to, from)
	n.succAt, n.succ, n.succLag = fill(from, to)
}

// trim cuts capacities down to what all tasks together could use, so that a word holds many, and drops steps that change nothing
// after that. What lies before time 0 becomes the first capacity.
func trim(p Problem) []Resource {
	total := make([]int, len(p.Resources))
	for _, t := range p.Tasks {
		if t.Duration > 0 {
			for _, need := range t.Needs {
				total[need.Resource] += need.Units
			}
		}
	}
	out := make([]Resource, len(p.Resources))
	for i, r := range p.Resources {
		now := min(r.Capacity, total[i])
		o := Resource{Capacity: now}
		for _, s := range r.Steps {
			c := min(s.Capacity, total[i])
			switch {
			case s.At <= 0:
				o.Capacity = c
			case c != now:
				o.Steps = append(o.Steps, Step{At: s.At, Capacity: c})
			}
			now = c
		}
		if o.Capacity == total[i] && len(o.Steps) == 0 {
			o.Capacity = -1 // never short
		}
		out[i] = o
	}
	return out
}

func (r Resource) largest() int {
	c := r.Capacity
	for _, s := range r.Steps {
		c = max(c, s.Capacity)
	}
	return c
}

// needs fills what each task uses per resource, added up where a task names a resource twice.
func (n *network) needs(p Problem, resources []Resource) error {
	number := make([]int, len(resources))
	for i, r := range resources {
		number[i] = -1
		if r.Capacity >= 0 {
			number[i] = len(n.capacity)
			n.capacity = append(n.capacity, r)
		}
	}
	n.needAt = make([]int, n.size+1)
	units := make([]int, len(resources))
	for i, t := range n.name {
		if n.dur[i] > 0 {
			for _, need := range p.Tasks[t].Needs {
				units[need.Resource] += need.Units
			}
			for _, need := range p.Tasks[t].Needs {
				r, u := need.Resource, units[need.Resource]
				units[r] = 0
				if u == 0 || number[r] < 0 {
					continue
				}
				if most := resources[r].largest(); u > most {
					return overCapacity(t, "Task %d needs %d units of resource %d, which never has more than %d. Lower the need or raise the capacity.", t, u, r, most)
				}
				n.needRes = append(n.needRes, number[r])
				n.needUnits = append(n.needUnits, u)
			}
		}
		n.needAt[i+1] = len(n.needRes)
	}
	return nil
}

func overCapacity(task int, format string, args ...any) error {
	return errs.InvalidField(taskField(task), "work.need_over_capacity", format, args...)
}

// measure finds span: a task starts when its links allow it, nothing else runs any more, and capacity has stopped changing.
func (n *network) measure(p Problem) {
	begin := 0
	for _, t := range p.Tasks {
		begin = max(begin, t.NotBefore)
	}
	for _, r := range n.capacity {
		for _, s := range r.Steps {
			begin = max(begin, s.At)
		}
	}
	n.span = begin
	for j := range n.size {
		wait := 0
		for k := n.predAt[j]; k < n.predAt[j+1]; k++ {
			wait = max(wait, n.predLag[k]-n.dur[n.pred[k]])
		}
		n.span += wait + n.dur[j]
	}
}

// Cells are used while there are at most this many of them for each task.
const (
	cellsPerTask = 32
	cellsAtLeast = 4_096
	cellsAtMost  = 1 << 22 // over all tracks
)

// lay puts the resources that can be short on tracks.
func (n *network) lay() {
	largest := make([]int, len(n.capacity))
	for i, r := range n.capacity {
		largest[i] = r.largest()
	}
	places, guards := layout(largest)
	n.tracks = make([]track, len(guards))
	for i, g := range guards {
		n.tracks[i] = track{guard: g, span: n.span}
		n.tracks[i].empties(n.capacity, places, i)
	}
	if n.span <= max(cellsAtLeast, cellsPerTask*n.size) && n.span*len(guards) <= cellsAtMost {
		for i := range n.tracks {
			n.tracks[i].densify()
		}
	}
	n.demandAt = make([]int, n.size+1)
	for j := range n.size {
		first := len(n.demand)
		for k := n.needAt[j]; k < n.needAt[j+1]; k++ {
			pl := places[n.needRes[k]]
			i := slices.IndexFunc(n.demand[first:], func(d demand) bool { return d.track == pl.track })
			if i < 0 {
				i = len(n.demand) - first
				n.demand = append(n.demand, demand{track: pl.track})
			}
			n.demand[first+i].need += uint64(n.needUnits[k]) << pl.shift
		}
		n.demandAt[j+1] = len(n.demand)
	}
	for i := range n.tracks {
		n.tracks[i].reset()
	}
}

// empties fills the stretches of a track on which nothing runs.
func (t *track) empties(resources []Resource, places []place, track int) {
	type event struct{ at, capacity, resource int }
	var events []event
	word := t.guard
	for i, r := range resources {
		if places[i].track != track {
			continue
		}
		word += uint64(r.Capacity) << places[i].shift
		for _, s := range r.Steps {
			events = append(events, event{s.At, s.Capacity, i})
		}
	}
	slices.SortFunc(events, func(a, b event) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return a.resource - b.resource
	})
	t.emptyAt, t.emptyF = []int{0}, []uint64{word}
	now := make([]int, len(resources))
	for i, r := range resources {
		now[i] = r.Capacity
	}
	for _, e := range events {
		word += uint64(e.capacity-now[e.resource]) << places[e.resource].shift
		now[e.resource] = e.capacity
		if last := len(t.emptyAt) - 1; t.emptyAt[last] == e.at {
			t.emptyF[last] = word
		} else {
			t.emptyAt, t.emptyF = append(t.emptyAt, e.at), append(t.emptyF, word)
		}
	}
}

// windows fills head, tail and late from links and from capacities without any other task, and fails when a task has no place.
func (n *network) windows(p Problem) error {
	n.head, n.tail, n.late = make([]int, n.size), make([]int, n.size), make([]int, n.size)
	pr := profile{tracks: n.tracks}
	for j := range n.size {
		t := max(0, p.Tasks[n.name[j]].NotBefore)
		for k := n.predAt[j]; k < n.predAt[j+1]; k++ {
			t = max(t, n.head[n.pred[k]]+n.predLag[k])
		}
		if n.head[j] = pr.earliest(t, n.dur[j], n.demand[n.demandAt[j]:n.demandAt[j+1]]); n.head[j] < 0 {
			if t > 0 && pr.earliest(0, n.dur[j], n.demand[n.demandAt[j]:n.demandAt[j+1]]) >= 0 {
				return n.impossible(j)
			}
			return overCapacity(n.name[j], "Task %d needs more than there is at any time for the %d units of time that it takes. Lower its needs, shorten it or raise a capacity.", n.name[j], n.dur[j])
		}
	}
	for j := n.size - 1; j >= 0; j-- {
		t := n.span - n.dur[j]
		n.tail[j] = n.dur[j]
		for k := n.succAt[j]; k < n.succAt[j+1]; k++ {
			t = min(t, n.late[n.succ[k]]-n.succLag[k])
			n.tail[j] = max(n.tail[j], n.succLag[k]+n.tail[n.succ[k]])
		}
		if n.late[j] = pr.latest(t, n.head[j], n.dur[j], n.demand[n.demandAt[j]:n.demandAt[j+1]]); n.late[j] < 0 {
			return n.impossible(j)
		}
	}
	return nil
}

func (n *network) impossible(j int) error {
	return errs.InvalidField(taskField(n.name[j]), "work.level_impossible",
		"Links and capacities leave task %d no time at which it can run: what it waits for, or what waits for it, comes when its resources are gone.", n.name[j])
}
