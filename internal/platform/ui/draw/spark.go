package draw

import (
	"slices"
	"strings"
)

// Spark draws a trend without axes, the last point marked. It is decoration: the number stands beside it. Under two values
// there is no trend and the drawing is empty.
func Spark(values []float64) SVG {
	if len(values) < 2 {
		return ""
	}
	const w, h = 120.0, 32.0
	lo, hi := slices.Min(values), slices.Max(values)
	k := hi - lo
	if k == 0 {
		k = 1
	}
	var points []string
	var x, y float64
	for i, v := range values {
		x, y = float64(i)*w/float64(len(values)-1), h-3-(v-lo)/k*(h-7)
		points = append(points, n(x)+" "+n(y))
	}
	d := "M" + strings.Join(points, "L")
	var c canvas
	c.f(`<svg class="spark" viewBox="0 0 120 32" preserveAspectRatio="none" aria-hidden="true"><path d="%sL120 32L0 32Z" fill="var(--ink)" opacity=".06"/>`, d)
	c.f(`<path d="%s" fill="none" stroke="var(--ink-2)" stroke-width="1.5" vector-effect="non-scaling-stroke" stroke-linejoin="round"/>`, d)
	c.f(`<path d="M%s %sh.01" stroke="var(--now)" stroke-width="6" stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg>`, n(x), n(y))
	return SVG(c.String())
}
