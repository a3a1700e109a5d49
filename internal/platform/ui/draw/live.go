package draw

import (
	"math"
	"time"
)

// Lanes draws a run: the plan as a thin grey bar, what happened solid, what runs striped, the forecast dashed, and now. Its
// width is fixed, so it belongs into a region that scrolls sideways and opens at ".nl".
func Lanes(c Chart) SVG {
	const bar, height = 17.0, 22.0
	c.Steps = append([]Step(nil), c.Steps...)
	f := newFrame(c, 40, 46)
	f.svg("dag", f.Width, f.height, c.Label, f.role())
	f.f(`<defs><pattern id="run" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="rn0"/><path d="M0 0v6" class="rn1"/></pattern></defs>`)
	f.grid()
	now := !c.Now.IsZero() && !c.Now.Before(f.From) && !c.Now.After(f.To)
	if now {
		f.line(f.x(c.Now), f.top-6, f.x(c.Now), f.height-8, "nl")
	}
	for _, e := range f.Edges {
		f.liveEdge(e)
	}
	for _, s := range f.Steps {
		f.liveStep(s, bar, height)
	}
	f.flags()
	if now {
		x := f.x(c.Now)
		f.rect(x-21, f.top-26, 42, 18, 3, "nb")
		f.text(x, f.top-13, "nt", "middle", c.Now.In(f.Zone).Format("15:04"))
	}
	f.f(`</svg>`)
	return SVG(f.String())
}

func (f *frame) liveEdge(e Edge) {
	a, okA := f.steps[e.From]
	b, okB := f.steps[e.To]
	if !okA || !okB {
		return
	}
	x1, y1, x2, y2 := f.x(a.End), f.y(a.Lane)+28, f.x(b.Start), f.y(b.Lane)+28
	if a.Lane == b.Lane && x2-x1 < 3 {
		return
	}
	class := "ed"
	if b.Status != ToCome && b.Status != "" {
		class = "ed dn"
	}
	mx := math.Max(x1+3, math.Min(x2-1, x1+4))
	switch {
	case y1 == y2:
		f.f(`<path class="%s" d="M%s %sH%s"/>`, class, n(x1), n(y1), n(x2))
	case y2 > y1:
		f.f(`<path class="%s" d="M%s %sH%sV%sH%s"/>`, class, n(x1), n(y1), n(mx), n(y2-13), n(x2+4))
	default:
		f.f(`<path class="%s" d="M%s %sH%sV%sH%s"/>`, class, n(x1), n(y1), n(mx), n(y2+13), n(x2+4))
	}
}

func (f *frame) liveStep(s Step, bar, height float64) {
	y, x := f.y(s.Lane), f.x(s.Start)
	w := f.x(s.End) - x
	if !s.PlanStart.IsZero() {
		f.rect(f.x(s.PlanStart), y+9, f.x(s.PlanEnd)-f.x(s.PlanStart)-1, 4, 1, "pl")
	}
	f.open(s, modifiers(s))
	f.rect(x, y+bar, math.Max(w-1, 6), height, 3, "br")
	if s.Status == Running && f.Now.After(s.Start) {
		f.rect(x, y+bar, math.Min(f.x(f.Now)-x, math.Max(w-1, 6)), height, 3, "fill")
	}
	f.text(x+6, y+32, "nn", "", s.Label)
	f.liveName(s, x, y+32, w)
	if s.Manual {
		f.hand(x+w-1, y+bar)
	}
	f.end(s)
}

// liveName puts the name where it fits: on the bar, after it, or shortened; where nothing fits the list below has it.
func (f *frame) liveName(s Step, x, y, w float64) {
	const advance = 5.5
	lim := f.next(s.Lane, s.Start, func(o Step) time.Time { return o.Start })
	text, ix := runes(s.Name)*advance, x+10+runes(s.Label)*6.6
	room := lim - (x + w)
	switch {
	case ix+text < x+w-2:
		f.text(ix, y, "nm", "", s.Name)
	case x+w+6+text < lim:
		f.text(x+w+6, y, "nx", "", s.Name)
	case ix+text < lim-4 && ix+text < x+w+16:
		f.text(ix, y, "nm", "", s.Name)
	case room > 56:
		f.text(x+w+6, y, "nx", "", cut(s.Name, room-10, 5.9))
	case w > 58:
		f.text(ix, y, "nm", "", cut(s.Name, w-(ix-x)-3, 5.9))
	}
}
