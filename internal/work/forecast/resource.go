package forecast

import (
	"container/heap"
	"math"
	"slices"
)

// need is what a position uses.
type need struct{ supply, units int32 }

// profile is what is free of a resource: free[i] from at[i] until at[i+1], the last for ever.
type profile struct{ at, free []int32 }

// fit returns the first instant from t on at which units are free for d.
func (p *profile) fit(t, d, units int32) int32 {
	i, found := slices.BinarySearch(p.at, t)
	if !found {
		i--
	}
	for ; i < len(p.at) && p.at[i] < t+d; i++ {
		if p.free[i] < units {
			t = p.at[i+1] // the last capacity is enough for every task: check sees to it
		}
	}
	return t
}

// take uses units from t to end.
func (p *profile) take(t, end, units int32) {
	i := p.split(t)
	j := p.split(end)
	for ; i < j; i++ {
		p.free[i] -= units
	}
}

// split makes an instant begin a step and returns its index.
func (p *profile) split(t int32) int {
	i, found := slices.BinarySearch(p.at, t)
	if !found {
		p.at = slices.Insert(p.at, i, t)
		p.free = slices.Insert(p.free, i, p.free[i-1])
	}
	return i
}

// copy makes p the same as q, in p's own memory.
func (p *profile) copy(q *profile) {
	p.at = append(p.at[:0], q.at...)
	p.free = append(p.free[:0], q.free...)
}

// resources lays what there is and what is needed, and chooses the list.
func (c *compiler) resources() {
	for _, r := range c.p.Resources {
		s := profile{[]int32{math.MinInt32}, []int32{int32(r.Capacity)}}
		for _, step := range r.Steps {
			at, last := c.ticks(step.At-c.origin), len(s.at)-1
			if at > s.at[last] {
				s.at, s.free = append(s.at, at), append(s.free, int32(step.Capacity))
			} else {
				s.free[last] = int32(step.Capacity)
			}
		}
		c.supply = append(c.supply, s)
	}
	scarce := false
	for k, i := range c.order {
		t := &c.p.Tasks[i]
		sum := map[int]int{}
		for _, n := range t.Needs {
			if !t.Done {
				sum[n.Resource] += n.Units
			}
		}
		c.node[k].need = int32(len(c.needs))
		for r := range c.p.Resources {
			if sum[r] > 0 {
				c.needs = append(c.needs, need{int32(r), int32(sum[r])})
				scarce = true
			}
			if len(sum) == 0 {
				break
			}
		}
		c.node[k].needEnd = int32(len(c.needs))
	}
	if scarce {
		c.choose()
	}
}

// choose fills the list: by the priorities given, or by the best of several rules on the mean durations, all of which start from the
// longest chain that follows a task.
func (c *compiler) choose() {
	n := len(c.node)
	key := make([]float64, n)
	if c.p.Priority != nil {
		for k, i := range c.order {
			key[k] = c.p.Priority[i]
		}
		c.list = c.sequence(key)
		return
	}
	took := c.means()
	chain := c.chains(took)
	s := c.serially()
	best := int32(math.MaxInt32)
	tries := min(max(20_000_000/(n*n+1), 4), 64)
	for try := range tries {
		for k := range key {
			noise := 0.0
			if try > 1 {
				noise = float64(mix(uint64(try*n+k))>>11) / (1 << 53)
			}
			key[k] = -float64(chain[k]) * (1 - 0.4*noise)
			if try == 1 {
				key[k] += float64(took[k]) // late finish instead of late start
			}
		}
		list := c.sequence(key)
		s.schedule(list, took)
		if f := s.last(); f < best {
			best, c.list = f, list
		}
	}
}

// means returns the mean duration of every position.
func (c *compiler) means() []int32 {
	out := make([]int32, len(c.node))
	for k := range c.node {
		v := &c.node[k]
		if out[k] = v.fixed; v.table >= 0 {
			t, sum := &c.tables[v.table], int64(0)
			for i := range cells {
				sum += int64(t[i]) + int64(t[i+1])
			}
			out[k] = int32(sum / (2 * cells))
		}
	}
	return out
}

// chains returns the longest stretch from the start of every position to the end of what follows it.
func (c *compiler) chains(took []int32) []int64 {
	out := make([]int64, len(c.node))
	for k := len(out) - 1; k >= 0; k-- {
		v := &c.node[k]
		out[k] = max(out[k], int64(took[k]))
		for i, l := range c.ties[v.first:v.end] {
			from := l.row / 2
			if int(from) == len(out) {
				continue
			}
			lag := int64(l.lag)
			if l.row%2 == 1 {
				lag += int64(took[from])
			}
			if i >= int(v.mid-v.first) {
				lag -= int64(took[k])
			}
			out[from] = max(out[from], lag+out[k])
		}
	}
	return out
}

// sequence returns the positions by key, each after what holds it back and those that have begun first.
func (c *compiler) sequence(key []float64) []int32 {
	n := len(c.node)
	open := make([]int32, n)
	next := make([][]int32, n)
	q := queue{key: key}
	for k := range c.node {
		v := &c.node[k]
		for _, l := range c.ties[v.first:v.end] {
			if from := int(l.row / 2); from < n {
				open[k]++
				next[from] = append(next[from], int32(k))
			}
		}
		if c.p.Tasks[v.task].Begun {
			key[k] = -math.MaxFloat64
		}
	}
	for k := range open {
		if open[k] == 0 {
			q.ready = append(q.ready, int32(k))
		}
	}
	heap.Init(&q)
	out := make([]int32, 0, n)
	for len(q.ready) > 0 {
		k := heap.Pop(&q).(int32)
		out = append(out, k)
		for _, j := range next[k] {
			if open[j]--; open[j] == 0 {
				heap.Push(&q, j)
			}
		}
	}
	return out
}

// queue is a heap of positions by key.
type queue struct {
	key   []float64
	ready []int32
}

func (q *queue) Len() int { return len(q.ready) }
func (q *queue) Less(i, j int) bool {
	a, b := q.ready[i], q.ready[j]
	return q.key[a] < q.key[b] || q.key[a] == q.key[b] && a < b
}
func (q *queue) Swap(i, j int) { q.ready[i], q.ready[j] = q.ready[j], q.ready[i] }
func (q *queue) Push(x any)    { q.ready = append(q.ready, x.(int32)) }
func (q *queue) Pop() any {
	last := q.ready[len(q.ready)-1]
	q.ready = q.ready[:len(q.ready)-1]
	return last
}
