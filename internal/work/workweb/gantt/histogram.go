package gantt

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Bucket is a bar of a histogram.
type Bucket struct {
	From, To time.Time
	Count    int
}

// Histogram is the input of the drawing of a forecast.
type Histogram struct {
	Label    string // the finding in words
	Buckets  []Bucket
	Target   time.Time // bars up to here are good ones; none when zero
	P50, P80 time.Time
	Zone     *time.Location
}

// The measures of a histogram.
const (
	histWidth  = 520.0
	histHeight = 248.0
	histTop    = 58.0
	histBase   = 222.0
	histFew    = 8 // fewer bars than this are no wider
)

// Draw draws bars of equal width, whatever time they cover, with the target, P50 and P80 where they lie between them. It is nothing without bars.
func (h Histogram) Draw() SVG {
	if len(h.Buckets) == 0 {
		return ""
	}
	if h.Zone == nil {
		h.Zone = time.UTC
	}
	c := &canvas{}
	c.put(`<svg viewBox="0 0 `, histWidth, ` `, histHeight, `" role="img" aria-label="`, escaper.Replace(h.Label), `">`)
	most := 1
	for _, b := range h.Buckets {
		most = max(most, b.Count)
	}
	w := histWidth / float64(max(len(h.Buckets), histFew))
	for i, b := range h.Buckets {
		class := "dout"
		if !h.Target.IsZero() && !b.To.After(h.Target) {
			class = "din"
		}
		height := (histBase - histTop) * float64(b.Count) / float64(most)
		c.rect(float64(i)*w+1, histBase-height, w-2, height, 1.5, class)
	}
	h.days(c, w)
	h.marks(c, w)
	c.line(0, histBase, histWidth, histBase, "g1")
	c.put(`</svg>`)
	return SVG(c.String())
}

// days names the days below the bars, as far as there is room.
func (h Histogram) days(c *canvas, w float64) {
	free, month := -1.0, time.Month(0)
	last := ""
	for i, b := range h.Buckets {
		d := b.From.In(h.Zone)
		day := d.Format("2006-01-02")
		x := (float64(i) + .5) * w
		if day == last || x < free {
			continue
		}
		text := d.Format("2")
		if d.Month() != month {
			text = d.Format("2 Jan")
		}
		half := runes(text) * 3.2
		x = max(x, half)
		if x+half > histWidth {
			return
		}
		c.text(x, histBase+16, "ax", "middle", text)
		last, month, free = day, d.Month(), x+half+22
	}
}

// at is where an instant lies among the bars.
func (h Histogram) at(t time.Time, w float64) float64 {
	for i, b := range h.Buckets {
		switch {
		case t.Before(b.From):
			return float64(i) * w
		case t.Before(b.To):
			return (float64(i) + float64(t.Sub(b.From))/float64(b.To.Sub(b.From))) * w
		}
	}
	return float64(len(h.Buckets)) * w
}

// marks stand above the bars, each word in the first line where it does not lie over another.
func (h Histogram) marks(c *canvas, w float64) {
	type mark struct {
		x           float64
		class, text string
		a, b        float64 // the room of its word
		right       bool
		row         int // of its word, from below
	}
	var all []mark
	for _, m := range []struct {
		at          time.Time
		class, name string
	}{{h.Target, "tg", "Target"}, {h.P50, "p5", "P50"}, {h.P80, "p8", "P80"}} {
		if m.at.IsZero() {
			continue
		}
		k := mark{x: min(max(h.at(m.at, w), 1.5), histWidth-1.5), class: m.class, text: strings.TrimSpace(m.name + " " + m.at.In(h.Zone).Format("Mon 2 Jan"))}
		switch first, last := h.Buckets[0].From, h.Buckets[len(h.Buckets)-1].To; { // what lies outside of the bars stands at their edge
		case m.at.Before(first):
			k.text = "← " + k.text
		case m.at.After(last):
			k.text += " →"
		}
		long := runes(k.text)*6.2 + 5
		k.right = k.x+long <= histWidth && (m.class != "tg" || k.x < long)
		if k.a, k.b = k.x-long, k.x; k.right {
			k.a, k.b = k.x, k.x+long
		}
		all = append(all, k)
	}
	// From the right on, so that the line of a mark ends below the word of the one before it.
	slices.SortStableFunc(all, func(a, b mark) int { return cmp.Compare(b.x, a.x) })
	for i := range all {
		k := &all[i]
		for free := false; !free && k.row < 2; {
			free = !slices.ContainsFunc(all[:i], func(o mark) bool {
				return o.row == k.row && k.a < o.b && o.a < k.b || o.row >= k.row && k.a < o.x && o.x < k.b
			})
			if !free {
				k.row++
			}
		}
		y := histTop - 12 - float64(k.row)*15
		c.line(k.x, y-9, k.x, histBase, k.class)
		if k.right {
			c.text(k.x+5, y, k.class+"t", "", k.text)
		} else {
			c.text(k.x-5, y, k.class+"t", "end", k.text)
		}
	}
}
