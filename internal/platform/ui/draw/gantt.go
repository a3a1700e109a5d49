package draw

import (
	"math"
	"strconv"
	"time"
)

// GanttRow is one line of a Gantt: a heading, a task or a milestone, by what is set.
type GanttRow struct {
	ID    string // joins Deps; tasks and milestones only
	Name  string
	Note  string // at the right of the name: the owner, or the date of a milestone
	Href  string
	Group bool // a heading

	Start, End time.Time     // of a task; End is exclusive
	Done       int           // per cent
	Critical   bool          // on the critical path
	Slack      time.Duration // how far it may slip
	Late       string        // "2 d late", printed on the bar

	At     time.Time // of a milestone
	Status Status    // of a milestone
}

// Dep leads from one row to another.
type Dep struct {
	From, To string
	Critical bool
}

// Gantt is the input of the drawing of a plan.
type Gantt struct {
	Label    string // the finding, with the critical path in words
	Rows     []GanttRow
	Deps     []Dep
	From, To time.Time
	Now      time.Time
	Zone     *time.Location
	Freezes  []Stretch
	Target   time.Time // no line when zero
	P50, P80 time.Time
	Width    float64 // 1166 when zero
}

// Stretch is a named period over all rows.
type Stretch struct {
	Name     string
	From, To time.Time
}

const (
	ganttLeft = 290.0
	ganttRow  = 27.0
	ganttTop  = 52.0
)

type ganttFrame struct {
	Gantt
	canvas
	px, height float64
	place      map[string]place
}

// place is where a row's bar begins and ends.
type place struct {
	x1, x2, y float64
	milestone bool
}

// Draw draws the plan: weeks, freezes, bars filled by what is done, slack as a whisker, dependencies, target, P50, P80 and
// now. Its width is fixed, so it belongs into a region that scrolls sideways and opens at ".nl".
func (g Gantt) Draw() SVG {
	if g.Width == 0 {
		g.Width = 1166
	}
	if g.Zone == nil {
		g.Zone = time.UTC
	}
	if !g.To.After(g.From) {
		g.To = g.From.Add(7 * 24 * time.Hour)
	}
	f := &ganttFrame{Gantt: g, place: map[string]place{}}
	f.px = (g.Width - ganttLeft) / g.To.Sub(g.From).Hours()
	f.height = ganttTop + float64(len(g.Rows))*ganttRow + 6
	f.svg("gantt", g.Width, f.height, g.Label, "group")
	f.f(`<defs><pattern id="hat" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" class="hb"/><path d="M0 0v7" class="hl"/></pattern></defs>`)
	for _, z := range g.Freezes {
		x1, x2 := f.clip(z.From), f.clip(z.To)
		if x2 > x1 {
			f.f(`<rect x="%s" y="%s" width="%s" height="%s" fill="url(#hat)"/>`, n(x1), n(ganttTop), n(x2-x1), n(f.height-ganttTop))
			f.text(x1+6, f.height-8, "fl", "", cut(z.Name, x2-x1-8, 6))
		}
	}
	f.weeks()
	if !g.P50.IsZero() && !g.P80.IsZero() {
		f.rect(f.clip(g.P50), ganttTop, f.clip(g.P80)-f.clip(g.P50), f.height-ganttTop, 0, "fb")
	}
	for i, r := range g.Rows {
		f.row(r, ganttTop+float64(i)*ganttRow)
	}
	for _, d := range g.Deps {
		f.dep(d)
	}
	for i, r := range g.Rows {
		f.bar(r, ganttTop+float64(i)*ganttRow)
	}
	f.marks()
	f.f(`</svg>`)
	return SVG(f.String())
}

func (f *ganttFrame) x(t time.Time) float64 { return ganttLeft + t.Sub(f.From).Hours()*f.px }

func (f *ganttFrame) clip(t time.Time) float64 { return math.Max(ganttLeft, math.Min(f.Width, f.x(t))) }

func (f *ganttFrame) inside(t time.Time) bool {
	return !t.IsZero() && !t.Before(f.From) && !t.After(f.To)
}

// weeks draws the weeks with their ISO number and first day, and shades weekends. Over half a year labels thin out.
func (f *ganttFrame) weeks() {
	l := f.From.In(f.Zone)
	monday := time.Date(l.Year(), l.Month(), l.Day()-(int(l.Weekday())+6)%7, 0, 0, 0, 0, f.Zone)
	every := 1 + int(f.To.Sub(f.From)/(26*7*24*time.Hour))
	for k, d := 0, monday; d.Before(f.To); k, d = k+1, d.AddDate(0, 0, 7) {
		sat := d.AddDate(0, 0, 5)
		if a, b := f.clip(sat), f.clip(d.AddDate(0, 0, 7)); b > a {
			f.rect(a, ganttTop, b-a, f.height-ganttTop, 0, "we")
		}
		if d.Before(f.From) {
			continue
		}
		x := f.x(d)
		f.line(x, 24, x, f.height, "g1")
		if k%every == 0 {
			_, week := d.ISOWeek()
			f.text(x+5, 22, "wkl", "", "Week "+strconv.Itoa(week))
			f.text(x+5, 40, "ax", "", d.Format("Mon 2 Jan"))
		}
	}
}

func (f *ganttFrame) row(r GanttRow, y float64) {
	f.line(0, y+ganttRow, f.Width, y+ganttRow, "rl")
	class := "tn"
	if r.Critical {
		class = "tn cr"
	}
	noteRoom := runes(r.Note)*6 + 20
	switch {
	case r.Group:
		f.rect(0, y, ganttLeft-1, ganttRow, 0, "gb")
		f.text(14, y+18, "gt", "", cut(r.Name, ganttLeft-28, 6.6))
		return
	case !r.At.IsZero():
		f.place[r.ID] = place{f.x(r.At) - 6, f.x(r.At) + 7, y + ganttRow/2, true}
	default:
		f.place[r.ID] = place{f.x(r.Start), f.x(r.End), y + ganttRow/2, false}
	}
	f.text(28, y+18, class, "", cut(r.Name, ganttLeft-28-noteRoom, 6.4))
	if r.Note != "" {
		f.text(ganttLeft-14, y+18, "ow", "end", r.Note)
	}
}

func (f *ganttFrame) dep(d Dep) {
	a, okA := f.place[d.From]
	b, okB := f.place[d.To]
	if !okA || !okB {
		return
	}
	class, head := "ed", "ah"
	if d.Critical {
		class, head = "ed c", "ah c"
	}
	if b.milestone {
		sx := a.x2 - 6
		if a.milestone {
			sx = (a.x1 + a.x2) / 2
		}
		f.f(`<path class="%s" d="M%s %sV%s`, class, n(sx), n(a.y+8), n(b.y))
		if b.x1-4 > sx {
			f.f(`H%s`, n(b.x1-3))
		}
		f.f(`"/>`)
		return
	}
	mx := a.x2 + 6
	if b.x1 > mx {
		f.f(`<path class="%s" d="M%s %sH%sV%sH%s"/>`, class, n(a.x2), n(a.y), n(mx), n(b.y), n(b.x1-4))
	} else {
		between := b.y + ganttRow/2 - 1
		if b.y > a.y {
			between = b.y - ganttRow/2 + 1
		}
		f.f(`<path class="%s" d="M%s %sH%sV%sH%sV%sH%s"/>`, class, n(a.x2), n(a.y), n(mx), n(between), n(b.x1-6), n(b.y), n(b.x1-4))
	}
	f.f(`<path class="%s" d="M%s %sl5 3.5-5 3.5z"/>`, head, n(b.x1-5), n(b.y-3.5))
}

func (f *ganttFrame) bar(r GanttRow, y float64) {
	switch {
	case r.Group:
	case !r.At.IsZero():
		if f.inside(r.At) {
			f.f(`<g data-s="%s"><path d="M%s %sl7.5 7.5-7.5 7.5-7.5-7.5z" class="ms %s"/></g>`, esc(string(r.Status)), n(f.x(r.At)), n(y+ganttRow/2-7.5), esc(string(r.Status)))
		}
	default:
		f.task(r, y)
	}
}

func (f *ganttFrame) task(r GanttRow, y float64) {
	x, end := f.clip(r.Start), f.clip(r.End)
	w := math.Max(end-x-1.5, 3)
	class, on := "bk", "pc"
	words := r.Name + ", " + strconv.Itoa(r.Done) + " per cent done"
	if r.Critical {
		class, on, words = "bk cr", "pc c", words+", critical"
	}
	if r.Late != "" {
		words += ", " + r.Late
	}
	if r.Href != "" {
		f.f(`<a href="%s" class="%s" aria-label="%s">`, esc(r.Href), class, esc(words))
	} else {
		f.f(`<g class="%s">`, class)
	}
	f.rect(x, y+6, w, 15, 2.5, "b0")
	if done := max(0, min(100, r.Done)); done > 0 {
		f.rect(x, y+6, w*float64(done)/100, 15, 2.5, "b1")
	}
	if r.Href != "" {
		f.f(`</a>`)
	} else {
		f.f(`</g>`)
	}
	if r.Slack > 0 && end < f.Width {
		f.f(`<path d="M%s %sh%sm0 -3v6" class="sl"/>`, n(end), n(y+13.5), n(math.Max(2, f.clip(r.End.Add(r.Slack))-end-2)))
	}
	text := ""
	switch {
	case r.Done >= 100:
		text = "done"
	case r.Done > 0:
		text = strconv.Itoa(r.Done) + " %"
	}
	if text != "" && w > runes(text)*6+10 {
		f.text(x+7, y+17.5, on, "", text)
	}
	if r.Late != "" && w*.58 > runes(r.Late)*6 {
		f.f(`<g data-s="hold">`)
		f.text(x+w*.42, y+17.5, "lt", "", r.Late)
		f.f(`</g>`)
	}
}

func (f *ganttFrame) marks() {
	line := func(t time.Time, class, text, textClass string, left bool) {
		if !f.inside(t) {
			return
		}
		x := f.x(t)
		f.line(x, ganttTop-4, x, f.height, class)
		if left {
			f.text(x-5, f.height-8, textClass, "end", text)
			return
		}
		f.text(x+4, f.height-8, textClass, "", text)
	}
	line(f.Target, "tg", "target", "tgt", true)
	line(f.P50, "p5", "P50", "p5t", false)
	line(f.P80, "p8", "P80", "p5t", false)
	if f.inside(f.Now) {
		x := f.x(f.Now)
		f.line(x, ganttTop-4, x, f.height, "nl")
		f.rect(x-20, ganttTop-9, 40, 15, 3, "nb")
		f.text(x, ganttTop+2, "nt", "middle", "today")
	}
}
