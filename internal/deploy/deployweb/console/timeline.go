package console

import (
	"strings"
	"time"

	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/runbook"
	"slipway/internal/platform/ui/draw"
)

// timeline draws one graph of a run. It returns nothing if the graph has no steps.
func (c *console) timeline(back bool) (draw.SVG, bool) {
	var defs []*runbook.Step
	for _, s := range c.Steps {
		if s.BackOut == back {
			defs = append(defs, s.Def)
		}
	}
	if len(defs) == 0 {
		return "", false
	}
	l := desk.LanesOf(c.Book, defs)
	ch := draw.Chart{Lanes: l.Names, Edges: desk.Edges(defs), Zone: c.Zone}
	from, to := c.StartedAt.Std(), c.StartedAt.Std()
	if back {
		from, to = c.Course.RollbackAt, c.Course.RollbackAt
	}
	grow := func(t time.Time) {
		if !t.IsZero() && t.After(to) {
			to = t
		}
	}
	i := 0
	for _, s := range c.Steps {
		if s.BackOut != back {
			continue
		}
		x := draw.Step{ID: s.Key, Label: desk.Number(i, back), Lane: l.Of(s.Def), Name: s.Def.Title(), PlanStart: s.Plan.PlannedStart, PlanEnd: s.Plan.PlannedEnd,
			Start: s.Plan.Start, End: s.Plan.End, Status: desk.Drawn(s.StepRun), Manual: desk.ByHand(s.Def), NoWay: s.Def.PointOfNoReturn, Href: c.href(s.Key)}
		i++
		if x.Start.IsZero() { // it will not run: its place is where it was planned
			x.Start, x.End = x.PlanStart, x.PlanEnd
		}
		if x.End.Before(x.Start) {
			x.End = x.Start
		}
		grow(x.PlanEnd)
		grow(x.End)
		ch.Steps = append(ch.Steps, x)
		if s.Def.PointOfNoReturn && x.Status != draw.Skipped {
			ch.Lines = append(ch.Lines, draw.Line{At: x.Start, Text: "Point of no return " + c.Clock(x.Start), Kind: draw.NoReturn})
		}
	}
	if !c.State.Ended() && back == c.RollingBack() {
		ch.Now = c.Look.Now
		grow(c.Look.Now)
		ch.Lines = append(ch.Lines, draw.Line{At: c.Forecast.PlannedEnd, Text: "Plan " + c.Clock(c.Forecast.PlannedEnd), Kind: draw.PlanLine, Left: true})
		if d := c.Forecast.Late; d >= time.Minute || d <= -time.Minute {
			ch.Lines = append(ch.Lines, draw.Line{At: c.Forecast.End, Text: "Forecast " + c.Clock(c.Forecast.End), Kind: draw.Forecast})
		}
	}
	ch.From, ch.To = desk.Axis(from, to)
	apart(ch.Lines, ch.To.Sub(ch.From))
	ch.Minor, ch.Major = desk.Grid(ch.To.Sub(ch.From))
	ch.Label = c.finding(back)
	svg := draw.Lanes(ch)
	if back { // the pattern of what runs stands in the first drawing of the page already
		before, rest, _ := strings.Cut(string(svg), "<defs>")
		_, after, _ := strings.Cut(rest, "</defs>")
		svg = draw.SVG(before + after)
	}
	return svg, true
}

// apart puts the text of a point of no return to the left where the text of the line behind it would cover it.
func apart(lines []draw.Line, length time.Duration) {
	for i, l := range lines {
		for _, o := range lines {
			if l.Kind == draw.NoReturn && o.Kind == draw.Forecast && o.At.Sub(l.At) < length/6 && !o.At.Before(l.At) {
				lines[i].Left = true
			}
		}
	}
}

func (c *console) finding(back bool) string {
	what := "Timeline of the run"
	if back {
		what = "Timeline of the way back"
	}
	s := what + ": " + desk.Count(c.Steps, back).Words()
	if !c.State.Ended() && back == c.RollingBack() {
		s += ", forecast to end at " + c.Clock(c.Forecast.End) + ", planned " + c.Clock(c.Forecast.PlannedEnd)
	}
	return s + ". The same steps are in the table below."
}
