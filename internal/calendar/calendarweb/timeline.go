package calendarweb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/calendar"
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/bookpage"
	"slipway/internal/calendar/feed"
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

// band is a row of the timeline with everything on it: a service, an environment, or another thing that is booked.
type band struct {
	label, sub, href string
	releases         []plan.Release
	bookings         []booked.Booking
	imported         []feed.Event
	meets            func(*calendar.Scope) bool // which freezes and windows are drawn on it
}

const (
	rowsAPage  = 25
	twoWeekRow = 24
	lanesARow  = 6
	barsARow   = 60
	thingsMax  = 500
	nameWidth  = .75 // of a letter, in per cent of the axis
	shortBar   = 1.5 // what is shorter, in per cent of the axis, is a point
)

// layTimeline reads and draws the rows of one page.
func (v *view) layTimeline(tx *db.Tx) error {
	var bands []band
	var err error
	if v.By == "environment" {
		bands, err = v.environmentBands(tx)
	} else {
		bands = v.serviceBands()
	}
	if err != nil {
		return err
	}
	v.rows = len(bands)
	bands = bands[min(v.Row, len(bands)):min(v.Row+rowsAPage, len(bands))]
	if v.By == "environment" {
		for i := range bands {
			if err := v.bookedOn(tx, &bands[i]); err != nil {
				return err
			}
		}
	}
	if len(v.imported) > 0 {
		bands = append([]band{{label: "Imported calendars", imported: v.imported}}, bands...)
	}
	var drawn []plan.Release
	for _, b := range bands {
		drawn = append(drawn, b.releases[:min(barsARow, len(b.releases))]...)
	}
	if v.marks, err = v.p.MarksOf(tx, once(drawn)); err != nil {
		return err
	}
	v.timeline = v.draw(bands, v.from, v.to)
	return nil
}

// serviceBands are the services of the releases of the view, by key.
func (v *view) serviceBands() []band {
	by := map[string][]plan.Release{}
	for _, r := range v.survey.Releases {
		if r.State == plan.Cancelled {
			continue
		}
		for _, s := range v.survey.Services[r.ID] {
			by[s] = append(by[s], r)
		}
	}
	out := make([]band, 0, len(by))
	for s, rs := range by {
		places := v.survey.Places[s]
		out = append(out, band{label: s, sub: strings.Join(keysOf(places), ", "), releases: rs, meets: func(x *calendar.Scope) bool { return slices.ContainsFunc(places, x.Takes) }})
	}
	slices.SortFunc(out, func(a, b band) int { return strings.Compare(a.label, b.label) })
	return out
}

func keysOf(ps []book.Place) []string {
	var out []string
	for _, p := range ps {
		if !slices.Contains(out, p.Environment) {
			out = append(out, p.Environment)
		}
	}
	if len(out) > 3 {
		return append(out[:2], strconv.Itoa(len(out)-2)+" more")
	}
	return out
}

// environmentBands are the environments that pass the filters, and behind them the people, items and windows that are booked.
func (v *view) environmentBands(tx *db.Tx) ([]band, error) {
	var out []band
	for _, e := range v.known {
		if v.Environment != "" && v.Environment != e.Key || v.Tier != "" && v.Tier != e.Tier.String() {
			continue
		}
		at := book.Place{Environment: e.Key, Tier: e.Tier.String()}
		b := band{label: e.Name, sub: e.Tier.String(), href: bookpage.ThingURL(booked.Thing{Kind: booked.Environment, Key: e.Key}), meets: func(x *calendar.Scope) bool { return x.Meets(at) }}
		for _, r := range v.survey.Releases {
			if r.State != plan.Cancelled && slices.Contains(r.EnvironmentKeys, e.Key) {
				b.releases = append(b.releases, r)
			}
		}
		out = append(out, b)
	}
	if v.Environment != "" || v.Tier != "" {
		return out, nil
	}
	for _, k := range []booked.Kind{booked.Person, booked.Item, booked.Window} {
		bs, err := v.booked(tx, booking.Filter{Kind: k, Limit: thingsMax})
		if err != nil {
			return nil, err
		}
		at := map[string]int{}
		for _, b := range bs {
			i, known := at[b.Thing]
			if !known {
				i = len(out)
				at[b.Thing] = i
				out = append(out, band{label: b.ThingName, sub: string(k), href: bookpage.ThingURL(b.What())})
			}
			out[i].bookings = append(out[i].bookings, b)
		}
	}
	return out, nil
}

// bookedOn reads the bookings of the environment of a row.
func (v *view) bookedOn(tx *db.Tx, b *band) error {
	i := slices.IndexFunc(v.known, func(e catalog.Environment) bool { return e.Name == b.label && e.Tier.String() == b.sub })
	if i < 0 || b.bookings != nil {
		return nil
	}
	var err error
	b.bookings, err = v.booked(tx, booking.Filter{Kind: booked.Environment, Thing: v.known[i].Key, Limit: barsARow + 1})
	return err
}

// twoWeeks gathers the rows of the two weeks under a month, and returns their releases.
func (v *view) twoWeeks() []plan.Release {
	from, to := v.fortnight()
	for _, b := range v.serviceBands() {
		b.releases = slices.DeleteFunc(b.releases, func(r plan.Release) bool { return !r.Window.Start.Std().Before(to) || !r.Window.End.Std().After(from) })
		if len(b.releases) > 0 {
			v.bands = append(v.bands, b)
		}
	}
	v.rows = len(v.bands)
	v.bands = v.bands[:min(twoWeekRow, len(v.bands))]
	var out []plan.Release
	for _, b := range v.bands {
		out = append(out, b.releases...)
	}
	return out
}

// fortnight is two weeks from the Monday of this week, or of the month's first week.
func (v *view) fortnight() (from, to time.Time) {
	from = v.from
	if now := v.Midnight(v.Now); !now.Before(v.from) && now.Before(v.to) {
		from = monday(now)
		if last := v.to.AddDate(0, 0, -14); from.After(last) {
			from = last
		}
	}
	return from, from.AddDate(0, 0, 14)
}

// drawTwoWeeks draws them, once it is known how the releases stand.
func (v *view) drawTwoWeeks() {
	if from, to := v.fortnight(); len(v.bands) > 0 {
		v.timeline = v.draw(v.bands, from, to)
	}
}

// scale places instants on an axis, in per cent.
type scale struct{ from, to time.Time }

func (s scale) x(t time.Time) float64 {
	return min(100, max(0, float64(t.Sub(s.from))/float64(s.to.Sub(s.from))*100))
}

func (s scale) spanOf(from, to db.Time) uifigure.Span {
	a := s.x(from.Std())
	return uifigure.Span{X: a, W: s.x(to.Std()) - a}
}

// draw puts rows on one axis.
func (v *view) draw(bands []band, from, to time.Time) *uifigure.Timeline {
	s := scale{from, to}
	days := int(to.Sub(from).Hours()/24 + .5)
	tl := &uifigure.Timeline{Label: "Timeline, " + ui.Plural(days/7, "week", "weeks"), Div: days, Min: "60rem", Attrs: templ.Attributes{"data-drag-axis": "", "data-from": strconv.FormatInt(from.UnixMilli(), 10), "data-to": strconv.FormatInt(to.UnixMilli(), 10), "data-zone": v.Zone.String()}}
	step, layout := 1, "Mon 2"
	if days > 14 {
		step, layout, tl.Div = 7, "Mon 2 Jan", days/7
	}
	for d := from; d.Before(to); d = d.AddDate(0, 0, step) {
		tl.Marks = append(tl.Marks, uifigure.AxisMark{X: s.x(d), Text: d.Format(layout)})
	}
	for _, b := range bands {
		tl.Lanes = append(tl.Lanes, v.lanes(b, s)...)
	}
	if now := s.x(v.Now); now > 0 && now < 100 {
		tl.Now = &now
	}
	return tl
}

// lanes are the rows of one band: things that share time stand under one another.
func (v *view) lanes(b band, s scale) []uifigure.Lane {
	base := uifigure.Lane{}
	if b.meets != nil {
		if v.Freezes != "hide" {
			base.Freezes = v.shaded(v.freezes, b.meets, s)
		}
		base.Windows = v.shaded(v.windows, b.meets, s)
	}
	out := []uifigure.Lane{base}
	out[0].Label, out[0].Sub, out[0].Href = b.label, b.sub, b.href
	ends := []float64{0}
	for i, x := range v.bars(b, s) {
		if i == barsARow {
			v.more++
			break
		}
		need := x.Span.X + 2.5 + nameWidth*float64(len([]rune(x.Text)))
		switch {
		case x.Span.W < shortBar:
			x.Span.W = 0
		case x.Span.X+x.Span.W < need: // the name goes on beyond the bar
			x.Class = strings.TrimSpace(x.Class + " over")
		default:
			need = x.Span.X + x.Span.W
		}
		at := 0
		for at < len(ends) && ends[at] > x.Span.X {
			at++
		}
		if at == lanesARow {
			v.more++
			continue
		}
		if at == len(ends) {
			ends, out = append(ends, 0), append(out, base)
		}
		ends[at] = need
		out[at].Bars = append(out[at].Bars, x)
	}
	return out
}

// shaded is where some period of a row is in force. What overlaps is drawn once.
func (v *view) shaded(list []calendar.Stretched, meets func(*calendar.Scope) bool, s scale) []uifigure.Span {
	var spans []calendar.Span
	for i := range list {
		if len(list[i].Spans) == 0 || !meets(&list[i].Scope) {
			continue
		}
		spans = append(spans, list[i].Spans...)
	}
	slices.SortFunc(spans, func(a, b calendar.Span) int { return int(min(max(a.Start-b.Start, -1), 1)) })
	var out []uifigure.Span
	var last calendar.Span
	for i, x := range spans {
		if i > 0 && x.Start <= last.End {
			last.End = max(last.End, x.End)
			out[len(out)-1] = s.spanOf(last.Start, last.End)
			continue
		}
		last = x
		out = append(out, s.spanOf(x.Start, x.End))
	}
	return slices.DeleteFunc(out, func(x uifigure.Span) bool { return x.W <= 0 })
}

// bars are the things of a row by their start.
func (v *view) bars(b band, s scale) []uifigure.Bar {
	out := make([]uifigure.Bar, 0, len(b.releases)+len(b.bookings)+len(b.imported))
	for _, r := range b.releases {
		m := v.markOf(r)
		x := uifigure.Bar{State: m.State, Said: m.Word, Span: s.spanOf(r.Window.Start, r.Window.End), Text: r.Name, Href: "/releases/" + r.Key, Title: r.Name + ", " + m.Word + ", " + v.Between(r.Window.Start, r.Window.End)}
		out = append(out, v.dragged(x, v.clashing[string(r.ID)], v.dragRelease(r), r.Window.Start))
	}
	for _, k := range b.bookings {
		st, word := bookpage.StateOf(k)
		x := uifigure.Bar{State: st, Said: word, Icon: "bookmark", Span: s.spanOf(k.From, k.To), Text: k.For(), Href: bookpage.URL(k), Title: k.ThingName + " booked for " + k.For() + ", " + strings.ToLower(word) + ", " + v.Between(k.From, k.To), Class: "booked"}
		out = append(out, v.dragged(x, v.clashing[string(k.ID)], dragBooking(k), k.From))
	}
	for _, e := range b.imported {
		out = append(out, uifigure.Bar{State: ui.Wait, Said: string(e.Kind), Icon: "globe", Span: s.spanOf(e.Start, e.End), Text: e.Summary, Href: "/calendar/sources/" + e.SourceKey, Title: e.Summary + ", " + e.SourceName + ", " + v.Between(e.Start, e.End), Class: "ghost"})
	}
	slices.SortStableFunc(out, func(a, b uifigure.Bar) int {
		switch {
		case a.Span.X < b.Span.X:
			return -1
		case a.Span.X > b.Span.X:
			return 1
		}
		return 0
	})
	return out
}

// dragged marks a bar that is in a conflict, and one that can be dragged with where that leads.
func (v *view) dragged(b uifigure.Bar, clash bool, to string, start db.Time) uifigure.Bar {
	if clash {
		b.Class = strings.TrimSpace(b.Class + " clash")
		b.Title += ", in a conflict"
	}
	if to != "" {
		b.Attrs = templ.Attributes{"data-drag": to, "data-start": strconv.FormatInt(start.Std().UnixMilli(), 10)}
	}
	return b
}
