package forecast

import "math"

// Model is a checked problem, laid out to be sampled. It is immutable and safe for concurrent use.
type Model struct {
	order  []int32 // position → task; everything below is by position
	pos    []int32 // and back
	node   []node
	ties   []tie
	ends   []int32 // positions that may finish last
	tables [][knots]int32
	origin float64 // the instant of tick 0
	tick   float64 // units of time

	supply []profile
	needs  []need
	hours  []*hours // calendars of tasks and lags
	list   []int32  // positions in the order in which they are given resources; nil without resources
}

type node struct {
	task            int32
	table           int32 // of its draws; -1 if it takes always the same
	fixed           int32
	earliest        int32
	low             int32 // the optimistic outcome
	first, mid, end int32 // ties to the start, ties to the finish
	need, needEnd   int32
	hours           int32 // its calendar; -1 for none
	done            bool
	slow            bool // a calendar matters to it
}

// tie holds a task back: its start, or its finish, is not before the row's value plus lag. Rows are 2·position for starts and
// 2·position+1 for finishes; the last is the constant 0.
type tie struct {
	row, lag int32
	hours    int32 // the calendar of the lag; -1 for none
}

// Compile checks a problem and lays it out. It fails with errs.Invalid: work.forecast_size, work.forecast_number (a number that is
// none, or beyond ValueMax), work.duration, work.finish_before_start, work.task_unknown, work.link_kind, work.resource_unknown,
// work.units, work.capacity, work.step_order, work.priority, work.need_over_capacity (more than the last capacity), work.calendar, or
// work.dependency_cycle, which names the cycle in order. Cost is linear in tasks and links: about a microsecond for each distinct duration.
func Compile(p Problem) (*Model, error) {
	if err := check(&p); err != nil {
		return nil, err
	}
	ord, err := order(&p)
	if err != nil {
		return nil, err
	}
	m := &Model{order: ord, pos: make([]int32, len(ord)), node: make([]node, len(ord)), origin: p.From}
	for k, i := range ord {
		m.pos[i] = int32(k)
	}
	c := compiler{p: &p, Model: m, sums: map[*Calendar]*sums{}, known: map[*Calendar]int32{}}
	c.sort()
	c.spread()
	c.scale()
	c.lay()
	c.resources()
	return m, nil
}

// compiler turns a problem into a model.
type compiler struct {
	*Model
	p     *Problem
	at    []int32 // links by taker's position
	links []int32
	units []unit
	kind  []int32 // of a position, its unit; -1 if fixed
	per   float64 // ticks in a unit of time

	bySigma map[float64]*quantiles
	sums    map[*Calendar]*sums
	known   map[*Calendar]int32 // in hours
}

// unit is a distinct distribution.
type unit struct {
	Duration
	low, spread float64    // value = low + spread × quantile
	top         float64    // the last quantile
	q           *quantiles // of LogNormal
}

// sort groups the links by their taker.
func (c *compiler) sort() {
	n := len(c.order)
	c.at = make([]int32, n+1)
	count := func(f func(k int32, l int)) {
		for l := range c.p.Links {
			if to := c.p.Links[l].To; !c.p.Tasks[to].Done {
				f(c.pos[to], l)
			}
		}
	}
	count(func(k int32, _ int) { c.at[k+1]++ })
	for k := range n {
		c.at[k+1] += c.at[k]
	}
	c.links = make([]int32, c.at[n])
	fill := append([]int32(nil), c.at[:n]...)
	count(func(k int32, l int) {
		c.links[fill[k]] = int32(l)
		fill[k]++
	})
}

// spread works out the quantiles of each distinct duration.
func (c *compiler) spread() {
	known := map[Duration]int32{}
	c.kind = make([]int32, len(c.order))
	for k, i := range c.order {
		t := &c.p.Tasks[i]
		d := t.Duration
		c.kind[k] = -1
		if t.Done || d.certain() {
			continue
		}
		u, ok := known[d]
		if !ok {
			u = int32(len(c.units))
			known[d] = u
			c.units = append(c.units, c.unit(d))
		}
		c.kind[k] = u
	}
}

func (d Duration) certain() bool {
	switch d.Shape {
	case PERT, Triangular:
		return d.O == d.P
	case LogNormal:
		return d.M == 0 || d.Sigma == 0
	default:
		return true
	}
}

func (c *compiler) unit(d Duration) unit {
	if d.Shape != LogNormal {
		return unit{Duration: d, low: d.O, spread: d.P - d.O, top: 1}
	}
	q := c.bySigma[d.Sigma]
	if q == nil {
		q = new(quantiles)
		logNormal(q, d.Sigma)
		if c.bySigma == nil {
			c.bySigma = map[float64]*quantiles{}
		}
		c.bySigma[d.Sigma] = q
	}
	return unit{Duration: d, spread: d.M, top: q[cells], q: q}
}

// table fills the draws of a distribution in ticks.
func (u *unit) table(t *[knots]int32, per float64) {
	low, spread := u.low*per+0.5, u.spread*per
	if u.Shape == PERT {
		pert(t, (u.M-u.O)/u.spread, low, spread)
		return
	}
	q := u.q
	if q == nil {
		q = new(quantiles)
		triangular(q, (u.M-u.O)/u.spread)
	}
	for i, v := range q {
		t[i] = int32(low + spread*v)
	}
}

// longest returns the largest outcome of a position, from the origin on.
func (c *compiler) longest(k int) float64 {
	if u := c.kind[k]; u >= 0 {
		return c.units[u].low + c.units[u].spread*c.units[u].top
	}
	t := &c.p.Tasks[c.order[k]]
	if t.Done {
		return t.Finish - t.Start
	}
	return t.Duration.M
}

// bound returns from when on a position may be worked on.
func (c *compiler) bound(k int) float64 {
	t := &c.p.Tasks[c.order[k]]
	switch {
	case t.Done:
		return t.Start - c.origin
	case t.Begun:
		return max(0, t.Start-c.origin)
	default:
		return max(0, t.NotBefore-c.origin)
	}
}

// scale chooses the tick from the longest conceivable outcome.
func (c *compiler) scale() {
	n := len(c.order)
	start, finish := make([]float64, n), make([]float64, n) // not exceeded by any draw
	horizon, sum := 1e-6, 0.0
	for k, i := range c.order {
		t := &c.p.Tasks[i]
		d := c.longest(k)
		begin, end := c.bound(k), math.Inf(-1)
		for _, l := range c.links[c.at[k]:c.at[k+1]] {
			link := &c.p.Links[l]
			v := c.lagged(link, c.giver(link, start, finish))
			if link.Kind == FinishFinish || link.Kind == StartFinish {
				end = max(end, v) // a start as late as this belongs to a task that takes no time
			} else {
				begin = max(begin, v)
			}
			sum += max(0, link.Lag)
		}
		sum += d
		if t.Calendar != nil && !t.Done {
			end = c.summed(t.Calendar).next(end+c.origin) - c.origin
		}
		begin, finish[k] = c.worked(t, begin, d)
		start[k], finish[k] = max(begin, end), max(finish[k], end)
		horizon = max(horizon, math.Abs(start[k]), math.Abs(finish[k]), math.Abs(t.Start-c.origin)*begun(t))
	}
	if len(c.p.Resources) > 0 { // one after the other, after the last change of capacity
		last := horizon
		for _, r := range c.p.Resources {
			if len(r.Steps) > 0 {
				last = max(last, r.Steps[len(r.Steps)-1].At-c.origin)
			}
		}
		horizon = last + sum
	}
	_, e := math.Frexp(horizon)
	c.per = math.Ldexp(1, 29-e)
	c.tick = 1 / c.per
}

// worked returns when work of a task begins and is done that begins at an instant at the earliest, all from the origin on.
func (c *compiler) worked(t *Task, at, work float64) (start, finish float64) {
	if t.Calendar == nil || t.Done || work == 0 {
		return at, at + work
	}
	s := c.summed(t.Calendar)
	return s.next(at+c.origin) - c.origin, s.add(at+c.origin, work) - c.origin
}

// lagged returns the instant that lies the lag of a link behind another, both from the origin on.
func (c *compiler) lagged(l *Link, at float64) float64 {
	if l.Calendar == nil {
		return at + l.Lag
	}
	return c.summed(l.Calendar).add(at+c.origin, l.Lag) - c.origin
}

func (c *compiler) summed(cal *Calendar) *sums {
	s := c.sums[cal]
	if s == nil {
		s = cal.sums()
		c.sums[cal] = s
	}
	return s
}

// giver returns the instant of the end of the giver that a link ties.
func (c *compiler) giver(l *Link, start, finish []float64) float64 {
	k, t := c.pos[l.From], &c.p.Tasks[l.From]
	switch {
	case l.Kind == FinishStart || l.Kind == FinishFinish:
		return finish[k]
	case t.Begun && !t.Done:
		return t.Start - c.origin
	default:
		return start[k]
	}
}

func begun(t *Task) float64 {
	if t.Begun || t.Done {
		return 1
	}
	return 0
}

// ticks converts a stretch of time. What is too early to hold anything back is cut off.
func (c *compiler) ticks(v float64) int32 {
	return int32(math.Round(max(v*c.per, -(1 << 30))))
}

// lay fills nodes, ties, tables and ends.
func (c *compiler) lay() {
	c.tables = make([][knots]int32, len(c.units))
	for u := range c.units {
		c.units[u].table(&c.tables[u], c.per)
	}
	inner := make([]bool, len(c.order)) // something that does not finish earlier comes after it
	for k, i := range c.order {
		t := &c.p.Tasks[i]
		v := &c.node[k]
		*v = node{task: i, table: c.kind[k], hours: -1, done: t.Done, earliest: c.ticks(c.bound(k)), first: int32(len(c.ties))}
		if !t.Done {
			v.hours = c.hour(t.Calendar)
		}
		v.slow = v.hours >= 0
		if v.table < 0 {
			v.fixed = c.ticks(c.longest(k))
			v.low = v.fixed
		} else {
			v.low = c.optimistic(v.table)
		}
		for _, kinds := range [2][2]Kind{{FinishStart, StartStart}, {FinishFinish, StartFinish}} {
			for _, l := range c.links[c.at[k]:c.at[k+1]] {
				if link := c.p.Links[l]; link.Kind == kinds[0] || link.Kind == kinds[1] {
					c.tie(v, link, kinds[0] == FinishFinish)
					if (link.Kind == FinishStart || link.Kind == FinishFinish) && link.Lag >= 0 {
						inner[c.pos[link.From]] = true
					}
				}
			}
			if kinds[0] == FinishStart {
				v.mid = int32(len(c.ties))
			}
		}
		v.end = int32(len(c.ties))
	}
	for k := range inner {
		if !inner[k] {
			c.ends = append(c.ends, int32(k))
		}
	}
}

// tie lays a link. One from what has already happened is a constant.
func (c *compiler) tie(v *node, l Link, toFinish bool) {
	from := &c.p.Tasks[l.From]
	ofStart := l.Kind == StartStart || l.Kind == StartFinish
	row := 2 * c.pos[l.From]
	known, at := false, from.Start
	switch {
	case !ofStart:
		row++
		known, at = from.Done, from.Finish
	case from.Done, from.Begun:
		known = true
	}
	switch {
	case !known:
		h := int32(-1)
		if l.Lag != 0 {
			h = c.hour(l.Calendar)
		}
		v.slow = v.slow || h >= 0
		c.ties = append(c.ties, tie{row, c.ticks(l.Lag), h})
	case toFinish:
		c.ties = append(c.ties, tie{int32(2 * len(c.order)), c.ticks(c.lagged(&l, at-c.origin)), -1})
	default:
		v.earliest = max(v.earliest, c.ticks(c.lagged(&l, at-c.origin)))
	}
}

// optimistic is O, and of a log-normal distribution its 5th percentile.
func (c *compiler) optimistic(table int32) int32 {
	if c.units[table].Shape == LogNormal {
		return c.tables[table][cells/20]
	}
	return c.tables[table][0]
}
