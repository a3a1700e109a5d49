package gantt

import (
	"context"
	"io"
	"strconv"
	"strings"

	"slipway/internal/platform/drawing"
)

// SVG is a finished drawing; it renders itself where a component is wanted.
type SVG string

// Render writes the drawing.
func (s SVG) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(s))
	return err
}

// canvas collects elements. Text is escaped here, once.
type canvas struct{ strings.Builder }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// put writes trusted words, numbers as coordinates.
func (c *canvas) put(parts ...any) {
	for _, p := range parts {
		switch x := p.(type) {
		case string:
			c.WriteString(x)
		case float64:
			c.WriteString(coordinate(x))
		}
	}
}

func (c *canvas) open(class string, w, h float64, label string) {
	c.put(`<svg class="`, class, `" viewBox="0 0 `, w, ` `, h, `" width="`, w, `" height="`, h, `"`)
	if label == "" { // beside another drawing that says it all; cut, not shrunk, where it is given less room
		c.put(` preserveAspectRatio="xMinYMin slice" aria-hidden="true">`)
		return
	}
	c.put(` role="group" aria-label="`, escaper.Replace(label), `">`)
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.put(`<path d="M`, x1, ` `, y1)
	if x1 == x2 {
		c.put(`V`, y2)
	} else {
		c.put(`H`, x2)
	}
	c.put(`" class="`, class, `"/>`)
}

func (c *canvas) rect(x, y, w, h, r float64, class string) {
	if w <= 0 || h <= 0 {
		return
	}
	c.put(`<rect x="`, x, `" y="`, y, `" width="`, w, `" height="`, h, `"`)
	if r > 0 {
		c.put(` rx="`, r, `"`)
	}
	c.put(` class="`, class, `"/>`)
}

func (c *canvas) text(x, y float64, class, anchor, s string) {
	if s == "" {
		return
	}
	c.put(`<text x="`, x, `" y="`, y, `" class="`, class, `"`)
	if anchor != "" {
		c.put(` text-anchor="`, anchor, `"`)
	}
	c.put(`>`, escaper.Replace(s), `</text>`)
}

// coordinate writes at most one decimal.
func coordinate(v float64) string {
	var buf [24]byte
	s := strings.TrimSuffix(string(strconv.AppendFloat(buf[:0], v, 'f', 1, 64)), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// cut shortens a text of a size to a width; under five characters nothing is left.
func cut(s string, width, size float64) string {
	if short := drawing.Fit(s, size, width); short == s || runes(short) > 4 {
		return short
	}
	return ""
}

func runes(s string) float64 { return float64(len([]rune(s))) }
