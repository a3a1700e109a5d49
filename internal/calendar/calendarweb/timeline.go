package calendarweb

import (
	"cmp"
	"maps"
	"math"
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
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

// band is a row of the timeline with everything on it: a service, an environment, or another thing that is booked.
type band struct {
	label, sub, href string
	thing            booked.Thing // that is booked, if it can be
	releases         []plan.Release
	bookings         []booked.Booking
	piles            []booked.Pile // of a thing with more bookings than are read, in place of them
	imported         []feed.Event
	meets            func(*calendar.Scope) bool // which freezes and windows are drawn on it
	crowd            crowding
}

const (
	rowsAPage  = 25
	twoWeekRow = 24
	lanesARow  = 6
	barsARow   = 60
	seam       = .15 // between two stretches that are shaded, in per cent of the axis: less is not seen
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
		if err := v.readRows(tx, bands); err != nil {
			return err
		}
	}
	if len(v.imported) > 0 {
		bands = append([]band{{label: "Imported calendars", imported: v.imported}}, bands...)
	}
	if v.marks, err = v.p.MarksOf(tx, once(v.crowdAll(bands, v.from, v.to))); err != nil {
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
	at := map[string]int{}
	for _, e := range v.known {
		if v.Environment != "" && v.Environment != e.Key || v.Tier != "" && v.Tier != e.Tier.String() {
			continue
		}
		pl := book.Place{Environment: e.Key, Tier: e.Tier.String()}
		t := booked.Thing{Kind: booked.Environment, ID: string(e.ID), Key: e.Key, Name: e.Name}
		at[e.Key] = len(out)
		out = append(out, band{label: e.Name, sub: e.Tier.String(), href: bookpage.ThingURL(t), thing: t, meets: func(x *calendar.Scope) bool { return x.Meets(pl) }})
	}
	for _, r := range v.survey.Releases {
		if r.State == plan.Cancelled {
			continue
		}
		for _, e := range r.EnvironmentKeys {
			if i, ok := at[e]; ok {
				out[i].releases = append(out[i].releases, r)
			}
		}
	}
	if v.Environment != "" || v.Tier != "" {
		return out, nil
	}
	whole := booked.NewCut(v.from, v.to, v.to.Sub(v.from)+24*time.Hour)
	for _, k := range []booked.Kind{booked.Person, booked.Item, booked.Window} {
		f, some := v.narrowed(booking.Filter{Kind: k})
		if !some {
			break
		}
		things, err := booking.PilesByThing(tx, f, whole)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(things, func(a, b booked.Pile) int {
			return cmp.Or(strings.Compare(a.ThingName, b.ThingName), strings.Compare(a.Thing, b.Thing))
		})
		for _, p := range things {
			out = append(out, band{label: p.ThingName, sub: string(k), href: bookpage.ThingURL(p.What()), thing: p.What()})
		}
	}
	return out, nil
}

// readRows reads the bookings of rows, those of one kind of thing together: how many begin in each step, and of what has no more
// than a row draws each of them.
func (v *view) readRows(tx *db.Tx, bands []band) error {
	at := map[booked.Kind]map[string]*band{}
	for i := range bands {
		b := &bands[i]
		if at[b.thing.Kind] == nil {
			at[b.thing.Kind] = map[string]*band{}
		}
		at[b.thing.Kind][b.thing.ID] = b
	}
	cut := booked.NewCut(v.from, v.to, v.pileStep(v.from, v.to))
	for k, of := range at {
		f, some := v.narrowed(booking.Filter{Kind: k, Things: slices.Sorted(maps.Keys(of))})
		if !some {
			return nil
		}
		piles, err := booking.PilesByThing(tx, f, cut)
		if err != nil {
			return err
		}
		total := map[string]int{}
		for _, p := range piles {
			of[p.Thing].piles = append(of[p.Thing].piles, p)
			total[p.Thing] += p.N
		}
		f.Things = slices.DeleteFunc(f.Things, func(t string) bool { return total[t] == 0 || total[t] > barsARow })
		if len(f.Things) == 0 {
			continue
		}
		bs, err := booking.Read(tx, f)
		if err != nil {
			return err
		}
		for _, b := range bs {
			of[b.Thing].bookings, of[b.Thing].piles = append(of[b.Thing].bookings, b), nil
		}
	}
	return nil
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
	return v.crowdAll(v.bands, from, to)
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
	x := min(100, max(0, float64(t.Sub(s.from))/float64(s.to.Sub(s.from))*100))
	return math.Round(x*1000) / 1000
}

func (s scale) spanOf(from, to db.Time) uifigure.Span {
	a := s.x(from.Std())
	return uifigure.Span{X: a, W: math.Round((s.x(to.Std())-a)*1000) / 1000}
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
	rows, _ := stack(v.bars(b, s))
	out := make([]uifigure.Lane, max(1, len(rows)))
	for i := range out {
		if out[i] = base; i < len(rows) {
			out[i].Bars = rows[i]
		}
	}
	out[0].Label, out[0].Sub, out[0].Href = b.label, b.sub, b.href
	return out
}

// shaded is where some period of a row is in force. What overlaps, or is so near that nobody sees the space between, is drawn once.
func (v *view) shaded(list []calendar.Stretched, meets func(*calendar.Scope) bool, s scale) []uifigure.Span {
	var spans []calendar.Span
	for i := range list {
		if len(list[i].Spans) == 0 || !meets(&list[i].Scope) {
			continue
		}
		spans = append(spans, list[i].Spans...)
	}
	slices.SortFunc(spans, func(a, b calendar.Span) int { return cmp.Compare(a.Start, b.Start) })
	near := db.Time(float64(s.to.Sub(s.from).Microseconds()) * seam / 100)
	n := 0
	for _, x := range spans {
		if n > 0 && x.Start <= spans[n-1].End+near {
			spans[n-1].End = max(spans[n-1].End, x.End)
			continue
		}
		spans[n] = x
		n++
	}
	out := make([]uifigure.Span, 0, n)
	for _, x := range spans[:n] {
		if y := s.spanOf(x.Start, x.End); y.W > 0 {
			out = append(out, y)
		}
	}
	return out
}

// bars are the things of a row by their start, or where they do not fit how many of them begin in each step.
func (v *view) bars(b band, s scale) []uifigure.Bar {
	out := make([]uifigure.Bar, 0, len(b.releases)+len(b.bookings)+len(b.imported))
	piles, releases := v.pileReleases(b, s)
	more, bookings := v.pileBookings(b, s)
	out = append(append(out, piles...), more...)
	if b.crowd >= crowdedBookings {
		out = append(out, v.pileImported(b, s)...)
		b.imported = nil
	}
	for _, r := range releases {
		m := v.markOf(r)
		x := uifigure.Bar{State: m.State, Said: m.Word, Span: s.spanOf(r.Window.Start, r.Window.End), Text: r.Name, Href: "/releases/" + r.Key, Title: r.Name + ", " + m.Word + ", " + v.Between(r.Window.Start, r.Window.End)}
		out = append(out, v.dragged(x, v.clashing[string(r.ID)], v.dragRelease(r), r.Window.Start))
	}
	for _, k := range bookings {
		st, word := bookpage.StateOf(k)
		x := uifigure.Bar{State: st, Said: word, Icon: "bookmark", Span: s.spanOf(k.From, k.To), Text: k.For(), Href: bookpage.URL(k), Title: k.ThingName + " booked for " + k.For() + ", " + strings.ToLower(word) + ", " + v.Between(k.From, k.To), Class: "booked"}
		out = append(out, v.dragged(x, v.clashing[string(k.ID)], dragBooking(k), k.From))
	}
	for _, e := range b.imported {
		out = append(out, uifigure.Bar{State: ui.Wait, Said: string(e.Kind), Icon: "globe", Span: s.spanOf(e.Start, e.End), Text: e.Summary, Href: "/calendar/sources/" + e.SourceKey, Title: e.Summary + ", " + e.SourceName + ", " + v.Between(e.Start, e.End), Class: "ghost"})
	}
	slices.SortStableFunc(out, func(a, b uifigure.Bar) int { return cmp.Compare(a.Span.X, b.Span.X) })
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
