package calendarweb

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/calendarweb/bookpage"
	"slipway/internal/calendar/feed"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// event is something on a day: a release, a booking, or an event of an imported calendar.
type event struct {
	release  plan.Release
	booking  booked.Booking
	imported feed.Event
	clash    bool
	at       string // time of day; "" where it began before
	start    db.Time
}

// day is a square of the month.
type day struct {
	date    time.Time
	number  string // "19", "1 Dec" outside of the month
	off     bool
	weekend bool
	today   bool
	frozen  bool
	label   string   // of a freeze that begins here or goes on from the week before
	days    []string // what whole days of imported calendars are called
	events  []event
	more    int
}

type weekRow struct {
	number int
	days   []day
}

const (
	eventsADay = 4
	// frozenFrom is how much of a day a freeze covers for the square to be hatched. A shorter one is named.
	frozenFrom = 12 * time.Hour
)

// layMonth puts everything onto its day and returns the releases that are drawn.
func (v *view) layMonth() []plan.Release {
	by := v.byDay(v.drawn)
	unread := v.unread()
	var drawn []plan.Release
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	for d := v.from; d.Before(v.to); d = d.AddDate(0, 0, 7) {
		_, n := d.ISOWeek()
		w := weekRow{number: n}
		for i := range 7 {
			x := d.AddDate(0, 0, i)
			key := x.Format(time.DateOnly)
			y := day{date: x, number: strconv.Itoa(x.Day()), off: x.Month() != v.first.Month(), weekend: x.Weekday() == time.Saturday || x.Weekday() == time.Sunday, today: key == today}
			if x.Day() == 1 && y.off || x.Equal(v.from) && y.off {
				y.number = x.Format("2 Jan")
			}
			v.freeze(&y, i == 0)
			v.name(&y)
			y.events, y.more = by[key], unread[key]
			if n := len(y.events); n+y.more > eventsADay {
				y.events = y.events[:min(n, eventsADay-1)]
				y.more += n - len(y.events)
			}
			for _, e := range y.events {
				if e.release.ID != "" {
					drawn = append(drawn, e.release)
				}
			}
			w.days = append(w.days, y)
		}
		v.weeks = append(v.weeks, w)
	}
	return drawn
}

// unread is how many bookings begin on each day beside those that were read.
func (v *view) unread() map[string]int {
	out := map[string]int{}
	for _, p := range v.piled {
		out[v.from.AddDate(0, 0, p.Step).Format(time.DateOnly)] = p.N
	}
	if v.piled != nil {
		for _, b := range v.drawn {
			out[later(v.from, b.From.Std().In(v.Zone)).Format(time.DateOnly)]--
		}
	}
	return out
}

func later(a, b time.Time) time.Time {
	if b.Before(a) {
		return a
	}
	return b
}

// byDay sorts releases, then bookings, then what was imported, under their days. What began before the view stands on its first day.
func (v *view) byDay(bs []booked.Booking) map[string][]event {
	by := map[string][]event{}
	add := func(e event, start db.Time) {
		at := start.Std().In(v.Zone)
		e.at, e.start = at.Format("15:04"), start
		if at.Before(v.from) {
			at, e.at = v.from, ""
		}
		key := at.Format(time.DateOnly)
		by[key] = append(by[key], e)
	}
	for _, r := range v.survey.Releases {
		add(event{release: r, clash: v.clashing[string(r.ID)]}, r.Window.Start)
	}
	for _, b := range bs {
		add(event{booking: b, clash: v.clashing[string(b.ID)]}, b.From)
	}
	for _, e := range v.imported {
		if e.FirstDay == "" {
			add(event{imported: e}, e.Start)
		}
	}
	return by
}

// freeze marks a day that a freeze covers for the most part, and names freezes where they begin.
func (v *view) freeze(y *day, monday bool) {
	if v.Freezes == "hide" {
		return
	}
	start, end := db.At(y.date), db.At(y.date.AddDate(0, 0, 1))
	named := 0
	for i := range v.freezes {
		f := &v.freezes[i]
		for _, s := range f.Spans {
			if s.Start >= end || s.End <= start {
				continue
			}
			whole := min(s.End, end).Sub(max(s.Start, start)) >= frozenFrom
			y.frozen = y.frozen || whole
			if s.Start >= start || monday && whole {
				named++
			}
			switch {
			case y.label != "":
			case s.Start >= start:
				y.label = f.Name
				if !strings.Contains(strings.ToLower(f.Name), "freeze") {
					y.label += " freeze"
				}
			case monday && whole:
				y.label = "Freeze, to " + (s.End - 1).Std().In(v.Zone).Format("Mon 2 Jan")
			}
		}
	}
	if named > 1 {
		y.label = ui.Plural(named, "freeze", "freezes")
	}
}

// name names a day by the whole days of imported calendars.
func (v *view) name(y *day) {
	key := y.date.Format(time.DateOnly)
	for _, e := range v.imported {
		if e.FirstDay != "" && e.FirstDay <= key && key <= e.LastDay && len(y.days) < 3 {
			y.days = append(y.days, e.Summary)
			y.weekend = y.weekend || e.Kind == feed.Holiday
		}
	}
}

// name is what the event is called on the square.
func (e event) name() string {
	switch {
	case e.release.ID != "":
		return e.release.Name
	case e.booking.ID != "":
		return e.booking.ThingName + ": " + e.booking.For()
	}
	return e.imported.Summary
}

func (e event) href() string {
	switch {
	case e.release.ID != "":
		return "/releases/" + e.release.Key
	case e.booking.ID != "":
		return bookpage.URL(e.booking)
	}
	return "/calendar/sources/" + e.imported.SourceKey
}

// drag is where dropping the event leads, with the time appended; "" for what does not move.
func (v *view) drag(e event) string {
	switch {
	case e.release.ID != "":
		return v.dragRelease(e.release)
	case e.booking.ID != "":
		return dragBooking(e.booking)
	}
	return ""
}

func (v *view) dragRelease(r plan.Release) string {
	if !v.p.Moves() || r.Ended() || r.State == plan.Deploying || r.State == plan.Deployed || r.State == plan.Verified {
		return ""
	}
	return "/releases/" + r.Key + "/move?start="
}

func dragBooking(b booked.Booking) string {
	if b.State != booked.Requested && b.State != booked.Confirmed {
		return ""
	}
	return bookpage.URL(b) + "/move?from="
}

// mark is how the event is drawn.
func (v *view) mark(e event) Mark {
	switch {
	case e.release.ID != "":
		return v.markOf(e.release)
	case e.booking.ID != "":
		s, word := bookpage.StateOf(e.booking)
		return Mark{State: s, Word: strings.ToLower(word)}
	}
	return Mark{State: ui.Wait, Word: string(e.imported.Kind)}
}

// said is the event in one line.
func (v *view) said(e event) string {
	t := e.name()
	if e.at != "" {
		t += ", " + e.at
	}
	if w := v.mark(e).Word; w != "" {
		t += ", " + w
	}
	if e.clash {
		t += ", in a conflict"
	}
	return t
}

// due is the short word at the end of a row of a period.
func due(s calendar.Stretched) string {
	switch {
	case s.Active:
		return "active"
	case s.Permits > 0:
		return ui.Plural(s.Permits, "permit", "permits")
	case s.Kind == calendar.Freeze && !s.Hard:
		return "soft"
	}
	return ""
}
