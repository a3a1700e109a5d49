package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/work/schedule"
)

// worked is a calendar of stretches and pauses of random lengths, as both engines have it.
func worked(r *rand.Rand, from, to int) (*Calendar, *schedule.Calendar) {
	c := &Calendar{}
	var spans []schedule.Span
	for at := from + r.IntN(10); at < to; {
		end := at + 1 + r.IntN(9)
		c.Stretches = append(c.Stretches, Stretch{float64(at), float64(end)})
		spans = append(spans, schedule.Span{From: schedule.Instant(at), To: schedule.Instant(end)})
		at = end + 1 + r.IntN(20)
	}
	s, err := schedule.FromSpans(spans, 100)
	if err != nil {
		panic(err)
	}
	return c, s
}

// TestAgreesWithScheduleByCalendars is TestAgreesWithSchedule for tasks that people with hours of their own work on.
func TestAgreesWithScheduleByCalendars(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 42))
	for round := range 400 {
		p := random(r, 1+r.IntN(20))
		plan := schedule.Plan{From: int(p.From), Now: schedule.On(int(p.From))}
		o := Options{Samples: 1}
		var mine [3]*Calendar
		var theirs [3]*schedule.Calendar
		for i := range mine {
			mine[i], theirs[i] = worked(r, int(p.From)-50, int(p.From)+5000)
		}
		for i := range p.Tasks {
			v := &p.Tasks[i]
			k := r.IntN(len(mine))
			v.Calendar = mine[k]
			v.Duration.M++ // what takes no time and lies in a pause has float in the schedule only
			x := schedule.Task{Duration: int(v.Duration.M), NotBefore: schedule.On(int(v.NotBefore)), Calendar: theirs[k]}
			if v.Begun || v.Done {
				x.ActualStart = schedule.On(int(v.Start))
			}
			if v.Begun {
				x.Remaining = schedule.On(int(v.Duration.M))
			}
			if v.Done {
				x.ActualFinish = schedule.On(int(v.Finish))
			}
			plan.Tasks = append(plan.Tasks, x)
			o.Milestones = append(o.Milestones, i)
		}
		for i := range p.Links {
			l := &p.Links[i]
			l.Kind %= 2 // a finish that falls into a pause is put to the minute by the schedule, and to a tick here
			elapsed := r.IntN(2) == 0
			if !elapsed {
				l.Calendar = p.Tasks[l.To].Calendar
			}
			plan.Links = append(plan.Links, schedule.Link{From: l.From, To: l.To, Kind: schedule.Kind(l.Kind), Lag: int(l.Lag), Elapsed: elapsed})
		}
		n, err := schedule.New(plan)
		if err != nil {
			t.Fatal(err)
		}
		var want schedule.Result
		n.Compute(&want)
		got := must(t, p, o)
		if f := got.Finish.Percentile(1); f != float64(want.End()) {
			t.Fatalf("round %d: forecast %v, schedule %d\n%+v", round, f, want.End(), p)
		}
		for i := range p.Tasks {
			if f := got.Milestones[i].Percentile(1); f != float64(want.Finish(i)) {
				t.Fatalf("round %d: task %d finishes at %v, by schedule at %d", round, i, f, want.Finish(i))
			}
			if got.Critical[i] == 1 && want.Float(i) != 0 { // but what has no float only because its slack lies in its own pauses decides nothing
				t.Fatalf("round %d: task %d is critical, its float is %d", round, i, want.Float(i))
			}
		}
		for i := range p.Tasks {
			if p.Tasks[i].Done {
				continue
			}
			longer := p
			longer.Tasks = slices.Clone(p.Tasks)
			longer.Tasks[i].Duration.M += 0.5
			if must(t, longer, Options{Samples: 1}).Finish.Percentile(1) > got.Finish.Percentile(1) && got.Critical[i] != 1 && want.Float(i) != 0 {
				t.Fatalf("round %d: task %d moves the finish, and is not critical", round, i)
			}
		}
	}
}

// TestDaysAway holds a forecast to what a person's days away do to it: an outcome that runs into them is as much later, one that does not is not.
func TestDaysAway(t *testing.T) {
	days := &Calendar{Stretches: []Stretch{{0, 8}, {24, 32}, {120, 128}, {144, 152}}}
	p := Problem{Tasks: []Task{{Duration: Estimate(12, 15, 24), Calendar: days}, {Duration: Certain(2), Calendar: days}}, Links: []Link{{From: 0, To: 1}}}
	r := must(t, p, Options{Samples: 20_000, Milestones: []int{0}, Drivers: 2, Workers: 1})
	alone := p
	alone.Tasks = []Task{{Duration: Estimate(12, 15, 24)}}
	alone.Links = nil
	work := must(t, alone, Options{Samples: 20_000})
	for i, w := range work.Finish.Samples {
		want := w + 16
		if w > 16 {
			want = w - 16 + 120
		}
		if got := r.Milestones[0].Samples[i]; math.Abs(got-want) > 1e-3 {
			t.Fatalf("%v of work are done at %v, want %v", w, got, want)
		}
	}
	if share := work.Finish.Chance(14); math.Abs(r.Finish.Chance(32)-share) > 1e-3 || r.Finish.Chance(119) != r.Finish.Chance(32) {
		t.Errorf("%v before the days away, want %v", r.Finish.Chance(32), share)
	}
	if r.Critical[0] != 1 || len(r.Drivers) == 0 || r.Drivers[0].Task != 0 || r.Drivers[0].MeanGain < 50 {
		t.Errorf("%v %+v", r.Critical, r.Drivers)
	}
	many := must(t, p, Options{Samples: 20_000, Milestones: []int{0}, Drivers: 2, Workers: 4})
	if !slices.Equal(many.Finish.Samples, r.Finish.Samples) || many.Drivers[0] != r.Drivers[0] {
		t.Error("the number of workers changes the result")
	}
}

func TestPartTime(t *testing.T) {
	half := &Calendar{Stretches: []Stretch{{0, 8}, {24, 32}}, Rate: 0.5}
	p := Problem{Tasks: []Task{{Duration: Certain(3), Calendar: half}, {Duration: Certain(2), Calendar: half}, {Duration: Certain(1)}},
		Links: []Link{{From: 0, To: 1}, {From: 1, To: 2, Lag: 2, Calendar: half}}}
	r := must(t, p, Options{Samples: 1, Milestones: []int{0, 1}})
	if a, b, c := r.Milestones[0].Mean(), r.Milestones[1].Mean(), r.Finish.Mean(); a != 6 || b != 26 || c != 31 {
		t.Errorf("done at %v, %v and %v", a, b, c)
	}
	for name, c := range map[string]*Calendar{
		"overlap": {Stretches: []Stretch{{0, 8}, {4, 9}}}, "no stretch": {Stretches: []Stretch{{4, 4}}}, "no rate": {Rate: -1}, "too fast": {Rate: 2}, "no number": {Stretches: []Stretch{{0, math.NaN()}}},
	} {
		if _, err := Run(Problem{Tasks: []Task{{Calendar: c}}}, Options{}); errs.ReasonOf(err) != "work.calendar" {
			t.Errorf("%s: %v", name, err)
		}
	}
	shared := Problem{Tasks: []Task{{Calendar: half}}, Resources: []Resource{{Capacity: 1}}}
	if _, err := Run(shared, Options{}); errs.ReasonOf(err) != "work.calendar" {
		t.Errorf("with resources: %v", err)
	}
}

// BenchmarkCalendars measures what calendars cost: 1,000 tasks of 30 people, each with days of eight hours and days away.
func BenchmarkCalendars(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var people []*Calendar
	for range 30 {
		c := &Calendar{}
		for d := range 1000 {
			if d%7 < 5 && r.IntN(12) > 0 {
				at := float64(d) * 24
				c.Stretches = append(c.Stretches, Stretch{at, at + 4}, Stretch{at + 5, at + 9})
			}
		}
		people = append(people, c)
	}
	for name, with := range map[string]bool{"always": false, "hours": true} {
		p := big(1000)
		for i := range p.Tasks {
			if with {
				p.Tasks[i].Calendar = people[i%len(people)]
			}
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Run(p, Options{Drivers: 10, Workers: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
