package outlook

import (
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/means"
	"slipway/internal/work/schedule"
)

// model is a release as the engines see it.
type model struct {
	r          plan.Release
	now        int            // minute of the axis, rounded up
	all        []work.Task    // with those that were dropped
	tasks      []work.Task    // without them
	index      map[string]int // by key
	plan       schedule.Plan  // the tasks, and behind them the marks
	marks      []mark
	base       *schedule.Calendar // the usual hours
	clocks     means.Clocks
	phases     []plan.Phase
	milestones []plan.Milestone
	vague      int // open tasks without an estimate
	around     around
}

// mark is a point that is reached when all of its tasks are done.
type mark struct {
	kind, key, name string
	planned         db.Time
	actual          db.Time
	task            int // index in plan.Tasks
	tasks           int // how many it waits for
}

// The kinds of marks.
const (
	markWindow    = "window"
	markMilestone = "milestone"
)

// read builds the model of a release. It checks no permission.
func (o *Outlooks) read(tx *db.Tx, r plan.Release) (*model, error) { return o.readWith(tx, r, nil) }

// readWith is read with tasks that are edited, for what would be.
func (o *Outlooks) readWith(tx *db.Tx, r plan.Release, edit func([]work.Task) []work.Task) (*model, error) {
	all, err := work.TasksOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	if edit != nil {
		all = edit(all)
	}
	m := started(tx.Now, r, all)
	if m.phases, err = plan.Phases(tx, r.ID); err != nil {
		return nil, err
	}
	if m.milestones, err = plan.Milestones(tx, r.ID); err != nil {
		return nil, err
	}
	if m.base, err = o.means.Usual(tx); err != nil {
		return nil, err
	}
	if m.clocks, err = o.means.Clocks(tx, m.tasks); err != nil {
		return nil, err
	}
	m.lay()
	m.mark()
	return m, nil
}

// started is a model with the tasks that are not dropped, and nothing else.
func started(now db.Time, r plan.Release, all []work.Task) *model {
	m := &model{r: r, now: reached(now), all: all, index: map[string]int{}}
	for _, t := range all {
		if t.Status != work.Dropped {
			m.index[t.Key] = len(m.tasks)
			m.tasks = append(m.tasks, t)
		}
	}
	return m
}

// reached is the first minute of the axis that does not lie before an instant.
func reached(t db.Time) int { return schedule.Minute(t.Std().Add(time.Minute - time.Microsecond)) }

// asOf lays the network anew, as it was at an instant before the reading from which on nothing has changed but the time.
func (m *model) asOf(t db.Time) {
	m.now, m.vague, m.marks = reached(t), 0, nil
	m.lay()
	m.mark()
}

// earlier is the same release with its network laid as of an earlier minute.
func (m *model) earlier(minute int) *model {
	out := *m
	out.asOf(at(minute))
	return &out
}

func (m *model) calendar(p id.Person) *schedule.Calendar {
	if c := m.clocks.Calendars[p]; c != nil {
		return c
	}
	return m.base
}

// lay makes the network of the tasks.
func (m *model) lay() {
	m.plan = schedule.Plan{From: schedule.Minute(m.r.CreatedAt.Std()), Now: schedule.On(m.now)}
	for _, t := range m.tasks {
		c := m.calendar(t.Owner)
		x := schedule.Task{Key: t.Key, Duration: int(t.Estimate.Expected()), Calendar: c,
			NotBefore: marked(t.NotBefore), FixedStart: marked(t.FixedStart), FixedFinish: marked(t.FixedEnd)}
		if t.Estimate.IsZero() && !t.Status.Ended() {
			m.vague++
		}
		if !m.r.Window.IsZero() && t.Due.After(m.r.Window.Start) && t.NotBefore.Before(m.r.Window.Start) {
			x.NotBefore = marked(m.r.Window.Start) // what is due after the deployment is work that follows it
		}
		switch {
		case t.Status == work.Done:
			x.ActualFinish = marked(t.EndedAt)
			x.ActualStart = marked(t.StartedAt)
		case !t.StartedAt.IsZero():
			x.ActualStart = marked(t.StartedAt)
			x.Remaining = schedule.On(left(t, c, m.now))
		case t.Remaining != nil:
			x.Duration = int(*t.Remaining)
		}
		m.plan.Tasks = append(m.plan.Tasks, x)
	}
	for i, t := range m.tasks {
		for _, l := range t.Links() {
			from, known := m.index[l.Task]
			if !known {
				continue // dropped: it holds nobody up
			}
			kind, _ := schedule.ParseKind(l.Type)
			m.plan.Links = append(m.plan.Links, schedule.Link{From: from, To: i, Kind: kind, Lag: int(l.Lag), Elapsed: l.Elapsed})
		}
	}
}

// left is the work that is left of a task that has begun: what somebody said, otherwise what is expected less the working time since it
// began, but at least a tenth of it.
func left(t work.Task, c *schedule.Calendar, now int) int {
	if t.Remaining != nil {
		return int(*t.Remaining)
	}
	expected := int(t.Estimate.Expected())
	return max(expected-c.Between(schedule.Minute(t.StartedAt.Std()), now), (expected+9)/10)
}

func marked(t db.Time) schedule.Mark {
	if t.IsZero() {
		return schedule.Mark{}
	}
	return schedule.On(schedule.Minute(t.Std()))
}

// mark adds a point for the window and for each milestone that has not been reached. A task belongs to those that are planned at or after its
// due date, or, if it has none, at or after the end of its phase; all tasks but those that are due after its start belong to the window.
func (m *model) mark() {
	ends := map[string]db.Time{}
	for _, p := range m.phases {
		ends[p.Key] = p.PlannedEnd
	}
	due := func(t work.Task) db.Time {
		if t.Due.IsZero() {
			return ends[t.Phase]
		}
		return t.Due
	}
	m.point(mark{kind: markWindow, name: "Window", planned: m.r.Window.Start}, func(t work.Task) bool {
		return t.Due.IsZero() || m.r.Window.IsZero() || !t.Due.After(m.r.Window.Start)
	})
	for _, x := range m.milestones {
		m.point(mark{kind: markMilestone, key: x.Key, name: x.Name, planned: x.PlannedAt, actual: x.ActualAt}, func(t work.Task) bool {
			return !x.PlannedAt.IsZero() && !due(t).IsZero() && !due(t).After(x.PlannedAt)
		})
	}
}

func (m *model) point(k mark, of func(t work.Task) bool) {
	k.task = len(m.plan.Tasks)
	for i, t := range m.tasks {
		if of(t) {
			k.tasks++
			m.plan.Links = append(m.plan.Links, schedule.Link{From: i, To: k.task})
		}
	}
	x := schedule.Task{Key: k.kind + " " + k.key, Calendar: m.base}
	switch {
	case !k.actual.IsZero():
		x.ActualFinish = marked(k.actual)
	case k.kind == markWindow:
		x.ActualFinish = marked(m.finished(of))
	}
	m.plan.Tasks = append(m.plan.Tasks, x)
	m.marks = append(m.marks, k)
}

// finished is when the last of some tasks was done, none if one is still open or there is none.
func (m *model) finished(of func(t work.Task) bool) (last db.Time) {
	for _, t := range m.tasks {
		switch {
		case !of(t):
		case t.Status != work.Done:
			return 0
		default:
			last = max(last, t.EndedAt)
		}
	}
	return last
}

// compute schedules the plan. Late dates are counted back from when the work before the window can be finished.
func (m *model) compute(p schedule.Plan) (*schedule.Result, error) {
	r, err := pass(p)
	if err != nil {
		return nil, err
	}
	ready := m.marks[0].task
	if end := r.Finish(ready); end < schedule.Never {
		p.Tasks = append([]schedule.Task(nil), p.Tasks...)
		p.Tasks[ready].Deadline = schedule.On(end)
		return pass(p)
	}
	return r, nil
}

// pass schedules a plan as it is.
func pass(p schedule.Plan) (*schedule.Result, error) {
	n, err := schedule.New(p)
	if err != nil {
		return nil, err
	}
	var r schedule.Result
	n.Compute(&r)
	return &r, nil
}
