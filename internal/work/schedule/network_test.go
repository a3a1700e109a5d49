package schedule

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
)

// read builds a plan from "key=duration:giver,giver".
func read(text string) Plan {
	var p Plan
	at := map[string]int{}
	fields := strings.Fields(text)
	for i, f := range fields {
		head, _, _ := strings.Cut(f, ":")
		key, d, _ := strings.Cut(head, "=")
		t := Task{Key: key}
		_, _ = fmt.Sscan(d, &t.Duration)
		at[key] = i
		p.Tasks = append(p.Tasks, t)
	}
	for i, f := range fields {
		_, givers, _ := strings.Cut(f, ":")
		for _, g := range strings.FieldsFunc(givers, func(r rune) bool { return r == ',' }) {
			from, known := at[g]
			if !known {
				from = -1
			}
			p.Links = append(p.Links, Link{From: from, To: i})
		}
	}
	return p
}

func TestNewRefuses(t *testing.T) {
	wrong := func(p Plan, change func(p *Plan)) Plan { change(&p); return p }
	for _, c := range []struct {
		in           Plan
		reason, text string
	}{
		{read("a:b"), "work.task_unknown", "does not exist"},
		{read("a=-5"), "work.number", "a is negative"},
		{read("a:a"), "work.dependency_cycle", "a needs a."},
		{read("a:b b:c c:a"), "work.dependency_cycle", "a needs b needs c needs a."},
		{read("x:a a:b b:c c:b"), "work.dependency_cycle", "b needs c needs b."},
		{wrong(read("a=1 b=2:a"), func(p *Plan) { p.Links[0].Lag = ValueMax + 1 }), "work.number", "lag"},
		{wrong(read("a=1 b=2:a"), func(p *Plan) { p.Links[0].Kind = 9 }), "work.link_kind", "FS, SS, FF or SF"},
		{wrong(read("a=1"), func(p *Plan) { p.Tasks[0].Deadline = On(-ValueMax - 1) }), "work.number", "task a"},
		{wrong(read("a=1"), func(p *Plan) { p.From = ValueMax + 1 }), "work.number", "instant"},
	} {
		_, err := New(c.in)
		e := errs.As(err)
		if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Reason != c.reason || !strings.Contains(e.Fields[0].Msg, c.text) {
			t.Errorf("%v; want %s with %q", err, c.reason, c.text)
		}
	}
}

func TestCycleIsOne(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	cycles := 0
	for range 3_000 {
		p := Plan{Tasks: make([]Task, 2+rnd.IntN(12))}
		for i := range p.Tasks {
			p.Tasks[i].Key = fmt.Sprint("t", i)
		}
		tied := map[[2]string]bool{}
		for range rnd.IntN(20) {
			l := Link{From: rnd.IntN(len(p.Tasks)), To: rnd.IntN(len(p.Tasks)), Kind: Kind(rnd.IntN(4))}
			p.Links = append(p.Links, l)
			tied[[2]string{p.Tasks[l.To].Key, p.Tasks[l.From].Key}] = true
		}
		n, err := New(p)
		if err == nil {
			for _, l := range p.Links {
				if n.place(l.From) >= n.place(l.To) {
					t.Fatal("out of order")
				}
			}
			continue
		}
		cycles++
		msg := errs.As(err).Fields[0].Msg
		path := strings.Split(strings.TrimSuffix(strings.TrimPrefix(msg, "These tasks wait for each other: "), ". Remove one of the dependencies."), " needs ")
		if len(path) < 2 || path[0] != path[len(path)-1] || len(slices.Compact(slices.Sorted(slices.Values(path)))) != len(path)-1 {
			t.Fatalf("no cycle: %s", msg)
		}
		for i := 1; i < len(path); i++ {
			if !tied[[2]string{path[i-1], path[i]}] {
				t.Fatalf("%s does not need %s: %s", path[i-1], path[i], msg)
			}
		}
	}
	if cycles < 100 {
		t.Fatalf("only %d cycles tried", cycles)
	}
}

func TestByHand(t *testing.T) {
	for _, c := range []struct{ in, want, chain string }{
		{"", "", ""},
		{"a=5 b=3", "0-5/0 0-3/2", "a"},
		{"c=1:a,b a=5 b=3", "5-6/0 0-5/0 0-3/2", "a c"},
		{"a=5 b=3:a c=10:a d=1:b,c", "0-5/0 5-8/7 5-15/0 15-16/0", "a c d"},
		{"a=5 end=0:a", "0-5/0 5-5/0", "a"},
	} {
		n, err := New(read(c.in))
		if err != nil {
			t.Fatal(err)
		}
		var r Result
		n.Compute(&r)
		var got []string
		for i := range n.plan.Tasks {
			got = append(got, fmt.Sprintf("%d-%d/%d", r.Start(i), r.Finish(i), r.Float(i)))
		}
		var chain []string
		for _, i := range r.Chain() {
			chain = append(chain, n.plan.Tasks[i].Key)
		}
		if strings.Join(got, " ") != c.want || strings.Join(chain, " ") != c.chain {
			t.Errorf("%s: %v by %v, want %s by %s", c.in, got, chain, c.want, c.chain)
		}
	}
}

// What has happened stays, what is left begins today, and an out-of-order fact does not move it.
func TestProgress(t *testing.T) {
	p := read("a=5 b=5:a c=5:b d=2:c")
	p.Now = On(10)
	p.Tasks[0].ActualStart, p.Tasks[0].ActualFinish = On(1), On(4)
	p.Tasks[1].ActualStart, p.Tasks[1].Remaining = On(3), On(2) // before a was done
	p.Links = append(p.Links, Link{From: 1, To: 3, Kind: StartStart, Lag: 20})
	n, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	n.Compute(&r)
	for i, want := range [][4]int{{1, 4, 1, 4}, {3, 12, 16, 18}, {12, 17, 18, 23}, {23, 25, 23, 25}} {
		if got := [4]int{r.Start(i), r.Finish(i), r.LateStart(i), r.LateFinish(i)}; got != want {
			t.Errorf("%s: %v, want %v", p.Tasks[i].Key, got, want)
		}
	}
	if r.Critical(0) || r.Critical(1) || !r.Critical(3) {
		t.Error("critical")
	}
	if cause, link := r.Driver(3); cause != ByLink || link != 3 {
		t.Errorf("d is driven by %d %d", cause, link)
	}
	if cause, _ := r.Driver(1); cause != ByNow {
		t.Errorf("b is driven by %d", cause)
	}
}

func TestDeepChainIsNoProblem(t *testing.T) {
	p := Plan{Tasks: make([]Task, 200_000)}
	for i := range p.Tasks {
		p.Tasks[i].Duration = 1
		if i > 0 {
			p.Links = append(p.Links, Link{From: i, To: i - 1})
		}
	}
	n, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	n.Compute(&r)
	if r.End() != len(p.Tasks) || len(r.Chain()) != len(p.Tasks) || r.Start(len(p.Tasks)-1) != 0 {
		t.Errorf("end %d", r.End())
	}
}

func FuzzNew(f *testing.F) {
	for _, s := range []string{"a:b b:c c:a", "a=5 b=3:a", "a a", ":", "a:,", "=:="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := New(read(s))
		if err != nil {
			return
		}
		var r Result
		n.Compute(&r)
		for i := range n.plan.Tasks {
			if r.Float(i) < 0 || r.FreeFloat(i) > r.Float(i) || r.LateFinish(i) > r.End() {
				t.Fatalf("task %d: float %d, free %d", i, r.Float(i), r.FreeFloat(i))
			}
		}
	})
}

func TestParseKind(t *testing.T) {
	for k := range Kind(4) {
		if got, ok := ParseKind(k.String()); !ok || got != k {
			t.Errorf("%s", k)
		}
	}
	if k, ok := ParseKind(""); !ok || k != FinishStart {
		t.Error("nothing is FS")
	}
	if _, ok := ParseKind("fs"); ok || Kind(9).String() != "?" {
		t.Error("an unknown kind")
	}
}

// A date that somebody fixed without a look at the hours, such as eight in the morning of a Saturday, is kept and costs no float.
func TestFixedDatesOutsideOfHours(t *testing.T) {
	friday, monday := time.Date(2026, 12, 4, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)
	c, err := NewCalendar(Times{Zone: time.UTC, Hours: weekdays(9*60, 17*60)}, friday.AddDate(0, 0, -7), monday.AddDate(0, 0, 7))
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(Plan{From: Minute(friday), Tasks: []Task{
		{Key: "starts", Duration: 8 * 60, Calendar: c, FixedStart: On(Minute(friday.Add(32 * time.Hour)))},
		{Key: "ends", Duration: 4 * 60, Calendar: c, FixedFinish: On(Minute(friday.Add(32 * time.Hour)))},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	n.Compute(&r)
	for i, want := range []struct{ start, finish time.Time }{{monday.Add(9 * time.Hour), monday.Add(17 * time.Hour)}, {friday.Add(13 * time.Hour), friday.Add(17 * time.Hour)}} {
		if cause, _ := r.Driver(i); r.Start(i) != Minute(want.start) || r.Finish(i) != Minute(want.finish) || r.Float(i) != 0 || cause != ByDate {
			t.Errorf("%s runs from %d to %d with float %d by %d, want %v", n.plan.Tasks[i].Key, r.Start(i), r.Finish(i), r.Float(i), cause, want)
		}
	}
}
