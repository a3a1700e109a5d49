package frame

import (
	"strings"

	"slipway/internal/platform/ui/uifigure"
)

const (
	letterWidth = .75 // of a letter of a name, in per cent of the axis
	markWidth   = 2.5 // of what stands before it
	shortBar    = 1.5 // what is shorter, in per cent of the axis, is a point
)

// Named places the name of a bar: in it where it fits, behind it where not, and before it where the axis ends. What is too short for a
// bar becomes a point. It returns from where to where bar and name reach.
func Named(b uifigure.Bar) (_ uifigure.Bar, from, to float64) {
	need := markWidth + letterWidth*float64(len([]rune(b.Text)))
	from, to = b.Span.X, b.Span.X+b.Span.W
	switch {
	case b.Span.W < shortBar:
		b.Span.W, to = 0, from+need
	case b.Span.W < need:
		b.Class, to = strings.TrimSpace(b.Class+" over"), to+need
	default:
		return b, from, to
	}
	if to > 100 && from > need {
		b.Class, from, to = strings.TrimSpace(b.Class+" before"), from-need, max(b.Span.X+b.Span.W, b.Span.X+1)
	}
	return b, from, to
}
