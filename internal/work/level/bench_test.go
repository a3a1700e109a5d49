package level

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkSchedules tells how many schedules a second are generated, bounds and proofs included.
func BenchmarkSchedules(b *testing.B) {
	for _, tasks := range []int{30, 60, 120, 300, 1_000} {
		b.Run(fmt.Sprint(tasks), func(b *testing.B) {
			p := generate(setting{tasks, 1.8, 0.75, 0.2}, 1)
			made := 0
			for n := range b.N {
				r, err := Solve(p, Options{Seed: uint64(n), Schedules: 5_000})
				if err != nil {
					b.Fatal(err)
				}
				made += r.Schedules
			}
			b.ReportMetric(float64(made)/b.Elapsed().Seconds(), "schedules/s")
		})
	}
}

// BenchmarkSerial measures one generation of the serial scheme, in place.
func BenchmarkSerial(b *testing.B) {
	benchScheme(b, func(g *generator, order, start []int) { g.serial(order, start) })
}

// BenchmarkParallel measures one generation of the parallel scheme, in place.
func BenchmarkParallel(b *testing.B) {
	benchScheme(b, func(g *generator, order, start []int) { g.parallel(order, start) })
}

func benchScheme(b *testing.B, make1 func(g *generator, order, start []int)) {
	for _, tasks := range []int{30, 120, 1_000} {
		for _, scale := range []int{1, 997} { // 997: too many times for cells
			b.Run(fmt.Sprintf("%d/x%d", tasks, scale), func(b *testing.B) {
				p := generate(setting{tasks, 1.8, 0.75, 0.2}, 1)
				rng := rand.New(rand.NewPCG(1, 1))
				for i := range p.Tasks {
					p.Tasks[i].Duration = p.Tasks[i].Duration*scale + rng.IntN(scale)
				}
				for i, l := range p.Links {
					p.Links[i].Lag = p.Tasks[l.From].Duration
				}
				n, err := compile(p)
				if err != nil {
					b.Fatal(err)
				}
				g, s := newGenerator(n), newSorter(n)
				order, start := make([]int, n.size), make([]int, n.size)
				s.ascending(n.late, order)
				b.ReportAllocs()
				for b.Loop() {
					make1(g, order, start)
				}
			})
		}
	}
}

// BenchmarkQuality tells how far the finish is above the proven lower bound and above the best finish of a run ten times as
// long, on generated instances, one for each setting of the design.
func BenchmarkQuality(b *testing.B) {
	for _, c := range []struct{ tasks, schedules int }{{30, 20_000}, {60, 20_000}, {90, 20_000}, {120, 20_000}} {
		b.Run(fmt.Sprint(c.tasks), func(b *testing.B) {
			for range b.N {
				bound, long, proven := 0.0, 0.0, 0.0
				all := settings(c.tasks)
				for i, s := range all {
					p := generate(s, uint64(i))
					b.StartTimer()
					r, err := Solve(p, Options{Seed: 1, Schedules: c.schedules})
					b.StopTimer()
					if err != nil {
						b.Fatal(err)
					}
					feasible(b, p, r)
					bound += float64(r.Finish-r.LowerBound) / float64(r.LowerBound)
					if r.Proven {
						proven++
						continue
					}
					l, err := Solve(p, Options{Seed: 2, Schedules: 10 * c.schedules})
					if err != nil {
						b.Fatal(err)
					}
					best := min(l.Finish, r.Finish)
					long += float64(r.Finish-best) / float64(best)
				}
				n := float64(len(all))
				b.ReportMetric(100*bound/n, "%above-bound")
				b.ReportMetric(100*long/n, "%above-long-run")
				b.ReportMetric(100*proven/n, "%proven")
			}
		})
	}
}
