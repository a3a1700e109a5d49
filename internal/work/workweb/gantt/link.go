package gantt

import "math"

// ends are where a row's bar begins and ends.
func (f *frame) ends(i int) (x1, x2, y float64, ok bool) {
	r := f.Rows[i]
	y = f.y(i) + 12.5
	switch {
	case r.Kind == Milestone && !r.At.IsZero():
		x := f.x(r.At)
		return x - 7, x + 7, y + 1, true
	case r.Kind == Task && !r.Start.IsZero():
		x1 = f.x(r.Start)
		return x1, max(x1+3, f.x(r.End)-1.5), y, true
	}
	return 0, 0, 0, false
}

// link draws a link as a line with right angles, leaving and entering at the ends that it ties. Lines whose ends both lie on one side outside of
// the picture are left out.
func (f *frame) link(l Link) {
	if l.From < 0 || l.To < 0 || l.From >= len(f.Rows) || l.To >= len(f.Rows) {
		return
	}
	a1, a2, ay, okA := f.ends(l.From)
	b1, b2, by, okB := f.ends(l.To)
	if !okA || !okB || max(a2, b2) < 0 || min(a1, b1) > f.width {
		return
	}
	class, head := "ed", "ah"
	if l.Critical {
		class, head = "ed c", "ah c"
	}
	out, from := 1.0, a2 // leaves to the right
	if l.Tie == StartStart || l.Tie == StartFinish {
		out, from = -1, a1
	}
	in, to := 1.0, b1 // enters towards the right
	if l.Tie == FinishFinish || l.Tie == StartFinish {
		in, to = -1, b2
	}
	f.put(`<path class="`, class, `" d="M`, f.near(from), ` `, ay)
	f.route(from, out, to, in, ay, by)
	f.put(`"/>`)
	if to >= 0 && to <= f.width {
		f.put(`<path class="`, head, `" d="M`, to-5*in, ` `, by-3.5, `l`, 5*in, ` 3.5`)
		if in > 0 {
			f.put(`-5`)
		} else {
			f.put(` 5`)
		}
		f.put(` 3.5z"/>`)
	}
}

// near keeps coordinates of what lies far outside short.
func (f *frame) near(x float64) float64 { return math.Max(-40, math.Min(f.width+40, x)) }

func (f *frame) route(from, out, to, in, ay, by float64) {
	bend, end := from+6*out, to-4*in
	switch {
	case out == in && (end-bend)*in >= 0: // one bend is enough
		f.put(`H`, f.near(bend), `V`, by, `H`, f.near(end))
	case out != in: // around the further one
		far := max(from, to) + 6
		if out < 0 {
			far = min(from, to) - 6
		}
		f.put(`H`, f.near(far), `V`, by, `H`, f.near(end))
	default: // between the rows, and back
		between := by - rowHeight/2 + 1
		if by < ay {
			between = by + rowHeight/2 - 1
		}
		f.put(`H`, f.near(bend), `V`, between, `H`, f.near(to-6*in), `V`, by, `H`, f.near(end))
	}
}
