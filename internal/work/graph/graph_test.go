package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
)

func parse(text string) []Task {
	var out []Task
	for _, l := range strings.Fields(text) {
		name, needs, _ := strings.Cut(l, ":")
		id, d, _ := strings.Cut(name, "=")
		t := Task{ID: id}
		if d != "" {
			t.Duration, _ = time.ParseDuration(d + "m")
		}
		if needs != "" {
			t.Needs = strings.Split(needs, ",")
		}
		out = append(out, t)
	}
	return out
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct{ in, reason, text string }{
		{"a a", "work.task_twice", "a stands twice"},
		{"a:b", "work.task_unknown", "a needs b"},
		{"a=-5", "work.duration", "a is negative"},
		{"a:a", "work.dependency_cycle", "a needs a."},
		{"a:b b:c c:a", "work.dependency_cycle", "a needs b needs c needs a."},
		{"x:a a:b b:c c:b", "work.dependency_cycle", "b needs c needs b."},
	} {
		_, err := New(parse(c.in))
		if errs.ReasonOf(err) != c.reason || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v; want %s with %q", c.in, err, c.reason, c.text)
		}
	}
}

func TestOrderAndCriticalPath(t *testing.T) {
	for _, c := range []struct{ in, order, critical, length, floats string }{
		{"", "", "", "0s", ""},
		{"a=5 b=3", "a b", "a", "5m0s", "0s 2m0s"},
		{"c=1:a,b a=5 b=3", "a b c", "a c", "6m0s", "0s 0s 2m0s"},
		{"a=5 b=3:a c=10:a d=1:b,c", "a b c d", "a c d", "16m0s", "0s 7m0s 0s 0s"},
		{"a=5 end=0:a", "a end", "a", "5m0s", "0s 0s"},
		{"a=1 b=1:a,a,a", "a b", "a b", "2m0s", "0s 0s"},
	} {
		g, err := New(parse(c.in))
		if err != nil {
			t.Fatal(err)
		}
		p := g.CriticalPath()
		var floats []string
		for _, x := range p.Timings {
			floats = append(floats, x.Float.String())
			if x.Critical != (x.Float == 0) {
				t.Errorf("%s: %+v", c.in, x)
			}
		}
		if got := strings.Join(g.Order(), " "); got != c.order {
			t.Errorf("%s: order %s, want %s", c.in, got, c.order)
		}
		if strings.Join(p.Critical, " ") != c.critical || p.Length.String() != c.length || strings.Join(floats, " ") != c.floats {
			t.Errorf("%s: %v %s %v; want %s %s %s", c.in, p.Critical, p.Length, floats, c.critical, c.length, c.floats)
		}
	}
}

func TestCycle(t *testing.T) {
	g, err := New(parse("a b:a c:b d"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ task, need, want string }{
		{"a", "c", "a c b a"}, {"a", "a", "a a"}, {"c", "a", ""}, {"a", "d", ""}, {"a", "zz", ""},
	} {
		if got := strings.Join(g.Cycle(c.task, c.need), " "); got != c.want {
			t.Errorf("%s needs %s: %q, want %q", c.task, c.need, got, c.want)
		}
	}
}

func random(rnd *rand.Rand, n, edges int, anyDirection bool) []Task {
	tasks := make([]Task, n)
	for i := range tasks {
		tasks[i] = Task{ID: fmt.Sprint("t", i), Duration: time.Duration(rnd.IntN(50)) * time.Minute}
	}
	for range edges {
		i, j := rnd.IntN(n), rnd.IntN(n)
		if i == j || !anyDirection && j > i {
			continue
		}
		tasks[i].Needs = append(tasks[i].Needs, tasks[j].ID)
	}
	return tasks
}

func TestProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	cycles := 0
	for range 3000 {
		tasks := random(rnd, 1+rnd.IntN(12), rnd.IntN(20), true)
		byID := map[string]Task{}
		for _, x := range tasks {
			byID[x.ID] = x
		}
		g, err := New(tasks)
		if err != nil {
			cycles++
			msg := errs.As(err).Fields[0].Msg
			path := strings.Split(strings.TrimSuffix(strings.TrimPrefix(msg, "These tasks wait for each other: "), ". Remove one of the dependencies."), " needs ")
			if len(path) < 2 || path[0] != path[len(path)-1] {
				t.Fatalf("no cycle: %s", msg)
			}
			for i := 1; i < len(path); i++ {
				if !slices.Contains(byID[path[i-1]].Needs, path[i]) {
					t.Fatalf("%s does not need %s: %s", path[i-1], path[i], msg)
				}
			}
			continue
		}
		seen := map[string]bool{}
		for _, id := range g.Order() {
			for _, n := range byID[id].Needs {
				if !seen[n] {
					t.Fatalf("%s comes before %s", id, n)
				}
			}
			seen[id] = true
		}
		p := g.CriticalPath()
		var sum time.Duration
		for i, id := range p.Critical {
			sum += byID[id].Duration
			if i > 0 && !slices.Contains(byID[id].Needs, p.Critical[i-1]) {
				t.Fatalf("%v is not a chain", p.Critical)
			}
		}
		if len(seen) != len(tasks) || sum != p.Length {
			t.Fatalf("%d of %d ordered; the chain lasts %s, all of it %s", len(seen), len(tasks), sum, p.Length)
		}
		a, b := tasks[rnd.IntN(len(tasks))].ID, tasks[rnd.IntN(len(tasks))].ID
		more := slices.Clone(tasks)
		for i := range more {
			if more[i].ID == a {
				more[i].Needs = append(slices.Clone(more[i].Needs), b)
			}
		}
		_, err = New(more)
		if (g.Cycle(a, b) != nil) != (err != nil) {
			t.Fatalf("Cycle(%s, %s) = %v, New says %v", a, b, g.Cycle(a, b), err)
		}
	}
	if cycles < 100 {
		t.Fatalf("only %d cycles tried", cycles)
	}
}

func TestDeepChainIsNoProblem(t *testing.T) {
	tasks := make([]Task, 200_000)
	for i := range tasks {
		tasks[i] = Task{ID: fmt.Sprint(i), Duration: time.Minute}
		if i+1 < len(tasks) {
			tasks[i].Needs = []string{fmt.Sprint(i + 1)}
		}
	}
	g, err := New(tasks)
	if err != nil {
		t.Fatal(err)
	}
	if o := g.Order(); o[0] != "199999" {
		t.Errorf("first is %s", o[0])
	}
}

func FuzzNew(f *testing.F) {
	for _, s := range []string{"a:b b:c c:a", "a=5 b=3:a", "a a", ":", "a:,", "=:="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tasks := parse(s)
		g, err := New(tasks)
		if err != nil {
			return
		}
		if len(g.Order()) != len(tasks) || len(g.CriticalPath().Timings) != len(tasks) {
			t.Fatal("tasks were lost")
		}
	})
}

func BenchmarkNewAndPath1000(b *testing.B) {
	tasks := random(rand.New(rand.NewPCG(1, 1)), 1000, 3000, false)
	for b.Loop() {
		g, err := New(tasks)
		if err != nil {
			b.Fatal(err)
		}
		g.CriticalPath()
	}
}
