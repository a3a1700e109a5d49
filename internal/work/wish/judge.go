package wish

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"slipway/internal/work/forecast"
)

// finding is what the judgement of a set found.
type finding struct {
	Outcome
	made    int     // samples that make the target; of a judgement that was cut short, as many as were seen
	late    float64 // mean delay beyond the target
	skipped bool    // time was up before
	err     error
}

// pool judges sets on all cores.
type pool struct {
	q *Question
	o Options

	mu   sync.Mutex // Expired is asked by one at a time
	over bool       // and not again once it has said so
}

// effort says when a judgement may end.
type effort struct {
	need  int  // as soon as so many samples cannot make the target any more, or surely will not
	brief bool // as soon as so many do, or surely will: the outcome is not wanted
}

// doubt is below which chance, as the exponent of e, what has been seen of a judgement tells how it ends.
const doubt = 20

// settled reports whether samples of which so many made the target tell whether a share p of all will: the bound of Chernoff (1952) for a share
// of p, or one further off, to show so many is below e to the minus doubt.
func settled(made, seen int, p float64) bool {
	q := float64(made) / float64(seen)
	part := func(q, p float64) float64 {
		if q == 0 {
			return 0
		}
		return q * math.Log(q/p)
	}
	return float64(seen)*(part(q, p)+part(1-q, 1-p)) > doubt
}

func (p *pool) each(sets []set, e effort) []finding {
	out := make([]finding, len(sets))
	next := 0
	take := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		if next == len(sets) {
			return -1
		}
		next++
		p.over = p.over || p.o.Expired != nil && p.o.Expired()
		out[next-1].skipped = p.over
		return next - 1
	}
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(sets)) {
		wg.Go(func() {
			for i := take(); i >= 0; i = take() {
				if !out[i].skipped {
					out[i] = p.judge(sets[i], e)
				}
			}
		})
	}
	wg.Wait()
	return out
}

// judge samples the problem after the moves of a set. A judgement that ends early has no outcome.
func (p *pool) judge(x set, e effort) finding {
	problem, target := p.q.edited(x)
	m, err := forecast.Compile(problem)
	if err != nil {
		return finding{err: err}
	}
	s, n := m.Sampler(p.o.Seed), p.o.Samples
	finish := make([]float64, n)
	limit := target + 1e-6*max(1, math.Abs(target)) // as forecast.Distribution.Chance has it
	f := finding{}
	for at := 0; at < n; {
		end := min(at+64, n)
		s.Next(finish[at:end])
		for _, v := range finish[at:end] {
			if v <= limit {
				f.made++
			} else {
				f.late += (v - target) / float64(n)
			}
		}
		if at = end; f.made+n-at < e.need || e.brief && f.made >= e.need {
			return f
		}
		if p := float64(e.need) / float64(n); e.need > 0 && settled(f.made, at, p) {
			if enough := float64(f.made) > p*float64(at); enough && e.brief {
				f.made = e.need
				return f
			} else if !enough {
				return f
			}
		}
	}
	slices.Sort(finish)
	d := forecast.Distribution{Samples: finish}
	f.Outcome = Outcome{Chance: float64(f.made) / float64(n), P80: d.Percentile(0.8)}
	return f
}
