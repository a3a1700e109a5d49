package forecast

import (
	"math"
	"sort"
)

// Calendar says when work is done. Tasks and links with the same hours share one by reference.
type Calendar struct {
	Stretches []Stretch // of working time, in ascending order and apart; after the last of them work is done always
	Rate      float64   // work that is done in a unit of time, 0.01 to 1; 0 means 1
}

// Stretch is a period of working time, without its end.
type Stretch struct{ From, To float64 }

func (c *Calendar) rate() float64 {
	if c.Rate == 0 {
		return 1
	}
	return c.Rate
}

// sums are the work of a calendar before each of its stretches.
type sums struct {
	*Calendar
	before []float64 // and of all of them, at the end
}

func (c *Calendar) sums() *sums {
	out := &sums{c, make([]float64, len(c.Stretches)+1)}
	for i, s := range c.Stretches {
		out.before[i+1] = out.before[i] + (s.To-s.From)*c.rate()
	}
	return out
}

// done is the work done before an instant.
func (s *sums) done(t float64) float64 {
	n := len(s.Stretches)
	i := sort.Search(n, func(i int) bool { return s.Stretches[i].To > t })
	var from float64
	switch {
	case i < n:
		from = s.Stretches[i].From
	case n > 0:
		from = s.Stretches[n-1].To
	default:
		return t * s.rate()
	}
	return s.before[i] + max(0, t-from)*s.rate()
}

// next is the first instant from t on in which work is done.
func (s *sums) next(t float64) float64 {
	i := sort.Search(len(s.Stretches), func(i int) bool { return s.Stretches[i].To > t })
	if i == len(s.Stretches) {
		return t
	}
	return max(t, s.Stretches[i].From)
}

// add returns the first instant by which that much more work is done; negative work leads back.
func (s *sums) add(t, work float64) float64 {
	n := len(s.Stretches)
	if n == 0 {
		return t + work/s.rate()
	}
	if work == 0 {
		return t
	}
	want := s.done(t) + work
	i := sort.Search(n, func(i int) bool { return s.before[i+1] >= want })
	from := s.Stretches[n-1].To
	if i < n {
		from = s.Stretches[i].From
	}
	return from + (want-s.before[i])/s.rate()
}

// hours are a calendar in ticks. The last stretch has no end.
type hours struct {
	from, to      []int32
	before, after []int32 // work done at the ends of a stretch, in ticks
	rate, per     float64 // work in a tick, and its inverse; 1 is exact
	shift         uint    // of instants and work to their place in the following two
	byTime        []int32 // the first stretch that ends after it
	byWork        []int32 // the first stretch at whose end as much is done
}

// hour lays a calendar out, once, from the origin to the last tick that can be reached.
func (c *compiler) hour(cal *Calendar) int32 {
	if cal == nil {
		return -1
	}
	if i, known := c.known[cal]; known {
		return i
	}
	h := &hours{rate: cal.rate(), per: 1 / cal.rate()}
	reach := int32(1) << 29
	add := func(from, to int32) {
		before := int32(0)
		if n := len(h.after); n > 0 {
			before = h.after[n-1]
			if h.to[n-1] >= from { // rounded to the same tick
				from = h.to[n-1]
			}
		}
		if from < to {
			h.from, h.to, h.before = append(h.from, from), append(h.to, to), append(h.before, before)
			h.after = append(h.after, before+h.work(to-from))
		}
	}
	last := int32(0)
	first := sort.Search(len(cal.Stretches), func(i int) bool { return cal.Stretches[i].To > c.origin })
	for _, s := range cal.Stretches[first:] {
		from, to := c.ticks(s.From-c.origin), c.ticks(min((s.To-c.origin), float64(reach)*c.tick))
		if s.From-c.origin >= float64(reach)*c.tick {
			last = reach
			break
		}
		add(max(0, from), to)
		last = max(last, to)
	}
	add(last, math.MaxInt32)
	h.index(reach)
	i := int32(len(c.hours))
	c.hours = append(c.hours, h)
	c.known[cal] = i
	return i
}

// index lays out where to begin to look for an instant or for work.
func (h *hours) index(reach int32) {
	places := 16
	for places < 2*len(h.from) {
		places *= 2
	}
	for h.shift = 0; int(reach>>h.shift) > places; h.shift++ {
	}
	h.byTime, h.byWork = make([]int32, places+1), make([]int32, places+1)
	t, w := 0, 0
	for p := range h.byTime {
		at := int64(p) << h.shift
		for int64(h.to[t]) <= at && t+1 < len(h.to) {
			t++
		}
		for int64(h.after[w]) < at && w+1 < len(h.after) {
			w++
		}
		h.byTime[p], h.byWork[p] = int32(t), int32(w)
	}
}

func (h *hours) work(ticks int32) int32 {
	if h.rate == 1 {
		return ticks
	}
	return int32(float64(ticks)*h.rate + .5)
}

func (h *hours) time(work int32) int32 {
	if h.rate == 1 {
		return work
	}
	return int32(min(float64(work)*h.per+.5, math.MaxInt32))
}

// at is the stretch that an instant lies in, or the next.
func (h *hours) at(t int32) int {
	i := int(h.byTime[min(max(0, int(t)>>h.shift), len(h.byTime)-1)])
	for i+1 < len(h.to) && h.to[i] <= t {
		i++
	}
	return i
}

// by is the first stretch at whose end so much is done.
func (h *hours) by(work int32) int {
	i := int(h.byWork[min(max(0, int(work)>>h.shift), len(h.byWork)-1)])
	for i+1 < len(h.after) && h.after[i] < work {
		i++
	}
	return i
}

// done is the work done before an instant.
func (h *hours) done(t int32) int32 {
	i := h.at(t)
	return h.before[i] + h.work(max(0, t-h.from[i]))
}

// next is the first instant from t on in which work is done.
func (h *hours) next(t int32) int32 { return max(t, h.from[h.at(t)]) }

// add returns when work begins that is begun at t at the earliest, and when so much of it is done.
func (h *hours) add(t, work int32) (start, finish int32) {
	i := h.at(t)
	start = max(t, h.from[i])
	want := h.before[i] + h.work(start-h.from[i]) + work
	if want > h.after[i] {
		i = h.by(want)
	}
	return start, max(start, h.from[i]+h.time(want-h.before[i]))
}

// later returns the first instant by which so much more work is done; negative work leads back.
func (h *hours) later(t, work int32) int32 {
	if work == 0 {
		return t
	}
	want := h.done(t) + work
	if want < 0 {
		return want // before the origin, where nothing is held back
	}
	i := h.by(want)
	return h.from[i] + h.time(want-h.before[i])
}

// sub returns the last instant from which so much work is left to do up to t; it is to later what a latest start is to a finish.
func (h *hours) sub(t, work int32) int32 {
	if work == 0 {
		return t
	}
	want := h.done(t) - work
	if want < 0 {
		return want
	}
	i := h.by(want)
	if h.after[i] == want && i+1 < len(h.from) {
		return h.from[i+1]
	}
	return h.from[i] + h.time(want-h.before[i])
}

// place puts work where it starts and finishes at or after the bounds, as early as may be.
func (h *hours) place(starts, ends, work int32) (start, finish int32) {
	if work == 0 {
		at := max(starts, ends)
		return at, at
	}
	start, finish = h.add(starts, work)
	if finish < ends {
		start, finish = h.add(max(start, h.sub(ends, work)), work)
		switch {
		case finish < ends-2: // which lies in a pause: the last of it is done behind
			finish = h.next(ends)
		case finish < ends: // by rounding
			finish = ends
		}
	}
	return start, finish
}
