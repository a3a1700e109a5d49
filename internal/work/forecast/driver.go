package forecast

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// The number of samples on which gains are measured: since both sides of a gain share their luck, it needs fewer than the finish does. Under
// resources each of them is a schedule of its own.
const (
	trials       = 2_000
	trialsShared = 64
)

// drivers measures what the tasks with the greatest possible gain would gain. The order of candidates is exact in the sense that
// nobody else's mean gain exceeds its own bound, which is what it had over its optimistic time when it was critical.
func (r *run) drivers(taken int) []Driver {
	if r.Options.Drivers == 0 {
		return nil
	}
	best := make([]int, len(r.node))
	for k := range best {
		best[k] = k
	}
	slices.SortStableFunc(best, func(a, b int) int {
		return cmp.Or(cmp.Compare(r.sums[b].over, r.sums[a].over), cmp.Compare(r.node[a].task, r.node[b].task))
	})
	best = best[:r.Options.Drivers]
	for len(best) > 0 && r.sums[best[len(best)-1]].over == 0 {
		best = best[:len(best)-1]
	}
	taken = min(taken, trials)
	if r.list != nil {
		taken = min(taken, trialsShared)
	}
	t := trial{run: r, best: best}
	for range best {
		t.finish = append(t.finish, make([]int32, taken))
		t.took = append(t.took, make([]int32, taken))
	}
	t.base = make([]int32, taken)
	keep := append([]sum(nil), r.sums...)
	taken = r.each(taken, t.sample)
	r.sums = keep
	return t.result(taken)
}

// trial repeats samples with one task at its optimistic time.
type trial struct {
	*run
	best   []int // positions
	base   []int32
	finish [][]int32 // by candidate and sample
	took   [][]int32
}

func (t *trial) sample(b *block, _ []sum, first, n int) {
	at := first % width
	b.sample(first, n)
	base := b.finish
	copy(t.base[first:first+n], base[at:])
	for i, k := range t.best {
		for j := range n {
			t.took[i][first+j] = b.rows[2*k+1][at+j] - b.rows[2*k][at+j]
		}
		if m := b.mask[k]; m != 0 {
			b.with(k, b.node[k].low, m)
		}
		copy(t.finish[i][first:first+n], b.finish[at:])
		b.finish = base
	}
}

// with works out the finish of the samples in m as if the position took d, and leaves everything else as it was. It follows only what changes.
func (b *block) with(k int, d int32, m uint64) {
	if b.list != nil {
		b.serialWith(k, d, m)
		return
	}
	if b.changed == nil {
		b.changed = make([]uint64, len(b.node)+1) // the last stands for the constant
	}
	clear(b.changed)
	b.undo = b.undo[:0]
	for i := k; i < len(b.node); i++ {
		v := &b.node[i]
		if i == k {
			b.redo(i, m, func(int) int32 { return d })
			continue
		}
		touched := uint64(0)
		for _, l := range b.ties[v.first:v.end] {
			touched |= b.changed[l.row/2]
		}
		if touched != 0 {
			b.redo(i, touched, func(j int) int32 { return b.work(i, j) })
		}
	}
	b.lastOf(m)
	for _, u := range b.undo {
		b.rows[2*u.at][u.sample], b.rows[2*u.at+1][u.sample] = u.start, u.finish
	}
}

// redo places a position again in the samples of m.
func (b *block) redo(i int, m uint64, took func(j int) int32) {
	v := &b.node[i]
	s, f := &b.rows[2*i], &b.rows[2*i+1]
	for ; m != 0; m &= m - 1 {
		j := bits.TrailingZeros64(m) % width
		start, finish := b.spot(v, j, took(j))
		if start == s[j] && finish == f[j] {
			continue
		}
		b.undo = append(b.undo, saved{i, j, s[j], f[j]})
		s[j], f[j] = start, finish
		b.changed[i] |= 1 << j
	}
}

// lastOf works out the finish of the whole in the samples of m.
func (b *block) lastOf(m uint64) {
	for ; m != 0; m &= m - 1 {
		j := bits.TrailingZeros64(m) % width
		b.finish[j] = math.MinInt32
		for _, k := range b.ends {
			b.finish[j] = max(b.finish[j], b.rows[2*k+1][j])
		}
	}
}

func (t *trial) result(taken int) []Driver {
	if taken == 0 {
		return nil
	}
	out := make([]Driver, len(t.best))
	base := t.distribution(slices.Clone(t.base[:taken]))
	for i, k := range t.best {
		c := correlation(t.took[i][:taken], t.base[:taken])
		f := t.distribution(t.finish[i][:taken])
		out[i] = Driver{Task: int(t.node[k].task), MeanGain: base.Mean() - f.Mean(), P80Gain: base.Percentile(0.8) - f.Percentile(0.8), Correlation: c}
	}
	slices.SortStableFunc(out, func(a, b Driver) int {
		return cmp.Or(cmp.Compare(b.MeanGain, a.MeanGain), cmp.Compare(a.Task, b.Task))
	})
	return out
}

// correlation is Pearson's; 0 if one side does not vary.
func correlation(x, y []int32) float64 {
	n := float64(len(x))
	var mx, my float64
	for i := range x {
		mx += float64(x[i]) / n
		my += float64(y[i]) / n
	}
	var xx, yy, xy float64
	for i := range x {
		a, b := float64(x[i])-mx, float64(y[i])-my
		xx += a * a
		yy += b * b
		xy += a * b
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}
