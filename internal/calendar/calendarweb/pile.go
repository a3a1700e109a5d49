package calendarweb

import (
	"strconv"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

// crowding says how much of a row is drawn as piles: a bar for each step of time that says how many things begin in it.
type crowding int

// The bookings of a row give way first: what is planned is what the calendar is for.
const (
	roomy crowding = iota
	crowdedBookings
	crowdedReleases
	packed // also what is alone in its step
)

const (
	wholeDay = 24 * time.Hour
	// pileDays is the longest axis on which a pile is a day; on a longer one it is a week.
	pileDays = 28
)

// pileStep is how much time a pile of a timeline stands for.
func (v *view) pileStep(from, to time.Time) time.Duration {
	if to.Sub(from) > (pileDays+1)*wholeDay {
		return 7 * wholeDay
	}
	return wholeDay
}

// crowdAll decides of each row whether its things fit, and returns the releases that are drawn by themselves.
func (v *view) crowdAll(bands []band, from, to time.Time) []plan.Release {
	s := scale{from, to}
	var drawn []plan.Release
	for i := range bands {
		b := &bands[i]
		if b.piles != nil {
			b.crowd = crowdedBookings
		}
		if len(b.releases) > barsARow {
			b.crowd = crowdedReleases
		}
		for b.crowd < packed {
			if _, all := stack(v.bars(*b, s)); all {
				break
			}
			b.crowd++
		}
		_, alone := v.pileReleases(*b, s)
		drawn = append(drawn, alone...)
	}
	return drawn
}

// stack puts bars, which stand by their start, onto as few rows as their names need, and reports whether all of them fit.
func stack(bars []uifigure.Bar) ([][]uifigure.Bar, bool) {
	var out [][]uifigure.Bar
	var ends []float64
	all := true
	for _, x := range bars {
		from, to := x.Span.X, x.Span.X+x.Span.W
		if x.Class != pileClass && x.Class != pileClass+" booked" {
			x, from, to = frame.Named(x)
		}
		at := 0
		for at < len(ends) && ends[at] > from {
			at++
		}
		if at == lanesARow {
			all = false
			continue
		}
		if at == len(ends) {
			ends, out = append(ends, 0), append(out, nil)
		}
		ends[at] = to
		out[at] = append(out[at], x)
	}
	return out, all
}

func joinClass(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

const pileClass = "pile"

// tally counts things that begin in each step.
type tally struct {
	n     int
	state ui.State
	clash bool
}

// pileReleases returns the piles of releases of a row, and the releases that are drawn by themselves.
func (v *view) pileReleases(b band, s scale) ([]uifigure.Bar, []plan.Release) {
	if b.crowd < crowdedReleases {
		return nil, b.releases
	}
	cut := booked.NewCut(s.from, s.to, v.pileStep(s.from, s.to))
	by := map[int]tally{}
	for _, r := range b.releases {
		n := cut.Step(r.Window.Start)
		t := by[n]
		t.n++
		t.clash = t.clash || v.clashing[string(r.ID)]
		if x := v.markOf(r).State; severity[x] > severity[t.state] {
			t.state = x
		}
		by[n] = t
	}
	alone := apart(by, b, b.releases, func(r plan.Release) int { return cut.Step(r.Window.Start) })
	return v.pile(by, s, pileOf{icon: "package", one: "release", many: "releases", kind: kindReleases}, b), alone
}

// pileBookings returns the piles of bookings of a row, and the bookings that are drawn by themselves.
func (v *view) pileBookings(b band, s scale) ([]uifigure.Bar, []booked.Booking) {
	if b.crowd < crowdedBookings {
		return nil, b.bookings
	}
	by := map[int]tally{}
	for _, p := range b.piles {
		by[p.Step] = tally{n: p.N, state: ui.Wait}
	}
	cut := booked.NewCut(s.from, s.to, v.pileStep(s.from, s.to))
	for _, k := range b.bookings {
		t := by[cut.Step(k.From)]
		by[cut.Step(k.From)] = tally{n: t.n + 1, state: ui.Wait, clash: t.clash || v.clashing[string(k.ID)]}
	}
	alone := apart(by, b, b.bookings, func(k booked.Booking) int { return cut.Step(k.From) })
	return v.pile(by, s, pileOf{icon: "bookmark", one: "booking", many: "bookings", kind: kindBookings, class: " booked"}, b), alone
}

// apart takes what is alone in its step from the piles, unless the row has no room even for that.
func apart[T any](by map[int]tally, b band, all []T, step func(T) int) []T {
	if b.crowd == packed {
		return nil
	}
	var out []T
	for _, x := range all {
		if n := step(x); by[n].n == 1 {
			delete(by, n)
			out = append(out, x)
		}
	}
	return out
}

func (v *view) pileImported(b band, s scale) []uifigure.Bar {
	cut := booked.NewCut(s.from, s.to, v.pileStep(s.from, s.to))
	by := map[int]tally{}
	for _, e := range b.imported {
		by[cut.Step(e.Start)] = tally{n: by[cut.Step(e.Start)].n + 1, state: ui.Wait}
	}
	return v.pile(by, s, pileOf{icon: "globe", one: "event", many: "events", kind: kindImported}, b)
}

// pileOf says what piles are of.
type pileOf struct{ icon, one, many, kind, class string }

// pile draws piles. Each leads to the agenda from its first day on, or to the page of the thing where there is one.
func (v *view) pile(by map[int]tally, s scale, of pileOf, b band) []uifigure.Bar {
	step := int(v.pileStep(s.from, s.to) / wholeDay)
	var out []uifigure.Bar
	for n := 0; s.from.AddDate(0, 0, n*step).Before(s.to); n++ {
		t := by[n]
		if t.n == 0 {
			continue
		}
		from, to := s.from.AddDate(0, 0, n*step), s.from.AddDate(0, 0, (n+1)*step)
		said := ui.Plural(t.n, of.one, of.many) + " begin"
		if t.n == 1 {
			said += "s"
		}
		said += " " + ui.Date(from, v.Now, v.Zone)
		if step > 1 {
			said += " to " + ui.Date(to.AddDate(0, 0, -1), v.Now, v.Zone)
		}
		x := uifigure.Bar{State: t.state, Said: of.many, Icon: of.icon, Text: strconv.Itoa(t.n), Class: pileClass + of.class, Title: b.label + ": " + said, Span: s.spanOf(db.At(from), db.At(to)), Href: v.pileHref(from, of.kind, b)}
		x.Span.W = max(0.5, x.Span.W-2*seam)
		if t.clash {
			x.Title += ", in a conflict"
		}
		out = append(out, x)
	}
	return out
}

func (v *view) pileHref(from time.Time, kind string, b band) string {
	if b.thing.ID != "" && b.thing.Kind != booked.Environment {
		return b.href + "?at=" + from.Format(ui.DateLayout)
	}
	return v.url(func(q *query) {
		q.View, q.At, q.Kind = agenda, from.Format(ui.DateLayout), kind
		if b.thing.ID != "" {
			q.Environment = b.thing.Key
		}
	})
}
