package schedule

// Cause says what a task's early dates come from.
type Cause uint8

// The causes, of which the first that applies is given.
const (
	ByFact    Cause = iota // it has happened
	ByLink                 // a link, which Driver names
	ByDate                 // a date of the task's own
	ByNow                  // the date that the facts are from
	ByFrom                 // the start of the plan
	ByNothing              // working times, or another link whose effect they hide
)

// End returns the finish of the network: the latest early finish of a task that is reached; Plan.From without tasks.
func (r *Result) End() int { return r.end }

// Start returns when a task starts at the earliest; what has started, when it did. Never if working time runs out before.
func (r *Result) Start(task int) int {
	if at, is := r.n.plan.Tasks[task].started(); is {
		return at
	}
	return r.resume(r.n.place(task))
}

// Finish returns when a task finishes at the earliest; what is done, when it was.
func (r *Result) Finish(task int) int { return r.finish[r.n.place(task)] }

// Resume returns when what is left of a task is done from on: Start, unless it has started.
func (r *Result) Resume(task int) int { return r.resume(r.n.place(task)) }

func (r *Result) resume(k int) int {
	if r.n.calendar {
		return r.begin[k]
	}
	return r.finish[k] - r.n.work[k]
}

// LateStart returns when what is left of a task must be started so that nothing behind it is late. Of what is done it is the actual start.
func (r *Result) LateStart(task int) int {
	k := r.n.place(task)
	if r.n.state[k] == done {
		return r.Start(task)
	}
	return r.start[k]
}

// LateFinish returns when a task must finish so that nothing behind it is late. Of what is done it is the actual finish.
func (r *Result) LateFinish(task int) int {
	k := r.n.place(task)
	switch {
	case r.n.state[k] == done:
		return r.finish[k]
	case r.n.calendar:
		return r.until[k]
	}
	return r.start[k] + r.n.work[k]
}

// Float returns how much work of its calendar a task may be late by without moving what late dates are counted back from or
// missing a deadline; negative if that is so already. Of what is done or never reached it is 0.
func (r *Result) Float(task int) int {
	k := r.n.place(task)
	if r.n.state[k] == done || r.finish[k] >= Never {
		return 0
	}
	return r.n.plan.Tasks[task].Calendar.Between(r.resume(k), r.start[k])
}

// FreeFloat returns how much work of its calendar a task may be late by without moving any other, or the end, or missing a date of
// its own.
func (r *Result) FreeFloat(task int) int {
	n := r.n
	k := n.place(task)
	if n.state[k] == done || r.finish[k] >= Never {
		return 0
	}
	c := n.plan.Tasks[task].Calendar
	free := c.Between(r.finish[k], min(r.end, n.endsLE[k]))
	if n.startsLE[k] < Never {
		free = min(free, c.Between(r.resume(k), n.startsLE[k]))
	}
	for i := n.out.at[k]; i < n.out.at[k+1]; i++ {
		l, s := &n.plan.Links[n.out.link[i]], int(n.out.peer[i])
		if r.finish[s] >= Never {
			continue
		}
		until := r.resume(s)
		if l.Kind == FinishFinish || l.Kind == StartFinish {
			until = r.finish[s]
		}
		until = sooner(until, l, n.plan.Tasks[l.To].Calendar)
		if l.Kind == FinishStart || l.Kind == FinishFinish {
			free = min(free, c.Between(r.finish[k], until))
		} else if n.state[k] == fresh {
			free = min(free, c.Between(r.resume(k), c.lastStart(until)))
		}
	}
	return max(free, 0)
}

// Critical reports whether a task is not done and has no float.
func (r *Result) Critical(task int) bool {
	k := r.n.place(task)
	if r.n.state[k] == done || r.finish[k] >= Never {
		return false
	}
	if !r.n.calendar {
		return r.start[k] <= r.finish[k]-r.n.work[k]
	}
	return r.Float(task) <= 0
}

// Driver returns what a task's early dates come from, and for ByLink the link's index in Plan.Links; otherwise -1. Of several
// links it is the first.
func (r *Result) Driver(task int) (Cause, int) {
	n := r.n
	k := n.place(task)
	t := &n.plan.Tasks[task]
	if n.state[k] == done {
		return ByFact, -1
	}
	starts, ends := r.resume(k), r.finish[k]
	for i := n.in.at[k]; i < n.in.at[k+1]; i++ {
		if r.drives(int(n.in.link[i]), starts, ends) {
			return ByLink, int(n.in.link[i])
		}
	}
	c := t.Calendar
	if n.past.at != nil {
		for _, i := range n.past.link[n.past.at[k]:n.past.at[k+1]] {
			if r.drives(int(i), starts, ends) {
				return ByLink, int(i)
			}
		}
	}
	at := func(m Mark) bool { return m.Set && (c.Next(m.At) == starts || n.work[k] == 0 && m.At == starts) }
	_, fixedEnd := n.fixed(k, t)
	switch {
	case n.state[k] == fresh && (at(t.NotBefore) || at(t.FixedStart)), fixedEnd.Set && fixedEnd.At == ends:
		return ByDate, -1
	case at(n.plan.Now):
		return ByNow, -1
	case n.state[k] == begun:
		return ByFact, -1
	case at(On(n.plan.From)):
		return ByFrom, -1
	}
	return ByNothing, -1
}

// drives reports whether a link is why its taker does not run earlier than it does.
func (r *Result) drives(link, starts, ends int) bool {
	n := r.n
	l := &n.plan.Links[link]
	from, t := n.place(l.From), &n.plan.Tasks[l.To]
	at := r.finish[from]
	if l.Kind == StartStart || l.Kind == StartFinish {
		at = r.Start(l.From)
	}
	if at >= Never {
		return true
	}
	at = later(at, l, t.Calendar)
	if l.Kind == FinishStart || l.Kind == StartStart {
		return at == starts || n.work[n.place(l.To)] > 0 && t.Calendar.Next(at) == starts
	}
	return at == ends
}

// Chain returns one chain of tasks that decides the end, in order: from the task that finishes last back along driving links. What
// is done ends the chain.
func (r *Result) Chain() []int {
	last := -1
	for i := range r.n.plan.Tasks {
		if r.Finish(i) == r.end && (last < 0 || r.n.state[r.n.place(i)] != done && r.n.state[r.n.place(last)] == done) {
			last = i
		}
	}
	var out []int
	for last >= 0 {
		out = append(out, last)
		_, link := r.Driver(last)
		if link < 0 {
			break
		}
		last = r.n.plan.Links[link].From
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}
