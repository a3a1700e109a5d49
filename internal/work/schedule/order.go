package schedule

// sort puts the tasks in an order in which each comes after its givers, which is the order given if that will do. It fails
// with cycleError.
func (n *Network) sort() error {
	count := len(n.plan.Tasks)
	straight := true
	for _, l := range n.plan.Links {
		if l.From >= l.To {
			straight = false
			break
		}
	}
	if straight {
		return nil
	}
	next := group(count, len(n.plan.Links), func(i int) (int, int) { return n.plan.Links[i].From, n.plan.Links[i].To })
	waits := make([]int32, count)
	for _, to := range next.peer {
		waits[to]++
	}
	n.task = make([]int32, 0, count)
	for i := range count {
		if waits[i] == 0 {
			n.task = append(n.task, int32(i))
		}
	}
	for k := 0; k < len(n.task); k++ {
		i := n.task[k]
		for _, to := range next.peer[next.at[i]:next.at[i+1]] {
			if waits[to]--; waits[to] == 0 {
				n.task = append(n.task, to)
			}
		}
	}
	if len(n.task) < count {
		return n.circle(waits)
	}
	n.pos = make([]int32, count)
	for k, i := range n.task {
		n.pos[i] = int32(k)
	}
	return nil
}

// circle names a cycle among the tasks that still wait: each of them waits for another of them.
func (n *Network) circle(waits []int32) error {
	giver := make([]int32, len(waits)) // the first that it waits for, plus one
	start := int32(-1)
	for _, l := range n.plan.Links {
		if waits[l.From] > 0 && waits[l.To] > 0 && giver[l.To] == 0 {
			giver[l.To] = int32(l.From) + 1
		}
	}
	for i, w := range waits {
		if w > 0 {
			start = int32(i)
			break
		}
	}
	seen := make(map[int32]int)
	var path []string
	for i := start; ; i = giver[i] - 1 {
		if first, met := seen[i]; met {
			return cycleError(int(i), append(path[first:], n.plan.Tasks[i].Key))
		}
		seen[i] = len(path)
		path = append(path, n.plan.Tasks[i].Key)
	}
}

// group sorts m pairs by their first member.
func group(rows, m int, pair func(i int) (row, peer int)) csr {
	c := csr{at: make([]int32, rows+1), peer: make([]int32, m), link: make([]int32, m)}
	for i := range m {
		row, _ := pair(i)
		c.at[row+1]++
	}
	for r := range rows {
		c.at[r+1] += c.at[r]
	}
	fill := make([]int32, rows)
	copy(fill, c.at)
	for i := range m {
		row, peer := pair(i)
		c.peer[fill[row]], c.link[fill[row]] = int32(peer), int32(i)
		fill[row]++
	}
	return c
}

// tie lays out the links that still say something. Those of what has happened become bounds.
func (n *Network) tie() {
	links := n.plan.Links
	live := make([]int32, 0, len(links))
	var past []int32
	n.plain = !n.calendar
	for i := range links {
		l := &links[i]
		if n.started && n.settled(l) {
			past = append(past, int32(i))
			continue
		}
		n.plain = n.plain && l.Kind == FinishStart && l.Lag == 0
		live = append(live, int32(i))
	}
	count := len(n.plan.Tasks)
	n.in = group(count, len(live), func(i int) (int, int) { l := &links[live[i]]; return n.place(l.To), n.place(l.From) })
	n.out = group(count, len(live), func(i int) (int, int) { l := &links[live[i]]; return n.place(l.From), n.place(l.To) })
	for _, c := range []*csr{&n.in, &n.out} {
		for i, k := range c.link {
			c.link[i] = live[k]
		}
	}
	if len(past) > 0 {
		n.past = group(count, len(past), func(i int) (int, int) { return n.place(links[past[i]].To), int(past[i]) })
		n.past.link = n.past.peer
	}
	if n.calendar {
		return
	}
	for k := range count {
		n.startsGE[k] = max(n.startsGE[k], n.endsGE[k]-n.work[k])
		n.endsLE[k] = min(n.endsLE[k], n.startsLE[k]+n.work[k])
	}
	if !n.plain {
		n.in.lag, n.out.lag = n.lags(n.in), n.lags(n.out)
	}
}

// lags returns what each link puts between the finish of its giver and the start of its taker.
func (n *Network) lags(c csr) []int {
	out := make([]int, len(c.link))
	for i, k := range c.link {
		l := &n.plan.Links[k]
		out[i] = l.Lag
		if l.Kind == StartStart || l.Kind == StartFinish {
			out[i] -= n.work[n.place(l.From)]
		}
		if l.Kind == FinishFinish || l.Kind == StartFinish {
			out[i] -= n.work[n.place(l.To)]
		}
	}
	return out
}

// settled turns a link of which the giver's end has happened into a bound of the taker, and reports whether nothing is left of it.
func (n *Network) settled(l *Link) bool {
	from, to := n.place(l.From), n.place(l.To)
	if n.state[to] == done {
		return true
	}
	giver := &n.plan.Tasks[l.From]
	at, is := giver.ActualFinish.At, giver.ActualFinish.Set
	if l.Kind == StartStart || l.Kind == StartFinish {
		at, is = giver.started()
	}
	if !is || n.state[from] == fresh {
		return false
	}
	at = later(at, l, n.plan.Tasks[l.To].Calendar)
	if l.Kind == FinishStart || l.Kind == StartStart {
		n.startsGE[to] = max(n.startsGE[to], at)
	} else {
		n.endsGE[to] = max(n.endsGE[to], at)
	}
	return true
}
