package calendarweb

import (
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

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

func (v monthView) clash(c calendar.Conflict) clash {
	from, to := c.From, c.To
	for _, r := range c.Releases {
		from, to = min(from, r.Start), max(to, r.End)
	}
	pad := to.Sub(from) / 8
	from, to = from.Add(-pad), to.Add(pad)
	x := func(t db.Time) float64 {
		return float64(t.Sub(from)) / float64(to.Sub(from)) * 100
	}
	out := clash{said: c.Text + " " + v.period(calendar.Span{Start: c.From, End: c.To}), Span: uifigure.Span{X: x(c.From), W: x(c.To) - x(c.From)}}
	layout := "15:04"
	if to.Sub(from) > 36*time.Hour {
		layout = "2 Jan"
	}
	for i := range 5 {
		t := from.Add(to.Sub(from) / 4 * time.Duration(i))
		out.marks = append(out.marks, uifigure.AxisMark{X: float64(i) * 25, Text: t.Std().In(v.Zone).Format(layout)})
	}
	for i, r := range c.Releases {
		l := clashLane{Span: uifigure.Span{X: x(r.Start), W: x(r.End) - x(r.Start)}, state: ui.NoGo, text: r.Name}
		if i > 0 {
			l.state = ui.Hold
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
func (v monthView) text(c calendar.Conflict) string {
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
	return c.Text
}
