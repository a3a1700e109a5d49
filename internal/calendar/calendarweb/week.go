package calendarweb

import (
	"strconv"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/calendarweb/weekpage"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// weekItem is something in the week: an event, a pile of bookings, or a period that covers a day or more.
type weekItem struct {
	event
	pile     booked.Pile
	period   calendar.Stretched
	from, to db.Time
}

// layWeek lays the week out by the hour and returns the releases that are drawn.
func (v *view) layWeek() []plan.Release {
	items := v.weekItems()
	v.week = &weekpage.Week{Look: v.Look, Monday: v.from, Windows: v.windows, Day: v.dayURL, Names: v.weekDay, Slab: func(i int, continues bool) weekpage.Slab { return v.slab(items[i], continues) }}
	if v.Freezes != "hide" {
		v.week.Freezes = v.freezes
	}
	var drawn []plan.Release
	for _, x := range items {
		v.week.Items = append(v.week.Items, weekpage.Item{From: x.from, To: x.to, Rank: x.rank(), N: x.pile.N})
		if x.release.ID != "" {
			drawn = append(drawn, x.release)
		}
	}
	v.week.Lay()
	return drawn
}

// weekDay is what a whole day is called, and whether it is a Saturday, a Sunday or a holiday.
func (v *view) weekDay(date time.Time) ([]string, bool) {
	y := day{date: date, weekend: date.Weekday() == time.Saturday || date.Weekday() == time.Sunday}
	v.name(&y)
	return y.days, y.weekend
}

// rank orders what finds room first: releases, then bookings, then what was imported.
func (x weekItem) rank() int {
	switch {
	case x.release.ID != "", x.period.ID != "":
		return 0
	case x.imported.UID != "":
		return 2
	}
	return 1
}

// weekItems is everything that has a place of its own in the week. Shorter freezes and windows are bands.
func (v *view) weekItems() []weekItem {
	var out []weekItem
	if v.Freezes != "hide" {
		out = append(out, long(v.freezes)...)
	}
	out = append(out, long(v.windows)...)
	add := func(e event, from, to db.Time) {
		e.at, e.start = from.Std().In(v.Zone).Format("15:04"), from
		out = append(out, weekItem{event: e, from: from, to: to})
	}
	for _, r := range v.survey.Releases {
		add(event{release: r, clash: v.clashing[string(r.ID)]}, r.Window.Start, r.Window.End)
	}
	for _, b := range v.drawn {
		add(event{booking: b, clash: v.clashing[string(b.ID)]}, b.From, b.To)
	}
	for _, p := range v.piled {
		at := max(p.From, db.At(v.from))
		out = append(out, weekItem{event: event{at: at.Std().In(v.Zone).Format("15:04")}, pile: p, from: at, to: at.Add(time.Hour)})
	}
	for _, e := range v.imported {
		if e.FirstDay == "" {
			add(event{imported: e}, e.Start, e.End)
		}
	}
	return out
}

// long is each stretch of some periods that covers a day or more.
func long(ps []calendar.Stretched) []weekItem {
	var out []weekItem
	for i := range ps {
		for _, s := range ps[i].Spans {
			if s.End.Sub(s.Start) >= weekpage.Long {
				out = append(out, weekItem{period: ps[i], from: s.Start, to: s.End})
			}
		}
	}
	return out
}

// dayURL is the agenda of a day, from an instant of it on where one is given.
func (v *view) dayURL(date time.Time, from db.Time) string {
	return v.url(func(q *query) {
		q.View, q.At = agenda, date.Format(ui.DateLayout)
		if from > db.At(date) {
			q.After = strconv.FormatInt(int64(from), 10) + "-0"
		}
	})
}

// slab draws an item; continues says that it began on a day before.
func (v *view) slab(x weekItem, continues bool) weekpage.Slab {
	var s weekpage.Slab
	switch {
	case x.period.ID != "":
		s = weekpage.Slab{State: ui.Go, Icon: "calendar-days", Name: x.period.Name, Class: "win", Href: frame.Href(x.period.Period), More: "window, " + v.Between(x.from, x.to)}
		if x.period.Kind == calendar.Freeze {
			s.State, s.Icon, s.Class, s.More = ui.Freeze, "snowflake", "frz", x.period.Hardness()+" freeze, "+v.Between(x.from, x.to)
		}
	case x.pile.N > 0:
		s = weekpage.Slab{State: ui.Wait, Icon: "bookmark", At: x.at, Name: ui.Plural(x.pile.N, "booking", "bookings"), Class: "bk", Href: v.pilesURL(x), More: "begin, " + ui.Date(x.from.Std(), v.Now, v.Zone)}
	default:
		m := v.mark(x.event)
		s = weekpage.Slab{State: m.State, At: x.at, Till: "to " + x.to.Std().In(v.Zone).Format("15:04"), Name: x.name(), Href: x.href(), More: m.Word + ", " + v.Between(x.from, x.to)}
		switch {
		case x.booking.ID != "":
			s.Icon, s.Class = "bookmark", "bk"
		case x.release.ID == "":
			s.Icon = "globe"
		}
		if x.clash {
			s.Class, s.More = joinClass(s.Class, "clash"), s.More+", in a conflict"
		}
		if continues {
			s.At, s.Till = s.Till, ""
		} else {
			s.Attrs = v.dragAttrs(x.event)
		}
	}
	s.Said = s.Name + ", " + s.More
	s.Days = ui.Date(x.from.Std(), v.Now, v.Zone) + " to " + ui.Date(x.to.Add(-time.Microsecond).Std(), v.Now, v.Zone)
	return s
}

// pilesURL is the agenda of the bookings of a pile.
func (v *view) pilesURL(x weekItem) string {
	return v.url(func(q *query) {
		q.View, q.At, q.Kind, q.After = agenda, x.from.Std().In(v.Zone).Format(ui.DateLayout), kindBookings, strconv.FormatInt(int64(x.from), 10)+"-0"
	})
}
