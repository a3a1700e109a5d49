package level

import (
	"math/rand/v2"

	"slipway/internal/errs"
)

// plan is an individual of the population: an order of tasks and the schedule that is made from it.
type plan struct {
	order, start []int
	finish       int
	rank         int // finish first; smaller is better
}

func newPlan(size int) *plan { return &plan{order: make([]int, size), start: make([]int, size)} }

func (p *plan) copyFrom(o *plan) {
	copy(p.order, o.order)
	copy(p.start, o.start)
	p.finish = o.finish
	p.rank = o.rank
}

// search is one run of Solve.
type search struct {
	*network
	o      Options
	g      *generator
	sort   *sorter
	prover *prover
	rng    *rand.PCG

	made    int // schedules
	foundAt int // made when best was
	bound   int // no schedule finishes earlier
	best    *plan
	ended   bool

	weight []int // how much of the resources a task uses
	urgent []int // how much earlier than the rule says a task comes, since it found no place before
	key    []int
	right  []int
	taken  []bool
	tmp    *plan
}

// stream tells the generator of one seed from that of another program with the same seed.
const stream = 0x9e3779b97f4a7c15

func newSearch(n *network, o Options) *search {
	s := &search{
		network: n, o: o, g: newGenerator(n), sort: newSorter(n), rng: rand.NewPCG(o.Seed, stream),
		weight: make([]int, n.size), urgent: make([]int, n.size), key: make([]int, n.size), right: make([]int, n.size), taken: make([]bool, n.size), tmp: newPlan(n.size),
	}
	for j := range n.size {
		s.bound = max(s.bound, n.head[j]+n.tail[j])
		for k := n.needAt[j]; k < n.needAt[j+1]; k++ {
			s.weight[j] += 1 + 100*n.needUnits[k]/n.capacity[n.needRes[k]].largest()
		}
	}
	return s
}

// below returns a random number from 0 to n-1; n is below 2^32 wherever evenness matters.
func (s *search) below(n int) int {
	if n >= 1<<32 {
		return int(s.rng.Uint64() % uint64(n))
	}
	return int((s.rng.Uint64() >> 32) * uint64(n) >> 32)
}

// oneIn is true once in n times on average.
func (s *search) oneIn(n int) bool { return s.below(n) == 0 }

// over says that the search has to end; it is asked between schedules.
func (s *search) over() bool {
	if !s.ended {
		s.ended = s.best != nil && s.bound >= s.best.finish || s.o.Schedules > 0 && s.made >= s.o.Schedules || s.o.Expired != nil && s.o.Expired()
	}
	return s.ended
}

func (s *search) keep(p *plan) {
	if s.best == nil {
		s.best = newPlan(s.size)
	} else if p.finish >= s.best.finish {
		return
	}
	s.best.copyFrom(p)
	s.foundAt = s.made
}

// The effort of the proofs, in steps of the prover, of which there are about a hundred million a second.
const (
	triesBeforeDecide = 200
	effortForAny      = 10_000_000 // whether there is a schedule at all
	effortForBound    = 1_000_000  // for each end time of the first bound
	effortForSmall    = 200_000    // for the optimum of a problem of few tasks, before the population search
	effortPerTask     = 4          // for each schedule and task of a round of the population search
	fewTasks          = 100
)

// run finds a first schedule, then a bound, then searches by turns for better schedules and for proofs.
func (s *search) run() error {
	if s.size == 0 {
		s.best = newPlan(0)
		return nil
	}
	if err := s.first(); err != nil {
		return err
	}
	if s.over() {
		return nil
	}
	s.byWork()
	s.prover = newProver(s.network, s.over)
	s.raise(effortForBound)
	if s.size <= fewTasks {
		s.exact(effortForSmall)
	}
	s.evolve()
	return nil
}

// first makes a schedule by the rule of the latest finish, one of the best rules for both schemes (Kolisch 1996), and then by
// the rule with noise until there is one. Without capacities that fall for good the first try succeeds.
func (s *search) first() error {
	p := newPlan(s.size)
	heed := 5 + 50_000/s.size // tries before time counts
	for try := 0; ; try++ {
		s.byRule(p, 0)
		if try > 0 {
			s.byRule(p, 1+s.bound/4)
		}
		if s.decode(p, s.size <= parallelAtMost && try%2 == 1) {
			return nil
		}
		if try == triesBeforeDecide {
			return s.any()
		}
		if try >= heed && s.over() {
			return s.unplaced()
		}
	}
}

// byRule orders the tasks by their latest finish, with noise below a width.
func (s *search) byRule(p *plan, width int) {
	for j := range s.size {
		s.key[j] = s.late[j] + s.dur[j] - s.urgent[j]
		if width > 0 {
			s.key[j] += s.below(width)
		}
	}
	s.sort.ascending(s.key, p.order)
}

// any asks the prover for any schedule, when generation finds none.
func (s *search) any() error {
	v := newProver(s.network, s.o.Expired)
	switch v.decide(s.span, effortForAny) {
	case yes:
		s.adopt(v.est)
		return nil
	case no:
		return errs.Invalid("work.level_impossible", "No schedule keeps all links and capacities: more has to run before resources are gone than they can carry. Task %d is among what is left over.", s.name[s.g.stuck]).
			With(errs.Field{Name: taskField(s.name[s.g.stuck]), Reason: "work.level_impossible", Msg: "It finds no place."})
	default:
		return s.unplaced()
	}
}

func (s *search) unplaced() error {
	return errs.InvalidField(taskField(s.name[s.g.stuck]), "work.level_unplaced",
		"No schedule was found in which task %d runs before its resources are gone for good. Raise a capacity, or give the search more time.", s.name[s.g.stuck])
}

// adopt keeps a schedule that the prover found.
func (s *search) adopt(start []int) {
	copy(s.tmp.start, start)
	s.tmp.finish = 0
	for j, t := range start {
		s.tmp.finish = max(s.tmp.finish, t+s.dur[j])
	}
	s.sort.ascending(s.tmp.start, s.tmp.order)
	s.keep(s.tmp)
}

// decode generates the schedule of the plan's order and improves it. It returns false when a task finds no place, and remembers which.
func (s *search) decode(p *plan, parallel bool) bool {
	s.made++
	if parallel {
		s.strictly(p.order)
		p.finish = s.g.parallel(p.order, p.start)
	} else if p.finish = s.g.serial(p.order, p.start); p.finish < 0 && s.loose {
		s.made++
		s.strictly(p.order)
		p.finish = s.g.serial(p.order, p.start)
	}
	if p.finish < 0 {
		s.urgent[s.g.stuck] += 1 + s.span/64
		return false
	}
	s.justify(p)
	s.score(p)
	s.keep(p)
	return true
}

// lastTimes are the units of time before the finish whose use tells schedules with the same finish apart.
const lastTimes = 3

// score ranks a plan by its finish, then by how much is left to do in its last units of time: the less there is, the nearer it is to
// an earlier finish.
func (s *search) score(p *plan) {
	const bits = 24
	left := 0
	for j, t := range p.start {
		if o := t + s.dur[j] - p.finish + lastTimes; o > 0 {
			left += o * s.weight[j]
		}
	}
	p.rank = p.finish<<bits + min(left, 1<<bits-1)
}

// strictly mends an order in which links with negative lags stand the other way round.
func (s *search) strictly(order []int) {
	if !s.loose {
		return
	}
	for i, j := range order {
		s.key[j] = i
	}
	s.sort.strict = true
	s.sort.ascending(s.key, order)
	s.sort.strict = false
}

// justify is forward-backward improvement by double justification (Li and Willis 1992; Tormos and Lova 2001; Valls, Ballestín and
// Quintanilla 2005): every task moves as late as possible in the order of falling ends, then as early as possible in the order
// of rising starts. Without negative lags the finish never gets later, whatever the capacities over time: what a task used of a moment
// before, it or nobody else uses after. The plan keeps the order of the schedule pushed to the right, which leads to the one pushed to
// the left and says more about what is urgent.
func (s *search) justify(p *plan) {
	for j := range s.size {
		s.key[j] = p.start[j] + s.dur[j]
	}
	s.sort.descending(s.key, s.tmp.order)
	s.made++
	if s.g.backward(s.tmp.order, s.right, p.finish) {
		s.sort.ascending(s.right, s.tmp.order)
		s.made++
		if f := s.g.serial(s.tmp.order, s.tmp.start); f >= 0 && f <= p.finish {
			p.finish = f
			copy(p.start, s.tmp.start)
			copy(p.order, s.tmp.order)
			return
		}
	}
	s.sort.ascending(p.start, p.order)
}
