package workweb

import (
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/draw"
	"slipway/internal/work"
	"slipway/internal/work/graph"
)

// Bars returns the tasks of a release as bars of its plan, by key of the phase, with their dependencies. A task lies before
// its due date for as long as it is expected to take in working days of eight hours, or begins where it did; those without
// a date are left out. The critical chain is that of the open tasks.
func (p *Pages) Bars(tx *db.Tx, r plan.Release) (map[string][]draw.GanttRow, []draw.Dep, error) {
	ts, err := work.TasksOf(tx, r.ID)
	if err != nil {
		return nil, nil, err
	}
	who, err := peopleOf(tx, ts)
	if err != nil {
		return nil, nil, err
	}
	critical, slack := chain(ts)
	rows := map[string][]draw.GanttRow{}
	ids := map[string]string{}
	for _, t := range ts {
		if t.Due.IsZero() || t.Status == work.Dropped {
			continue
		}
		row := bar(t, tx.Now)
		row.Note, row.Href = who.of(t.Owner).First(), taskURL(r, t.ID)
		row.Critical = critical[t.Key]
		row.Slack = slack[t.Key]
		if row.Done == 0 && !row.Critical {
			row.Late = "" // not readable on a pale bar; the list says it
		}
		ids[t.Key] = row.ID
		rows[t.Phase] = append(rows[t.Phase], row)
	}
	var deps []draw.Dep
	for _, t := range ts {
		for _, n := range t.Needs {
			if ids[t.Key] != "" && ids[n] != "" {
				deps = append(deps, draw.Dep{From: ids[n], To: ids[t.Key], Critical: critical[t.Key] && critical[n]})
			}
		}
	}
	return rows, deps, nil
}

// day is the working time of a day; a bar is as long as its work takes at that pace.
const day = 8 * 60

func bar(t work.Task, now db.Time) draw.GanttRow {
	length := time.Duration(max(t.Estimate.Expected(), 60)) * time.Minute * (24 * 60) / day
	row := draw.GanttRow{ID: "task-" + t.ID, Name: t.Name, Start: t.Due.Add(-length).Std(), End: t.Due.Std()}
	if !t.StartedAt.IsZero() {
		row.Start = t.StartedAt.Std()
	}
	switch {
	case t.Status == work.Done:
		row.Done = 100
		row.End = t.EndedAt.Std()
		if late := t.EndedAt.Sub(t.Due); late > 0 {
			row.Late = ui.Duration(late.Truncate(time.Hour)) + " late"
		}
	case t.Late(now):
		row.End = now.Std()
		row.Late = ui.Duration(now.Sub(t.Due).Truncate(time.Hour)) + " late"
	}
	if !row.End.After(row.Start) {
		row.Start = row.End.Add(-length)
	}
	return row
}

// chain returns which open tasks decide how long all of them take, and how far each may slip, in elapsed time.
func chain(ts []work.Task) (critical map[string]bool, slack map[string]time.Duration) {
	open := map[string]bool{}
	for _, t := range ts {
		open[t.Key] = !t.Status.Ended()
	}
	var nodes []graph.Task
	for _, t := range ts {
		if !open[t.Key] {
			continue
		}
		n := graph.Task{ID: t.Key, Duration: time.Duration(t.Estimate.Expected()) * time.Minute}
		for _, x := range t.Needs {
			if open[x] {
				n.Needs = append(n.Needs, x)
			}
		}
		nodes = append(nodes, n)
	}
	critical, slack = map[string]bool{}, map[string]time.Duration{}
	g, err := graph.New(nodes)
	if err != nil {
		return critical, slack // a cycle is refused where it is written
	}
	path := g.CriticalPath()
	for _, k := range path.Critical {
		critical[k] = true
	}
	for _, x := range path.Timings {
		slack[x.ID] = x.Float * (24 * 60) / day
	}
	return critical, slack
}
