package calendarweb

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

// conflict is what does not go together, once for all the environments in which it is so.
type conflict struct {
	calendar.Conflict
	environments []string
}

// gathered joins conflicts that differ by the environment alone, in their order.
func gathered(list []calendar.Conflict) []conflict {
	var out []conflict
	at := map[string]int{}
	for _, c := range list {
		key := c.Code + string(c.Period) + " " + strings.Join(c.Services, " ")
		for _, r := range c.Releases {
			key += " " + string(r.ID)
		}
		key += " " + strconv.FormatInt(int64(c.From), 10) + " " + strconv.FormatInt(int64(c.To), 10)
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, conflict{Conflict: c})
		}
		out[i].environments = append(out[i].environments, c.Environment)
	}
	return out
}

// clash is the picture of a conflict: the releases on one axis of time, and the stretch that they may not share.
type clash struct {
	said  string
	marks []uifigure.AxisMark
	lanes []clashLane
	uifigure.Span
}

type clashLane struct {
	uifigure.Span
	state ui.State
	text  string
}

// narrow is the share of the axis, in per cent, under which a bar has no room for the version of a release.
const narrow = 34

func (v monthView) clash(c calendar.Conflict) clash {
	from, to := c.From, c.To
	for _, r := range c.Releases {
		from, to = min(from, r.Start), max(to, r.End)
	}
	from, to, step := v.axis(from, to)
	x := func(t db.Time) float64 {
		return float64(t.Sub(from)) / float64(to.Sub(from)) * 100
	}
	out := clash{said: c.Text + " " + v.period(calendar.Span{Start: c.From, End: c.To}), Span: uifigure.Span{X: x(c.From), W: x(c.To) - x(c.From)}}
	layout := "15:04"
	if step >= 24*time.Hour {
		layout = "2 Jan"
	}
	for t := from; t <= to; t = t.Add(step) {
		out.marks = append(out.marks, uifigure.AxisMark{X: x(t), Text: t.Std().In(v.Zone).Format(layout)})
	}
	for i, r := range c.Releases {
		l := clashLane{Span: uifigure.Span{X: x(r.Start), W: x(r.End) - x(r.Start)}, state: ui.NoGo, text: r.Name}
		if i > 0 {
			l.state = ui.Hold
		}
		if at := strings.LastIndexByte(r.Name, ' '); l.W < narrow && at > 0 { // the sentence below has the whole name
			l.text = r.Name[:at]
		}
		out.lanes = append(out.lanes, l)
	}
	if c.Code != calendar.ConflictOverlap {
		text := "closed"
		if c.Code == calendar.ConflictApproval {
			text = "asks its owner"
		}
		out.lanes = append(out.lanes, clashLane{Span: out.Span, state: ui.Freeze, text: text})
	}
	return out
}

// steps are the distances that the marks of an axis may have.
var steps = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour, 14 * 24 * time.Hour}

// axis widens a stretch to whole steps of the viewer's clock, with at most six marks.
func (v monthView) axis(from, to db.Time) (db.Time, db.Time, time.Duration) {
	_, zone := from.Std().In(v.Zone).Zone()
	shift := time.Duration(zone) * time.Second
	for i, step := range steps {
		a := from.Std().Add(shift - 1).Truncate(step).Add(-shift)
		b := to.Std().Add(shift + step).Truncate(step).Add(-shift)
		if b.Sub(a) <= 5*step || i == len(steps)-1 {
			return db.At(a), db.At(b), max(step, b.Sub(a)/5)
		}
	}
	return from, to, to.Sub(from)
}

func (v monthView) conflictTitle(c calendar.Conflict) string {
	what := "Conflict"
	switch c.Code {
	case calendar.ConflictClosed:
		what = "Closed time"
	case calendar.ConflictApproval:
		what = "Soft freeze"
	}
	on := c.Services[0]
	if len(c.Services) > 1 {
		on = ui.Plural(len(c.Services), "service", "services")
	}
	return what + " " + v.near(c.From) + " on " + on
}

func rule(c calendar.Conflict) string {
	switch c.Code {
	case calendar.ConflictOverlap:
		return "Same service, same environment, windows overlap"
	case calendar.ConflictApproval:
		return "The window lies in a soft freeze without its owner's permit"
	}
	return "The window lies in closed time"
}

// way is one way out of a conflict.
type way struct{ text, note, act, href string }

func (v monthView) ways(c calendar.Conflict) []way {
	last := c.Releases[len(c.Releases)-1]
	var out []way
	at := "/releases/" + last.Key + "/plan"
	if s, ok := v.survey.Slots[last.ID]; ok && !s.Start.IsZero() {
		out = append(out, way{"Move " + last.Name + " to " + v.near(s.Start), "the first time that fits: open for every service, no other release of these weeks in the way", "Move", at})
	} else {
		out = append(out, way{"Move " + last.Name, "no time of its length is open within 60 days of this page", "Move", at})
	}
	for _, f := range v.freezes {
		if f.ID == c.Period {
			w := way{"Change " + f.Name, "its owner is " + f.OwnerName, "Open", href(f.Period)}
			if !f.Hard {
				w.text, w.note = "Let it pass "+f.Name, "needs "+f.OwnerName+" and a reason"
			}
			out = append(out, w)
		}
	}
	if c.Code == calendar.ConflictOverlap {
		first := c.Releases[0]
		out = append(out, way{"Move " + first.Name + " instead", ui.Period(first.Start.Std(), first.End.Std(), v.Now, v.Zone), "Move", "/releases/" + first.Key + "/plan"})
	}
	return out
}

func (e event) where() string {
	if len(e.EnvironmentKeys) == 0 {
		return ""
	}
	return ", " + ui.List(e.EnvironmentKeys...)
}

// anchor is the id of the first release of a day in the agenda.
func (v monthView) anchor(i int) string {
	day := func(i int) string { return v.agenda[i].Window.Start.Std().In(v.Zone).Format(time.DateOnly) }
	if i > 0 && day(i-1) == day(i) {
		return day(i) + "-" + string(v.agenda[i].ID)
	}
	return day(i)
}

// near writes an instant as the middle of a sentence has it.
func (v monthView) near(t db.Time) string {
	s := ui.Near(t.Std(), v.Now, v.Zone)
	for _, w := range []string{"Today", "Tomorrow", "Yesterday"} {
		if rest, ok := strings.CutPrefix(s, w); ok {
			return strings.ToLower(w) + rest
		}
	}
	return s
}

// text says what is wrong in the viewer's zone.
func (v monthView) text(c conflict) string {
	for _, f := range v.freezes {
		if f.ID != c.Period {
			continue
		}
		for _, s := range f.Spans {
			if s.Start < c.To && s.End > c.From {
				return "The window of " + c.Releases[0].Name + " lies in the " + f.Hardness() + " freeze " + f.Name + ", " + v.period(s) + "."
			}
		}
	}
	return strings.Replace(c.Text, " in "+c.Environment, " in "+ui.List(c.environments...), 1)
}
