package schedule

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// bare is the two passes over flat arrays and nothing else: the measure of what the engine may cost.
type bare struct {
	inAt, in, outAt, out []int32
	work, finish, start  []int
}

func (b *bare) pass() int {
	end, lo := 0, int32(0)
	work := b.work[:len(b.finish)]
	for k := range b.finish {
		v, hi := 0, b.inAt[k+1]
		for _, p := range b.in[lo:hi] {
			v = max(v, b.finish[p])
		}
		lo = hi
		v += work[k]
		b.finish[k] = v
		end = max(end, v)
	}
	hi := int32(len(b.out))
	for k := len(b.start) - 1; k >= 0; k-- {
		v, lo := end, b.outAt[k]
		for _, p := range b.out[lo:hi] {
			v = min(v, b.start[p])
		}
		hi = lo
		b.start[k] = v - work[k]
	}
	return end
}

// layered draws a plain network of tasks with about 1.5 links each, as plans have them.
func layered(count int) Plan {
	rnd := rand.New(rand.NewPCG(5, uint64(count)))
	p := Plan{Tasks: make([]Task, count)}
	for i := range p.Tasks {
		p.Tasks[i] = Task{Key: fmt.Sprint(i), Duration: 1 + rnd.IntN(40)}
		for range min(i, 1+rnd.IntN(2)) {
			p.Links = append(p.Links, Link{From: i - 1 - rnd.IntN(min(i, 30)), To: i})
		}
	}
	return p
}

func flat(n *Network) *bare {
	count := len(n.plan.Tasks)
	return &bare{n.in.at, n.in.peer, n.out.at, n.out.peer, n.work, make([]int, count), make([]int, count)}
}

// BenchmarkPasses measures the bare loop and Compute in turn, and reports the quietest of each, as the machine may be busy, and their ratio.
// The aim is at most 1.5 for plain networks.
func BenchmarkPasses(b *testing.B) {
	for _, count := range []int{100, 1_000, 10_000} {
		for _, kind := range []string{"plain", "shuffled", "lags", "calendar"} {
			b.Run(fmt.Sprint(kind, "/", count), func(b *testing.B) {
				p := layered(count)
				n, err := New(p)
				if err != nil {
					b.Fatal(err)
				}
				base := flat(n)
				if n, err = New(like(p, kind)); err != nil {
					b.Fatal(err)
				}
				var r Result
				n.Compute(&r)
				alone, ours := time.Hour, time.Hour
				rounds := max(1, 20_000/count)
				timed := func(least *time.Duration, do func()) {
					from := time.Now()
					for range rounds {
						do()
					}
					*least = min(*least, time.Since(from))
				}
				for b.Loop() {
					timed(&alone, func() { base.pass() })
					timed(&ours, func() { n.Compute(&r) })
				}
				per := float64(rounds * count)
				b.ReportMetric(float64(alone)/per, "bare-ns/task")
				b.ReportMetric(float64(ours)/per, "ns/task")
				b.ReportMetric(float64(ours)/float64(alone), "ratio")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func like(p Plan, kind string) Plan {
	switch kind {
	case "shuffled":
		order := rand.New(rand.NewPCG(1, 2)).Perm(len(p.Tasks))
		q := Plan{Tasks: make([]Task, len(p.Tasks))}
		for i, t := range p.Tasks {
			q.Tasks[order[i]] = t
		}
		for _, l := range p.Links {
			q.Links = append(q.Links, Link{From: order[l.From], To: order[l.To]})
		}
		return q
	case "lags":
		for i := range p.Links {
			p.Links[i].Kind, p.Links[i].Lag = Kind(i%4), i%3
		}
	case "calendar":
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var hours []Hours
		for d := time.Monday; d <= time.Friday; d++ {
			hours = append(hours, Hours{d, 9 * 60, 17 * 60})
		}
		c, _ := NewCalendar(Times{Hours: hours}, from, from.AddDate(5, 0, 0))
		p.From = Minute(from)
		for i := range p.Tasks {
			p.Tasks[i].Calendar = c
		}
	}
	return p
}

func BenchmarkNew1000(b *testing.B) {
	p := like(layered(1000), "shuffled")
	for b.Loop() {
		if _, err := New(p); err != nil {
			b.Fatal(err)
		}
	}
}
