package runbook

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func lasts(s Step, minutes int) Step {
	s.Planned = time.Duration(minutes) * time.Minute
	return s
}

// The graph: a(10) → b(20) → d(5); a → c(5) → d. Critical: a b d, 35 minutes; c has 15 minutes of float.
func diamond() Runbook {
	b := book(lasts(auto("a"), 10), lasts(auto("b", "a"), 20), lasts(auto("c", "a"), 5), lasts(auto("d", "b", "c"), 5))
	b.Steps[0].BackOut, b.Steps[1].BackOut = "ua", "ub"
	b.BackOut.Steps = []Step{lasts(auto("tell"), 1), lasts(auto("ub", "tell"), 8), lasts(auto("ua", "tell"), 4), lasts(auto("close", "ua", "ub"), 2)}
	return b
}

func TestPlan(t *testing.T) {
	w := begin(t, diamond())
	p := w.e.Plan(nil)
	if p.Length != 35*time.Minute || fmt.Sprint(p.Critical) != "[a b d]" {
		t.Error(p)
	}
	if c := p.Steps[2]; c.Start != 10*time.Minute || c.Float != 15*time.Minute || c.Critical {
		t.Errorf("%+v", c)
	}
	if p := w.e.Plan(map[string]time.Duration{"c": time.Hour}); fmt.Sprint(p.Critical) != "[a c d]" || p.Length != 75*time.Minute {
		t.Error(p)
	}
	if p := w.e.BackOutPlan(nil); p.Length != 11*time.Minute || fmt.Sprint(p.Critical) != "[tell ub close]" {
		t.Error(p)
	}
}

// at moves the world's clock to so many minutes after the start.
func (w *world) at(minutes int) {
	w.now = w.r.StartedAt.Add(time.Duration(minutes)*time.Minute - time.Second)
}

func (w *world) forecast(window int) Forecast {
	return w.e.Forecast(w.r, ForecastInput{Now: w.now, WindowEnd: w.r.StartedAt.Add(time.Duration(window) * time.Minute)})
}

func (w *world) after(t time.Time) int { return int(t.Sub(w.r.StartedAt) / time.Minute) }

func TestForecast(t *testing.T) {
	w := begin(t, diamond())
	w.n = 0
	w.now = t0.Add(time.Second)
	f := w.forecast(60)
	if w.after(f.End) != 35 || f.Late != 0 || fmt.Sprint(f.Critical) != "[a b d]" || f.BackOut != 3*time.Minute || w.after(f.BackOutDeadline) != 57 {
		t.Errorf("%+v", f)
	}
	// a needs 16 minutes instead of 10, b is claimed, c fails.
	w.claim("a")
	w.at(16)
	w.report(AttemptSucceeded, "a", "")
	if f = w.forecast(60); w.after(f.End) != 41 || f.Late != 6*time.Minute || f.BackOut != 7*time.Minute {
		t.Errorf("%v %v %v", f.End, f.Late, f.BackOut)
	}
	w.claim("b")
	w.at(50)
	w.do(Event{Kind: Ticked})
	f = w.forecast(60)
	b := f.Steps[1]
	if b.Overdue < 13*time.Minute || b.Overdue > 14*time.Minute || w.after(f.End) != 60 || f.BackOut != 11*time.Minute || w.after(f.BackOutDeadline) != 49 {
		t.Errorf("%+v\n%+v", b, f)
	}
	if b.Fits || f.LastChance != "b" {
		t.Errorf("the back-out ends at 61 of 60 minutes and is said to fit: %+v", f)
	}
	if f := w.forecast(100); f.LastChance != "" || !f.Steps[3].Fits || f.Steps[3].BackOut != 11*time.Minute {
		t.Errorf("%+v", f)
	}
	f = w.e.Forecast(w.r, ForecastInput{Now: w.now, Cautious: map[string]time.Duration{"ub": 20 * time.Minute}})
	if f.BackOut != 23*time.Minute || !f.BackOutDeadline.IsZero() {
		t.Errorf("%+v", f)
	}
}

func TestForecastOfARollback(t *testing.T) {
	w := begin(t, diamond())
	w.pass("a")
	w.at(20)
	w.do(Event{Kind: RollbackRequested, By: "x"})
	f := w.forecast(60)
	if w.after(f.End) != 27 || f.BackOut != 7*time.Minute || fmt.Sprint(f.Critical) != "[tell ua close]" || f.Late != 0 {
		t.Errorf("%+v", f)
	}
	w.claim("tell")
	w.at(24)
	w.report(AttemptSucceeded, "tell", "")
	if f = w.forecast(60); w.after(f.End) != 30 || f.BackOut != 6*time.Minute || f.Late != 3*time.Minute {
		t.Errorf("%+v", f)
	}
	w.pass("ua", "close")
	if f = w.forecast(60); f.End != w.r.FinishedAt || f.BackOut != 0 || len(f.Critical) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestForecastBeforeTheStart(t *testing.T) {
	b := diamond()
	e, err := Compile(&b)
	if err != nil {
		t.Fatal(err)
	}
	f := e.Forecast(e.New(), ForecastInput{Now: t0, WindowEnd: t0.Add(40 * time.Minute)})
	if f.End != t0.Add(35*time.Minute) || f.Late != 0 || f.LastChance != "b" || f.BackOut != 3*time.Minute {
		t.Errorf("%+v", f)
	}
}

func TestForecastOfSkippedAndFailed(t *testing.T) {
	w := begin(t, diamond())
	w.pass("a")
	w.do(Event{Kind: Skipped, Step: "b", By: "x", Reason: "y"})
	w.claim("c")
	w.at(30)
	w.report(AttemptFailed, "c", "no")
	f := w.forecast(100)
	if w.after(f.End) != 40 || fmt.Sprint(f.Critical) != "[c d]" || !f.Steps[1].Start.IsZero() {
		t.Errorf("%v %v %+v", w.after(f.End), f.Critical, f.Steps)
	}
}

func benchBook(n int) Runbook {
	b := randomBook(rand.New(rand.NewPCG(1, 2)), n)
	for i := range b.Steps {
		b.Steps[i].When = ""
	}
	return b
}

func BenchmarkNext(b *testing.B) {
	for _, n := range []int{40, 400} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			steps := make([]Step, n)
			for i := range steps {
				steps[i] = auto(fmt.Sprint("s", i))
				if i >= 4 {
					steps[i].Needs = []string{fmt.Sprint("s", i-4), fmt.Sprint("s", i-3)}
				}
			}
			r := book(steps...)
			e, err := Compile(&r)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				// One turn of a step: its claim and its result.
				run, _, _ := e.Next(e.New(), Event{Kind: Started, At: t0})
				run, _, _ = e.Next(run, Event{Kind: Claimed, Step: "s0", Attempt: 1, Token: "t", At: t0})
				if _, _, err := e.Next(run, Event{Kind: AttemptSucceeded, Step: "s0", Attempt: 1, Token: "t", At: t0}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkForecast(b *testing.B) {
	for _, n := range []int{40, 400} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := benchBook(n)
			e, err := Compile(&r)
			if err != nil {
				b.Fatal(err)
			}
			run, _, _ := e.Next(e.New(), Event{Kind: Started, At: t0})
			b.ReportAllocs()
			for b.Loop() {
				e.Forecast(run, ForecastInput{Now: t0, WindowEnd: t0.Add(time.Hour)})
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	r := benchBook(400)
	for b.Loop() {
		if f := Validate(&r); len(f) > 0 {
			b.Fatal(f)
		}
	}
}
