package clashpage

import (
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/clash"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

// picture is the parties of a conflict on one axis of time, and the stretch that they may not share.
type picture struct {
	said  string
	marks []uifigure.AxisMark
	lanes []lane
	uifigure.Span
}

type lane struct {
	uifigure.Span
	state ui.State
	text  string
}

// narrow is the share of the axis, in per cent, under which a bar has no room for the version of a release.
const narrow = 34

func draw(l frame.Look, c clash.Conflict, parties []party) picture {
	from, to := c.From, c.To
	for _, p := range parties {
		if p.span.End > 0 {
			from, to = min(from, p.span.Start), max(to, p.span.End)
		}
	}
	from, to, step := axis(l.Zone, from, to)
	x := func(t db.Time) float64 { return float64(t.Sub(from)) / float64(to.Sub(from)) * 100 }
	out := picture{said: c.Text + " " + l.Stretch(calendar.Span{Start: c.From, End: c.To}), Span: uifigure.Span{X: x(c.From), W: x(c.To) - x(c.From)}}
	layout := "15:04"
	if step >= 24*time.Hour {
		layout = "2 Jan"
	}
	for t := from; t <= to; t = t.Add(step) {
		out.marks = append(out.marks, uifigure.AxisMark{X: x(t), Text: t.Std().In(l.Zone).Format(layout)})
	}
	for i, p := range parties {
		if p.span.End == 0 {
			continue
		}
		b := lane{Span: uifigure.Span{X: x(p.span.Start), W: x(p.span.End) - x(p.span.Start)}, state: ui.NoGo, text: p.name}
		if i > 0 {
			b.state = ui.Hold
		}
		if at := strings.LastIndexByte(p.name, ' '); b.W < narrow && at > 0 { // the sentence below has the whole name
			b.text = p.name[:at]
		}
		out.lanes = append(out.lanes, b)
	}
	if text := third(c.Code); text != "" {
		out.lanes = append(out.lanes, lane{Span: out.Span, state: ui.Freeze, text: text})
	}
	return out
}

// third is the word on the bar of what is neither a release nor a booking, "" for a conflict between these alone.
func third(code string) string {
	switch code {
	case clash.WindowClosed:
		return "closed"
	case clash.NeedsApproval:
		return "asks its owner"
	case clash.PersonAway:
		return "away"
	case clash.BusyTime:
		return "busy"
	}
	return ""
}

// steps are the distances that the marks of an axis may have.
var steps = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour, 14 * 24 * time.Hour}

// axis widens a stretch to whole steps of the viewer's clock, with at most six marks.
func axis(zone *time.Location, from, to db.Time) (db.Time, db.Time, time.Duration) {
	_, offset := from.Std().In(zone).Zone()
	shift := time.Duration(offset) * time.Second
	for i, step := range steps {
		a := from.Std().Add(shift - 1).Truncate(step).Add(-shift)
		b := to.Std().Add(shift + step).Truncate(step).Add(-shift)
		if b.Sub(a) <= 5*step || i == len(steps)-1 {
			return db.At(a), db.At(b), max(step, b.Sub(a)/5)
		}
	}
	return from, to, to.Sub(from)
}
