package gantt

import (
	"math"
	"strconv"
	"time"
)

// Kind is what a row shows.
type Kind uint8

// The kinds of rows.
const (
	Task      Kind = iota // a bar, filled by what is done
	Group                 // a heading, with a thin bar if it has a beginning and an end
	Milestone             // a diamond
	Lane                  // stretches and points of one thing, side by side: a release of a portfolio
)

// State names the shape and colour of a milestone: go, hold, nogo, wait.
type State string

// Row is one line of a picture.
type Row struct {
	Kind Kind
	Name string
	Note string // at the right of the name: an owner, or a date
	Href string
	Said string // what a screen reader adds to the name; without it what the bar shows

	Start, End time.Time // End is exclusive
	Done       int       // per cent
	Critical   bool      // on the critical path
	Until      time.Time // to where it may slip without harm; none if not after End
	Late       string    // "2 d late", printed on the bar

	Base Stretch // what was promised, as a thin bar below

	At    time.Time // of a milestone
	Was   time.Time // where a milestone was promised
	State State

	Stretches []Stretch // of a lane
	Points    []Point   // of a lane
	P50, P80  time.Time // of a lane
}

// Stretch is a named period.
type Stretch struct {
	Name     string
	From, To time.Time
	Class    string // of a lane: done, now, window, or "" for what is to come
}

// Point is a named instant.
type Point struct {
	Name  string
	At    time.Time
	State State
}

// Tie says which ends a link ties.
type Tie uint8

// The ties, the giver's end first.
const (
	FinishStart Tie = iota
	StartStart
	FinishFinish
	StartFinish
)

// Link leads from one row to another, by their places among the rows.
type Link struct {
	From, To int
	Tie      Tie
	Critical bool
}

// Chart is the input of a picture.
type Chart struct {
	Label   string // the finding, for those who do not see the picture
	Axis    Axis
	Rows    []Row
	First   int // the first row to draw
	Count   int // how many; 0 draws all
	Links   []Link
	Now     time.Time
	Freezes []Stretch
	Window  Stretch
	Target  time.Time // no line when zero
	P50     time.Time
	P80     time.Time
	Wide    bool // the names have more room, for pictures with long ones
}

// The measures of a picture.
const (
	rowHeight = 27.0
	headRoom  = 52.0
	footRoom  = 22.0
	fullWidth = 1166.0
	narrow    = 290.0
	wide      = 330.0
	phone     = 152.0 // of the names where the window is narrow; the style sheet says the same
)

// frame is a picture being drawn.
type frame struct {
	Chart
	canvas
	scale
	left, top, height float64
	first, last       int // rows [first, last)
}

// Draw draws the rows that are asked for: their names in one drawing, which stays in place while the other, the time, scrolls sideways. The head
// with the dates belongs to the first row. It costs what its rows and their links cost, and one look at every link.
func (g Chart) Draw() (names, field SVG) {
	f := frame{Chart: g, left: narrow, first: max(0, min(g.First, len(g.Rows))), last: len(g.Rows)}
	if g.Wide {
		f.left = wide
	}
	if g.Count > 0 {
		f.last = min(f.last, f.first+g.Count)
	}
	f.scale = newScale(g.Axis, fullWidth-f.left)
	if f.first == 0 {
		f.top = headRoom
	}
	f.height = f.top + float64(f.last-f.first)*rowHeight
	if f.last == len(g.Rows) {
		f.height += footRoom
	}
	return f.names(), f.field()
}

func (f *frame) names() SVG {
	f.Reset()
	f.open("gantt names", f.left, f.height, "")
	for i := f.first; i < f.last; i++ {
		f.name(f.Rows[i], f.y(i))
	}
	f.put(`</svg>`)
	return SVG(f.String())
}

func (f *frame) name(r Row, y float64) {
	f.line(0, y+rowHeight, f.left, y+rowHeight, "rl")
	if r.Kind == Group {
		f.rect(0, y, f.left, rowHeight, 0, "gb")
		f.label(14, y+18, "gt", r.Name, f.left-34-runes(r.Note)*6, 12.4) // bold
		f.text(f.left-14, y+18, "ow", "end", r.Note)
		return
	}
	class, indent, size := "tn", 28.0, 12.0 // what is measured is rather too wide
	if r.Critical {
		class, size = "tn cr", 12.5 // bold
	}
	if r.Kind == Lane {
		indent = 14
	} else {
		class += " ti"
	}
	if r.Href != "" {
		f.put(`<a href="`, escaper.Replace(r.Href), `" tabindex="-1">`)
	}
	f.label(indent, y+18, class, r.Name, f.left-indent-runes(r.Note)*6-18, size)
	if r.Href != "" {
		f.put(`</a>`)
	}
	f.text(f.left-14, y+18, "ow", "end", r.Note)
}

// label writes a name into the room that it has, and once more where a phone has less.
func (f *frame) label(x, y float64, class, name string, room, size float64) {
	full, short := cut(name, room, size), cut(name, phone-14-2, size)
	if short == full {
		f.text(x, y, class, "", full)
		return
	}
	f.text(x, y, class+" lg", "", full)
	f.text(x, y, class+" sm", "", short)
}

func (f *frame) y(row int) float64 { return f.top + float64(row-f.first)*rowHeight }

func (f *frame) visible(row int) bool { return row >= f.first && row < f.last }

func (f *frame) field() SVG {
	f.Reset()
	f.open("gantt", f.width, f.height, f.Label)
	f.background()
	for i := f.first; i < f.last; i++ {
		f.line(0, f.y(i)+rowHeight, f.width, f.y(i)+rowHeight, "rl")
	}
	for _, l := range f.Links {
		if f.visible(l.From) || f.visible(l.To) {
			f.link(l)
		}
	}
	for i := f.first; i < f.last; i++ {
		f.row(f.Rows[i], f.y(i))
	}
	f.marks()
	f.put(`</svg>`)
	return SVG(f.String())
}

// background is what lies behind all rows: freezes, weekends, the window, the stretch between P50 and P80.
func (f *frame) background() {
	if len(f.Freezes) > 0 {
		f.put(`<defs><pattern id="hat`, float64(f.first), `" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" class="hb"/><path d="M0 0v7" class="hl"/></pattern></defs>`)
	}
	for _, z := range f.Freezes {
		a, b := f.clip(z.From), f.clip(z.To)
		if b-a < .5 {
			continue
		}
		f.put(`<rect x="`, a, `" y="`, f.top, `" width="`, b-a, `" height="`, f.height-f.top, `" fill="url(#hat`, float64(f.first), `)"><title>`, escaper.Replace(z.Name), `</title></rect>`)
		if f.last == len(f.Rows) {
			f.text(a+6, f.height-8, "fl", "", cut(z.Name, b-a-8, 11))
		}
	}
	f.ticks(&f.canvas, f.top, f.height, f.top > 0)
	if a, b := f.clip(f.Window.From), f.clip(f.Window.To); !f.Window.From.IsZero() && b > a {
		f.rect(a, f.top, max(b-a, 2), f.height-f.top, 0, "wd")
	}
	if !f.P50.IsZero() && !f.P80.IsZero() {
		a, b := f.clip(f.P50), f.clip(f.P80)
		f.rect(a, f.top, b-a, f.height-f.top, 0, "fb")
	}
}

// marks are the lines over all rows; their words stand below the last one.
func (f *frame) marks() {
	taken := math.Inf(-1)
	mark := func(t time.Time, class, text, textClass string, left bool) {
		if !f.Axis.Holds(t) {
			return
		}
		x := f.x(t)
		f.line(x, max(f.top-4, 0), x, f.height, class)
		if f.last < len(f.Rows) {
			return
		}
		if left {
			f.text(x-5, f.height-8, textClass, "end", text)
			taken = x
			return
		}
		if x+4 > taken {
			f.text(x+4, f.height-8, textClass, "", text)
			taken = x + 8 + runes(text)*6.5
		}
	}
	mark(f.Target, "tg", "target", "tgt", true)
	if first, second := f.x(f.P50), f.x(f.P80); f.Axis.Holds(f.P50) && f.Axis.Holds(f.P80) && second-first < 34 { // no room for a word between them
		mark(f.P50, "p5", "", "p5t", false)
		taken = first
		mark(f.P80, "p8", "P50, P80", "p5t", false)
	} else {
		mark(f.P50, "p5", "P50", "p5t", false)
		mark(f.P80, "p8", "P80", "p5t", false)
	}
	if f.Axis.Holds(f.Now) {
		x := f.x(f.Now)
		f.line(x, max(f.top-4, 0), x, f.height, "nl")
		if f.top > 0 {
			f.rect(x-20, f.top-9, 40, 15, 3, "nb")
			f.text(x, f.top+2, "nt", "middle", "today")
		}
	}
}

// percent writes a share of a hundred.
func percent(n int) string { return strconv.Itoa(max(0, min(100, n))) }
