package schedule

import "sort"

// hundred makes work, in minutes, of what shares are counted in.
const hundred = 100

// Add returns the first instant by which that much more work is done than at at; work may be negative. Never, if there is
// not so much working time left, and Sooner, if there was not so much before. No work leads to at itself.
func (c *Calendar) Add(at, work int) int {
	switch {
	case at >= Never || at <= Sooner || work == 0:
		return at
	case c == nil:
		return at + work
	}
	want := c.done(at) + work*hundred
	if want <= 0 {
		return Sooner
	}
	i := sort.Search(len(c.spans), func(i int) bool { return c.after(i) >= want })
	if i == len(c.spans) {
		return Never
	}
	s := c.spans[i]
	return s.from + (want-s.before+c.share-1)/c.share
}

// Sub returns the last instant from which that much more work is left to do than from at on. It is to Add what a latest start is
// to a finish: Add(x, work) <= at exactly if x <= Sub(at, work).
func (c *Calendar) Sub(at, work int) int {
	switch {
	case at >= Never || at <= Sooner || work == 0:
		return at
	case c == nil:
		return at - work
	}
	want := c.done(at) - work*hundred
	if want < 0 {
		return Sooner
	}
	i := sort.Search(len(c.spans), func(i int) bool { return c.after(i) > want })
	if i == len(c.spans) {
		return Never
	}
	return max(c.spans[i].from, c.spans[i].from+(want-c.spans[i].before)/c.share)
}

// Between returns the work that can be done from one instant to another, whole minutes of it; negative if the other is
// the earlier one.
func (c *Calendar) Between(from, to int) int {
	switch {
	case c == nil:
		return to - from
	case to < from:
		return -((c.done(from) - c.done(to)) / hundred)
	}
	return (c.done(to) - c.done(from)) / hundred
}

// Next returns the first instant from at on in which work is done; Never if there is none.
func (c *Calendar) Next(at int) int {
	if c == nil || at >= Never {
		return at
	}
	i := sort.Search(len(c.spans), func(i int) bool { return c.spans[i].to > at })
	if i == len(c.spans) {
		return Never
	}
	return max(at, c.spans[i].from)
}

// Last returns the last instant up to at until which work is done; Sooner if there is none.
func (c *Calendar) Last(at int) int {
	if c == nil || at >= Never || at <= Sooner {
		return at
	}
	i := sort.Search(len(c.spans), func(i int) bool { return c.spans[i].from >= at }) - 1
	if i < 0 {
		return Sooner
	}
	return min(at, c.spans[i].to)
}

// Working calls do with the stretches of working time between two instants, clipped to them, in order, until it returns false.
func (c *Calendar) Working(from, to int, do func(from, to int) bool) {
	if c == nil {
		if from < to {
			do(from, to)
		}
		return
	}
	for i := sort.Search(len(c.spans), func(i int) bool { return c.spans[i].to > from }); i < len(c.spans) && c.spans[i].from < to; i++ {
		if !do(max(from, c.spans[i].from), min(to, c.spans[i].to)) {
			return
		}
	}
}

// done is the work done before an instant, in hundredths of a minute.
func (c *Calendar) done(at int) int {
	i := c.behind(at) - 1
	if i < 0 {
		return 0
	}
	s := c.spans[i]
	return s.before + (min(at, s.to)-s.from)*c.share
}

// after is the work done at the end of a stretch.
func (c *Calendar) after(i int) int {
	return c.spans[i].before + (c.spans[i].to-c.spans[i].from)*c.share
}

// earliest places a task: it starts and finishes at or after the bounds, as early as may be, without a pause but of the calendar.
func (c *Calendar) earliest(starts, ends, work int) (int, int) {
	if starts >= Never || ends >= Never {
		return Never, Never
	}
	if work == 0 {
		at := max(starts, ends)
		return at, at
	}
	begin := c.Next(starts)
	finish := c.Add(begin, work)
	if finish >= ends || finish >= Never {
		return begin, finish
	}
	begin = c.Next(max(begin, c.Sub(ends, work)))
	if finish = c.Add(begin, work); finish < ends {
		begin = c.Next(begin + 1)
		finish = c.Add(begin, work)
	}
	return begin, finish
}

// latest places a task: it starts and finishes at or before the bounds, as late as may be.
func (c *Calendar) latest(starts, ends, work int) (int, int) {
	if work == 0 {
		at := min(starts, ends)
		return at, at
	}
	start := c.Sub(c.Last(ends), work)
	if start > starts {
		start = c.lastStart(starts)
	}
	return start, c.Add(start, work)
}

// lastStart returns the last minute up to at in which work can begin.
func (c *Calendar) lastStart(at int) int {
	if c.Next(at) == at {
		return at
	}
	return max(c.Last(at)-1, Sooner)
}
