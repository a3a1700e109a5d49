package planning

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/workweb/gantt"
)

// facts are what the picture and its table are drawn from.
type facts struct {
	release    plan.Release
	schedule   outlook.Schedule
	tasks      []work.Task
	phases     []plan.Phase
	milestones []plan.Milestone
	baseline   *outlook.Baseline
	who        reader.Who
	at         map[string]int  // place of a task in tasks, by key
	drove      map[string]bool // tasks that are done and led to the critical ones
	planned    map[string]outlook.Planned
	promised   map[string]outlook.Stretch // milestones of the baseline
}

// read takes what there is to see, and adds who it is about.
func (f *facts) read(tx *db.Tx, s outlook.Sight) (err error) {
	f.schedule, f.tasks, f.phases, f.milestones = s.Schedule, s.Tasks, s.Phases, s.Milestones
	f.at = make(map[string]int, len(f.tasks))
	ids := make([]id.Person, len(f.tasks))
	for i, t := range f.tasks {
		f.at[t.Key], ids[i] = i, t.Owner
	}
	f.planned, f.promised = map[string]outlook.Planned{}, map[string]outlook.Stretch{}
	if f.baseline != nil {
		for _, t := range f.baseline.Content.Tasks {
			f.planned[t.Key] = t
		}
		for _, m := range f.baseline.Content.Marks {
			f.promised[m.Key] = m
		}
	}
	f.who, err = reader.WhoIs(tx, "", ids...)
	return err
}

// line is a row of the picture and of the table.
type line struct {
	gantt.Row
	task   *work.Task
	timing *outlook.Timing
	was    db.Time // finish or date in the baseline
	is     db.Time
}

// lines are all rows in order: phase by phase its tasks and milestones by their dates, then what belongs to no phase. links lead between them.
func (f *facts) lines(l look) (lines []line, links []gantt.Link) {
	groups := make([][]line, len(f.phases)+1)
	place := map[string]int{}
	for i, p := range f.phases {
		place[p.Key] = i
	}
	f.lead()
	for i := range f.schedule.Tasks {
		x := &f.schedule.Tasks[i]
		k, known := f.at[x.Key]
		if !known {
			continue
		}
		g, in := place[x.Phase]
		if !in {
			g = len(f.phases)
		}
		groups[g] = append(groups[g], f.taskLine(l, &f.tasks[k], x))
	}
	reach := map[string]outlook.Mark{}
	for _, m := range f.schedule.Marks {
		reach[m.Kind+m.Key] = m
	}
	for i := range f.milestones {
		if x := f.milestoneLine(l, &f.milestones[i], reach["milestone"+f.milestones[i].Key]); !x.At.IsZero() {
			g := f.phaseAt(f.milestones[i].PlannedAt)
			groups[g] = append(groups[g], x)
		}
	}
	if x, drawn := f.windowLine(l); drawn {
		g := f.phaseAt(x.is)
		groups[g] = append(groups[g], x)
	}
	row := map[string]int{}
	for g, members := range groups {
		if g < len(f.phases) {
			lines = append(lines, f.phaseLine(l, f.phases[g], members))
		} else if len(members) > 0 && len(f.phases) > 0 {
			lines = append(lines, line{Row: gantt.Row{Kind: gantt.Group, Name: "Further tasks"}})
		}
		slices.SortStableFunc(members, func(a, b line) int {
			return cmp.Or(a.first().Compare(b.first()), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
		})
		for _, m := range members {
			if m.task != nil {
				row[m.task.Key] = len(lines)
			}
			lines = append(lines, m)
		}
	}
	return lines, f.links(row)
}

// lead follows the critical path back through what is done: the giver that ended last is the one that decided when a task began.
func (f *facts) lead() {
	f.drove = map[string]bool{}
	var stack []string
	for _, x := range f.schedule.Tasks {
		if x.Critical {
			stack = append(stack, x.Key)
		}
	}
	for len(stack) > 0 {
		key := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		last, at := "", db.Time(0)
		for _, a := range f.tasks[f.at[key]].Links() {
			if k, known := f.at[a.Task]; known && f.tasks[k].Status == work.Done && f.tasks[k].EndedAt > at {
				last, at = a.Task, f.tasks[k].EndedAt
			}
		}
		if began := f.tasks[f.at[key]].StartedAt; last != "" && !began.IsZero() && !f.drove[last] {
			f.drove[last] = true
			stack = append(stack, last)
		}
	}
}

// first is the instant that orders lines.
func (x line) first() time.Time {
	if x.Kind == gantt.Milestone {
		return x.At
	}
	return x.Start
}

// phaseAt is the phase in whose time an instant lies: the last that begins before it; without any, the lines of no phase.
func (f *facts) phaseAt(t db.Time) int {
	found := len(f.phases)
	for i, p := range f.phases {
		if i == 0 || !p.PlannedStart.IsZero() && p.PlannedStart.Before(t) {
			found = i
		}
	}
	return found
}

func (f *facts) phaseLine(l look, p plan.Phase, members []line) line {
	x := line{Row: gantt.Row{Kind: gantt.Group, Name: p.Name, Start: p.PlannedStart.Std(), End: p.PlannedEnd.Std()}}
	if p.PlannedStart.IsZero() {
		x.Start, x.End = time.Time{}, time.Time{}
	}
	if !p.ActualStart.IsZero() {
		x.Start = p.ActualStart.Std()
	}
	if !p.ActualEnd.IsZero() {
		x.End = p.ActualEnd.Std()
	}
	done, all := 0, 0
	for _, m := range members {
		if m.Kind == gantt.Task {
			done += m.Done
			all++
		}
	}
	switch {
	case !p.ActualEnd.IsZero():
		x.Done, x.Said = 100, "done"
	case all > 0:
		x.Done = done / all
		x.Said = ui.Number(x.Done) + " per cent done"
	}
	end := p.ActualEnd
	if end.IsZero() {
		end = db.At(l.Now)
	}
	if !p.PlannedEnd.IsZero() && !p.ActualStart.IsZero() {
		x.Late = l.late(p.PlannedEnd, end)
	}
	return x
}

// late says by how much a date is missed, "" under an hour.
func (l look) late(planned, is db.Time) string {
	if is.Sub(planned) < time.Hour {
		return ""
	}
	return uifigure.Slip(planned.Std(), is.Std(), l.Zone) + " late"
}

func (f *facts) taskLine(l look, t *work.Task, x *outlook.Timing) line {
	r := line{task: t, timing: x, is: x.Finish, Row: gantt.Row{Name: t.Name, Href: releaseURL(f.release, "tasks", t.ID), Note: f.who.Of(t.Owner).First(),
		Start: x.Start.Std(), End: x.Finish.Std(), Critical: x.Critical || f.drove[t.Key], Done: done(t, x)}}
	if x.Start.IsZero() || x.Finish.IsZero() {
		r.Start, r.End = time.Time{}, time.Time{}
	}
	if x.Float > 0 && !x.LateFinish.IsZero() {
		r.Until = x.LateFinish.Std()
	}
	end := x.Finish
	if t.Status == work.Done {
		end = t.EndedAt
	}
	if !t.Due.IsZero() {
		r.Late = l.late(t.Due, end)
	}
	if p, known := f.planned[t.Key]; known && !p.Start.IsZero() && !p.Finish.IsZero() {
		r.was, r.Base = p.Finish, gantt.Stretch{From: p.Start.Std(), To: p.Finish.Std()}
	}
	r.Said = f.taskSaid(l, t, x, r.Row)
	return r
}

func (f *facts) taskSaid(l look, t *work.Task, x *outlook.Timing, r gantt.Row) string {
	s := f.who.Of(t.Owner).Name
	if s != "" {
		s += ", "
	}
	s += l.Day(x.Start) + " to " + l.Day(x.Finish) + ", " + ui.Number(r.Done) + " per cent done"
	if r.Critical {
		s += ", critical"
	}
	if r.Late != "" {
		s += ", " + r.Late
	}
	return s
}

// done is the share of a task's expected work that is behind it.
func done(t *work.Task, x *outlook.Timing) int {
	expected := t.Estimate.Expected()
	switch {
	case t.Status == work.Done:
		return 100
	case t.StartedAt.IsZero() || expected == 0:
		return 0
	}
	return int(max(0, min(99, (expected-x.Work)*100/expected)))
}

func (f *facts) milestoneLine(l look, m *plan.Milestone, reach outlook.Mark) line {
	at, state := m.PlannedAt, gantt.State("wait")
	x := line{}
	switch {
	case !m.ActualAt.IsZero():
		at, state, x.Said = m.ActualAt, "go", "reached"
	case reach.Late:
		state, x.Late = "hold", l.late(m.PlannedAt, reach.Finish)
		x.Said = "its work can be done " + l.Day(reach.Finish)
	case !m.PlannedAt.IsZero() && m.PlannedAt.Before(db.At(l.Now)):
		state, x.Said = "hold", "not reached"
	}
	x.Kind, x.Name, x.State, x.is = gantt.Milestone, m.Name, state, at
	x.Href = releaseURL(f.release, "plan", "milestones") + "?id=" + m.ID
	if !at.IsZero() {
		x.At, x.Note = at.Std(), l.short(at)
		if at == f.release.Window.Start {
			x.Note = l.clock(at)
		}
		if x.Said != "" {
			x.Said = ", " + x.Said
		}
		x.Said = l.Day(at) + x.Said
	}
	if s, known := f.promised[m.Key]; known && !s.From.IsZero() {
		x.was = s.From
		x.Was = s.From.Std()
	}
	return x
}

// The names of the window's row: the second where a milestone elsewhere has the first.
const (
	windowOpens = "Window opens"
	windowStart = "Start of the window"
)

// windowLine is the beginning of the window. A milestone of that name that is planned there stands for it, and none is drawn.
func (f *facts) windowLine(l look) (x line, drawn bool) {
	w := f.release.Window
	if w.IsZero() {
		return line{}, false
	}
	name := windowOpens
	for _, m := range f.milestones {
		if !strings.EqualFold(strings.TrimSpace(m.Name), windowOpens) {
			continue
		}
		if m.PlannedAt == w.Start {
			return line{}, false
		}
		name = windowStart
	}
	x = line{Row: gantt.Row{Kind: gantt.Milestone, Name: name, Note: l.clock(w.Start), At: w.Start.Std(), Href: releaseURL(f.release, "scope", "window"), State: "wait"}, is: w.Start}
	if f.baseline != nil && !f.baseline.Content.Window.Start.IsZero() {
		x.was = f.baseline.Content.Window.Start
		x.Was = x.was.Std()
	}
	x.Said = l.Day(w.Start)
	return x, true
}

// short writes a date for the narrow column beside a name.
func (l look) short(t db.Time) string { return t.Std().In(l.Zone).Format("2 Jan") }

func (l look) clock(t db.Time) string { return t.Std().In(l.Zone).Format("2 Jan 15:04") }

// ties are the links' types as the picture has them.
var ties = map[string]gantt.Tie{"FS": gantt.FinishStart, "SS": gantt.StartStart, "FF": gantt.FinishFinish, "SF": gantt.StartFinish}

// links leads from row to row. One is critical that ties two critical tasks and drives the later one.
func (f *facts) links(row map[string]int) []gantt.Link {
	drives := map[string]string{}
	critical := map[string]bool{}
	for _, x := range f.schedule.Tasks {
		critical[x.Key] = x.Critical || f.drove[x.Key]
		if x.Driver != nil {
			drives[x.Key] = x.Driver.Task
		}
	}
	var out []gantt.Link
	for _, t := range f.tasks {
		to, drawn := row[t.Key]
		if !drawn {
			continue
		}
		for _, a := range t.Links() {
			if from, drawn := row[a.Task]; drawn {
				drives := drives[t.Key] == a.Task || f.drove[a.Task]
				out = append(out, gantt.Link{From: from, To: to, Tie: ties[a.Type], Critical: critical[t.Key] && critical[a.Task] && drives})
			}
		}
	}
	return out
}
