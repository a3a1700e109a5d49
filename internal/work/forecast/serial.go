package forecast

import (
	"math"
	"slices"
)

// serial is the room for serial schedule generation (Kelley 1963): one task after the other, each at the earliest instant at which links
// and resources let it run without a break.
type serial struct {
	*Model
	free          []profile
	start, finish []int32 // by position
	early         []int32 // where the links alone would have put it
	took          []int32
	seen          []bool
	walk          []int32
}

func (m *Model) serially() *serial {
	n := len(m.node)
	return &serial{
		Model: m, free: make([]profile, len(m.supply)), start: make([]int32, n), finish: make([]int32, n),
		early: make([]int32, n), took: make([]int32, n), seen: make([]bool, n),
	}
}

// schedule places the positions in the order of the list.
func (s *serial) schedule(list, took []int32) {
	for i := range s.free {
		s.free[i].copy(&s.supply[i])
	}
	for _, k := range list {
		v := &s.node[k]
		t := v.earliest
		for _, l := range s.ties[v.first:v.mid] {
			t = max(t, s.value(l))
		}
		for _, l := range s.ties[v.mid:v.end] {
			t = max(t, s.value(l)-took[k])
		}
		s.early[k] = t
		if took[k] > 0 {
			t = s.room(v, t, took[k])
		}
		s.start[k], s.finish[k] = t, t+took[k]
	}
}

// value is what a tie says.
func (s *serial) value(l tie) int32 {
	k := int(l.row / 2)
	switch {
	case k == len(s.node):
		return l.lag
	case l.row%2 == 0:
		return s.start[k] + l.lag
	default:
		return s.finish[k] + l.lag
	}
}

// room finds the earliest place from t on at which everything that is needed is free, and takes it.
func (s *serial) room(v *node, t, d int32) int32 {
	needs := s.needs[v.need:v.needEnd]
	for again := true; again; {
		again = false
		for _, n := range needs {
			if u := s.free[n.supply].fit(t, d, n.units); u > t {
				t, again = u, len(needs) > 1
			}
		}
	}
	for _, n := range needs {
		s.free[n.supply].take(t, t+d, n.units)
	}
	return t
}

func (s *serial) last() int32 {
	if len(s.finish) == 0 {
		return 0
	}
	return slices.Max(s.finish)
}

// critical marks in seen what is on a critical sequence.
func (s *serial) critical() {
	clear(s.seen)
	s.walk = s.walk[:0]
	end := s.last()
	for k, f := range s.finish {
		if f == end {
			s.visit(int32(k))
		}
	}
	for len(s.walk) > 0 {
		k := s.walk[len(s.walk)-1]
		s.walk = s.walk[:len(s.walk)-1]
		v := &s.node[k]
		if s.start[k] > s.early[k] {
			s.released(k)
			continue
		}
		for i, l := range s.ties[v.first:v.end] {
			at := s.start[k]
			if i >= int(v.mid-v.first) {
				at = s.finish[k]
			}
			if from := l.row / 2; int(from) < len(s.node) && s.value(l) == at {
				s.visit(from)
			}
		}
	}
}

func (s *serial) visit(k int32) {
	if !s.seen[k] && !s.node[k].done {
		s.seen[k] = true
		s.walk = append(s.walk, k)
	}
}

// released visits those whose finish gave a position what it had waited for.
func (s *serial) released(k int32) {
	mine := s.needs[s.node[k].need:s.node[k].needEnd]
	for j, f := range s.finish {
		if f != s.start[k] || s.took[j] == 0 {
			continue
		}
		theirs := s.needs[s.node[j].need:s.node[j].needEnd]
		if slices.ContainsFunc(theirs, func(n need) bool {
			return slices.ContainsFunc(mine, func(m need) bool { return m.supply == n.supply })
		}) {
			s.visit(int32(j))
		}
	}
}

// serial fills rows, finish and mask for n samples of the block that starts at sample first, from column at on.
func (b *block) serial(first, at, n int) {
	if b.turn == nil {
		b.turn = b.serially()
		b.draws = make([]row, len(b.node))
		b.drawn = math.MinInt
	}
	if b.drawn != first {
		b.drawn = first
		for k := range b.node {
			b.duration(k, first, &b.draws[k])
		}
	}
	clear(b.mask)
	s := b.turn
	for j := at; j < at+n; j++ {
		for k := range b.draws {
			s.took[k] = b.draws[k][j]
		}
		s.schedule(b.list, s.took)
		s.critical()
		b.finish[j] = s.last()
		for k := range b.node {
			b.rows[2*k][j], b.rows[2*k+1][j] = s.start[k], s.finish[k]
			if s.seen[k] {
				b.mask[k] |= 1 << j
			}
		}
	}
}

// serialWith is with for schedules under resources. A task that was not on a critical sequence is taken to gain nothing.
func (b *block) serialWith(k int, d int32, m uint64) {
	s := b.turn
	for j := range width {
		if m>>j&1 == 0 {
			continue
		}
		for i := range b.draws {
			s.took[i] = b.draws[i][j]
		}
		s.took[k] = d
		s.schedule(b.list, s.took)
		b.finish[j] = s.last()
	}
}

// Priority returns priorities that make a forecast of the same order of tasks where resources are short: what Problem.Priority
// asked for or what was chosen for it. nil without resources.
func (m *Model) Priority() []float64 {
	if m.list == nil {
		return nil
	}
	out := make([]float64, len(m.list))
	for rank, k := range m.list {
		out[m.node[k].task] = float64(rank)
	}
	return out
}
