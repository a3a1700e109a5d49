package drawing

import (
	"fmt"
	"strconv"
	"strings"
)

// Sizes of the texts that SVG writes.
const (
	TitleSize = 12.5
	SubSize   = 11.0
	BadgeSize = 10.0
	LabelSize = 11.0
)

// Mark is what stands in a node's box.
type Mark struct {
	Title, Sub string
	Badge      string // in the lower right corner, such as a version
	Note       string // what a pointer that rests on it shows
	Href       string // where it leads; nowhere if ""
	Class      string // words such as "sel", "near", "ext"
}

// Stroke is how an edge shows.
type Stroke struct {
	Label  string
	Note   string
	Class  string
	Strong bool // drawn above others, with the other arrowhead
}

// Sheet is a picture with its words. Classes and styles are the caller's own words; every text is escaped.
type Sheet struct {
	ID       string // unique on the page, for the arrowheads
	Class    string
	Label    string // what the picture shows, in a sentence
	Headings []string
	Style    string // CSS for a picture that stands alone; none inside a page
	Marks    []Mark
	Strokes  []Stroke
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// esc escapes a text for XML and drops the characters that XML cannot hold.
func esc(s string) string {
	return escaper.Replace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff || r == '\ufffd' {
			return -1
		}
		return r
	}, s))
}

// n writes a coordinate with at most one decimal.
func n(v float64) string {
	s := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// D returns the line as the data of an SVG path.
func (l Line) D() string {
	var b strings.Builder
	for i := 0; i < len(l.Points); i++ {
		p := l.Points[i]
		switch {
		case i == 0:
			b.WriteString("M" + n(p.X) + " " + n(p.Y))
		case !l.Curved:
			b.WriteString("L" + n(p.X) + " " + n(p.Y))
		default:
			from, c, to := l.Points[i-1], l.Points[i+1], l.Points[i+2]
			if straight(from, p, to) && straight(from, c, to) {
				b.WriteString("L" + n(to.X) + " " + n(to.Y))
			} else {
				b.WriteString("C" + n(p.X) + " " + n(p.Y) + " " + n(c.X) + " " + n(c.Y) + " " + n(to.X) + " " + n(to.Y))
			}
			i += 2
		}
	}
	return b.String()
}

type canvas struct{ strings.Builder }

// f writes a format in which only numbers and trusted words appear; text goes through esc first.
func (c *canvas) f(format string, args ...any) { _, _ = fmt.Fprintf(c, format, args...) } // a builder never fails

// SVG writes the picture. Nodes with an address are links; the picture is an image to those who cannot see it otherwise.
func (p Picture) SVG(s Sheet) string {
	var c canvas
	role := "img"
	for _, m := range s.Marks {
		if m.Href != "" {
			role = "group"
		}
	}
	c.f(`<svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="0 0 %s %s" width="%s" height="%s" role="%s" aria-label="%s">`, s.Class, n(p.Width), n(p.Height), n(p.Width), n(p.Height), role, esc(s.Label))
	if s.Style != "" {
		c.f(`<style>%s</style>`, s.Style)
	}
	c.f(`<defs>`)
	for i := range 2 {
		c.f(`<marker id="%s-%d" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .8l7 3.2-7 3.2z" class="mk%d"/></marker>`, s.ID, i, i)
	}
	c.f(`</defs>`)
	for i, h := range s.Headings {
		if i < len(p.Ranks) && h != "" {
			c.f(`<text x="%s" y="18" class="cl">%s</text>`, n(p.Ranks[i].X), esc(h))
		}
	}
	for _, strong := range []bool{false, true} {
		for i, l := range p.Lines {
			if i < len(s.Strokes) && s.Strokes[i].Strong == strong {
				c.stroke(l, s.Strokes[i], s.ID)
			}
		}
	}
	for i, b := range p.Nodes {
		if i < len(s.Marks) {
			c.mark(b.Box, s.Marks[i])
		}
	}
	c.f(`</svg>`)
	return c.String()
}

func (c *canvas) stroke(l Line, s Stroke, id string) {
	head := 0
	if s.Strong {
		head = 1
	}
	c.f(`<path d="%s" class="ge %s" marker-end="url(#%s-%d)">`, l.D(), s.Class, id, head)
	if s.Note != "" {
		c.f(`<title>%s</title>`, esc(s.Note))
	}
	c.f(`</path>`)
	if l.Label.Width > 0 && s.Label != "" {
		c.f(`<text x="%s" y="%s" class="gl %s">%s</text>`, n(l.Label.X), n(l.Label.Y+l.Label.Height-3), s.Class, esc(Fit(s.Label, LabelSize, l.Label.Width)))
	}
}

// Inside a box: the space beside texts, the base lines, and the badge.
const (
	pad       = 12.0
	titleBase = 20.0
	subBase   = 36.0
	badgeTall = 14.0
)

// BadgeWidth returns how wide a badge is.
func BadgeWidth(s string) float64 {
	if s == "" {
		return 0
	}
	return float64(len([]rune(s)))*BadgeSize*0.62 + 12
}

// BoxWidth returns how wide a box must be for its texts, between two bounds; what does not fit is shortened by SVG.
func BoxWidth(m Mark, least, most float64) float64 {
	sub := Width(m.Sub, SubSize)
	if m.Badge != "" {
		sub += BadgeWidth(m.Badge) + 2
	}
	return min(max(least, max(Width(m.Title, TitleSize), sub)+2*pad), most)
}

func (c *canvas) mark(b Box, m Mark) {
	element := "g"
	if m.Href != "" {
		element = "a"
		c.f(`<a href="%s" class="nd %s">`, esc(m.Href), m.Class)
	} else {
		c.f(`<g class="nd %s">`, m.Class)
	}
	if m.Note != "" {
		c.f(`<title>%s</title>`, esc(m.Note))
	}
	c.f(`<rect x="%s" y="%s" width="%s" height="%s" rx="6"/>`, n(b.X), n(b.Y), n(b.Width), n(b.Height))
	room := b.Width - 2*pad
	c.f(`<text x="%s" y="%s" class="t1">%s</text>`, n(b.X+pad), n(b.Y+titleBase), esc(Fit(m.Title, TitleSize, room)))
	badge := Fit(m.Badge, BadgeSize, room)
	if badge != "" {
		room -= BadgeWidth(badge) - pad/2
	}
	if m.Sub != "" && room > SubSize {
		c.f(`<text x="%s" y="%s" class="t2">%s</text>`, n(b.X+pad), n(b.Y+subBase), esc(Fit(m.Sub, SubSize, room)))
	}
	if badge != "" {
		c.badge(b, badge)
	}
	c.f(`</%s>`, element)
}

func (c *canvas) badge(b Box, text string) {
	wide := BadgeWidth(text)
	x, y := b.X+b.Width-wide-6, b.Y+b.Height-badgeTall-5
	c.f(`<g><rect x="%s" y="%s" width="%s" height="%s" rx="2.5" class="cb"/><text x="%s" y="%s" class="ct" text-anchor="middle">%s</text></g>`,
		n(x), n(y), n(wide), n(badgeTall), n(x+wide/2), n(y+10.5), esc(text))
}
