package openpage

import (
	"time"

	"slipway/internal/calendar"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

// stretch is a time in which an environment stands the same for the same cause.
type stretch struct {
	from, to time.Time
	state    calendar.State
	why      string
}

const (
	aheadDays     = 14
	stretchesMost = 200
	stretchShown  = 8
	stretchNamed  = 7 // per cent of the axis that a word needs
)

// axis is the first and the last instant of the days ahead: whole days of the viewer.
func (v opennessView) axis() (from, to time.Time) {
	y, m, d := v.at.In(v.Look.Zone).Date()
	from = time.Date(y, m, d, 0, 0, 0, 0, v.Look.Zone)
	return from, from.AddDate(0, 0, aheadDays)
}

// stretches follows the state of the chosen environment through the days after the instant in question.
func (v opennessView) stretches(ps []calendar.Standing, horizon time.Time) []stretch {
	_, end := v.axis()
	var out []stretch
	for t := v.at; t.Before(end) && len(out) < stretchesMost; {
		r := calendar.Decide(ps, v.environment, t, horizon, nil)
		x := stretch{from: t, to: r.ValidUntil, state: r.State, why: v.brief(environmentStands{Result: r})}
		if x.to.After(end) {
			x.to = end
		}
		if !x.to.After(t) {
			break
		}
		if n := len(out); n > 0 && out[n-1].state == x.state && out[n-1].why == x.why {
			out[n-1].to = x.to
		} else {
			out = append(out, x)
		}
		t = x.to
	}
	return out
}

// strip draws the stretches on one axis.
func (v opennessView) strip() uifigure.Timeline {
	from, to := v.axis()
	x := func(t time.Time) float64 { return float64(t.Sub(from)) / float64(to.Sub(from)) * 100 }
	lane := uifigure.Lane{Label: v.environment.Name, Sub: v.Service}
	for _, s := range v.ahead {
		state, word, _ := stateWords(s.state)
		b := uifigure.Bar{State: state, Said: word, Span: uifigure.Span{X: x(s.from), W: x(s.to) - x(s.from)}, Title: word + ", " + v.span(s) + ": " + s.why,
			Href: opennessQuery{v.Environment, v.Service, ui.DateTimeValue(s.from, v.Look.Zone)}.url()}
		if b.Span.W >= stretchNamed {
			b.Text = word
		}
		lane.Bars = append(lane.Bars, b)
	}
	tl := uifigure.Timeline{Label: "How " + v.place() + " stands for two weeks", Div: aheadDays, Min: "44rem", Lanes: []uifigure.Lane{lane}}
	for i := range aheadDays {
		d := from.AddDate(0, 0, i)
		tl.Marks = append(tl.Marks, uifigure.AxisMark{X: x(d), Text: d.Format("Mon 2")})
	}
	if v.At == "" {
		now := x(v.at)
		tl.Now = &now
	}
	return tl
}

func (v opennessView) aheadTitle() string {
	if v.At == "" {
		return "The next two weeks"
	}
	return "Two weeks from then"
}

func (v opennessView) span(s stretch) string { return ui.Period(s.from, s.to, v.Now, v.Look.Zone) }

// stretched is a stretch as a row of the list.
func (v opennessView) stretched(s stretch) ui.Row {
	state, word, _ := stateWords(s.state)
	return ui.Row{State: state, Said: word, Title: v.span(s), Note: s.why, Due: word}
}
