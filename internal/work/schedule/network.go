package schedule

import (
	"fmt"
	"math"
	"strings"

	"slipway/internal/errs"
)

// Kind says which ends of two tasks a link ties.
type Kind uint8

// The kinds of links. The first word is of the giver, the second of the taker.
const (
	FinishStart  Kind = iota // the taker starts after the giver has finished
	StartStart               // the taker starts after the giver has started
	FinishFinish             // the taker finishes after the giver has finished
	StartFinish              // the taker finishes after the giver has started
)

var kinds = [...]string{"FS", "SS", "FF", "SF"}

// String returns the two letters of the kind: FS, SS, FF or SF.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return "?"
}

// ParseKind reads the two letters of a kind; "" is FS.
func ParseKind(text string) (Kind, bool) {
	if text == "" {
		return FinishStart, true
	}
	for k, s := range kinds {
		if s == text {
			return Kind(k), true
		}
	}
	return 0, false
}

// Mark is an instant of the axis that may be absent, as the zero value is.
type Mark struct {
	At  int
	Set bool
}

// On returns the mark of an instant.
func On(at int) Mark { return Mark{at, true} }

// Task is a node of the network.
type Task struct {
	Key      string    // names it in refusals
	Duration int       // of the whole task in units of work; not negative
	Calendar *Calendar // when its work can be done; nil: always

	NotBefore   Mark // it does not start earlier
	Deadline    Mark // it ought to finish by then: what does not gets a negative float, and starts no earlier for it
	FixedStart  Mark // it starts with the first working time from then on, unless a link makes it later: then its float is negative
	FixedFinish Mark // the same of its finish, with the last working time up to then

	ActualStart  Mark // it has started
	ActualFinish Mark // it is done; without an actual start it started then too
	Remaining    Mark // what is left of a task that has started, in units of work; unset, all of it
}

// Link ties two tasks, each given as its index in Plan.Tasks.
type Link struct {
	From, To int // giver and taker
	Kind     Kind
	Lag      int  // between the two ends that the link ties; negative lets them overlap
	Elapsed  bool // the lag counts time of the axis; otherwise work of the taker's calendar
}

// Plan is what a network is made from.
type Plan struct {
	Tasks []Task
	Links []Link
	From  int  // no task that has not started starts earlier
	Now   Mark // the date that the facts are from: what is left to do does not lie before it
	End   Mark // what late dates are counted back from; unset, the finish of the network
}

// The greatest number of tasks and the greatest number of any field of a plan.
const (
	TasksMax = 1 << 22
	ValueMax = 1 << 40
)

// Never stands for an instant that is not reached: no calendar has enough working time left. Sooner is its counterpart.
const (
	Never  = math.MaxInt >> 2
	Sooner = -Never
)

// Network is a plan without a cycle, in flat arrays. It is immutable and safe for concurrent use.
type Network struct {
	plan Plan
	pos  []int32 // of a task in the arrays below; nil, where it is the same
	task []int32 // and back; nil as pos is
	in   csr     // by taker: what comes before it
	out  csr     // by giver: what comes after it
	past csr     // by taker: links that are bounds, as their giver's end has happened; empty, where nothing has

	work     []int // what is left
	startsGE []int // the start, or of a started task the resumption, is not before
	endsGE   []int // the finish is not before
	startsLE []int // late dates
	endsLE   []int
	state    []state
	plain    bool // only finish-start links without lag, no calendars
	calendar bool // some task has a calendar
	started  bool // some task has an actual date
}

// csr is a sparse matrix by rows: what belongs to row i stands from at[i] to at[i+1].
type csr struct {
	at   []int32
	peer []int32
	link []int32 // index in Plan.Links
	lag  []int   // between the finish of the giver and the start of the taker; of networks without calendars that are not plain
}

type state uint8

const (
	fresh state = iota
	begun
	done
)

// New checks a plan and lays it out. It fails with errs.Invalid: work.number (a negative duration or remaining work, a number beyond ValueMax,
// too many tasks), work.task_unknown (a link to no task), work.link_kind or work.dependency_cycle, which names the whole
// cycle in order: each task needs the next, and the last is the first. The field is a path such as tasks[3].after. Cost is linear
// in tasks and links.
func New(p Plan) (*Network, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	n := &Network{plan: p}
	if err := n.sort(); err != nil {
		return nil, err
	}
	n.bounds()
	n.tie()
	return n, nil
}

// cycleError is the refusal that shows a cycle: tasks in the order in which each needs the next, the last being the first, which
// has the index first.
func cycleError(first int, cycle []string) error {
	return errs.InvalidField(fmt.Sprintf("tasks[%d].after", first), "work.dependency_cycle", "These tasks wait for each other: %s. Remove one of the dependencies.", strings.Join(cycle, " needs "))
}

func check(p Plan) error {
	if len(p.Tasks) > TasksMax || len(p.Links) > 4*TasksMax {
		return errs.InvalidField("tasks", "work.number", "A network has at most %d tasks and four times as many links.", TasksMax)
	}
	big := func(v int) bool { return v > ValueMax || v < -ValueMax }
	if big(p.From) || big(p.Now.At) || big(p.End.At) {
		return errs.InvalidField("from", "work.number", "An instant of the plan is further away than %d.", ValueMax)
	}
	for i, t := range p.Tasks {
		if t.Duration < 0 || t.Remaining.At < 0 {
			return errs.InvalidField(fmt.Sprintf("tasks[%d].duration", i), "work.number", "The duration of task %s is negative.", t.Key)
		}
		for _, v := range []int{t.Duration, t.NotBefore.At, t.Deadline.At, t.FixedStart.At, t.FixedFinish.At, t.ActualStart.At, t.ActualFinish.At, t.Remaining.At} {
			if big(v) {
				return errs.InvalidField(fmt.Sprintf("tasks[%d]", i), "work.number", "A number of task %s is greater than %d.", t.Key, ValueMax)
			}
		}
	}
	for i, l := range p.Links {
		switch {
		case l.From < 0 || l.From >= len(p.Tasks) || l.To < 0 || l.To >= len(p.Tasks):
			return errs.InvalidField(fmt.Sprintf("links[%d]", i), "work.task_unknown", "A link ties a task that does not exist.")
		case int(l.Kind) >= len(kinds):
			return errs.InvalidField(fmt.Sprintf("links[%d]", i), "work.link_kind", "A link is of the kind FS, SS, FF or SF.")
		case big(l.Lag):
			return errs.InvalidField(fmt.Sprintf("links[%d]", i), "work.number", "A lag is longer than %d.", ValueMax)
		}
	}
	return nil
}

// bounds fills what facts and dates say of each task by itself.
func (n *Network) bounds() {
	count := len(n.plan.Tasks)
	ints := make([]int, 5*count)
	n.work, n.startsGE, n.endsGE, n.startsLE, n.endsLE = ints[:count:count], ints[count:2*count:2*count], ints[2*count:3*count:3*count], ints[3*count:4*count:4*count], ints[4*count:]
	n.state = make([]state, count)
	for k := range count {
		t := &n.plan.Tasks[n.at(k)]
		n.calendar = n.calendar || t.Calendar != nil
		n.work[k], n.startsGE[k], n.endsGE[k], n.startsLE[k], n.endsLE[k] = t.Duration, n.plan.From, Sooner, Never, Never
		if n.plan.Now.Set {
			n.startsGE[k] = max(n.plan.From, n.plan.Now.At)
		}
		if t.ActualStart.Set || t.ActualFinish.Set {
			n.happened(k, t)
			continue
		}
		starts, ends := n.fixed(k, t)
		atLeast(&n.startsGE[k], t.NotBefore)
		atLeast(&n.startsGE[k], starts)
		atLeast(&n.endsGE[k], ends)
		atMost(&n.startsLE[k], starts)
		atMost(&n.endsLE[k], ends)
		atMost(&n.endsLE[k], t.Deadline)
	}
}

// happened fills the bounds of a task that has begun or is done.
func (n *Network) happened(k int, t *Task) {
	n.started = true
	n.state[k] = begun
	if t.ActualFinish.Set {
		n.state[k] = done
		n.work[k], n.startsGE[k], n.endsGE[k] = 0, t.ActualFinish.At, t.ActualFinish.At
		return
	}
	if t.Remaining.Set {
		n.work[k] = t.Remaining.At
	}
	n.startsGE[k] = t.ActualStart.At
	if n.plan.Now.Set {
		n.startsGE[k] = max(n.startsGE[k], n.plan.Now.At)
	}
	_, ends := n.fixed(k, t)
	atLeast(&n.endsGE[k], ends)
	atMost(&n.endsLE[k], ends)
	atMost(&n.endsLE[k], t.Deadline)
}

// fixed returns the fixed dates of a task as its calendar can keep them: it starts with the first working time from the one on, and
// finishes with the last up to the other.
func (n *Network) fixed(k int, t *Task) (starts, ends Mark) {
	starts, ends = t.FixedStart, t.FixedFinish
	if n.work[k] > 0 {
		starts.At, ends.At = t.Calendar.Next(starts.At), t.Calendar.Last(ends.At)
	}
	return starts, ends
}

func atLeast(v *int, m Mark) {
	if m.Set {
		*v = max(*v, m.At)
	}
}

func atMost(v *int, m Mark) {
	if m.Set {
		*v = min(*v, m.At)
	}
}

// at returns the task at a position of the arrays.
func (n *Network) at(k int) int {
	if n.task == nil {
		return k
	}
	return int(n.task[k])
}

// place returns the position of a task.
func (n *Network) place(task int) int {
	if n.pos == nil {
		return task
	}
	return int(n.pos[task])
}

// started returns when a task of the plan began, if it has.
func (t *Task) started() (int, bool) {
	if t.ActualStart.Set {
		return t.ActualStart.At, true
	}
	return t.ActualFinish.At, t.ActualFinish.Set
}
