package desk

import (
	"slices"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/deploy/runbook"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/draw"
)

// Lanes are the rows of a picture: those of the runbook that the steps use, or the roles of the steps where it has none.
type Lanes struct {
	Names []string
	at    map[string]int
	name  map[string]string
}

// LanesOf chooses the rows of a picture of these steps.
func LanesOf(b runbook.Runbook, steps []*runbook.Step) Lanes {
	l := Lanes{at: map[string]int{}, name: map[string]string{}}
	for _, x := range b.Lanes {
		l.name[x.Key] = x.Name
		if x.Name == "" {
			l.name[x.Key] = x.Key
		}
		if slices.ContainsFunc(steps, func(s *runbook.Step) bool { return s.Lane == x.Key }) {
			l.add(x.Key)
		}
	}
	for _, s := range steps {
		l.add(l.key(s))
	}
	return l
}

func (l *Lanes) key(s *runbook.Step) string {
	switch {
	case s.Lane != "":
		return s.Lane
	case s.Owner != "":
		return s.Owner
	}
	return "Automatic"
}

func (l *Lanes) add(key string) {
	if _, ok := l.at[key]; ok {
		return
	}
	l.at[key] = len(l.Names)
	name := l.name[key]
	if name == "" {
		name = key
	}
	l.Names = append(l.Names, name)
}

// Of returns the row of a step.
func (l *Lanes) Of(s *runbook.Step) int { return l.at[l.key(s)] }

// Grid chooses lines of the axis so that some ten of them carry a label.
func Grid(length time.Duration) (minor, major time.Duration) {
	for _, m := range []int{2, 5, 10, 15, 30, 60, 120, 240, 720, 1440} {
		major = time.Duration(m) * time.Minute
		if length <= 10*major {
			break
		}
	}
	minor = major / 3
	if major%(3*time.Minute) != 0 {
		minor = major / 2
	}
	if major%(5*time.Minute) == 0 && major <= 10*time.Minute {
		minor = major / 5
	}
	return minor, major
}

// Axis widens a stretch of time so that names behind the last bar have room.
func Axis(from, to time.Time) (time.Time, time.Time) {
	length := max(to.Sub(from), 10*time.Minute)
	return from, from.Add(length + length/12)
}

// Edges are the needs of steps as the drawing takes them.
func Edges(steps []*runbook.Step) []draw.Edge {
	var out []draw.Edge
	for _, s := range steps {
		for _, n := range s.Needs {
			out = append(out, draw.Edge{From: n, To: s.Key})
		}
	}
	return out
}

// Planned draws a graph that has not started, from an instant; without one it counts minutes.
func Planned(b runbook.Runbook, back bool, start time.Time, plan, cautious runbook.Plan, zone *time.Location, lines []draw.Line, label string) draw.SVG {
	steps := b.Steps
	if back {
		steps = b.BackOut.Steps
	}
	defs := make([]*runbook.Step, len(steps))
	for i := range steps {
		defs[i] = &steps[i]
	}
	l := LanesOf(b, defs)
	ch := draw.Chart{Lanes: l.Names, Edges: Edges(defs), Zone: zone, Lines: lines, Label: label}
	if start.IsZero() {
		ch.Relative, start = true, time.Unix(0, 0).UTC()
		for i := range ch.Lines {
			ch.Lines[i].At = start.Add(ch.Lines[i].At.Sub(time.Time{}))
		}
	}
	end := start
	for i, d := range defs {
		x := draw.Step{ID: d.Key, Label: Number(i, back), Lane: l.Of(d), Name: d.Title(), PlanStart: start.Add(plan.Steps[i].Start), PlanEnd: start.Add(plan.Steps[i].End),
			Manual: ByHand(d), NoWay: d.PointOfNoReturn}
		if took := cautious.Steps[i].End - cautious.Steps[i].Start; took > plan.Steps[i].End-plan.Steps[i].Start {
			x.P90 = x.PlanStart.Add(took)
		}
		for _, t := range []time.Time{x.PlanEnd, x.P90} {
			if t.After(end) {
				end = t
			}
		}
		ch.Steps = append(ch.Steps, x)
	}
	for _, line := range ch.Lines {
		if line.At.After(end) && line.At.Before(start.Add(2*end.Sub(start))) {
			end = line.At
		}
	}
	ch.From, ch.To = Axis(start, end)
	if back {
		ch.Width = 672
	}
	ch.Minor, ch.Major = Grid(ch.To.Sub(ch.From))
	if back && len(b.BackOut.Steps) > 0 && ch.Major < 5*time.Minute {
		ch.Minor, ch.Major = time.Minute, 5*time.Minute
	}
	return draw.Planned(ch)
}

// Progress is the bar of the steps of a run, as other pages show it.
func Progress(v deploy.View) ([]ui.State, int) {
	var out []ui.State
	noWay := 0
	for _, s := range v.Steps {
		if s.BackOut != v.RollingBack() {
			continue
		}
		st, _ := StepState(s.StepRun)
		out = append(out, st)
		if s.Def.PointOfNoReturn && noWay == 0 {
			noWay = len(out)
		}
	}
	return out, noWay
}
