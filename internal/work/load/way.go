package load

import (
	"cmp"
	"slices"
)

// Kind is what a way out does.
type Kind string

// The ways out of a week with too much work.
const (
	Swap  Kind = "swap"  // a named deputy does the whole task
	Lend  Kind = "lend"  // somebody else does the whole task
	Split Kind = "split" // somebody else does what is too much of it
	Move  Kind = "move"  // the task is done later, within its float
	Order Kind = "level" // several tasks are done later, each within its float
	Add   Kind = "add"   // somebody joins for the weeks that are over
)

// Shift is a task that is done later: by so many days, and then until the day before To.
type Shift struct{ Task, Days, To int }

// Way is a way out, with its effect on the week that it was asked for.
type Way struct {
	Kind     Kind
	Task     int     // -1 for Order and Add
	Other    int     // who takes it over, -1 for Move, Order and Add
	Level    int     // of the other in the skill, 0 where a shared team tells
	Skill    int     // by which the other was found, -1 where a shared team tells
	From, To int     // weeks that it concerns, To being the week after the last
	Minutes  int     // that are taken away from the person altogether; for Add the most of any week
	Days     int     // by which Move moves
	Shifts   []Shift // of Move and Order
	After    Cell
	// The fullest of the weeks concerned, for the other before and after.
	OtherBefore, OtherAfter Cell
}

// Clears reports whether the week fits afterwards.
func (w Way) Clears() bool { return !w.After.Over() }

// Ways proposes at most limit ways out of a week of a person, those that make the week fit first. Every one was computed
// on the weeks as they are: who takes work over has the skill and the hours free in every week concerned, and a task that
// moves brings no week over that was not. A deputy whom the person has named needs a skill only where the task takes one.
// It costs causes × people × weeks.
func (l Load) Ways(p Problem, person, week, limit int) []Way {
	now := Cell{l.Supply(person, week), l.Demand(person, week)}
	if !now.Over() {
		return nil
	}
	var out []Way
	for _, s := range l.Causes(week, person) {
		if s.Cause >= len(p.Tasks) {
			continue
		}
		t := p.Tasks[s.Cause]
		if w, ok := l.move(p, s.Cause, week); ok {
			out = append(out, w)
		}
		if t.Fixed {
			continue
		}
		deputy := -1
		if w, ok := l.swap(p, s.Cause, week); ok {
			out, deputy = append(out, w), w.Other
		}
		if w, ok := l.best(p, s.Cause, week, l.lend); ok && w.Other != deputy {
			out = append(out, w)
		}
		if w, ok := l.best(p, s.Cause, week, l.split); ok {
			out = append(out, w)
		}
	}
	if w, ok := l.level(p, person, week); ok {
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b Way) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Level, a.Level), cmp.Compare(a.OtherAfter.Percent(), b.OtherAfter.Percent()), cmp.Compare(a.After.Percent(), b.After.Percent()))
	})
	out = spreadKinds(out)
	out = out[:min(len(out), max(limit-1, 0))]
	return append(out, l.add(person, week))
}

func rank(w Way) int {
	if w.Clears() {
		return 0
	}
	return 1
}

// spreadKinds brings the best of each kind to the front, in the order that they have.
func spreadKinds(ways []Way) []Way {
	seen := map[Kind]bool{}
	var first, rest []Way
	for _, w := range ways {
		if seen[w.Kind] {
			rest = append(rest, w)
			continue
		}
		seen[w.Kind] = true
		first = append(first, w)
	}
	return append(first, rest...)
}

// weeksOf are the shares that a task would have with a person, by week.
func (l Load) weeksOf(p Problem, person int, t Task) map[int]int {
	out := map[int]int{}
	l.spread(p, person, t, func(w, m int) { out[w] += m })
	return out
}

func span(weeks ...map[int]int) (from, to int) {
	from = -1
	for _, m := range weeks {
		for w := range m {
			if from < 0 || w < from {
				from = w
			}
			to = max(to, w+1)
		}
	}
	return max(from, 0), to
}

// able tells how another person is fit for a task: by the skill that it takes, or by one that both have, the better the
// owner's the sooner, or, when the owner has none, by a team that both are in.
func able(p Problem, t Task, other int) (skill, level int, ok bool) {
	a, b := p.People[t.Person], p.People[other]
	if t.Skill >= 0 {
		level = levelOf(b, t.Skill)
		return t.Skill, level, level >= max(t.Level, 1)
	}
	best := 0
	for _, s := range a.Skills {
		if n := levelOf(b, s.Skill); n > 0 && s.Level > best {
			best, skill, level = s.Level, s.Skill, n
		}
	}
	if len(a.Skills) > 0 {
		return skill, level, best > 0
	}
	return -1, 0, slices.ContainsFunc(a.Teams, func(x int) bool { return slices.Contains(b.Teams, x) })
}

func levelOf(p Person, skill int) int {
	for _, s := range p.Skills {
		if s.Skill == skill {
			return s.Level
		}
	}
	return 0
}

// best returns the best of what another person could do: who masters the skill best, then who has the most room.
func (l Load) best(p Problem, task, week int, try func(p Problem, task, other, week int) (Way, bool)) (Way, bool) {
	var best Way
	found := false
	for other := range p.People {
		if other == p.Tasks[task].Person {
			continue
		}
		skill, level, ok := able(p, p.Tasks[task], other)
		if !ok {
			continue
		}
		w, ok := try(p, task, other, week)
		w.Skill, w.Level = skill, level
		if ok && (!found || cmp.Or(cmp.Compare(w.Level, best.Level), cmp.Compare(best.OtherAfter.Percent(), w.OtherAfter.Percent())) > 0) {
			best, found = w, true
		}
	}
	return best, found
}

// takes puts minutes into the weeks of another person and fails if they do not fit.
func (l Load) takes(w *Way, other int, minutes map[int]int) bool {
	w.Other = other
	w.From, w.To = span(minutes)
	for week := w.From; week < w.To; week++ {
		before := Cell{l.Supply(other, week), l.Demand(other, week)}
		after := before
		after.Demand += minutes[week]
		if minutes[week] > 0 && after.Over() {
			return false
		}
		if after.Percent() > w.OtherAfter.Percent() || w.OtherAfter == (Cell{}) {
			w.OtherBefore, w.OtherAfter = before, after
		}
	}
	return len(minutes) > 0
}

func (l Load) lend(p Problem, task, other, week int) (Way, bool) {
	t := p.Tasks[task]
	mine := l.weeksOf(p, t.Person, t)
	w := Way{Kind: Lend, Task: task, After: Cell{l.Supply(t.Person, week), l.Demand(t.Person, week) - l.freed(p, t, week, mine[week])}}
	for _, m := range mine {
		w.Minutes += m
	}
	ok := w.After.Demand < l.Demand(t.Person, week) && l.takes(&w, other, l.weeksOf(p, other, t))
	return w, ok
}

// freed is how much less is asked of the owner when minutes of a task leave a week: an allocation to the same release
// stays, and takes them up.
func (l Load) freed(p Problem, t Task, week, minutes int) int {
	if t.Release < 0 {
		return minutes
	}
	tasks, promised := 0, 0
	for _, s := range l.Causes(week, t.Person) {
		if s.Cause < len(p.Tasks) && p.Tasks[s.Cause].Release == t.Release {
			tasks += s.Minutes
		}
	}
	for _, a := range p.Allocations {
		if a.Person == t.Person && a.Release == t.Release && a.From <= week && week < a.To {
			promised += a.Minutes
		}
	}
	return max(tasks, promised) - max(tasks-minutes, promised)
}

func (l Load) split(p Problem, task, other, week int) (Way, bool) {
	t := p.Tasks[task]
	w := Way{Kind: Split, Task: task, After: Cell{l.Supply(t.Person, week), l.Demand(t.Person, week)}}
	give := map[int]int{}
	for wk, m := range l.weeksOf(p, t.Person, t) {
		if over := l.Demand(t.Person, wk) - l.Supply(t.Person, wk); over > 0 {
			give[wk] = min(over, m)
			w.Minutes += give[wk]
		}
	}
	w.After.Demand -= l.freed(p, t, week, give[week])
	if w.Minutes == t.Minutes {
		return w, false // that is to lend the whole of it
	}
	ok := w.After.Demand < l.Demand(t.Person, week) && l.takes(&w, other, give)
	return w, ok
}

// swap hands a task to the first named deputy who has the room for it.
func (l Load) swap(p Problem, task, week int) (Way, bool) {
	t := p.Tasks[task]
	for _, d := range p.People[t.Person].Deputies {
		level := 0
		if t.Skill >= 0 {
			if level = levelOf(p.People[d], t.Skill); level < max(t.Level, 1) {
				continue
			}
		}
		if w, ok := l.lend(p, task, d, week); ok {
			w.Kind, w.Skill, w.Level = Swap, t.Skill, level
			return w, true
		}
	}
	return Way{}, false
}

// later is a task that starts so many days later and takes as much working time as it would have; false if its start then falls on a day
// without any, or its end behind its float.
func (l Load) later(p Problem, t Task, days int) (Task, bool) {
	sums := l.before[t.Person]
	horizon := len(sums) - 1
	out := t
	// What is left of a task that has begun is spread from today on, so it moves from there.
	from := max(t.From, p.Today, 0)
	to := max(t.To, from+1)
	out.From, out.To = from+days, to+days
	if worked := sums[min(to, horizon)] - sums[min(from, horizon)]; worked > 0 && to <= horizon && out.From < horizon {
		if sums[out.From+1] == sums[out.From] {
			return out, false
		}
		for out.To = out.From + 1; out.To <= horizon && sums[out.To]-sums[out.From] < worked; {
			out.To++
		}
	}
	return out, out.To <= to+t.Float
}

// move finds the least delay that makes the week fit, or the one that helps most.
func (l Load) move(p Problem, task, week int) (Way, bool) {
	t := p.Tasks[task]
	mine := l.weeksOf(p, t.Person, t)
	now := Cell{l.Supply(t.Person, week), l.Demand(t.Person, week)}
	best, found := Way{}, false
	for d := 1; d <= t.Float && !(found && best.Clears()); d++ {
		later, ok := l.later(p, t, d)
		if !ok {
			continue
		}
		moved := l.weeksOf(p, t.Person, later)
		w := Way{Kind: Move, Task: task, Other: -1, Skill: -1, Days: d, After: now, Shifts: []Shift{{task, d, later.To}}}
		if gone := mine[week] - moved[week]; gone > 0 {
			w.After.Demand -= l.freed(p, t, week, gone)
		}
		w.From, w.To = span(mine, moved)
		if w.After.Demand >= now.Demand || l.worse(t.Person, mine, moved) {
			continue
		}
		for wk, m := range mine {
			w.Minutes += max(m-moved[wk], 0)
		}
		if !found || w.After.Demand < best.After.Demand {
			best, found = w, true
		}
	}
	return best, found
}

// level moves tasks of a person one after the other, each within its float and the one that helps most first, until the week fits or no move helps.
// It is a way of its own only where it takes several.
func (l Load) level(p Problem, person, week int) (Way, bool) {
	own := Problem{Weeks: p.Weeks, Today: p.Today, People: []Person{p.People[person]}}
	var at []int // tasks of p
	for i, t := range p.Tasks {
		if t.Person == person {
			t.Person = 0
			own.Tasks, at = append(own.Tasks, t), append(at, i)
		}
	}
	for _, a := range p.Allocations {
		if a.Person == person {
			a.Person = 0
			own.Allocations = append(own.Allocations, a)
		}
	}
	w := Way{Kind: Order, Task: -1, Other: -1, Skill: -1, From: week, To: week + 1}
	moved := map[int]bool{}
	n := Compute(own)
	for n.Demand(0, week) > n.Supply(0, week) {
		best, found := Way{}, false
		for _, s := range n.Causes(week, 0) {
			if s.Cause >= len(own.Tasks) || moved[s.Cause] {
				continue
			}
			if x, ok := n.move(own, s.Cause, week); ok && (!found || x.After.Demand < best.After.Demand) {
				best, found = x, true
			}
		}
		if !found {
			break
		}
		own.Tasks[best.Task], _ = n.later(own, own.Tasks[best.Task], best.Days)
		moved[best.Task] = true
		w.Shifts = append(w.Shifts, Shift{at[best.Task], best.Days, best.Shifts[0].To})
		w.Minutes += best.Minutes
		w.From, w.To = min(w.From, best.From), max(w.To, best.To)
		n = Compute(own)
	}
	w.After = Cell{n.Supply(0, week), n.Demand(0, week)}
	return w, len(w.Shifts) > 1
}

// worse reports whether a week would be over, or further over, than it is.
func (l Load) worse(person int, was, is map[int]int) bool {
	for wk, m := range is {
		d := l.Demand(person, wk) - was[wk] + m
		if d > l.Supply(person, wk) && d > l.Demand(person, wk) {
			return true
		}
	}
	return false
}

// add says what somebody who joins would have to bring: the most hours of any of the weeks in a row that are over.
func (l Load) add(person, week int) Way {
	w := Way{Kind: Add, Task: -1, Other: -1, Skill: -1, From: week, To: week + 1, After: Cell{l.Supply(person, week), l.Supply(person, week)}}
	over := func(wk int) int { return l.Demand(person, wk) - l.Supply(person, wk) }
	for w.From > 0 && over(w.From-1) > 0 {
		w.From--
	}
	for w.To < l.Weeks && over(w.To) > 0 {
		w.To++
	}
	for wk := w.From; wk < w.To; wk++ {
		w.Minutes = max(w.Minutes, over(wk))
	}
	return w
}
