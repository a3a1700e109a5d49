package draw

import (
	"math"
	"time"
)

// Planned draws a runbook that has not started: bars are the plan, the whisker reaches P90, the step after the point of no
// return is ink. It serves the night of a release and, with Relative, a back-out counted in minutes.
func Planned(c Chart) SVG {
	c.Steps = append([]Step(nil), c.Steps...)
	for i := range c.Steps { // what happened is not drawn here, so it does not order the rows either
		c.Steps[i].Start, c.Steps[i].End = time.Time{}, time.Time{}
	}
	c.Now = time.Time{}
	f := newFrame(c, 42, 44)
	f.svg("dag pre", f.Width, f.height, c.Label, f.role())
	f.grid()
	for _, e := range f.Edges {
		f.plannedEdge(e)
	}
	f.flags()
	for _, s := range f.Steps {
		f.plannedStep(s)
	}
	f.f(`</svg>`)
	return SVG(f.String())
}

func (f *frame) plannedEdge(e Edge) {
	a, okA := f.steps[e.From]
	b, okB := f.steps[e.To]
	if !okA || !okB {
		return
	}
	x1, y1, x2, y2 := f.x(a.PlanEnd), f.y(a.Lane)+22, f.x(b.PlanStart), f.y(b.Lane)+22
	if a.Lane == b.Lane {
		if x2-x1 > 3 {
			f.f(`<path class="ed" d="M%s %sH%s"/>`, n(x1), n(y1), n(x2))
		}
		return
	}
	to := y2 + 11
	if y2 > y1 {
		to = y2 - 11
	}
	f.f(`<path class="ed" d="M%s %sH%sV%s"/>`, n(x1), n(y1), n(math.Max(x1+2, math.Min(x2, x1+3))), n(to))
}

func (f *frame) plannedStep(s Step) {
	const advance = 5.7
	x, y := f.x(s.PlanStart), f.y(s.Lane)
	w := f.x(s.PlanEnd) - x
	whisker := 0.0
	if s.P90.After(s.PlanEnd) {
		whisker = f.x(s.P90) - f.x(s.PlanEnd)
	}
	f.open(s, modifiers(s))
	if whisker > 0 {
		f.f(`<path d="M%s %sh%sm0 -4v8" class="p9"/>`, n(x+w), n(y+22), n(whisker))
	}
	f.rect(x, y+11, math.Max(w-1, leastBar), 22, 3, "br")
	digits := runes(s.Label)
	tiny := w < 5+6*digits
	inside := x + 10 + 6*digits
	lim := f.next(s.Lane, s.PlanStart, func(o Step) time.Time { return o.PlanStart })
	outside := x + w + whisker + 5
	if s.Manual {
		outside += 4
	}
	room := lim - outside - 3
	if !tiny {
		f.text(x+5, y+26, "nn", "", s.Label)
	}
	name := cut(s.Name, room, advance)
	switch {
	case !tiny && inside+runes(s.Name)*advance < x+w-3:
		f.text(inside, y+26, "nm", "", s.Name)
	case tiny && room > 16:
		f.text(outside, y+26, "nx", "", s.Label+" "+cut(s.Name, room-16, advance))
	case !tiny && room > 16 && name != "":
		f.text(outside, y+26, "nx", "", name)
	case !tiny && w > 60:
		f.text(inside, y+26, "nm", "", cut(s.Name, w-26, advance))
	case tiny:
		f.text(x+w/2, y+7, "nx", "middle", s.Label)
	}
	if s.Manual {
		f.hand(x+w-1, y+11)
	}
	f.end(s)
}
