package draw

import "strconv"

// Scene draws the slipway of the sign-in page: a hull with its load line on the ramp, above the water.
func Scene() SVG {
	var c canvas
	c.f(`<svg class="art" viewBox="0 0 720 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">`)
	for i := range 26 {
		k := float64(i)
		y := 470 + k*15 + k*k*.35
		c.f(`<path d="M0 %sC120 %s 240 %s 360 %sS600 %s 720 %s" class="wv" style="opacity:%s"/>`,
			n(y), n(y-7+k*.3), n(y+8), n(y), n(y-8), n(y), strconv.FormatFloat(.5-k*.012, 'f', 2, 64))
	}
	c.f(`<g class="ramp"><path d="M-40 330L560 548" class="r1"/>`)
	for i := range 17 {
		k := float64(i)
		x := -10 + k*34
		c.f(`<path d="M%s %sv%s" class="r2"/>`, n(x), n(330+(x+40)*.3633), n(18+k*4.2))
	}
	c.f(`</g><g transform="translate(262 436) rotate(20)"><path d="M-150-62h300a150 150 0 01-42 62h-216a150 150 0 01-42-62z" class="hull"/><path d="M-122-20h244" class="wl"/><circle cx="0" cy="-31" r="13" class="pl"/><path d="M-22-31h44" class="pl"/>`)
	for i := range 6 {
		v := 7
		if i%2 == 1 {
			v = 4
		}
		c.f(`<path d="M%d-48v%d" class="pl2"/>`, 78+i*8, v)
	}
	c.f(`</g></svg>`)
	return SVG(c.String())
}
