package calendarweb

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/platform/ui"
)

// monthBox is one of the months of a quarter.
type monthBox struct {
	name, href string
	cells      []cell
}

// cell is a day of a quarter; without a number it pads the first week.
type cell struct {
	number   string
	date     string
	releases int
	state    ui.State // the worst of its releases
	clash    bool
	frozen   bool
	today    bool
	weekend  bool
	said     string
	href     string
}

// severity orders states for a day: what asks for attention first.
var severity = map[ui.State]int{ui.NoGo: 5, ui.Hold: 4, ui.Live: 3, ui.Wait: 2, ui.Go: 1}

// quarterMarks bounds the releases of a quarter whose verdicts are asked for beside those that are listed; the days of any more are
// drawn by what state these are in.
const quarterMarks = 300

// layQuarter counts releases by day, once it is known how they stand. How many they are, and not what each is called, is what three months tell.
func (v *view) layQuarter() {
	type tally struct {
		n     int
		state ui.State
		clash bool
	}
	by := map[string]tally{}
	for _, r := range v.survey.Releases {
		key := r.Window.Start.Std().In(v.Zone).Format(time.DateOnly)
		t := by[key]
		t.n++
		if s := v.markOf(r).State; severity[s] > severity[t.state] {
			t.state = s
		}
		t.clash = t.clash || v.clashing[string(r.ID)]
		by[key] = t
	}
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	for m := range 3 {
		first := v.first.AddDate(0, m, 0)
		box := monthBox{name: first.Format("January"), href: v.url(func(q *query) { q.View, q.At = month, first.Format("2006-01") })}
		box.cells = make([]cell, (int(first.Weekday())+6)%7)
		for d := first; d.Month() == first.Month(); d = d.AddDate(0, 0, 1) {
			key := d.Format(time.DateOnly)
			t := by[key]
			c := cell{number: strconv.Itoa(d.Day()), date: key, releases: t.n, state: t.state, clash: t.clash, today: key == today, weekend: d.Weekday() == time.Saturday || d.Weekday() == time.Sunday,
				href: v.url(func(q *query) { q.View, q.At = week, key })}
			y := day{date: d}
			v.freeze(&y, false)
			v.name(&y)
			c.frozen, c.weekend = y.frozen, c.weekend || y.weekend
			c.said = v.sayDay(d, c, y.days)
			box.cells = append(box.cells, c)
		}
		v.months = append(v.months, box)
	}
}

func (v *view) sayDay(d time.Time, c cell, names []string) string {
	out := []string{ui.Date(d, v.Now, v.Zone), ui.Plural(c.releases, "release", "releases")}
	if c.clash {
		out = append(out, "in a conflict")
	}
	if c.frozen {
		out = append(out, "freeze")
	}
	return strings.Join(append(out, names...), ", ")
}
