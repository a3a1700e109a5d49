package forecast

import (
	"math/bits"
	"runtime"
	"slices"
	"sync"

	"slipway/internal/errs"
)

// Options say what to sample and for how long.
type Options struct {
	Samples    int    // 0: SamplesUsual
	Seed       uint64 // the same seed gives the same result, whatever the number of cores, as long as Expired does not end it
	Milestones []int  // tasks whose finish is wanted
	Drivers    int    // how many of the tasks that drive the finish are wanted; each costs about as much as 1,500 samples, under resources 64
	Workers    int    // goroutines that take samples; 0: as many as GOMAXPROCS allows

	// Expired ends the sampling when it says true; nil: never. It is asked by one goroutine at a time, before every 64 samples, with
	// resources every 8. The first of them are taken whatever it says.
	Expired func() bool
}

// The usual and the greatest number of samples. SamplesMax holds for samples times distributions (the finish, milestones, drivers twice).
const (
	SamplesUsual = 10_000
	SamplesMax   = 20_000_000
)

// Result is a forecast.
type Result struct {
	Finish     Distribution   // of the last task; Problem.From if there is none
	Milestones []Distribution // of the tasks of Options.Milestones, in their order

	// Critical is the share of samples, by task, in which the task has no float. With resources it is the share in which the task
	// is on a critical sequence (Wiest 1964): a chain of tasks up to the finish each of which waited for the one before it, by a link or for what it used.
	Critical []float64

	Drivers  []Driver // by falling MeanGain
	Complete bool     // all samples that were asked for were taken
}

// Driver is a task that decides the finish.
type Driver struct {
	Task     int
	Critical float64 // share of samples, as in Result.Critical

	// Gains and correlation rest on the first 2,000 samples, under resources on the first 64.
	MeanGain    float64 // how much earlier the mean finish would be if the task took its optimistic time (5th percentile if log-normal), the luck of all else being equal
	P80Gain     float64 // the same of the 80th percentile
	Correlation float64 // between its duration and the finish (cruciality, Williams 1992); 0 for a certain duration
}

// Run is Compile and Model.Run.
func Run(p Problem, o Options) (Result, error) {
	m, err := Compile(p)
	if err != nil {
		return Result{}, err
	}
	return m.Run(o)
}

// Run samples the network. It fails with errs.Invalid: work.samples, or work.task_unknown for a milestone that does not exist. Memory is about 500 bytes for each task and goroutine, and 8 for each sample and distribution.
func (m *Model) Run(o Options) (Result, error) {
	if o.Samples == 0 {
		o.Samples = SamplesUsual
	}
	o.Drivers = min(max(0, o.Drivers), len(m.node))
	if o.Samples < 1 || o.Samples > SamplesMax/(1+len(o.Milestones)+2*o.Drivers) {
		return Result{}, errs.InvalidField("samples", "work.samples", "%d samples of %d distributions are not possible; together they are 1 to %d.", o.Samples, 1+len(o.Milestones)+2*o.Drivers, SamplesMax)
	}
	for _, i := range o.Milestones {
		if i < 0 || i >= len(m.node) {
			return Result{}, errs.InvalidField("milestones", "work.task_unknown", "The milestone %d is no task.", i)
		}
	}
	r := run{Model: m, Options: o, finish: make([]int32, o.Samples), sums: make([]sum, len(m.node))}
	for range o.Milestones {
		r.milestones = append(r.milestones, make([]int32, o.Samples))
	}
	taken := r.each(o.Samples, r.sample)
	return r.result(taken), nil
}

// run is a forecast in the making.
type run struct {
	*Model
	Options
	finish     []int32
	milestones [][]int32

	mu   sync.Mutex // guards sums
	sums []sum
}

// sum adds up whole numbers only, so that the order in which blocks are ready does not matter.
type sum struct {
	critical int64
	over     int64 // by how much the task exceeded its optimistic time in samples in which it was critical: the gain is at most this
}

// step is the number of samples that are taken between two questions whether time is up.
func (m *Model) step() int {
	if m.list != nil {
		return 8
	}
	return width
}

// work is what a worker does with n samples from first on.
type work func(b *block, s []sum, first, n int)

// each lets workers take samples, always the first that nobody has taken, until there are n or time is up. It returns how many were taken.
func (r *run) each(n int, do work) int {
	step, next := r.step(), 0
	var mu sync.Mutex
	take := func() (first, count int) {
		mu.Lock()
		defer mu.Unlock()
		if next >= n || next > 0 && r.Expired != nil && r.Expired() {
			return 0, 0
		}
		first = next
		next = min(first+step, n)
		return first, next - first
	}
	var wg sync.WaitGroup
	workers := r.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	for range min(workers, (n+step-1)/step) {
		wg.Go(func() {
			b := r.block(r.Seed)
			s := make([]sum, len(r.node))
			for {
				first, count := take()
				if count == 0 {
					break
				}
				do(b, s, first, count)
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			for k := range s {
				r.sums[k].critical += s[k].critical
				r.sums[k].over += s[k].over
			}
		})
	}
	wg.Wait()
	return next
}

// sample takes n samples from first on; they lie in one block.
func (r *run) sample(b *block, s []sum, first, n int) {
	at := first % width
	b.sample(first, n)
	copy(r.finish[first:first+n], b.finish[at:])
	for i, t := range r.Options.Milestones {
		copy(r.milestones[i][first:first+n], b.rows[2*r.pos[t]+1][at:])
	}
	for k, m := range b.mask {
		if m == 0 {
			continue
		}
		s[k].critical += int64(bits.OnesCount64(m))
		if r.Options.Drivers == 0 {
			continue
		}
		for ; m != 0; m &= m - 1 {
			s[k].over += int64(b.over(k, bits.TrailingZeros64(m)%width))
		}
	}
}

// sample fills rows, finish and mask for n samples from first on.
func (b *block) sample(first, n int) {
	at := first % width
	valid := ^uint64(0) >> (width - n) << at
	if b.list != nil {
		b.serial(first-at, at, n)
		return
	}
	b.forward(first)
	b.backward(valid)
}

func (r *run) result(taken int) Result {
	out := Result{Critical: make([]float64, len(r.node)), Complete: taken == r.Samples}
	drivers := r.drivers(taken)
	for k := range r.sums {
		out.Critical[r.order[k]] = float64(r.sums[k].critical) / float64(taken)
	}
	for i := range drivers {
		drivers[i].Critical = out.Critical[drivers[i].Task]
	}
	out.Drivers = drivers
	out.Finish = r.distribution(r.finish[:taken])
	for _, f := range r.milestones {
		out.Milestones = append(out.Milestones, r.distribution(f[:taken]))
	}
	return out
}

// distribution sorts samples.
func (m *Model) distribution(ticks []int32) Distribution {
	slices.Sort(ticks)
	out := make([]float64, len(ticks))
	for i, t := range ticks {
		out[i] = m.origin + float64(t)*m.tick
	}
	return Distribution{out}
}

// Sampler takes the samples of a model one after the other, on the caller's goroutine. It is not safe for concurrent use.
type Sampler struct {
	b    *block
	next int
}

// Sampler returns a sampler that begins at the first sample. Models of problems with the same tasks share their luck: whatever does
// not depend on what differs between them comes to the same in each sample. Memory is as for a goroutine of Run.
func (m *Model) Sampler(seed uint64) *Sampler { return &Sampler{b: m.block(seed)} }

// Next fills out with the finishes of the next samples, in their order. Without resources it is cheapest in multiples of 64.
func (s *Sampler) Next(out []float64) {
	for len(out) > 0 {
		at := s.next % width
		n := min(len(out), width-at)
		switch {
		case s.b.list != nil:
			s.b.serial(s.next-at, at, n)
		case at == 0:
			s.b.forward(s.next)
		}
		for j := range n {
			out[j] = s.b.origin + float64(s.b.finish[at+j])*s.b.tick
		}
		out = out[n:]
		s.next += n
	}
}
