package network

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/strict"
	"slipway/internal/work/level"
	"slipway/internal/work/schedule"
)

// Network is a plan in a file of its own: tasks, links and resources in whole units, without people, calendars or a database.
type Network struct {
	Unit      string     `json:"unit"` // what one unit stands for; only repeated in the answer
	Resources []Resource `json:"resources"`
	Tasks     []Task     `json:"tasks"`

	doc   strict.Document
	tasks []schedule.Task
	links []schedule.Link
	needs [][]level.Need
}

// Resource is something of which a task uses a number of units while it lasts.
type Resource struct {
	Key      string  `json:"key"`
	Capacity float64 `json:"capacity"`
}

// Task is a task. It has a duration, an estimate, or both: then the schedule uses the duration, and the forecast the estimate.
type Task struct {
	Key      string             `json:"key"`
	Duration *float64           `json:"duration"` // whole units
	Estimate []float64          `json:"estimate"` // optimistic, most likely, pessimistic; fractions are understood
	After    []Link             `json:"after"`
	Needs    map[string]float64 `json:"needs"` // units by key of a resource
}

// Link ties a task to one that gives it something.
type Link struct {
	Task string  `json:"task"`
	Type string  `json:"type"` // FS, SS, FF or SF; FS unless stated
	Lag  float64 `json:"lag"`  // whole units between the two ends; negative lets them overlap
}

// Limits of a network file.
const (
	BytesMax         = 16 << 20
	networkTasks     = 50_000
	networkLinks     = 200_000
	networkResources = 1_000
	networkNumber    = 1_000_000_000 // of any number, either sign
)

// faultsShown bounds how many faults a refusal names.
const faultsShown = 20

// Read reads a network from JSON, of at most BytesMax, with or without a byte order mark. It fails with errs.Invalid, naming the faulty fields with their lines in
// the file, and with errs.TooLarge. A cycle is refused with work.dependency_cycle and all of its tasks in order.
func Read(file string, src []byte) (Network, error) {
	var n Network
	doc, err := strict.Limits{Bytes: BytesMax}.JSONDocument(file, bytes.TrimPrefix(src, []byte("\ufeff")))
	if err != nil {
		return n, err
	}
	if err := doc.Decode(&n); err != nil {
		return n, err
	}
	n.doc = doc
	r := reader{n: &n}
	r.read()
	if err := r.err(); err != nil {
		return n, err
	}
	if _, err := schedule.New(n.plan()); err != nil {
		return n, n.placed(err)
	}
	return n, nil
}

func (n *Network) plan() schedule.Plan { return schedule.Plan{Tasks: n.tasks, Links: n.links} }

// placed puts the fields of an engine's refusal on their lines.
func (n *Network) placed(err error) error {
	e := errs.As(err)
	if e.Code != errs.CodeInvalid {
		return err
	}
	fields := slices.Clone(e.Fields)
	for i, f := range fields {
		fields[i] = n.doc.Field(n.path(f.Name), f.Reason, "%s", f.Msg)
	}
	placed := *e
	placed.Fields = fields
	return &placed
}

// path returns where the file has what an engine calls so: a link stands with the task that it leads to.
func (n *Network) path(field string) string {
	number, rest, _ := strings.Cut(strings.TrimPrefix(field, "links["), "]")
	i, err := strconv.Atoi(number)
	if err != nil || !strings.HasPrefix(field, "links[") || i < 0 || i >= len(n.links) {
		return field
	}
	to, k := n.links[i].To, 0
	for k < i && n.links[i-k-1].To == to {
		k++
	}
	return fmt.Sprintf("tasks[%d].after[%d]%s", to, k, rest)
}

// reader checks what a network means, fault by fault.
type reader struct {
	n        *Network
	f        errs.Faults
	task     map[string]int
	resource map[string]int
}

func (r *reader) err() error {
	for i, f := range r.f.Fields {
		r.f.Fields[i] = r.n.doc.Field(f.Name, f.Reason, "%s", f.Msg)
	}
	return r.f.Err(r.f.Counted(), faultsShown)
}

func (r *reader) read() {
	n := r.n
	if len(n.Unit) > 30 {
		r.f.Say("unit", "text.too_long", "A unit is a short word such as hour or day.")
	}
	links := 0
	for _, t := range n.Tasks {
		links += len(t.After)
	}
	for _, c := range []struct {
		path      string
		size, max int
	}{{"tasks", len(n.Tasks), networkTasks}, {"resources", len(n.Resources), networkResources}, {"tasks", links, networkLinks}} {
		if c.size > c.max {
			r.f.Say(c.path, "list.too_long", "There are %d entries; at most %d are understood.", c.size, c.max)
			return
		}
	}
	r.resources()
	r.tasks()
}

func (r *reader) key(path, key, what string, known map[string]int, i int) {
	_, twice := known[key]
	switch {
	case key == "":
		r.f.Say(path, "text.missing", "A %s needs a key.", what)
	case len(key) > 200:
		r.f.Say(path, "text.too_long", "A key has at most 200 bytes.")
	case twice:
		r.f.Say(path, "key.taken", "The key %.60q stands twice.", key)
	default:
		known[key] = i
	}
}

// whole checks a number that must be whole, from least on.
func (r *reader) whole(path string, v float64, least int) int {
	if v != math.Trunc(v) || v < float64(least) || math.Abs(v) > networkNumber {
		r.f.Say(path, "work.number", "A whole number from %d to %d is expected here, not %v.", least, networkNumber, v)
		return 0
	}
	return int(v)
}

func (r *reader) resources() {
	r.resource = make(map[string]int, len(r.n.Resources))
	for i, x := range r.n.Resources {
		at := fmt.Sprintf("resources[%d]", i)
		r.key(at+".key", x.Key, "resource", r.resource, i)
		r.whole(at+".capacity", x.Capacity, 0)
	}
}

func (r *reader) tasks() {
	n := r.n
	r.task = make(map[string]int, len(n.Tasks))
	for i, t := range n.Tasks {
		if len(r.f.Fields) >= faultsShown {
			return
		}
		r.key(fmt.Sprintf("tasks[%d].key", i), t.Key, "task", r.task, i)
	}
	n.tasks, n.needs = make([]schedule.Task, len(n.Tasks)), make([][]level.Need, len(n.Tasks))
	for i, t := range n.Tasks {
		if len(r.f.Fields) >= faultsShown {
			return
		}
		at := fmt.Sprintf("tasks[%d]", i)
		n.tasks[i] = schedule.Task{Key: t.Key, Duration: r.duration(at, t)}
		r.after(at, i, t.After)
		n.needs[i] = r.uses(at, t.Needs)
	}
}

// duration is what the schedule uses: as stated, or the mean of the estimate as PERT has it, to the nearest unit and up from a half.
func (r *reader) duration(at string, t Task) int {
	if t.Duration == nil && t.Estimate == nil {
		r.f.Say(at, "work.duration", "Task %.60q needs a duration, or an estimate of three numbers.", t.Key)
		return 0
	}
	if e := t.Estimate; e != nil {
		switch {
		case len(e) != 3:
			r.f.Say(at+".estimate", "task.estimate_disordered", "An estimate has three numbers: optimistic, most likely, pessimistic.")
			return 0
		case e[0] < 0 || e[0] > e[1] || e[1] > e[2] || e[2] > networkNumber:
			r.f.Say(at+".estimate", "task.estimate_disordered", "An estimate is three numbers from 0 to %d, each at least the one before it.", networkNumber)
			return 0
		}
	}
	if t.Duration != nil {
		return r.whole(at+".duration", *t.Duration, 0)
	}
	return int(math.Floor((t.Estimate[0]+4*t.Estimate[1]+t.Estimate[2])/6 + 0.5))
}

func (r *reader) after(at string, task int, links []Link) {
	for k, l := range links {
		at := fmt.Sprintf("%s.after[%d]", at, k)
		from, known := r.task[l.Task]
		if !known {
			r.f.Say(at+".task", "work.task_unknown", "There is no task %.60q.", l.Task)
		}
		kind, ok := schedule.ParseKind(strings.ToUpper(l.Type))
		if !ok {
			r.f.Say(at+".type", "work.link_kind", "A link is of the type FS, SS, FF or SF, not %.20q.", l.Type)
		}
		r.n.links = append(r.n.links, schedule.Link{From: from, To: task, Kind: kind, Lag: r.whole(at+".lag", l.Lag, -networkNumber)})
	}
}

func (r *reader) uses(at string, needs map[string]float64) []level.Need {
	var out []level.Need
	for key, v := range needs {
		x, known := r.resource[key]
		units := r.whole(at+".needs."+key, v, 0)
		if !known {
			r.f.Say(at+".needs."+key, "work.resource_unknown", "There is no resource %.60q.", key)
		} else if units > 0 {
			out = append(out, level.Need{Resource: x, Units: units})
		}
	}
	slices.SortFunc(out, func(a, b level.Need) int { return a.Resource - b.Resource })
	return out
}
