package schedule

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// slow is a network by its definition: every date is scanned for minute by minute, until nothing moves any more.
type slow struct {
	p                          Plan
	begin, finish, start, late []int
	end                        int
}

const axis = 6000 // the minutes that the reference knows

func (s *slow) worked(i int) func(at int) int {
	c := s.p.Tasks[i].Calendar
	if c == nil {
		return func(int) int { return 100 }
	}
	return func(at int) int {
		for _, x := range c.spans {
			if x.from <= at && at < x.to {
				return c.share
			}
		}
		return 0
	}
}

func (s *slow) done(i, begin int) int {
	worked, left := s.worked(i), s.left(i)*100
	for at := begin; at < axis; at++ {
		if left <= 0 {
			return at
		}
		left -= worked(at)
	}
	return Never
}

func (s *slow) left(i int) int {
	t := s.p.Tasks[i]
	switch {
	case t.ActualFinish.Set:
		return 0
	case t.ActualStart.Set && t.Remaining.Set:
		return t.Remaining.At
	}
	return t.Duration
}

func (s *slow) lagged(at int, l Link, sign int) int {
	if c := s.p.Tasks[l.To].Calendar; !l.Elapsed && c != nil {
		if sign < 0 {
			return c.Sub(at, l.Lag)
		}
		return c.Add(at, l.Lag)
	}
	return at + sign*l.Lag
}

// shown is the start as people see it: of what has started, when it did.
func (s *slow) shown(i int) int {
	if t := s.p.Tasks[i]; t.ActualStart.Set {
		return t.ActualStart.At
	}
	return s.begin[i]
}

func (s *slow) floor(i int) int {
	t := s.p.Tasks[i]
	from := s.p.From
	if t.ActualStart.Set {
		from = t.ActualStart.At
	} else {
		for _, m := range []Mark{t.NotBefore, s.fixedStart(i)} {
			if m.Set {
				from = max(from, m.At)
			}
		}
	}
	if s.p.Now.Set {
		from = max(from, s.p.Now.At)
	}
	return from
}

// fixedStart is the first minute of work from the fixed start on; fixedFinish is behind the last one up to the fixed finish.
func (s *slow) fixedStart(i int) Mark {
	m := s.p.Tasks[i].FixedStart
	if worked := s.worked(i); m.Set && s.left(i) > 0 && s.p.Tasks[i].Calendar != nil {
		for ; m.At < axis && worked(m.At) == 0; m.At++ {
		}
		if m.At >= axis {
			m.At = Never
		}
	}
	return m
}

func (s *slow) fixedFinish(i int) Mark {
	m := s.p.Tasks[i].FixedFinish
	if worked := s.worked(i); m.Set && s.left(i) > 0 && s.p.Tasks[i].Calendar != nil {
		for ; m.At > 0 && worked(m.At-1) == 0; m.At-- {
		}
		if m.At <= 0 {
			m.At = Sooner
		}
	}
	return m
}

func (s *slow) forward(i int) (int, int) {
	t := s.p.Tasks[i]
	if t.ActualFinish.Set {
		return t.ActualFinish.At, t.ActualFinish.At
	}
	starts, ends := s.floor(i), Sooner
	if m := s.fixedFinish(i); m.Set {
		ends = m.At
	}
	for _, l := range s.p.Links {
		if l.To != i {
			continue
		}
		switch l.Kind {
		case FinishStart:
			starts = max(starts, s.lagged(s.finish[l.From], l, 1))
		case StartStart:
			starts = max(starts, s.lagged(s.shown(l.From), l, 1))
		case FinishFinish:
			ends = max(ends, s.lagged(s.finish[l.From], l, 1))
		case StartFinish:
			ends = max(ends, s.lagged(s.shown(l.From), l, 1))
		}
	}
	worked := s.worked(i)
	if t.Calendar == nil || s.left(i) == 0 {
		at := max(starts, ends-s.left(i))
		return at, at + s.left(i)
	}
	for at := starts; at < axis; at++ {
		if s.left(i) > 0 && worked(at) == 0 {
			continue
		}
		if f := s.done(i, at); f >= ends {
			return at, f
		}
	}
	return Never, Never
}

func (s *slow) backward(i, back int) (int, int) {
	t := s.p.Tasks[i]
	starts, ends := Never, back
	if !t.ActualStart.Set && t.FixedStart.Set {
		starts = s.fixedStart(i).At
	}
	for _, m := range []Mark{s.fixedFinish(i), t.Deadline} {
		if m.Set {
			ends = min(ends, m.At)
		}
	}
	for _, l := range s.p.Links {
		to := s.p.Tasks[l.To]
		if l.From != i || to.ActualFinish.Set {
			continue
		}
		switch {
		case l.Kind == FinishStart:
			ends = min(ends, s.lagged(s.start[l.To], l, -1))
		case l.Kind == FinishFinish:
			ends = min(ends, s.lagged(s.late[l.To], l, -1))
		case t.ActualStart.Set:
		case l.Kind == StartStart:
			starts = min(starts, s.lagged(s.start[l.To], l, -1))
		case l.Kind == StartFinish:
			starts = min(starts, s.lagged(s.late[l.To], l, -1))
		}
	}
	if t.Calendar == nil || s.left(i) == 0 {
		at := min(starts, ends-s.left(i))
		return at, at + s.left(i)
	}
	worked := s.worked(i)
	for at := min(starts, ends); at >= 0; at-- {
		if s.left(i) > 0 && worked(at) == 0 {
			continue
		}
		if f := s.done(i, at); f <= ends {
			return at, f
		}
	}
	return Sooner, Sooner
}

func naive(p Plan) *slow {
	n := len(p.Tasks)
	s := &slow{p: p, begin: make([]int, n), finish: make([]int, n), start: make([]int, n), late: make([]int, n)}
	for moved := true; moved; {
		moved = false
		for i := range p.Tasks {
			b, f := s.forward(i)
			moved = moved || b != s.begin[i] || f != s.finish[i]
			s.begin[i], s.finish[i] = b, f
		}
	}
	s.end = Sooner
	for _, f := range s.finish {
		s.end = max(s.end, f)
	}
	back := s.end
	if p.End.Set {
		back = p.End.At
	}
	for i := range s.start {
		s.start[i], s.late[i] = Never, Never
	}
	for moved := true; moved; {
		moved = false
		for i := n - 1; i >= 0; i-- {
			b, f := s.backward(i, back)
			moved = moved || b != s.start[i] || f != s.late[i]
			s.start[i], s.late[i] = b, f
		}
	}
	return s
}

// plans draws plans of up to eight tasks whose order is shuffled, with every kind of link and of date.
func draw(rnd *rand.Rand, calendars []*Calendar, scale int) Plan {
	n := 1 + rnd.IntN(8)
	p := Plan{Tasks: make([]Task, n), From: scale + rnd.IntN(scale)}
	if rnd.IntN(2) == 0 {
		p.Now = On(scale + rnd.IntN(2*scale))
	}
	mark := func() Mark {
		if rnd.IntN(6) > 0 {
			return Mark{}
		}
		return On(scale + rnd.IntN(4*scale))
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		*t = Task{Key: fmt.Sprint("t", i), Duration: rnd.IntN(scale), NotBefore: mark(), Deadline: mark(), FixedStart: mark(), FixedFinish: mark()}
		if len(calendars) > 0 {
			t.Calendar = calendars[rnd.IntN(len(calendars))]
		}
		if p.Now.Set && rnd.IntN(4) == 0 {
			t.ActualStart = On(p.Now.At - rnd.IntN(scale))
			switch rnd.IntN(3) {
			case 0:
				t.ActualFinish = On(t.ActualStart.At + rnd.IntN(p.Now.At-t.ActualStart.At+1))
			case 1:
				t.Remaining = On(rnd.IntN(scale))
			}
		}
	}
	order := rnd.Perm(n)
	for range rnd.IntN(2 * n) {
		a, b := rnd.IntN(n), rnd.IntN(n)
		if a == b {
			continue
		}
		p.Links = append(p.Links, Link{From: order[min(a, b)], To: order[max(a, b)], Kind: Kind(rnd.IntN(4)), Lag: rnd.IntN(scale/2) - scale/6, Elapsed: rnd.IntN(3) == 0})
	}
	return p
}

func compare(t *testing.T, seed int, p Plan) {
	t.Helper()
	n, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	n.Compute(&r)
	want := naive(p)
	if want.end >= Never {
		return
	}
	if r.End() != want.end {
		t.Fatalf("plan %d: end %d, want %d\n%+v", seed, r.End(), want.end, p)
	}
	for i, x := range p.Tasks {
		if r.Resume(i) != want.begin[i] || r.Finish(i) != want.finish[i] {
			t.Fatalf("plan %d: %s runs from %d to %d, want %d to %d\n%+v", seed, x.Key, r.Resume(i), r.Finish(i), want.begin[i], want.finish[i], p)
		}
		if x.ActualFinish.Set || want.start[i] <= Sooner || want.start[i] < 0 {
			continue
		}
		if r.LateStart(i) != want.start[i] || r.LateFinish(i) != want.late[i] {
			t.Fatalf("plan %d: %s runs late from %d to %d, want %d to %d\n%+v", seed, x.Key, r.LateStart(i), r.LateFinish(i), want.start[i], want.late[i], p)
		}
		if c := r.Critical(i); c != (r.Float(i) <= 0) {
			t.Fatalf("plan %d: %s critical %v with float %d", seed, x.Key, c, r.Float(i))
		}
	}
	explained(t, seed, p, &r)
}

// explained holds what the result says of floats and drivers against the definition: a task that takes its free float moves nobody.
func explained(t *testing.T, seed int, p Plan, r *Result) {
	t.Helper()
	for i, x := range p.Tasks {
		cause, link := r.Driver(i)
		if (cause == ByLink) != (link >= 0) || link >= 0 && p.Links[link].To != i {
			t.Fatalf("plan %d: %s is driven by %d %d", seed, x.Key, cause, link)
		}
		if x.Calendar == nil && cause == ByNothing && x.Duration > 0 {
			t.Fatalf("plan %d: nothing drives %s\n%+v", seed, x.Key, p)
		}
		if x.ActualStart.Set {
			continue
		}
		moved := p
		moved.Tasks = append([]Task(nil), p.Tasks...)
		moved.Tasks[i].NotBefore = On(x.Calendar.Add(r.Start(i), r.FreeFloat(i)))
		n, err := New(moved)
		if err != nil {
			t.Fatal(err)
		}
		var again Result
		n.Compute(&again)
		for j := range p.Tasks {
			if j != i && again.Start(j) != r.Start(j) || again.End() != r.End() {
				t.Fatalf("plan %d: %s, moved by its free float %d, moves %s\n%+v", seed, x.Key, r.FreeFloat(i), p.Tasks[j].Key, p)
			}
		}
	}
	if c := r.Chain(); len(c) == 0 || r.Finish(c[len(c)-1]) != r.End() {
		t.Fatalf("plan %d: chain %v", seed, c)
	}
}

func TestAgainstTheDefinition(t *testing.T) {
	for seed := range 4_000 {
		rnd := rand.New(rand.NewPCG(uint64(seed), 1))
		compare(t, seed, draw(rnd, nil, 30))
	}
}

func TestAgainstTheDefinitionWithCalendars(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	var calendars []*Calendar
	for _, share := range []int{100, 100, 60, 33, 100} {
		var spans []Span
		for at := 0; at < axis; {
			at += 1 + rnd.IntN(40)
			to := at + 1 + rnd.IntN(60)
			spans = append(spans, Span{Instant(at), Instant(to)})
			at = to
		}
		c, err := FromSpans(spans, share)
		if err != nil {
			t.Fatal(err)
		}
		calendars = append(calendars, c)
	}
	calendars[4] = nil
	for seed := range 500 {
		compare(t, seed, draw(rand.New(rand.NewPCG(uint64(seed), 2)), calendars, 60))
	}
}
