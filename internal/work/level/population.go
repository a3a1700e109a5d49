package level

import "slices"

// The population search, with values found by trial on instances of 60 and 120 tasks.
const (
	firstSize      = 60        // of the population; each round doubles it
	largestSize    = 2_000     // beyond, it grows no more
	largestPlans   = 1_000_000 // the same, in tasks of all plans
	patience       = 30        // generations without improvement that end a round
	oneParallel    = 10        // one child in so many is made by the parallel scheme
	oneTwoPoint    = 4         // one child in so many is made by the two-point crossover
	oneSwap        = 50        // one place in so many of a child's order is swapped with the one before
	parallelAtMost = 2_000     // tasks; beyond, the parallel scheme is too slow
	windows        = 3         // of which the fullest one is handed down
)

// evolve is a hybrid genetic algorithm over orders of tasks in the manner of Valls, Ballestín and Quintanilla (2008), with the swaps of
// Hartmann (1998) for mutation: each child is improved by double justification, and mothers hand down the stretches of time in
// which they use the resources best. A round ends when its population has come to rest; the next starts anew with twice the size, as the
// restarts of Auger and Hansen (2005) do in another field. Between rounds a share of the effort goes into proofs.
func (s *search) evolve() {
	size := firstSize
	var pop []*plan
	for !s.over() {
		for len(pop) < 2*size {
			pop = append(pop, newPlan(s.size))
		}
		before := s.made
		if !s.found(pop[:size]) {
			return
		}
		s.generations(pop[:2*size])
		if s.over() {
			return
		}
		effort := (s.made - before) * s.size * effortPerTask
		s.shave(effort / 2)
		s.exact(effort)
		size = max(size, min(2*size, largestSize, largestPlans/s.size))
	}
}

// found fills a population by the rule with noise, which does what biased sampling does in multi-pass methods (Kolisch and Hartmann
// 1999), with both schemes by turns. It returns false when the search is over.
func (s *search) found(pop []*plan) bool {
	for i := range pop {
		for done := false; !done; {
			if s.over() {
				return false
			}
			s.byRule(pop[i], 1+s.bound*(1+s.below(4))/8)
			done = s.decode(pop[i], s.size <= parallelAtMost && s.oneIn(2))
		}
	}
	return true
}

// generations improves the first half of pop by children, which are made in the second half.
func (s *search) generations(pop []*plan) {
	parents, children := pop[:len(pop)/2], pop[len(pop)/2:]
	slices.SortStableFunc(parents, byRank)
	best := parents[0].finish
	for still := 0; still < patience; still++ {
		for _, child := range children {
			if s.over() {
				return
			}
			mother, father := s.parent(parents), s.parent(parents)
			for mother == father {
				father = parents[s.below(len(parents))]
			}
			if s.oneIn(oneTwoPoint) {
				s.crossTwo(mother, father, child)
			} else {
				s.cross(mother, father, child)
			}
			s.mutate(child)
			if !s.decode(child, s.size <= parallelAtMost && s.oneIn(oneParallel)) {
				child.copyFrom(mother)
			}
		}
		survive(pop)
		if parents[0].finish < best {
			best, still = parents[0].finish, 0
		}
	}
}

// parent is the better of two picked at random.
func (s *search) parent(sorted []*plan) *plan {
	return sorted[min(s.below(len(sorted)), s.below(len(sorted)))]
}

func byRank(a, b *plan) int { return a.rank - b.rank }

// survive sorts the best plans into the first half, each schedule once.
func survive(pop []*plan) {
	slices.SortStableFunc(pop, byRank)
	kept := 1
	for i := 1; i < len(pop) && kept < len(pop)/2; i++ {
		if !twin(pop[:kept], pop[i]) {
			pop[kept], pop[i] = pop[i], pop[kept]
			kept++
		}
	}
}

// twin says that a plan's schedule is among those kept, which are sorted by rank.
func twin(kept []*plan, p *plan) bool {
	for i := len(kept) - 1; i >= 0 && kept[i].rank == p.rank; i-- {
		if slices.Equal(kept[i].start, p.start) {
			return true
		}
	}
	return false
}

// cross is a form of the peak crossover (Valls, Ballestín and Quintanilla 2008): of a few windows of time of the mother's schedule the
// one that uses most of the resources is handed down in her order; what she starts before and after it stands in the father's order.
// As she keeps all links, so does the child.
func (s *search) cross(mother, father, child *plan) {
	width := 1 + mother.finish/8 + s.below(1+mother.finish/3)
	from, most := 0, -1
	for range windows {
		at := s.below(max(1, mother.finish-width+1))
		used := 0
		for j, t := range mother.start {
			if o := min(t+s.dur[j], at+width) - max(t, at); o > 0 {
				used += o * s.weight[j]
			}
		}
		if used > most {
			from, most = at, used
		}
	}
	to := from + width
	out := child.order[:0]
	for _, j := range father.order {
		if mother.start[j] < from {
			out = append(out, j)
		}
	}
	for _, j := range mother.order {
		if t := mother.start[j]; t >= from && t < to {
			out = append(out, j)
		}
	}
	for _, j := range father.order {
		if mother.start[j] >= to {
			out = append(out, j)
		}
	}
}

// crossTwo is the two-point crossover (Hartmann 1998): a middle part of the mother's order is put into the order in which the father has its tasks next.
func (s *search) crossTwo(mother, father, child *plan) {
	first, last := s.below(s.size), s.below(s.size)
	if first > last {
		first, last = last, first
	}
	clear(s.taken)
	out := child.order[:0]
	for _, j := range mother.order[:first] {
		s.taken[j] = true
		out = append(out, j)
	}
	for _, j := range father.order {
		if len(out) == last {
			break
		}
		if !s.taken[j] {
			s.taken[j] = true
			out = append(out, j)
		}
	}
	for _, j := range mother.order {
		if !s.taken[j] {
			out = append(out, j)
		}
	}
}

// mutate swaps neighbours in the order unless a link forbids it.
func (s *search) mutate(p *plan) {
	for i := 1; i < s.size; i++ {
		if a, b := p.order[i-1], p.order[i]; s.oneIn(oneSwap) && !s.linked(a, b) {
			p.order[i-1], p.order[i] = b, a
		}
	}
}

func (s *search) linked(a, b int) bool {
	for k := s.succAt[a]; k < s.succAt[a+1]; k++ {
		if s.succ[k] == b && s.succLag[k] >= 0 {
			return true
		}
	}
	return false
}
