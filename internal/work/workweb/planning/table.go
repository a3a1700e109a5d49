package planning

import (
	"slipway/internal/platform/ui"
	"slipway/internal/work"
	"slipway/internal/work/workweb/gantt"
)

func (v *view) heads() []ui.Col {
	out := []ui.Col{{Title: "Task"}, {Title: "State"}, {Title: "Owner", Wide: true}, {Title: "Start", Wide: true}, {Title: "Finish"}, {Title: "Float", Wide: true, Num: true}}
	if v.baseline != nil {
		out = append(out, ui.Col{Title: "Baseline finish", Wide: true})
	}
	return out
}

// groupNote is what stands behind the name of a phase.
func groupNote(v *view, x line) string {
	if x.Start.IsZero() {
		return ""
	}
	s := ui.Date(x.Start, v.Now, v.Zone) + " to " + ui.Date(x.End, v.Now, v.Zone)
	if x.Said != "" {
		s += ", " + x.Said
	}
	if x.Late != "" {
		s += ", " + x.Late
	}
	return s
}

// second is the line under a name: what drives the dates.
func second(v *view, x line) string {
	if x.timing == nil || x.task.Status.Ended() {
		return ""
	}
	s := ""
	if x.Critical {
		s = "Critical"
	}
	d := x.timing.Driver
	if d == nil {
		return s
	}
	why := ""
	switch d.Cause {
	case "link":
		why = "waits for " + v.called(d.Task)
	case "resource":
		why = "waits until " + v.called(d.Task) + " gives its people back"
	case "date":
		why = "held by its own date"
	}
	switch {
	case s == "" && why != "":
		return string(why[0]-'a'+'A') + why[1:]
	case why != "":
		return s + ", " + why
	}
	return s
}

func (v *view) called(key string) string {
	if k, known := v.at[key]; known {
		return v.tasks[k].Name
	}
	return key
}

// state is how a row stands, for the table.
func (x line) state() (ui.State, string) {
	if x.Kind == gantt.Milestone {
		words := map[gantt.State]string{"go": "Reached", "hold": "Late", "wait": "To come"}
		return ui.State(x.State), words[x.State]
	}
	late := x.Late
	switch s := x.task.Status; {
	case s == work.Done && late != "":
		return ui.Go, "Done, " + late
	case s == work.Done:
		return ui.Go, "Done"
	case s == work.Blocked:
		return ui.NoGo, "Blocked"
	case late != "":
		return ui.Hold, late
	case s == work.Doing:
		return ui.Live, ui.Number(x.Done) + " % done"
	}
	return ui.Wait, "To do"
}

// starts is when a task starts; a milestone has no start.
func (x line) starts(l look) string {
	if x.timing == nil {
		return ""
	}
	return l.Day(x.timing.Start)
}

// float is how much later a task may be without harm.
func (x line) float() string {
	if x.timing == nil || x.task.Status.Ended() || x.Critical {
		return ""
	}
	return worked(x.timing.Float, false)
}
