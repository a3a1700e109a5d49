package target

import (
	"fmt"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// ItemShift is what a change of the scope does to the work of one item.
type ItemShift struct {
	Item  string // key
	Title string
	Owner id.Person // of the item
	Hours int       // of work that come on top; negative: that fall away
	Gone  bool      // it is taken out, and the open tasks that serve nothing else with it
}

// Shift is what a change of the scope does to the schedule of a release.
type Shift struct {
	Known   bool    // false where the release has no work that could be scheduled
	Minutes int64   // of usual working hours by which Ready moves; negative is earlier
	Was     db.Time // when the work before the window can be done as it is
	Ready   db.Time // and after the change
	Text    string  // how that was found, and what it does not know
}

// workday is the minutes of a usual working day.
const workday = 8 * 60

// Days returns by how many usual working days Ready moves, rounded away from none.
func (s Shift) Days() int {
	if s.Minutes < 0 {
		return -int((workday - 1 - s.Minutes) / workday)
	}
	return int((s.Minutes + workday - 1) / workday)
}

// Shift schedules a release as it is and with another scope, both levelled. Work that comes on top is done by the owner of its item, or by whoever
// has most of the item's tasks; without either it runs beside the rest. What falls away shortens the tasks that serve the item alone. It
// checks no permission, changes nothing, and costs twice what outlook.ReadLevel does.
func (s *Targets) Shift(tx *db.Tx, r plan.Release, items []ItemShift) (Shift, error) {
	scope, err := plan.ScopeItems(tx, r)
	if err != nil {
		return Shift{}, err
	}
	e := scopeEdit{scope: scope}
	x, known, err := s.outlooks.ReadyWith(tx, r, func(tasks []work.Task) []work.Task { return e.all(tasks, items) })
	if err != nil || !known {
		return Shift{}, err
	}
	out := Shift{Known: true, Minutes: x.Minutes, Was: x.Was, Ready: x.Then}
	// The order of a levelled schedule is searched, and the search may be luckier with more to do.
	if e.more && !e.less && out.Minutes < 0 || e.less && !e.more && out.Minutes > 0 || !e.more && !e.less {
		out.Minutes, out.Ready = 0, x.Was
	}
	out.Text = strings.Join(append([]string{"the release scheduled anew, with everybody's hours and other work"}, e.notes...), "; ")
	return out, nil
}

// scopeEdit puts a change of the scope into the tasks of a release.
type scopeEdit struct {
	scope      []plan.ScopeItem
	more, less bool
	notes      []string
}

func (e *scopeEdit) all(tasks []work.Task, items []ItemShift) []work.Task {
	for _, x := range items {
		only, others := work.ServingOnly(tasks, e.scope, x.Item)
		switch {
		case x.Gone:
			tasks = e.drop(tasks, x, only)
		case x.Hours > 0:
			tasks = e.add(tasks, x, append(only, others...))
		case x.Hours < 0:
			tasks = e.shorten(tasks, x, only)
		}
	}
	return tasks
}

// drop takes tasks out, and says which.
func (e *scopeEdit) drop(tasks []work.Task, x ItemShift, only []work.Task) []work.Task {
	if len(only) == 0 {
		e.notes = append(e.notes, fmt.Sprintf("no open task serves %s alone, so none falls away", x.Item))
		return tasks
	}
	e.less = true
	gone := map[string]bool{}
	var names []string
	for _, t := range only {
		gone[t.Key] = true
		names = append(names, t.Name)
	}
	e.notes = append(e.notes, fmt.Sprintf("with %s these tasks fall away: %s", x.Item, strings.Join(names, ", ")))
	out := make([]work.Task, len(tasks))
	for i, t := range tasks {
		if gone[t.Key] {
			t.Status = work.Dropped
		}
		out[i] = t
	}
	return out
}

// add is one more task.
func (e *scopeEdit) add(tasks []work.Task, x ItemShift, serving []work.Task) []work.Task {
	e.more = true
	owner, most := x.Owner, int64(-1)
	for _, t := range serving {
		if w := t.Estimate.Expected(); x.Owner == "" && t.Owner != "" && w > most {
			owner, most = t.Owner, w
		}
	}
	if owner == "" {
		e.notes = append(e.notes, fmt.Sprintf("nobody is named for %s, so its %d hours run beside the rest", x.Item, x.Hours))
	}
	minutes := int64(x.Hours) * 60
	return append(tasks, work.Task{ID: "scope " + x.Item, Key: "scope " + x.Item, Name: x.Title, Owner: owner, Status: work.ToDo,
		Estimate: work.Estimate{Low: minutes, Likely: minutes, High: minutes}})
}

// shorten takes hours off tasks, in proportion to their work.
func (e *scopeEdit) shorten(tasks []work.Task, x ItemShift, only []work.Task) []work.Task {
	total := int64(0)
	in := map[string]bool{}
	for _, t := range only {
		in[t.Key] = true
		total += t.Estimate.Expected()
	}
	if total == 0 {
		e.notes = append(e.notes, fmt.Sprintf("no open task serves %s alone, so none gets shorter", x.Item))
		return tasks
	}
	e.less = true
	left := max(0, total+int64(x.Hours)*60)
	out := make([]work.Task, len(tasks))
	for i, t := range tasks {
		if in[t.Key] {
			t.Estimate.Low, t.Estimate.Likely, t.Estimate.High = t.Estimate.Low*left/total, t.Estimate.Likely*left/total, t.Estimate.High*left/total
			if t.Remaining != nil {
				rest := *t.Remaining * left / total
				t.Remaining = &rest
			}
		}
		out[i] = t
	}
	return out
}
