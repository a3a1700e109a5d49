package draw

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// SVG is a finished drawing. It is a templ.Component: write @drawing where it belongs.
type SVG string

// Render writes the drawing.
func (s SVG) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(s))
	return err
}

// canvas collects elements. Text is escaped here, once.
type canvas struct{ strings.Builder }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func esc(s string) string { return escaper.Replace(s) }

// f writes a format in which only numbers and trusted words appear; text goes through esc first.
func (c *canvas) f(format string, args ...any) { _, _ = fmt.Fprintf(c, format, args...) } // a builder never fails

func (c *canvas) svg(class string, w, h float64, label, role string) {
	c.f(`<svg class="%s" viewBox="0 0 %s %s" width="%s" height="%s" role="%s" aria-label="%s">`, class, n(w), n(h), n(w), n(h), role, esc(label))
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.f(`<line x1="%s" x2="%s" y1="%s" y2="%s" class="%s"/>`, n(x1), n(x2), n(y1), n(y2), class)
}

func (c *canvas) rect(x, y, w, h, r float64, class string) {
	c.f(`<rect x="%s" y="%s" width="%s" height="%s"`, n(x), n(y), n(max(w, 0)), n(h))
	if r > 0 {
		c.f(` rx="%s"`, n(r))
	}
	c.f(` class="%s"/>`, class)
}

func (c *canvas) text(x, y float64, class, anchor, s string) {
	c.f(`<text x="%s" y="%s" class="%s"`, n(x), n(y), class)
	if anchor != "" {
		c.f(` text-anchor="%s"`, anchor)
	}
	c.f(`>%s</text>`, esc(s))
}

// n writes a coordinate with at most one decimal.
func n(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// cut shortens a name to width units of the given advance per character; under five characters nothing is left.
func cut(name string, width, advance float64) string {
	r := []rune(name)
	k := int(width / advance)
	switch {
	case k >= len(r):
		return name
	case k > 4:
		return strings.TrimRight(string(r[:k-1]), " ,;") + "…"
	}
	return ""
}

func runes(s string) float64 { return float64(len([]rune(s))) }
