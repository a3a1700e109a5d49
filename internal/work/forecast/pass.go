package forecast

import (
	"math"
	"math/bits"
)

// block is the room in which one worker takes samples through the network.
type block struct {
	*Model
	seed   uint64
	rows   []row // starts and finishes by position, and a last one that is 0
	finish row   // of the whole
	took   row   // durations of the task at hand
	mask   []uint64

	undo    []saved  // what a trial has changed
	changed []uint64 // and in which samples, by position

	turn  *serial // with resources
	draws []row   // durations by position
	drawn int     // the first sample of draws
}

// saved is what a place in the rows was.
type saved struct {
	at, sample    int
	start, finish int32
}

func (m *Model) block(seed uint64) *block {
	return &block{Model: m, seed: seed, rows: make([]row, 2*len(m.node)+1), mask: make([]uint64, len(m.node))}
}

// forward draws the samples from first on and passes them through the network without regard to resources.
func (b *block) forward(first int) {
	for k := range b.node {
		b.duration(k, first, &b.took)
		b.place(k)
	}
	b.last()
}

// duration fills dst with what a position takes.
func (b *block) duration(k, first int, dst *row) {
	v := &b.node[k]
	if v.table >= 0 {
		draw(dst, &b.tables[v.table], stream(b.seed, v.task), first)
		return
	}
	d := v.fixed
	for j := range dst {
		dst[j] = d
	}
}

// place works out start and finish of a position from what it took.
func (b *block) place(k int) {
	v := &b.node[k]
	if v.slow {
		b.placeByHours(k)
		return
	}
	s, f, d := &b.rows[2*k], &b.rows[2*k+1], &b.took
	in := b.ties[v.first:v.mid]
	switch len(in) {
	case 0:
		for j := range s {
			s[j] = v.earliest
			f[j] = v.earliest + d[j]
		}
	case 1:
		x, lag, e := &b.rows[in[0].row], in[0].lag, v.earliest
		for j := range s {
			t := max(e, x[j]+lag)
			s[j] = t
			f[j] = t + d[j]
		}
	default:
		x, y, lag, lag2, e := &b.rows[in[0].row], &b.rows[in[1].row], in[0].lag, in[1].lag, v.earliest
		for j := range s {
			t := max(e, x[j]+lag, y[j]+lag2)
			s[j] = t
			f[j] = t + d[j]
		}
		for _, l := range in[2:] {
			x, lag := &b.rows[l.row], l.lag
			for j := range s {
				t := max(s[j], x[j]+lag)
				s[j] = t
				f[j] = t + d[j]
			}
		}
	}
	for _, l := range b.ties[v.mid:v.end] {
		x, lag := &b.rows[l.row], l.lag
		for j := range s {
			t := max(s[j], x[j]+lag-d[j])
			s[j] = t
			f[j] = t + d[j]
		}
	}
}

// last works out the finish of the whole: the origin if there are no tasks.
func (b *block) last() {
	m := &b.finish
	least := int32(math.MinInt32)
	if len(b.ends) == 0 {
		least = 0
	}
	for j := range m {
		m[j] = least
	}
	for _, k := range b.ends {
		f := &b.rows[2*k+1]
		for j := range m {
			m[j] = max(m[j], f[j])
		}
	}
}

// backward marks in mask, for each position, the samples in which it has no float: those in which a chain of ties without slack leads
// from it to the finish. It costs in proportion to the tasks on critical paths.
func (b *block) backward(valid uint64) {
	clear(b.mask)
	for _, k := range b.ends {
		b.mask[k] = b.equal(&b.rows[2*k+1], &b.finish, valid)
	}
	for k := len(b.node) - 1; k >= 0; k-- {
		m := b.mask[k]
		if m == 0 {
			continue
		}
		v := &b.node[k]
		if v.done {
			b.mask[k] = 0
			continue
		}
		if b.hours != nil {
			b.pressed(k, m)
			continue
		}
		s := &b.rows[2*k]
		for _, l := range b.ties[v.first:v.mid] {
			b.mask[l.row/2] |= tight(&b.rows[l.row], s, l.lag, m)
		}
		f := &b.rows[2*k+1]
		for _, l := range b.ties[v.mid:v.end] {
			if int(l.row/2) < len(b.mask) {
				b.mask[l.row/2] |= tight(&b.rows[l.row], f, l.lag, m)
			}
		}
	}
}

func (b *block) equal(x, y *row, among uint64) (out uint64) {
	for j := range x {
		if x[j] == y[j] {
			out |= 1 << j
		}
	}
	return out & among
}

// tight returns the samples among m in which x plus lag is y.
func tight(x, y *row, lag int32, m uint64) (out uint64) {
	for ; m != 0; m &= m - 1 {
		j := bits.TrailingZeros64(m) % width
		if x[j]+lag == y[j] {
			out |= 1 << j
		}
	}
	return out
}
