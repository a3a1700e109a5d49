package planfile

import (
	"fmt"
	"slices"
)

// summaries hands the links of summary tasks on to the tasks below them, which alone are taken: nothing below a summary starts
// before what it waits for, and what waits for its end waits for the end of each. A link that ties the start of the giver's summary, or
// the end of the taker's, says something of one task of many; it is left out with a note.
func (r *reading) summaries() {
	below := r.below()
	for i := range r.tasks {
		if x := &r.tasks[i]; x.taken() {
			x.Links = r.givers(*x, below)
		}
	}
	for _, sum := range r.tasks {
		if sum.Summary != 1 || sum.Null == 1 || sum.UID == "0" {
			continue
		}
		for _, l := range r.givers(sum, below) {
			r.hand(sum, l, below)
		}
	}
}

// handedMax bounds what the links of summary tasks become.
const handedMax = 20 * tasksMax

// hand gives a link of a summary task to the tasks below it.
func (r *reading) hand(sum placed, l xmlLink, below map[string][]int) {
	tasks := below[sum.UID]
	starts := l.Type == 1 || l.Type == 3
	if _, unresolved := below[l.UID]; unresolved || !starts || l.Cross == 1 || r.inside(tasks, l.UID) || r.handed+len(tasks) > handedMax {
		r.note(sum, "The link of this summary task to task "+l.UID+" was left out: it cannot be said of each task below it.")
		return
	}
	r.handed += len(tasks)
	for _, k := range tasks {
		if x := &r.tasks[k]; len(x.Links) < linksMax && !linked(x.Links, l.UID) {
			x.Links = append(x.Links, l)
		}
	}
}

// givers returns the links of a task with the tasks below a summary task in place of it, where they tie its end.
func (r *reading) givers(x placed, below map[string][]int) []xmlLink {
	var out []xmlLink
	for _, l := range x.Links[:min(len(x.Links), linksMax+1)] {
		tasks := below[l.UID]
		ends := l.Type == 0 || l.Type == 1
		if len(tasks) == 0 || l.Cross == 1 || !ends || len(x.Links)+len(tasks) > linksMax || r.handed+len(tasks) > handedMax || r.inside(tasks, x.UID) {
			out = append(out, l)
			continue
		}
		r.handed += len(tasks)
		for _, i := range tasks {
			one := l
			if one.UID = r.tasks[i].UID; !linked(x.Links, one.UID) && !linked(out, one.UID) {
				out = append(out, one)
			}
		}
		r.note(x, fmt.Sprintf("It hangs on the summary task %s. It was tied to the %d tasks below that.", l.UID, len(tasks)))
	}
	return out
}

// inside reports whether a task is one of some.
func (r *reading) inside(tasks []int, uid string) bool {
	return slices.ContainsFunc(tasks, func(i int) bool { return r.tasks[i].UID == uid })
}

func linked(links []xmlLink, uid string) bool {
	return slices.ContainsFunc(links, func(l xmlLink) bool { return l.UID == uid })
}

func (t placed) taken() bool {
	return t.Null != 1 && t.UID != "0" && t.Summary != 1 && (t.Active == nil || *t.Active != 0)
}

// below returns the tasks that are taken below each summary task, in the order of the file.
func (r *reading) below() map[string][]int {
	out := map[string][]int{}
	var over []placed
	for i, t := range r.tasks {
		if t.Null == 1 || t.UID == "0" {
			continue
		}
		for len(over) > 0 && over[len(over)-1].Level >= t.Level {
			over = over[:len(over)-1]
		}
		if t.Summary == 1 {
			if len(over) < depthMax {
				over = append(over, t)
			}
			continue
		}
		if t.taken() {
			for _, s := range over {
				out[s.UID] = append(out[s.UID], i)
			}
		}
	}
	return out
}
