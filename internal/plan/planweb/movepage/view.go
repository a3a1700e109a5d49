package movepage

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/ui/uiverdict"
)

func percent(c *float64) int { return int(math.Round(*c * 100)) }

// short writes a day as offers do: "Tue 15 Dec".
func (v view) short(t db.Time) string { return v.Day(t) }

// hours writes the times of a window: "21:00 to 23:00 CET".
func (v view) hours(w plan.Window) string {
	from, to := w.Start.Std(), w.End.Std()
	if from.In(v.Zone).YearDay() != to.In(v.Zone).YearDay() || w.End.Sub(w.Start) >= 24*time.Hour {
		return ui.Clock(from, v.Zone) + " to " + v.Day(w.End) + ", " + ui.Clock(to, v.Zone) + " " + ui.ZoneName(from, v.Zone)
	}
	return ui.Clock(from, v.Zone) + " to " + ui.Clock(to, v.Zone) + " " + ui.ZoneName(from, v.Zone)
}

func (v view) sub() string {
	text := "Nothing changes until you save."
	if v.offers.Chance != nil {
		text = fmt.Sprintf("Chance of the present date is %d %%. ", percent(v.offers.Chance)) + text
	}
	return text
}

// verdict is how an offer fits, in a state and words.
func verdict(o move.Offer) (ui.State, string) {
	switch {
	case o.Settle > 0 && o.Settle == o.Ask:
		return ui.Go, "fits, " + ui.Plural(o.Ask, "stand-in", "stand-ins") + " to ask"
	case o.Settle > 0:
		return ui.Hold, ui.Plural(o.Settle, "hit", "hits") + " to settle"
	}
	return ui.Go, "fits"
}

// why says why a date is offered, and what it costs.
func why(o move.Offer) string {
	text := o.Why
	if o.Voids > 0 {
		text += ", voids " + ui.Plural(o.Voids, "approval", "approvals")
	}
	return text
}

// state is the shape of a hit.
func state(h move.Hit) ui.State {
	switch {
	case h.Severity == move.Hard || h.Word == move.Voids || h.Word == move.Stale:
		return ui.NoGo
	case h.Word == move.Settle || h.Word == move.Breaks:
		return ui.Hold
	case h.Word == move.Tells:
		return ui.Wait
	case h.Area == move.Windows && strings.HasPrefix(h.ID, "windows/freeze/"):
		return ui.Freeze
	}
	return ui.Go
}

// group is the hits of an area.
type group struct {
	name string
	hits []uiverdict.Hit
}

func groups(f move.Foresight) []group {
	var out []group
	for _, a := range move.Areas() {
		g := group{name: a.Name()}
		for _, h := range f.Hits {
			if h.Area == a {
				g.hits = append(g.hits, uiverdict.Hit{State: state(h), Thing: h.Thing, Text: h.Text, Word: h.Word.Says()})
			}
		}
		if len(g.hits) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func (v view) looked() string {
	f := v.f
	text := ui.Plural(len(f.Hits), "thing", "things") + " looked at, "
	switch {
	case f.Settle == 0:
		return text + "nothing to settle"
	case f.Hard > 0:
		return fmt.Sprintf("%s%d to settle, %d in the way", text, f.Settle, f.Hard)
	}
	return fmt.Sprintf("%s%d to settle", text, f.Settle)
}

// facts sum the save up.
func (v view) facts() []ui.Fact {
	f := v.f
	out := []ui.Fact{{Key: "Window", Body: was(v.Day(f.Before.Start), v.Day(f.Window.Start), ", "+ui.Clock(f.Window.Start.Std(), v.Zone), f.Before.IsZero())}}
	if f.Chance != nil {
		before := ""
		if f.Was != nil {
			before = fmt.Sprintf("%d to ", percent(f.Was))
		}
		out = append(out, ui.Fact{Key: "Chance", Body: chance(before, fmt.Sprintf("%d %%", percent(f.Chance)))})
	}
	out = append(out, ui.Fact{Key: "Moves along", Value: things(f.Follows)}, ui.Fact{Key: "Voids", Value: voids(f.Voids)})
	return out
}

func things(n int) string {
	if n == 0 {
		return "Nothing"
	}
	return ui.Plural(n, "thing", "things")
}

func voids(n int) string {
	if n == 0 {
		return "No approval"
	}
	return ui.Plural(n, "approval", "approvals")
}

// choosing are the hits about which something is to be chosen.
func (v view) choosing() []move.Hit {
	return slices.DeleteFunc(slices.Clone(v.f.Hits), func(h move.Hit) bool { return h.Choice == nil })
}

// picked is the value of a choice as it was sent, else its default.
func (v view) picked(h move.Hit) string {
	if c, ok := v.form.choices()[h.ID]; ok {
		return c
	}
	return h.Choice.Default
}

// box is the value that a tick of a simple choice stands for, "" for a choice among several.
func box(c move.Choice) string {
	switch {
	case len(c.Options) == 1 && c.Default == "":
		return c.Options[0].Value
	case len(c.Options) == 2 && c.Options[1].Value == move.Keep && c.Default == c.Options[0].Value:
		return c.Options[0].Value
	}
	return ""
}

func options(h move.Hit) []ui.Option {
	var out []ui.Option
	if h.Choice.Default == "" {
		out = append(out, ui.Option{Text: "Choose one"})
	}
	for _, o := range h.Choice.Options {
		out = append(out, ui.Option{Value: h.ID + "=" + o.Value, Text: o.Text})
	}
	return out
}

// timeline draws the two weeks around the date.
func (v view) timeline() uifigure.Timeline {
	f := v.f
	out := uifigure.Timeline{Label: "Two weeks around the date", Class: "move"}
	total := f.Span.End.Sub(f.Span.Start)
	for t := f.Span.Start.Std().In(v.Zone); t.Before(f.Span.End.Std()); t = t.AddDate(0, 0, 1) {
		out.Marks = append(out.Marks, uifigure.AxisMark{X: share(db.At(t).Sub(f.Span.Start), total), Text: t.Format("Mon 2")})
		out.Div++
	}
	if now := db.At(v.Now); now > f.Span.Start && now < f.Span.End {
		x := share(now.Sub(f.Span.Start), total)
		out.Now = &x
	}
	for _, l := range f.Lanes {
		lane := uifigure.Lane{Label: l.Label, Sub: l.Note}
		for _, s := range l.Spans {
			from, to := max(s.From, f.Span.Start), min(s.To, f.Span.End)
			if from >= to {
				continue
			}
			at := uifigure.Span{X: share(from.Sub(f.Span.Start), total), W: share(to.Sub(from), total)}
			if s.Kind == move.SpanFreeze || s.Kind == move.SpanSoftFreeze {
				lane.Freezes = append(lane.Freezes, at)
			}
			bar := uifigure.Bar{State: shape(s.Kind), Said: kinds[s.Kind], Span: at, Text: s.Text, Href: href(s, v), Title: s.Text + ", " + v.span(s)}
			if s.Kind == move.SpanNew || s.Kind == move.SpanOld || s.Kind == move.SpanOther && s.To.Sub(s.From) < 12*time.Hour || s.Kind == move.SpanFreeze || s.Kind == move.SpanSoftFreeze {
				bar.Span.W = 0
			}
			if s.Kind == move.SpanNew {
				bar.Attrs = templ.Attributes{"data-open-here": true}
			}
			if at.X > 90 && bar.Span.W == 0 {
				bar.Class = "before"
			}
			lane.Bars = append(lane.Bars, bar)
		}
		out.Lanes = append(out.Lanes, lane)
	}
	return out
}

func share(d, of time.Duration) float64 { return 100 * float64(d) / float64(of) }

func shape(kind string) ui.State {
	switch kind {
	case move.SpanNew, move.SpanFree:
		return ui.Go
	case move.SpanFreeze, move.SpanSoftFreeze:
		return ui.Freeze
	case move.SpanAway:
		return ui.Hold
	}
	return ui.Wait
}

var kinds = map[string]string{move.SpanNew: "New window", move.SpanOld: "Old window", move.SpanOther: "Other release", move.SpanFreeze: "Freeze", move.SpanSoftFreeze: "Soft freeze",
	move.SpanWindow: "Window", move.SpanBooked: "Booked", move.SpanFree: "Free", move.SpanAway: "Away"}

func href(s move.Span, v view) string {
	if s.Href != "" {
		return s.Href
	}
	return "/releases/" + v.release.Key + "/move?start=" + v.f.Window.Start.String() + "#hits"
}

// span writes when something is.
func (v view) span(s move.Span) string { return ui.Period(s.From.Std(), s.To.Std(), v.Now, v.Zone) }

// choose are the attributes by which a change of the date is checked at once.
func (v view) choose() templ.Attributes {
	return templ.Attributes{"hx-get": "/releases/" + v.release.Key + "/move", "hx-trigger": "change", "hx-target": "#move", "hx-select": "#move", "hx-swap": "outerHTML", "hx-push-url": "true"}
}
