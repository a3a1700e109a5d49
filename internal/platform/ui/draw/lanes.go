package draw

import (
	"math"
	"slices"
	"time"
)

// Status of a step in a drawing; it becomes data-s and a class.
type Status string

// The states of a step that the lanes know.
const (
	Done    Status = "go"
	Running Status = "live"
	ToCome  Status = "wait"
	Failed  Status = "nogo"
	Held    Status = "hold"
	Skipped Status = "skip"
)

// Step is a bar in a lane.
type Step struct {
	ID    string // joins edges; unique within the drawing
	Label string // the number printed on the bar: "9", "B6"
	Lane  int    // index into the lanes
	Name  string
	// PlanStart and PlanEnd are the thin bar above. In Planned they are the bar itself.
	PlanStart, PlanEnd time.Time
	// Start and End are what happened; where it has not yet, the forecast. Lanes only.
	Start, End time.Time
	// P90 is the end at P90, for the whisker; zero when unknown. Planned only.
	P90    time.Time
	Status Status
	Manual bool   // a person confirms: the hand's mark
	NoWay  bool   // the point of no return lies before it
	Href   string // makes the bar a link
}

// Edge leads from the step that must end to the one that waits for it.
type Edge struct{ From, To string }

// Line is an upright mark over all lanes.
type Line struct {
	At   time.Time
	Text string
	Kind Kind
	Left bool // the text stands on the left of the line
}

// Kind is what a Line means.
type Kind string

// The kinds, by their class.
const (
	NoReturn Kind = "pn" // point of no return
	PlanLine Kind = "pf" // plan, window end: dashed and quiet
	Forecast Kind = "ff" // forecast or deadline
)

// Chart is a drawing of steps in lanes on a time axis.
type Chart struct {
	Label    string // the finding in one sentence, ending with where the same data stands
	Lanes    []string
	Steps    []Step
	Edges    []Edge
	Lines    []Line
	From, To time.Time
	Now      time.Time     // no now line when zero or outside the axis; Lanes only
	Minor    time.Duration // grid; 10 minutes when zero
	Major    time.Duration // grid with labels; 30 minutes when zero
	Zone     *time.Location
	Relative bool    // the axis counts minutes from From instead of telling the time
	Width    float64 // 1140 when zero
}

const laneLeft = 108.0

// frame is the geometry that both kinds of lanes share.
type frame struct {
	Chart
	canvas
	top, lane, height, px float64
	steps                 map[string]Step
	shade                 []bool // of each row
	flag                  []flag // of each line
}

// flag is where the text of an upright line stands.
type flag struct {
	left bool
	row  int // 0 is the lowest
}

func newFrame(c Chart, top, lane float64) *frame {
	if c.Width == 0 {
		c.Width = 1140
	}
	if c.Minor <= 0 {
		c.Minor = 10 * time.Minute
	}
	if c.Major <= 0 {
		c.Major = 30 * time.Minute
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if !c.To.After(c.From) {
		c.To = c.From.Add(c.Major)
	}
	f := &frame{Chart: c, top: top, lane: lane, steps: map[string]Step{}}
	f.px = (c.Width - laneLeft - 16) / c.To.Sub(c.From).Minutes()
	f.rows()
	for _, s := range f.Steps {
		f.steps[s.ID] = s
	}
	if f.place() > 0 {
		f.top += flagRow
	}
	f.height = f.top + float64(len(f.Lanes))*lane + 8
	return f
}

// rowsMost bounds the rows that one lane may take; what has no row of its own lies over the last.
const rowsMost = 6

// rows gives steps of one lane that take place at the same time a row each. The first row of a lane has its name.
func (f *frame) rows() {
	n := len(f.Lanes)
	in := make([][]int, n)
	for i, s := range f.Steps {
		if n > 0 {
			in[max(0, min(s.Lane, n-1))] = append(in[max(0, min(s.Lane, n-1))], i)
		}
		f.Steps[i].Lane = 0
	}
	least := time.Duration(leastBar / f.px * float64(time.Minute))
	var names []string
	for l, steps := range in {
		slices.SortStableFunc(steps, func(a, b int) int { return f.Steps[a].begin().Compare(f.Steps[b].begin()) })
		var ends []time.Time
		for _, i := range steps {
			s := &f.Steps[i]
			row := slices.IndexFunc(ends, func(t time.Time) bool { return !t.After(s.begin()) })
			if row < 0 && len(ends) < rowsMost {
				row, ends = len(ends), append(ends, time.Time{})
			}
			if row < 0 {
				row = len(ends) - 1
			}
			if e := s.finish(least); e.After(ends[row]) {
				ends[row] = e
			}
			s.Lane = len(names) + row
		}
		for row := range max(1, len(ends)) {
			name := ""
			if row == 0 {
				name = f.Lanes[l]
			}
			names, f.shade = append(names, name), append(f.shade, l%2 == 0)
		}
	}
	f.Lanes = names
}

// leastBar is how wide the bar of a step is at least.
const leastBar = 7.0

// begin and finish are the time that the bar of a step takes: what happened or is forecast, the plan where there is neither.
func (s Step) begin() time.Time {
	if s.Start.IsZero() {
		return s.PlanStart
	}
	return s.Start
}

func (s Step) finish(least time.Duration) time.Time {
	from, to := s.PlanStart, s.PlanEnd
	if !s.Start.IsZero() {
		from, to = s.Start, s.End
	}
	if to.Sub(from) < least {
		return from.Add(least)
	}
	return to
}

// flagRow is the height of a row of texts above the axis.
const flagRow = 13

// place finds a side and a row for the text of every upright line, so that none covers another or the time of now. It
// returns the highest row that is taken.
func (f *frame) place() int {
	const advance = 6.2
	type span struct {
		from, to float64
		row      int
	}
	var taken []span
	if !f.Now.IsZero() {
		taken = append(taken, span{f.x(f.Now) - 22, f.x(f.Now) + 22, 0})
	}
	f.flag = make([]flag, len(f.Lines))
	highest := 0
	for i, l := range f.Lines {
		x, w := f.x(l.At), runes(l.Text)*advance+8
		if x < laneLeft-1 || x > f.Width+1 {
			continue
		}
		best := flag{l.Left, 2}
	search:
		for row := range 3 {
			for _, left := range []bool{l.Left, !l.Left} {
				s := span{x, x + w, row}
				if left {
					s = span{x - w, x, row}
				}
				if s.from < laneLeft || s.to > f.Width || slices.ContainsFunc(taken, func(o span) bool { return o.row == row && o.from < s.to && s.from < o.to }) {
					continue
				}
				best = flag{left, row}
				taken = append(taken, s)
				break search
			}
		}
		f.flag[i] = best
		highest = max(highest, best.row)
	}
	return highest
}

func (f *frame) x(t time.Time) float64 { return laneLeft + t.Sub(f.From).Minutes()*f.px }

func (f *frame) y(lane int) float64 { return f.top + float64(lane)*f.lane }

// grid draws lanes, their names and the axis. It never draws more than 200 lines.
func (f *frame) grid() {
	for i, name := range f.Lanes {
		class := "la"
		if f.shade[i] {
			class = "lb"
		}
		f.rect(0, f.y(i), f.Width, f.lane, 0, class)
		if name != "" {
			f.text(12, f.y(i)+f.lane/2+4, "ln", "", cut(name, laneLeft-18, 6.4))
		}
	}
	for f.To.Sub(f.From) > 200*f.Minor {
		f.Minor, f.Major = f.Minor*2, f.Major*2
	}
	start := f.From
	if !f.Relative {
		start = f.From.Truncate(f.Minor)
		if start.Before(f.From) {
			start = start.Add(f.Minor)
		}
	}
	for t := start; !t.After(f.To); t = t.Add(f.Minor) {
		class, major := "g0", f.major(t)
		if major {
			class = "g1"
		}
		f.line(f.x(t), f.top, f.x(t), f.height-8, class)
		if major {
			f.text(f.x(t), f.top-8, "ax", "middle", f.tick(t))
		}
	}
}

// major reports whether t is on a labelled line: whole multiples of Major after midnight of the zone, or after From.
func (f *frame) major(t time.Time) bool {
	if f.Relative {
		return t.Sub(f.From)%f.Major == 0
	}
	l := t.In(f.Zone)
	y, m, d := l.Date()
	return l.Sub(time.Date(y, m, d, 0, 0, 0, 0, f.Zone))%f.Major == 0
}

func (f *frame) tick(t time.Time) string {
	if f.Relative {
		return n(t.Sub(f.From).Minutes()) + " min"
	}
	return t.In(f.Zone).Format("15:04")
}

// flags draws the upright lines; the texts of two that are close are kept apart by their sides and rows.
func (f *frame) flags() {
	for i, l := range f.Lines {
		x := f.x(l.At)
		if x < laneLeft-1 || x > f.Width+1 {
			continue
		}
		f.line(x, f.top-4-float64(f.flag[i].row*flagRow), x, f.height-8, string(l.Kind))
		dx, anchor := 5.0, "start"
		if f.flag[i].left {
			dx, anchor = -5, "end"
		}
		f.text(x+dx, f.top-23-float64(f.flag[i].row*flagRow), string(l.Kind)+"t", anchor, l.Text)
	}
}

// next returns where the next bar of the lane begins after x, or the right edge.
func (f *frame) next(lane int, after time.Time, start func(Step) time.Time) float64 {
	lim := f.Width - 5
	for _, s := range f.Steps {
		if s.Lane == lane && start(s).After(after) {
			lim = math.Min(lim, f.x(start(s)))
		}
	}
	return lim
}

func (f *frame) hand(x, y float64) {
	f.f(`<circle cx="%s" cy="%s" r="5" class="hand"/><path d="M%s %sl1.6 1.6 2.6-3" class="handk"/>`, n(x), n(y), n(x-2.2), n(y))
}

func (f *frame) open(s Step, class string) {
	if s.Href != "" {
		f.f(`<a href="%s"><title>%s</title>`, esc(s.Href), esc(s.Label+". "+s.Name))
	}
	f.f(`<g data-s="%s" class="stp %s">`, esc(string(s.Status)), class)
}

func (f *frame) end(s Step) {
	f.f(`</g>`)
	if s.Href != "" {
		f.f(`</a>`)
	}
}

func (f *frame) role() string {
	for _, s := range f.Steps {
		if s.Href != "" {
			return "group"
		}
	}
	return "img"
}

func modifiers(s Step) string {
	c := string(s.Status)
	if s.Manual {
		c += " manual"
	}
	if s.NoWay {
		c += " pnr"
	}
	return c
}
