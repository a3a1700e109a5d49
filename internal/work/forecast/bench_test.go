package forecast

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// big is a network of n tasks, each with a PERT estimate of its own and one or two links from the forty before it.
func big(n int) Problem {
	r := rand.New(rand.NewPCG(1, 2))
	p := Problem{Tasks: make([]Task, n)}
	for i := range p.Tasks {
		o := 1 + 4*r.Float64()
		m := o + 3*r.Float64()
		p.Tasks[i].Duration = Estimate(o, m, m+6*r.Float64())
		if i < 20 {
			continue
		}
		for range 1 + r.IntN(2) {
			p.Links = append(p.Links, Link{From: max(0, i-1-r.IntN(40)), To: i})
		}
	}
	return p
}

// share lets all tasks use one resource.
func share(p *Problem, capacity int) {
	p.Resources = []Resource{{Capacity: capacity}}
	for i := range p.Tasks {
		p.Tasks[i].Needs = []Need{{0, 1}}
	}
}

func BenchmarkBlock(b *testing.B) {
	p := big(1000)
	m, err := Compile(p)
	if err != nil {
		b.Fatal(err)
	}
	per := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/64000, "ns/task")
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			Compile(p)
		}
	})
	k := m.block(1)
	b.Run("draw", func(b *testing.B) {
		for b.Loop() {
			for i := range k.node {
				k.duration(i, 0, &k.took)
			}
		}
		per(b)
	})
	b.Run("place", func(b *testing.B) {
		for b.Loop() {
			for i := range k.node {
				k.place(i)
			}
		}
		per(b)
	})
	b.Run("forward", func(b *testing.B) {
		for b.Loop() {
			k.forward(0)
		}
		per(b)
	})
	b.Run("backward", func(b *testing.B) {
		for b.Loop() {
			k.backward(^uint64(0))
		}
		per(b)
	})
}

// bare is the plain loop that the forecast is held against: two goroutines, sample by sample, each task drawn by the standard library's
// PCG from the same tables and passed through flat arrays; the finish is kept, nothing else.
func bare(m *Model, samples int) []int32 {
	out := make([]int32, samples)
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			r := rand.NewPCG(1, uint64(half))
			finish := make([]int32, len(m.node))
			for s := half * samples / 2; s < (half+1)*samples/2; s++ {
				last := int32(0)
				for k := range m.node {
					v := &m.node[k]
					t := v.earliest
					for _, l := range m.ties[v.first:v.end] {
						t = max(t, finish[l.row/2]+l.lag)
					}
					u := uint32(r.Uint64())
					q, i := &m.tables[v.table], u>>24
					t += q[i] + int32(int64(q[i+1]-q[i])*int64(u&(1<<24-1))>>24)
					finish[k] = t
					last = max(last, t)
				}
				out[s] = last
			}
		})
	}
	wg.Wait()
	return out
}

// batched is the forecast's own draw and pass and nothing else: the sharper limit.
func batched(m *Model, samples int) []int32 {
	out := make([]int32, samples)
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			b := m.block(1)
			for s := half * width; s < samples; s += 2 * width {
				b.forward(s)
				copy(out[s:], b.finish[:])
			}
		})
	}
	wg.Wait()
	return out
}

// BenchmarkForecast runs the whole forecast of 10,000 samples of 1,000 tasks (compiling, percentiles, criticality) and its limits in turn
// and reports the medians and their ratios. The aim is 1.2 times the bare loop.
func BenchmarkForecast(b *testing.B) {
	p := big(1000)
	m, err := Compile(p)
	if err != nil {
		b.Fatal(err)
	}
	took := [4][]float64{}
	clock := func(i int, f func()) {
		begin := time.Now()
		f()
		took[i] = append(took[i], float64(time.Since(begin).Microseconds())/1000)
	}
	for b.Loop() {
		clock(0, func() { bare(m, 10_000) })
		clock(1, func() { batched(m, 10_000) })
		clock(2, func() {
			r, err := Run(p, Options{Seed: 1})
			if err != nil || r.Finish.Percentile(0.5) > r.Finish.Percentile(0.8) || r.Finish.Percentile(0.95) == 0 {
				b.Fatal(err)
			}
		})
		clock(3, func() { Run(p, Options{Seed: 1, Drivers: 10}) })
	}
	for i := range took {
		slices.Sort(took[i])
	}
	mid := func(i int) float64 { return took[i][len(took[i])/2] }
	b.ReportMetric(mid(0), "bare-ms")
	b.ReportMetric(mid(1), "batched-ms")
	b.ReportMetric(mid(2), "forecast-ms")
	b.ReportMetric(mid(2)/mid(0), "ratio-to-bare")
	b.ReportMetric(mid(2)/mid(1), "ratio-to-batched")
	b.ReportMetric(mid(3), "with-10-drivers-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkShared measures one sample of 100 and of 1,000 tasks under three resources.
func BenchmarkShared(b *testing.B) {
	for _, n := range []int{100, 1000} {
		p := big(n)
		p.Resources = []Resource{{Capacity: 4}, {Capacity: 5}, {Capacity: 6}}
		for i := range p.Tasks {
			p.Tasks[i].Needs = []Need{{i % 3, 1 + i%2}}
		}
		m, err := Compile(p)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(map[int]string{100: "100", 1000: "1000"}[n], func(b *testing.B) {
			k, i := m.block(1), 0
			for b.Loop() {
				k.serial(i/width*width, i%width, 1)
				i++
			}
		})
	}
}
