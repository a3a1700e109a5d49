package gantt

import (
	"math"
	"time"
)

func (f *frame) row(r Row, y float64) {
	switch r.Kind {
	case Group:
		f.group(r, y)
	case Milestone:
		f.milestone(r, y)
	case Lane:
		f.lane(r, y)
	default:
		f.task(r, y)
	}
}

// group is a thin bar with its ends turned down, filled by what has passed.
func (f *frame) group(r Row, y float64) {
	f.rect(0, y, f.width, rowHeight, 0, "gb thin")
	if r.Start.IsZero() || !r.End.After(r.Start) {
		return
	}
	a, b := f.clip(r.Start), f.clip(r.End)
	if b <= a {
		return
	}
	f.put(`<path d="M`, a, ` `, y+10, `H`, b, `v9l-4-4H`, a+4, `l-4 4z" class="gs"><title>`, escaper.Replace(r.Name+" "+r.Said), `</title></path>`)
	if r.Done > 0 {
		f.rect(a, y+10, (b-a)*float64(min(r.Done, 100))/100, 2.5, 0, "gd")
	}
	if r.Late != "" && f.width-b > runes(r.Late)*6+12 {
		f.put(`<g data-s="hold">`)
		f.text(b+6, y+18, "lw", "", r.Late)
		f.put(`</g>`)
	}
}

func (f *frame) milestone(r Row, y float64) {
	mid := y + rowHeight/2
	if f.Axis.Holds(r.Was) && !r.Was.Equal(r.At) {
		f.diamond(f.x(r.Was), mid, 5.5, "mb")
	}
	if !f.Axis.Holds(r.At) {
		f.beyond(r.At, mid)
		return
	}
	f.link1(r, "", r.Said)
	f.put(`<g data-s="`, escaper.Replace(string(r.State)), `">`)
	f.diamond(f.x(r.At), mid, 7.5, "ms "+escaper.Replace(string(r.State)))
	f.put(`</g>`)
	f.link0(r)
}

func (f *frame) diamond(x, y, r float64, class string) {
	f.put(`<path d="M`, x, ` `, y-r, `l`, r, ` `, r, `-`, r, ` `, r, `-`, r, `-`, r, `z" class="`, class, `"/>`)
}

// link1 and link0 begin and end what leads to the row's own page.
func (f *frame) link1(r Row, class, said string) {
	tag := `g`
	if r.Href != "" {
		tag = `a href="` + escaper.Replace(r.Href) + `"`
	}
	f.put(`<`, tag)
	if class != "" {
		f.put(` class="`, class, `"`)
	}
	if r.Href != "" {
		name := r.Name
		if said != "" {
			name += ", " + said
		}
		f.put(` aria-label="`, escaper.Replace(name), `"`)
	}
	f.put(`>`)
}

func (f *frame) link0(r Row) {
	if r.Href != "" {
		f.put(`</a>`)
		return
	}
	f.put(`</g>`)
}

// beyond says at the edge that a row goes on where the picture does not reach.
func (f *frame) beyond(t time.Time, mid float64) {
	switch {
	case t.IsZero():
	case t.Before(f.From):
		f.put(`<path d="M9 `, mid-5, `v10l-6-5z" class="by"/>`)
	default:
		f.put(`<path d="M`, f.width-9, ` `, mid-5, `v10l6-5z" class="by"/>`)
	}
}

func (f *frame) task(r Row, y float64) {
	if !r.Base.From.IsZero() {
		a, b := f.clip(r.Base.From), f.clip(r.Base.To)
		f.rect(a, y+22, max(b-a, math.Copysign(2, b-a+1)), 2.5, 0, "bl")
	}
	if r.Start.IsZero() || !r.Start.Before(f.To) || r.End.Before(f.From) {
		f.beyond(r.Start, y+rowHeight/2)
		return
	}
	x, end := f.clip(r.Start), f.clip(r.End)
	w := max(end-x-1.5, 3)
	class, on := "bk", "pc"
	if r.Critical {
		class, on = "bk cr", "pc c"
	}
	f.link1(r, class, r.said())
	f.rect(x, y+5, w, 15, 2.5, "b0")
	f.rect(x, y+5, w*float64(max(0, min(100, r.Done)))/100, 15, 2.5, "b1")
	f.link0(r)
	if r.Until.After(r.End) && end < f.width {
		f.put(`<path d="M`, end, ` `, y+12.5, `h`, max(2, f.clip(r.Until)-end-2), `m0 -3v6" class="sl"/>`)
	}
	f.words(r, x, y, w, on)
}

// said is what the bar shows, in words.
func (r Row) said() string {
	if r.Said != "" {
		return r.Said
	}
	s := percent(r.Done) + " per cent done"
	if r.Critical {
		s += ", critical"
	}
	if r.Late != "" {
		s += ", " + r.Late
	}
	return s
}

// words are printed on a bar where they fit. On the pale part of an uncritical bar white letters could not be read.
func (f *frame) words(r Row, x, y, w float64, on string) {
	text := ""
	switch {
	case r.Done >= 100:
		text = "done"
	case r.Done > 0:
		text = percent(r.Done) + " %"
	}
	if text != "" && w > runes(text)*6+10 {
		class := on
		if r.Critical && w*float64(r.Done)/100 < runes(text)*6+8 {
			class = "pc w" // it runs over the filled part
		}
		f.text(x+7, y+16.5, class, "", text)
	}
	if r.Late == "" {
		return
	}
	f.put(`<g data-s="hold">`)
	switch {
	case r.Critical && w*.58 > runes(r.Late)*6:
		f.text(x+w*.42, y+16.5, "lt", "", r.Late)
	case x+w+10+runes(r.Late)*6 < f.width && !r.Until.After(r.End):
		f.text(x+w+10, y+16.5, "lw", "", r.Late)
	}
	f.put(`</g>`)
}

// room says where the name of a stretch begins, and whether it has room there: a point or a forecast on it covers it.
func (f *frame) room(r Row, s Stretch) (x float64, free bool) {
	a, b := f.clip(s.From), f.clip(s.To)
	x = a + 5
	for _, m := range r.Points {
		if at := f.x(m.At); f.Axis.Holds(m.At) && at > a-8 && at < a+8 {
			x = max(x, at+9)
		}
	}
	end := x + runes(s.Name)*5.8
	free = end+5 < b
	for _, m := range r.Points {
		free = free && !(f.x(m.At) > x-8 && f.x(m.At) < end+8)
	}
	for _, p := range []time.Time{r.P50, r.P80} {
		free = free && (p.IsZero() || f.x(p) < x-2 || f.x(p) > end+2)
	}
	return x, free
}

// lane draws the stretches of one thing, its points, and where its forecast lies.
func (f *frame) lane(r Row, y float64) {
	mid := y + rowHeight/2
	f.link1(r, "bk", r.Said)
	drawn := false
	for _, s := range r.Stretches {
		a, b := f.clip(s.From), f.clip(s.To)
		if b <= a {
			continue
		}
		drawn = true
		height, top := 13.0, y+7
		if s.Class == "window" {
			height, top, b = 19, y+4, max(b, a+3)
		}
		f.put(`<rect x="`, a, `" y="`, top, `" width="`, max(b-a-1, 2), `" height="`, height, `" rx="2" class="l`, escaper.Replace(s.Class), `"><title>`, escaper.Replace(s.Name), `</title></rect>`)
	}
	f.link0(r)
	for _, s := range r.Stretches {
		if x, free := f.room(r, s); free && s.Class != "window" {
			f.text(x, y+17, "pc l"+escaper.Replace(s.Class), "", s.Name)
		}
	}
	for _, m := range r.Points {
		if f.Axis.Holds(m.At) {
			drawn = true
			f.put(`<g data-s="`, escaper.Replace(string(m.State)), `"><title>`, escaper.Replace(m.Name), `</title>`)
			f.diamond(f.x(m.At), mid, 6, "ms "+escaper.Replace(string(m.State)))
			f.put(`</g>`)
		}
	}
	for _, p := range []struct {
		at    time.Time
		class string
	}{{r.P50, "p5"}, {r.P80, "p8"}} {
		if f.Axis.Holds(p.at) {
			f.line(f.x(p.at), y+2, f.x(p.at), y+rowHeight-2, p.class+" in")
		}
	}
	if !drawn && len(r.Stretches) > 0 {
		f.beyond(r.Stretches[0].From, mid)
	}
}
