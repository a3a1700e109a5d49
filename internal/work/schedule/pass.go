package schedule

// Result is when the tasks of a network run. Its methods take the index of a task in Plan.Tasks. It must not be shared
// while Compute fills it.
type Result struct {
	n      *Network
	finish []int // early, by position
	start  []int // late, by position
	// With calendars a task's other two dates do not follow from these.
	begin []int
	until []int
	end   int
	back  int // what late dates are counted back from
}

// Compute runs the forward and the backward pass (Kelley and Walker 1959). r is used again if it has room; pass the zero value first.
// Cost is linear in tasks and links; with calendars times the logarithm of their spans.
func (n *Network) Compute(r *Result) {
	count := len(n.plan.Tasks)
	r.n = n
	r.finish, r.start = sized(r.finish, count), sized(r.start, count)
	if n.calendar {
		r.begin, r.until = sized(r.begin, count), sized(r.until, count)
		n.forwardCalendar(r)
		r.backFrom(n)
		n.backwardCalendar(r)
		return
	}
	if n.plain {
		r.end = n.forwardPlain(r.finish)
		r.backFrom(n)
		n.backwardPlain(r.start, r.back)
		return
	}
	r.end = n.forward(r.finish)
	r.backFrom(n)
	n.backward(r.start, r.back)
}

func (r *Result) backFrom(n *Network) {
	if len(n.plan.Tasks) == 0 {
		r.end = n.plan.From
	}
	r.back = r.end
	if n.plan.End.Set {
		r.back = n.plan.End.At
	}
}

func sized(s []int, n int) []int {
	if cap(s) < n {
		return make([]int, n)
	}
	return s[:n]
}

func (n *Network) forwardPlain(finish []int) int {
	end := Sooner
	at, peer := n.in.at, n.in.peer
	work, from := n.work[:len(finish)], n.startsGE[:len(finish)]
	lo := int32(0)
	for k := range finish {
		v, hi := from[k], at[k+1]
		for _, p := range peer[lo:hi] {
			v = max(v, finish[p])
		}
		lo = hi
		v += work[k]
		finish[k] = v
		end = max(end, v)
	}
	return end
}

func (n *Network) backwardPlain(start []int, back int) {
	at, peer := n.out.at, n.out.peer
	work, until := n.work[:len(start)], n.endsLE[:len(start)]
	hi := int32(len(peer))
	for k := len(start) - 1; k >= 0; k-- {
		v, lo := min(until[k], back), at[k]
		for _, p := range peer[lo:hi] {
			v = min(v, start[p])
		}
		hi = lo
		start[k] = v - work[k]
	}
}

func (n *Network) forward(finish []int) int {
	end := Sooner
	at, peer, lag := n.in.at, n.in.peer, n.in.lag
	for k := range finish {
		v := n.startsGE[k]
		for i := at[k]; i < at[k+1]; i++ {
			v = max(v, finish[peer[i]]+lag[i])
		}
		v += n.work[k]
		finish[k] = v
		end = max(end, v)
	}
	return end
}

func (n *Network) backward(start []int, back int) {
	at, peer, lag := n.out.at, n.out.peer, n.out.lag
	for k := len(start) - 1; k >= 0; k-- {
		v := min(n.endsLE[k], back)
		for i := at[k]; i < at[k+1]; i++ {
			v = min(v, start[peer[i]]-lag[i])
		}
		start[k] = v - n.work[k]
	}
}

// later returns the instant that lies the lag of a link behind at.
func later(at int, l *Link, c *Calendar) int {
	if l.Elapsed || l.Lag == 0 {
		return beyond(at, l.Lag)
	}
	return c.Add(at, l.Lag)
}

// sooner is the counterpart of later.
func sooner(at int, l *Link, c *Calendar) int {
	if l.Elapsed || l.Lag == 0 {
		return beyond(at, -l.Lag)
	}
	return c.Sub(at, l.Lag)
}

// beyond adds, and leaves what is not reached as it is.
func beyond(at, d int) int {
	if at >= Never || at <= Sooner {
		return at
	}
	return at + d
}

func (n *Network) forwardCalendar(r *Result) {
	r.end = Sooner
	for k := range r.finish {
		task := &n.plan.Tasks[n.at(k)]
		c := task.Calendar
		starts, ends := n.startsGE[k], n.endsGE[k]
		for i := n.in.at[k]; i < n.in.at[k+1]; i++ {
			l, p := &n.plan.Links[n.in.link[i]], n.in.peer[i]
			switch l.Kind {
			case FinishStart:
				starts = max(starts, later(r.finish[p], l, c))
			case StartStart:
				starts = max(starts, later(r.begin[p], l, c))
			case FinishFinish:
				ends = max(ends, later(r.finish[p], l, c))
			case StartFinish:
				ends = max(ends, later(r.begin[p], l, c))
			}
		}
		r.begin[k], r.finish[k] = c.earliest(starts, ends, n.work[k])
		if r.finish[k] < Never {
			r.end = max(r.end, r.finish[k])
		}
	}
}

func (n *Network) backwardCalendar(r *Result) {
	for k := len(r.finish) - 1; k >= 0; k-- {
		if r.finish[k] >= Never {
			r.start[k], r.until[k] = Never, Never
			continue
		}
		starts, ends := n.startsLE[k], min(n.endsLE[k], r.back)
		for i := n.out.at[k]; i < n.out.at[k+1]; i++ {
			l, s := &n.plan.Links[n.out.link[i]], n.out.peer[i]
			c := n.plan.Tasks[n.at(int(s))].Calendar
			if r.start[s] >= Never {
				continue // what is never reached presses nobody
			}
			switch l.Kind {
			case FinishStart:
				ends = min(ends, sooner(r.start[s], l, c))
			case FinishFinish:
				ends = min(ends, sooner(r.until[s], l, c))
			case StartStart:
				starts = min(starts, sooner(r.start[s], l, c))
			case StartFinish:
				starts = min(starts, sooner(r.until[s], l, c))
			}
		}
		r.start[k], r.until[k] = n.plan.Tasks[n.at(k)].Calendar.latest(starts, ends, n.work[k])
	}
}
