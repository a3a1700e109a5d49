package wish

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/work/forecast"
)

// Question is a wanted date and what may be done for it.
type Question struct {
	Problem forecast.Problem
	Target  float64 // the finish that is wanted, on the problem's axis
	Chance  float64 // how likely it has to be, above 0 and up to 1
	Moves   []Move
}

// Options bound the search.
type Options struct {
	Samples int    // that each set is judged by; 0: SamplesUsual
	Seed    uint64 // the same seed gives the same answer, whatever the number of cores, as long as Expired does not end the search
	Size    int    // of the largest sets that are searched exactly, up to SizeMax; 0: SizeMax

	// Expired ends the search when it says true; nil: never. It is asked by one goroutine at a time, before every set.
	Expired func() bool
}

// The usual and the greatest number of samples, and the greatest size of sets that are searched exactly. 2,000 samples know a chance to
// two percent.
const (
	SamplesUsual = 2_000
	SamplesMax   = 200_000
	SizeMax      = 3
)

// Outcome is what can be expected.
type Outcome struct {
	Chance float64 // of the target, moved if a move moves it
	P80    float64 // of the finish
}

// Set is a set of moves that is enough.
type Set struct {
	Moves []int // indexes, ascending; empty if nothing has to be done
	Cost  float64
	Outcome
}

// Answer says what must be true.
type Answer struct {
	Now   Outcome
	Alone []Outcome // of each move by itself; zero for those that time did not allow
	All   Outcome   // of all moves together, or of the first of each group

	// Sets are minimal: no move of a set can be left out. They are ordered by cost, then size, then chance. None means that what was
	// searched is not enough.
	Sets []Set

	Complete bool // every set of up to Options.Size moves was judged or proven to be too little
	Samples  int
}

// Find searches the sets of moves that bring the chance of the target to the asked one. Sets of up to Size moves are all found. If there
// are none, larger ones are built greedily, by how much each move takes off the mean delay for its cost and by that alone, and stripped
// of what they do not need; this comes before the search among sets of three, which takes longest.
//
// A judgement is Samples forecasts of the network, about 3 ns for each task and sample, and ends as soon as its outcome is certain, or so clear that luck
// would mislead it less than once in a hundred million times. Where no move
// can make matters worse (no resources, no task that is prolonged), a move without which all others are not enough is in every set, and
// sets are left out that would not be enough even with all that could join them. Twenty moves have 1,350 sets of up to three.
//
// It fails with errs.Invalid: work.moves (more than MovesMax), work.chance, work.move_amount, work.samples, work.task_unknown, work.resource_unknown, or what
// forecast.Compile says of the problem.
func Find(q Question, o Options) (Answer, error) {
	if err := q.check(); err != nil {
		return Answer{}, err
	}
	if o.Samples == 0 {
		o.Samples = SamplesUsual
	}
	if o.Size == 0 {
		o.Size = SizeMax
	}
	if o.Samples < 1 || o.Samples > SamplesMax || o.Size < 1 || o.Size > SizeMax {
		return Answer{}, errs.InvalidField("samples", "work.samples", "A set is judged by 1 to %d samples, and searched exactly up to a size of 1 to %d.", SamplesMax, SizeMax)
	}
	m, err := forecast.Compile(q.Problem)
	if err != nil {
		return Answer{}, err
	}
	q.Problem.Priority = m.Priority() // so that sets differ by what they do and not by the rule that was chosen for them
	s := &search{
		q: &q, o: o, pool: &pool{q: &q, o: o}, helpful: q.helpful(), known: map[set]verdict{},
		need: int(math.Ceil(q.Chance*float64(o.Samples) - 1e-9)),
	}
	return s.run()
}

// search is a question being answered.
type search struct {
	q       *Question
	o       Options
	pool    *pool
	helpful bool
	need    int // samples that have to make it
	known   map[set]verdict
	order   []int // moves by what they bring alone, the best first; those that every set has are taken out
	answer  Answer
	needed  set // moves that every set has
	err     error
}

// verdict is what is known of a set.
type verdict struct{ judged, enough bool }

func (s *search) run() (Answer, error) {
	s.answer.Samples = s.o.Samples
	now := s.full(0)
	s.answer.Now = now.Outcome
	s.answer.All = s.full(s.everything()).Outcome
	late := s.alone()
	switch {
	case s.err != nil:
	case now.made >= s.need:
		s.answer.Sets = []Set{{Moves: []int{}, Outcome: now.Outcome}}
		s.answer.Complete = true
	default:
		s.exact(late)
	}
	slices.SortStableFunc(s.answer.Sets, func(a, b Set) int {
		return cmp.Or(cmp.Compare(a.Cost, b.Cost), cmp.Compare(len(a.Moves), len(b.Moves)), cmp.Compare(b.Chance, a.Chance), slices.Compare(a.Moves, b.Moves))
	})
	return s.answer, s.err
}

// everything is the set of all moves, of each group the first.
func (s *search) everything() set {
	out := set(0)
	for i := range s.q.Moves {
		if !s.clash(out | 1<<i) {
			out |= 1 << i
		}
	}
	return out
}

// alone looks at each move by itself, and orders them. It returns the mean delay with each, and without any as the last.
func (s *search) alone() []float64 {
	n := len(s.q.Moves)
	sets := make([]set, n+1)
	for i := range n {
		sets[i] = 1 << i
		s.order = append(s.order, i)
	}
	found := s.pool.each(sets, effort{})
	late := make([]float64, n+1)
	for i, f := range found {
		late[i] = f.late
		if s.fail(f.err); f.err != nil || f.skipped {
			continue
		}
		if i < n {
			s.known[sets[i]] = verdict{true, f.made >= s.need}
		}
	}
	for _, f := range found[:n] {
		s.answer.Alone = append(s.answer.Alone, f.Outcome)
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(late[a], late[b]) })
	return late
}

func (s *search) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// full judges a set to the end, whatever the time.
func (s *search) full(x set) finding {
	f := s.pool.judge(x, effort{})
	s.fail(f.err)
	return f
}

// clash reports whether two moves of a set exclude each other.
func (s *search) clash(x set) bool {
	moves := x.moves()
	for k, i := range moves {
		for _, j := range moves[:k] {
			if g := s.q.Moves[i].Group; g != "" && g == s.q.Moves[j].Group {
				return true
			}
		}
	}
	return false
}

// exact judges all sets up to the size asked for, small ones first, so that what contains an answer is never looked at. The many sets of
// the greatest size come after the greedy ones, so that little time gives an answer too.
func (s *search) exact(late []float64) {
	s.answer.Complete = true
	s.needed = s.required()
	s.order = slices.DeleteFunc(s.order, s.needed.has)
	fixed, built := bits.OnesCount64(uint64(s.needed)), false
	if s.clash(s.needed) {
		return
	}
	for size := max(1, fixed); size <= s.o.Size && s.err == nil && s.answer.Complete; size++ {
		if size == SizeMax && len(s.answer.Sets) == 0 {
			s.greedy(late)
			built = true
		}
		s.extend(s.needed, 0, size-fixed)
	}
	if len(s.answer.Sets) == 0 && !built {
		s.greedy(late)
	}
	small := func(a Set) bool { return len(a.Moves) <= s.o.Size }
	if slices.ContainsFunc(s.answer.Sets, small) {
		s.answer.Sets = slices.DeleteFunc(s.answer.Sets, func(a Set) bool { return !small(a) })
	}
}

// required returns the moves without which not even all others are enough.
func (s *search) required() set {
	if !s.helpful || s.hopeless(0, 0) {
		return 0
	}
	all := s.rest(0, 0)
	var sets []set
	for _, i := range s.order {
		sets = append(sets, all&^(1<<i))
	}
	out := set(0)
	for k, f := range s.pool.each(sets, effort{s.need, true}) {
		if s.fail(f.err); f.err == nil && !f.skipped && f.made < s.need {
			out |= 1 << s.order[k]
		}
	}
	return out
}

// rest is a prefix with all that could be added to it.
func (s *search) rest(prefix set, from int) set {
	for _, i := range s.order[from:] {
		prefix |= 1 << i
	}
	return prefix
}

// extend judges the sets that add so many more moves to a prefix, from place from on in the order.
func (s *search) extend(prefix set, from, more int) {
	if s.contains(prefix) || s.hopeless(prefix, from) {
		return
	}
	switch more {
	case 0:
		s.judge([]set{prefix})
		return
	case 1:
		var sets []set
		for _, i := range s.order[from:] {
			sets = append(sets, prefix|1<<i)
		}
		s.judge(sets)
		return
	}
	s.bound(prefix, from, more)
	for k := from; k <= len(s.order)-more && s.err == nil && s.answer.Complete; k++ {
		if x := prefix | 1<<s.order[k]; !s.clash(x) {
			s.extend(x, k+1, more-1)
		}
	}
}

// judge keeps those of the sets that are enough; they are judged side by side.
func (s *search) judge(sets []set) {
	sets = slices.DeleteFunc(sets, func(x set) bool {
		v := s.known[x]
		return v.judged && !v.enough || s.clash(x) || s.contains(x)
	})
	for i, f := range s.pool.each(sets, effort{need: s.need}) {
		if s.fail(f.err); f.skipped {
			s.answer.Complete = false
			return
		}
		s.known[sets[i]] = verdict{true, f.made >= s.need}
		if f.made >= s.need && f.err == nil {
			s.add(sets[i], f)
		}
	}
}

// contains reports whether a set has an answer within it.
func (s *search) contains(x set) bool {
	return slices.ContainsFunc(s.answer.Sets, func(a Set) bool {
		y := set(0)
		for _, i := range a.Moves {
			y |= 1 << i
		}
		return x&y == y
	})
}

// bound finds out, side by side, which extensions of a prefix are hopeless.
func (s *search) bound(prefix set, from, more int) {
	if !s.helpful {
		return
	}
	var sets []set
	for k := from; k <= len(s.order)-more; k++ {
		x := prefix | 1<<s.order[k]
		if y := s.rest(x, k+1); !s.clash(x) && !s.contains(x) && !s.known[y].judged {
			sets = append(sets, y)
		}
	}
	s.learn(sets)
}

// learn judges sets for whether they are enough.
func (s *search) learn(sets []set) {
	for i, f := range s.pool.each(sets, effort{s.need, true}) {
		if s.fail(f.err); f.skipped {
			s.answer.Complete = false
			continue
		}
		s.known[sets[i]] = verdict{true, f.made >= s.need}
	}
}

// hopeless reports whether not even all that could be added to a prefix is enough.
func (s *search) hopeless(prefix set, from int) bool {
	if !s.helpful {
		return false
	}
	x := s.rest(prefix, from)
	if !s.known[x].judged {
		s.learn([]set{x})
	}
	return !s.known[x].enough
}

func (s *search) add(x set, f finding) {
	a := Set{Moves: x.moves(), Outcome: f.Outcome}
	for _, i := range a.Moves {
		a.Cost += s.q.Moves[i].Cost
	}
	s.answer.Sets = append(s.answer.Sets, a)
}

// greedy builds larger sets: one by what each move takes off the mean delay for its cost, and one by that alone.
func (s *search) greedy(late []float64) {
	if s.err != nil || s.helpful && s.answer.Complete && s.hopeless(s.needed, 0) {
		return
	}
	for _, byCost := range []bool{true, false} {
		x, ok := s.grow(late[len(late)-1], byCost)
		if !ok {
			continue
		}
		if x, ok = s.strip(x); ok && !s.contains(x) {
			if f := s.full(x); f.err == nil {
				s.add(x, f)
			}
		}
	}
}

// grow adds the best move until the set is enough.
func (s *search) grow(late float64, byCost bool) (set, bool) {
	x := set(0)
	for bits.OnesCount64(uint64(x)) < len(s.q.Moves) {
		var sets []set
		for i := range s.q.Moves {
			if y := x | 1<<i; !x.has(i) && !s.clash(y) {
				sets = append(sets, y)
			}
		}
		best, most := -1, 0.0
		found := s.pool.each(sets, effort{})
		for i, f := range found {
			if s.fail(f.err); f.err != nil || f.skipped {
				return 0, false
			}
			gain := late - f.late
			if byCost && gain > 0 {
				gain /= max(1e-9, s.q.Moves[bits.TrailingZeros64(uint64(sets[i]&^x))].Cost)
			}
			if best < 0 || gain > most {
				best, most = i, gain
			}
		}
		if best < 0 {
			return 0, false
		}
		x, late = sets[best], found[best].late
		if found[best].made >= s.need {
			return x, true
		}
	}
	return 0, false
}

// strip takes away what is not needed, the dearest first, until nothing can go.
func (s *search) strip(x set) (set, bool) {
	moves := x.moves()
	slices.SortStableFunc(moves, func(a, b int) int { return cmp.Compare(s.q.Moves[b].Cost, s.q.Moves[a].Cost) })
	for before := set(0); before != x; {
		before = x
		for _, i := range moves {
			if !x.has(i) {
				continue
			}
			f := s.pool.each([]set{x &^ (1 << i)}, effort{s.need, true})[0]
			if s.fail(f.err); f.err != nil || f.skipped {
				return 0, false
			}
			if f.made >= s.need {
				x &^= 1 << i
			}
		}
	}
	return x, true
}
