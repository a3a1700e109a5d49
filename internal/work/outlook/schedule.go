package outlook

import (
	"context"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/schedule"
)

// Schedule says when the work of a release can be done, if every task takes what is expected of it.
type Schedule struct {
	Release    id.Release `json:"release"`
	ReleaseKey string     `json:"releaseKey"`
	At         db.Time    `json:"at"`                   // the date that the facts are from
	Ready      db.Time    `json:"ready,omitzero"`       // when the work before the window can be finished
	Finish     db.Time    `json:"finish,omitzero"`      // when all of it can
	Start      db.Time    `json:"windowStart,omitzero"` // of the window
	End        db.Time    `json:"windowEnd,omitzero"`
	Margin     *int64     `json:"margin,omitempty"`    // minutes from Ready to the window, around the clock; negative is too late
	Levelled   bool       `json:"levelled"`            // nobody and nothing is used beyond capacity
	Vague      int        `json:"withoutEstimate"`     // open tasks without an estimate, which count for nothing
	Unreached  int        `json:"unreached"`           // open tasks for which no working time is left within three years
	Critical   []string   `json:"critical"`            // keys of one chain of tasks that decides Ready, in order
	Tasks      []Timing   `json:"tasks"`               // without those that were dropped
	Marks      []Mark     `json:"marks"`               // the window and the milestones
	Shortages  []Shortage `json:"shortages,omitempty"` // of a levelled schedule: what tasks use and nobody has
}

// Timing is when a task can run.
type Timing struct {
	Key        string      `json:"key"`
	Name       string      `json:"name"`
	Owner      id.Person   `json:"owner,omitempty"`
	Phase      string      `json:"phase,omitempty"`
	Status     work.Status `json:"status"`
	Work       int64       `json:"work"`               // minutes that are left of it
	Start      db.Time     `json:"start,omitzero"`     // at the earliest; what has begun, when it did
	Finish     db.Time     `json:"finish,omitzero"`    // at the earliest; none, if never
	LateStart  db.Time     `json:"lateStart,omitzero"` // at the latest, for Ready; none of what has ended
	LateFinish db.Time     `json:"lateFinish,omitzero"`
	Float      int64       `json:"float"`     // minutes of its owner's working time by which it may be late without moving Ready, or, of work that follows the window, Finish
	FreeFloat  int64       `json:"freeFloat"` // the same without moving any other task
	Critical   bool        `json:"critical"`  // it has no float, and Ready waits for it
	Due        db.Time     `json:"due,omitzero"`
	Late       bool        `json:"late"`             // it cannot be finished when it is due
	Driver     *Driver     `json:"driver,omitempty"` // why it does not start or finish earlier
	Shift      int64       `json:"shift,omitempty"`  // of a levelled schedule: minutes of working time by which its start moved
}

// Driver is what a task's dates come from.
type Driver struct {
	Cause string `json:"cause"`          // link, resource, date, now, start or hours
	Task  string `json:"task,omitempty"` // the giver, of a link or a resource
	Type  string `json:"type,omitempty"` // of a link
}

// Mark is the window or a milestone: reached when all work before it is done.
type Mark struct {
	Kind    string  `json:"kind"` // window or milestone
	Key     string  `json:"key,omitempty"`
	Name    string  `json:"name"`
	Planned db.Time `json:"planned,omitzero"`
	Finish  db.Time `json:"finish,omitzero"` // when it can be reached, or was
	Reached bool    `json:"reached"`
	Tasks   int     `json:"tasks"` // that it waits for
	Late    bool    `json:"late"`
}

// Schedule schedules a release as it stands. It fails with errs.NotFound if the caller may not see it.
func (o *Outlooks) Schedule(ctx context.Context, release string) (Schedule, error) {
	return db.Reading(ctx, o.db, func(tx *db.Tx) (Schedule, error) { return o.ReadSchedule(tx, release) })
}

// ReadSchedule is Outlooks.Schedule inside the caller's snapshot. It costs about ten statements, whatever the number of tasks.
func (o *Outlooks) ReadSchedule(tx *db.Tx, release string) (Schedule, error) {
	r, err := seen(tx, release)
	if err != nil {
		return Schedule{}, err
	}
	m, err := o.read(tx, r)
	if err != nil {
		return Schedule{}, err
	}
	result, err := m.compute(m.plan)
	if err != nil {
		return Schedule{}, err
	}
	return m.tell(tx.Now, result, m.plan, len(m.plan.Links)), nil
}

// tell puts a result into words. The links from the given one on stand for resources that are handed on.
func (m *model) tell(now db.Time, r *schedule.Result, p schedule.Plan, flow int) Schedule {
	s := Schedule{Release: m.r.ID, ReleaseKey: m.r.Key, At: now, Start: m.r.Window.Start, End: m.r.Window.End, Vague: m.vague, Critical: []string{}, Tasks: []Timing{}, Marks: []Mark{}}
	for _, k := range m.marks {
		finish := at(r.Finish(k.task))
		if k.tasks == 0 && k.actual.IsZero() {
			finish = 0
		}
		x := Mark{Kind: k.kind, Key: k.key, Name: k.name, Planned: k.planned, Finish: finish, Reached: !k.actual.IsZero(), Tasks: k.tasks}
		x.Late = !x.Planned.IsZero() && x.Finish.After(x.Planned)
		s.Marks = append(s.Marks, x)
	}
	s.Ready = s.Marks[0].Finish
	if !s.Ready.IsZero() && !s.Start.IsZero() {
		margin := int64(s.Start.Sub(s.Ready).Minutes())
		s.Margin = &margin
	}
	counts := m.counts(p.Links)
	for i, t := range m.tasks {
		x := m.timing(i, t, r, p, flow)
		x.Critical = x.Critical && counts[i]
		s.Tasks = append(s.Tasks, x)
		if r.Finish(i) >= schedule.Never {
			s.Unreached++
		} else {
			s.Finish = max(s.Finish, at(r.Finish(i)))
		}
	}
	for _, i := range m.chain(r, p) {
		s.Critical = append(s.Critical, m.tasks[i].Key)
	}
	return s
}

func (m *model) timing(i int, t work.Task, r *schedule.Result, p schedule.Plan, flow int) Timing {
	x := Timing{Key: t.Key, Name: t.Name, Owner: t.Owner, Phase: t.Phase, Status: t.Status, Start: at(r.Start(i)), Finish: at(r.Finish(i)),
		Float: int64(r.Float(i)), FreeFloat: int64(r.FreeFloat(i)), Critical: r.Critical(i), Due: t.Due}
	if t.Status == work.Done {
		return x
	}
	x.LateStart, x.LateFinish = at(r.LateStart(i)), at(r.LateFinish(i))
	x.Work = int64(p.Tasks[i].Duration)
	if p.Tasks[i].Remaining.Set {
		x.Work = int64(p.Tasks[i].Remaining.At)
	}
	x.Late = !t.Due.IsZero() && (x.Finish.IsZero() || x.Finish.After(t.Due))
	cause, link := r.Driver(i)
	switch {
	case cause == schedule.ByLink:
		l := p.Links[link]
		x.Driver = &Driver{Cause: "link", Task: p.Tasks[l.From].Key, Type: l.Kind.String()}
		if link >= flow {
			x.Driver = &Driver{Cause: "resource", Task: p.Tasks[l.From].Key}
		}
	default:
		x.Driver = &Driver{Cause: causes[cause]}
	}
	return x
}

var causes = map[schedule.Cause]string{schedule.ByDate: "date", schedule.ByNow: "now", schedule.ByFact: "now", schedule.ByFrom: "start", schedule.ByNothing: "hours"}

// chain is a chain of open tasks that decides when the window's work is finished.
func (m *model) chain(r *schedule.Result, p schedule.Plan) []int {
	var out []int
	for i := m.marks[0].task; ; {
		cause, link := r.Driver(i)
		if cause != schedule.ByLink {
			break
		}
		i = p.Links[link].From
		if m.tasks[i].Status == work.Done {
			break
		}
		out = append([]int{i}, out...)
	}
	return out
}
