package forecast

import (
	"math"
	"math/bits"
)

// clock is the hours of a task, nil for always.
func (m *Model) clock(i int32) *hours {
	if i < 0 {
		return nil
	}
	return m.hours[i]
}

// after is what a tie says in one sample.
func (b *block) after(l *tie, j int) int32 {
	x := b.rows[l.row][j]
	if l.hours < 0 {
		return x + l.lag
	}
	return b.hours[l.hours].later(x, l.lag)
}

// spot is where a position lies in one sample, if it takes d.
func (b *block) spot(v *node, j int, d int32) (start, finish int32) {
	t, e := v.earliest, int32(math.MinInt32)
	in := b.ties[v.first:v.end]
	for i := range in {
		if x := b.after(&in[i], j); i < int(v.mid-v.first) {
			t = max(t, x)
		} else {
			e = max(e, x)
		}
	}
	if h := b.clock(v.hours); h != nil {
		return h.place(t, e, d)
	}
	if v.mid < v.end {
		t = max(t, e-d)
	}
	return t, t + d
}

// placeByHours is place for a position to which a calendar matters.
func (b *block) placeByHours(k int) {
	v := &b.node[k]
	s, f := &b.rows[2*k], &b.rows[2*k+1]
	for j := range s {
		s[j], f[j] = b.spot(v, j, b.took[j])
	}
}

// work is what a position took in one sample.
func (b *block) work(k, j int) int32 {
	s, f := b.rows[2*k][j], b.rows[2*k+1][j]
	if h := b.clock(b.node[k].hours); h != nil {
		return h.done(f) - h.done(s)
	}
	return f - s
}

// over is by how much later a position finished than if it had taken its optimistic time.
func (b *block) over(k, j int) int32 {
	s, f, low := b.rows[2*k][j], b.rows[2*k+1][j], b.node[k].low
	if h := b.clock(b.node[k].hours); h != nil {
		_, early := h.place(s, math.MinInt32, low)
		return max(0, f-early)
	}
	return f - s - low
}

// pressed marks what presses on a position in the samples of m.
func (b *block) pressed(k int, m uint64) {
	v := &b.node[k]
	in := b.ties[v.first:v.end]
	for i := range in {
		y := &b.rows[2*k]
		if i >= int(v.mid-v.first) {
			y = &b.rows[2*k+1]
		}
		if g := int(in[i].row / 2); g < len(b.mask) {
			b.mask[g] |= b.tightByHours(&in[i], y, m)
		}
	}
}

// tightByHours returns the samples among m in which what a tie comes from cannot be later without its taker's being later, at y: no working
// time of the giver lies between.
func (b *block) tightByHours(l *tie, y *row, m uint64) (out uint64) {
	var giver *hours
	if k := int(l.row / 2); k < len(b.node) {
		giver = b.clock(b.node[k].hours)
	}
	x := &b.rows[l.row]
	for ; m != 0; m &= m - 1 {
		j := bits.TrailingZeros64(m) % width
		latest := y[j] - l.lag
		if l.hours >= 0 {
			latest = b.hours[l.hours].sub(y[j], l.lag)
		}
		if x[j] == latest || x[j] < latest && giver != nil && giver.done(latest)-giver.done(x[j]) <= 1 {
			out |= 1 << j
		}
	}
	return out
}
