package weekpage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/calendarweb/hourgrid"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// Item is something with a place of its own in the week.
type Item struct {
	From, To db.Time
	Rank     int // where not all find room, those of a lower rank do first
	N        int // how many things it stands for; one, if 0
}

// Slab is an item as it is drawn.
type Slab struct {
	State          ui.State
	Icon           string // in place of the shape
	At, Till, Name string // 21:00, to 23:30, and what it is called
	More           string // what is said of it besides
	Class, Href    string
	Said           string // all of it
	Days           string // of what lasts for days: from when to when
	Attrs          templ.Attributes
}

// Week is a week by the hour. What is exported is given by who draws it; Lay lays it out.
type Week struct {
	frame.Look
	Monday  time.Time
	Items   []Item
	Freezes []calendar.Stretched
	Windows []calendar.Stretched
	Slab    func(item int, continues bool) Slab             // how an item is drawn; continues: it began on a day before
	Day     func(date time.Time, from db.Time) string       // the agenda of a day, from an instant of it on where one is given
	Names   func(date time.Time) (names []string, off bool) // what whole days are called, and whether people work

	axis   hourgrid.Axis
	days   []day
	strips []hourgrid.Strip
	above  int // strips for which there is no row
	now    int // minutes of the axis today
}

// band is where freezes or windows are in force on a day: what overlaps is one band.
type band struct {
	from, to         int // minutes of the axis
	freeze           bool
	name, said, href string
	when             string // 19:00 to 06:00
}

// day is a column of the week.
type day struct {
	date  time.Time
	hours int
	today bool
	off   bool
	names []string
	bands []band
	hourgrid.Day
	stairs []bool // of the blocks
	gaps   []hourgrid.Gap
}

const (
	stripsMax = 6
	days      = 7
	// Long is how long something lasts that stands above the hours. Shorter freezes and windows are bands, and no items.
	Long = 24 * time.Hour
)

// rule is how the week is laid out: the height of an hour is 36 pixels, and that of a block 24 at least.
var rule = hourgrid.Rule{Columns: 4, Least: 40, Whole: Long, More: 120}

// Lay lays the week out.
func (w *Week) Lay() {
	w.axis = hourgrid.New(w.Monday, days)
	items := make([]hourgrid.Item, len(w.Items))
	for i, x := range w.Items {
		items[i] = hourgrid.Item{From: x.From.Std(), To: x.To.Std(), Rank: x.Rank}
	}
	placed, strips := w.axis.Place(items, rule)
	for _, s := range strips {
		if s.Row < stripsMax {
			w.strips = append(w.strips, s)
		} else {
			w.above++
		}
	}
	for n, d := range placed {
		from, to := w.axis.Day(n)
		x := day{date: from, hours: int(to.Sub(from).Round(time.Hour) / time.Hour), Day: d, stairs: stairs(d), gaps: w.axis.Gaps(n)}
		x.names, x.off = w.Names(from)
		if x.today = !w.Now.Before(from) && w.Now.Before(to); x.today {
			w.now = w.axis.At(n, w.Now)
		}
		w.days = append(w.days, x)
		w.days[n].bands = append(w.bandsOf(n, w.Freezes, true), w.bandsOf(n, w.Windows, false)...)
	}
}

// bandsOf is where periods are in force on a day.
func (w *Week) bandsOf(n int, ps []calendar.Stretched, freeze bool) []band {
	start, end := w.axis.Day(n)
	from, to := db.At(start), db.At(end)
	type part struct {
		calendar.Span
		of *calendar.Stretched
	}
	var parts []part
	for i := range ps {
		for _, s := range ps[i].Spans {
			if s.Start < to && s.End > from && (freeze || s.End.Sub(s.Start) < rule.Whole) {
				parts = append(parts, part{s, &ps[i]})
			}
		}
	}
	slices.SortFunc(parts, func(x, y part) int { return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(y.End, x.End)) })
	var out []band
	for i := 0; i < len(parts); {
		first, until, j := parts[i], parts[i].End, i+1
		for j < len(parts) && parts[j].Start < until {
			until = max(until, parts[j].End)
			j++
		}
		b := band{from: w.axis.At(n, first.Start.Std()), to: w.axis.At(n, until.Std()), freeze: freeze, name: first.of.Name, href: frame.Href(first.of.Period),
			when: w.hoursOn(n, first.Start, until), said: noun(freeze, 1) + " " + first.of.Name + ", " + w.Between(first.Start, until)}
		if j-i > 1 {
			b.name = strconv.Itoa(j-i) + " " + strings.ToLower(noun(freeze, j-i))
			b.said, b.href = b.name+", "+w.Between(first.Start, until), w.Day(start, 0)
		} else if until.Sub(first.Start) >= rule.Whole {
			b.name, b.href = "", "" // its name stands above
		}
		out = append(out, b)
		i = j
	}
	return out
}

// hoursOn is a stretch of time as a day's list has it: only its end where it began before.
func (w *Week) hoursOn(n int, from, to db.Time) string {
	end := "to " + ui.Clock(to.Std(), w.Zone)
	if from < db.At(w.days[n].date) {
		return end
	}
	return ui.Clock(from.Std(), w.Zone) + " " + end
}

func noun(freeze bool, n int) string {
	if freeze {
		return ui.Plural(n, "Freeze", "Freezes")[len(strconv.Itoa(n))+1:]
	}
	return ui.Plural(n, "Window", "Windows")[len(strconv.Itoa(n))+1:]
}

// moreURL is the agenda from the first item on that found no room.
func (w *Week) moreURL(d day, m hourgrid.More) string {
	first := w.Items[m.Items[0]].From
	for _, i := range m.Items {
		first = min(first, w.Items[i].From)
	}
	return w.Day(d.date, first)
}

// left is how many things found no room.
func (w *Week) left(m hourgrid.More) int {
	n := 0
	for _, i := range m.Items {
		n += max(1, w.Items[i].N)
	}
	return n
}

// down is where something stands on the axis, in per cent of its height.
func (w *Week) down(from, to int) templ.SafeCSS {
	return ui.Vars("--y", per(from, w.axis.Length), "--h", per(to-from, w.axis.Length))
}

// across is down with where something stands on its day, and how wide it is.
func (w *Week) across(from, to int, x, wide float64) templ.SafeCSS {
	return w.down(from, to) + ";" + ui.Vars("--x", x, "--w", wide)
}

const (
	aLine = 30 // minutes of the axis that a line of text is high
	stair = 15 // per cent of a day that a block stands further to the right than the one under it
)

// place is where a block of a day stands and how wide it is, in per cent.
func (d day) place(i int) (x, wide float64) {
	b := d.Blocks[i]
	if d.stairs[i] {
		return float64(b.Column * stair), float64(100 - b.Column*stair)
	}
	return per(b.Column, b.Columns), per(b.Span, b.Columns)
}

// stairs says which blocks of a day stand upon one another and not beside: those of which each begins when the name of the one before
// has been read, so that all have room for theirs.
func stairs(d hourgrid.Day) []bool {
	out := make([]bool, len(d.Blocks))
	for first := 0; first < len(d.Blocks); {
		next, end, ok := first+1, d.Blocks[first].To, len(d.More) == 0
		for ; next < len(d.Blocks) && d.Blocks[next].From < end; next++ {
			o := d.Blocks[next]
			for _, b := range d.Blocks[first:next] {
				ok = ok && (o.From >= b.To || o.Column > b.Column && o.From >= b.From+aLine)
			}
			end = max(end, o.To)
		}
		for i := first; i < next; i++ {
			out[i] = ok
		}
		first = next
	}
	return out
}

func per(n, of int) float64 { return float64(n*100_000/of) / 1000 }

// attrs say how a place on the grid is turned into a time.
func (w *Week) attrs() templ.Attributes {
	out := templ.Attributes{"data-drag-hours": strconv.Itoa(w.axis.Length)}
	if from, minutes := w.axis.Again(); minutes > 0 {
		out["data-again"] = strconv.Itoa(from) + " " + strconv.Itoa(minutes)
	}
	return out
}

// rail is how many narrow columns of a day show freezes and windows.
func (d day) rail() int {
	n := 0
	for _, freeze := range []bool{true, false} {
		if slices.ContainsFunc(d.bands, func(b band) bool { return b.freeze == freeze && b.name != "" }) {
			n++
		}
	}
	return n
}

// lane is the column of the rail that a band stands in.
func (d day) lane(b band) int {
	if !b.freeze && d.rail() == 2 {
		return 1
	}
	return 0
}

func (d day) empty() bool { return len(d.Blocks)+len(d.More) == 0 }
