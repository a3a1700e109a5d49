package calendarweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/web"
)

// The views of the calendar. The month has no name in the address.
const (
	month    = ""
	week     = "week"
	quarter  = "quarter"
	timeline = "timeline"
	agenda   = "agenda"
)

// weeksShown is how many weeks a timeline has where the address does not say.
const weeksShown = 2

// monthName is the month's name where somebody writes it into the address all the same.
const monthName = "month"

// What may be shown alone.
const (
	kindReleases = "releases"
	kindBookings = "bookings"
	kindImported = "imported"
)

// query is the state of the page, as the address carries it.
type query struct {
	View        string `form:"view"`
	At          string `form:"at"`    // the day that the view is around, or the month
	Month       string `form:"month"` // the month, as older addresses have it
	By          string `form:"by"`    // of the timeline: environment, or "" for service
	Weeks       int    `form:"weeks"` // of the timeline: 2, 4 or 13
	Row         int    `form:"row"`   // of the timeline: how many rows are behind
	After       string `form:"after"` // of the agenda: behind which entry
	Environment string `form:"environment"`
	Tier        string `form:"tier"`
	Product     string `form:"product"`
	Team        string `form:"team"`
	Kind        string `form:"kind"`
	Q           string `form:"q"`
	Conflicts   bool   `form:"conflicts"` // only what is in a conflict
	Freezes     string `form:"freezes"`   // hide, or "" to show them
}

// url is the address of the page with one thing changed. What is not of the new view, and the place in a list, is left out.
func (q query) url(fn func(*query)) string {
	q.Row, q.After = 0, ""
	fn(&q)
	return web.Address("/calendar", q.own())
}

// own is the state without what the view does not have, and what it has by itself.
func (q query) own() query {
	if q.View != timeline {
		q.By, q.Weeks, q.Row = "", 0, 0
	}
	if q.Weeks == weeksShown {
		q.Weeks = 0
	}
	return q
}

// keep is the state that the inputs of the filter bar do not carry.
func (q query) keep() map[string]string {
	q.Environment, q.Tier, q.Product, q.Team, q.Kind, q.Q, q.Row, q.After = "", "", "", "", "", "", 0, ""
	out := map[string]string{}
	for k, v := range web.Values(q.own()) {
		out[k] = v[0]
	}
	return out
}

// filtered reports whether some of the calendar is left out.
func (q query) filtered() bool {
	return q.Environment+q.Tier+q.Product+q.Team+q.Kind+q.Q != "" || q.Conflicts
}

// ask reads the address and finds what it shows: the day that it is around, and from when to when.
func (v *view) ask(r *http.Request) error {
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	if v.At == "" {
		v.At = v.Month
	}
	v.Month = ""
	if v.View == monthName {
		v.View = month
	}
	var bad errs.Faults
	one := func(field, value, reason, text string, known ...string) {
		if !slices.Contains(known, value) {
			bad.Say(field, reason, "%s", text)
		}
	}
	one("view", v.View, "view.unknown", "The view is month, week, quarter, timeline or agenda.", month, week, quarter, timeline, agenda)
	one("by", v.By, "by.unknown", "A timeline is by environment, or by service when that is left out.", "", "environment")
	one("kind", v.Kind, "kind.unknown", "The kind is releases, bookings or imported.", "", kindReleases, kindBookings, kindImported)
	one("freezes", v.Freezes, "freezes.unknown", "Freezes are hidden with hide.", "", "hide")
	one("tier", v.Tier, "tier.unknown", "There is no such tier of environments.", append([]string{""}, catalog.Tiers()...)...)
	if v.Weeks == 0 {
		v.Weeks = weeksShown
	}
	if v.Weeks != 2 && v.Weeks != 4 && v.Weeks != 13 || v.Row < 0 || v.Row > 100_000 {
		bad.Say("weeks", "weeks.unknown", "A timeline spans 2, 4 or 13 weeks.")
	}
	at, ok := parseAt(v.At, v.Look)
	if !ok {
		bad.Say("at", "day.malformed", "A day is written as 2026-11-19, a month as 2026-11.")
	}
	if err := bad.Err("The address is not valid.", 0); err != nil {
		return err
	}
	v.at = at
	v.span()
	return nil
}

func parseAt(s string, l frame.Look) (time.Time, bool) {
	if s == "" {
		return l.Midnight(l.Now), true
	}
	for _, layout := range []string{time.DateOnly, "2006-01"} {
		if t, err := time.ParseInLocation(layout, s, l.Zone); err == nil {
			return t, t.Year() >= 2000 && t.Year() < 2200
		}
	}
	return time.Time{}, false
}

// span finds from when to when the view is: whole weeks around a month, three months, or the weeks of a timeline.
func (v *view) span() {
	y, m, _ := v.at.Date()
	v.first = time.Date(y, m, 1, 0, 0, 0, 0, v.Zone)
	switch v.View {
	case week:
		v.from = monday(v.at)
		v.to = v.from.AddDate(0, 0, 7)
	case quarter:
		v.first = time.Date(y, (m-1)/3*3+1, 1, 0, 0, 0, 0, v.Zone)
		v.from, v.to = v.first, v.first.AddDate(0, 3, 0)
	case timeline:
		v.from = monday(v.at)
		v.to = v.from.AddDate(0, 0, 7*v.Weeks)
	case agenda:
		if v.from = v.at; len(v.At) == len("2006-01") {
			v.from = v.first
		}
		v.to = v.from.AddDate(0, 1, 0)
	default:
		v.from, v.to = monday(v.first), v.first.AddDate(0, 1, 0)
		v.to = v.to.AddDate(0, 0, (8-int(v.to.Weekday()))%7)
	}
}

func monday(t time.Time) time.Time { return t.AddDate(0, 0, -((int(t.Weekday()) + 6) % 7)) }

// step is the page one view further or back.
func (v *view) step(n int) string {
	t := v.first
	layout := time.DateOnly
	switch v.View {
	case week:
		t = v.from.AddDate(0, 0, 7*n)
	case timeline:
		t = v.from.AddDate(0, 0, 7*v.Weeks*n)
	case agenda:
		if t = v.from.AddDate(0, n, 0); v.from.Equal(v.first) {
			layout = "2006-01"
		}
	case quarter:
		t, layout = t.AddDate(0, 3*n, 0), "2006-01"
	default:
		t, layout = t.AddDate(0, n, 0), "2006-01"
	}
	return v.url(func(q *query) { q.At = t.Format(layout) })
}

// title names what is shown.
func (v *view) title() string {
	switch {
	case v.spanned():
		last := v.to.AddDate(0, 0, -1)
		layout := "2 January 2006"
		switch {
		case last.Year() != v.from.Year():
		case last.Month() != v.from.Month():
			layout = "2 January"
		default:
			layout = "2"
		}
		return v.from.Format(layout) + " to " + last.Format("2 January 2006")
	case v.View == quarter:
		return "Quarter " + strconv.Itoa((int(v.first.Month())+2)/3) + ", " + strconv.Itoa(v.first.Year())
	}
	return v.first.Format("January 2006")
}

// spanned reports whether what is shown goes from a day to a day, and is no month or quarter by its name.
func (v *view) spanned() bool {
	return v.View == week || v.View == timeline || v.View == agenda && !v.from.Equal(v.first)
}

// nothing says that there is nothing in what is shown.
func (v *view) nothing() string {
	switch {
	case v.spanned():
		return "Nothing from " + v.title()
	case v.View == quarter:
		return "Nothing in " + strings.ToLower(v.title())
	}
	return "Nothing in " + v.title()
}

// noun is what is stepped by.
func (v *view) noun() string {
	switch v.View {
	case week, quarter:
		return v.View
	case timeline:
		return strconv.Itoa(v.Weeks) + " weeks"
	}
	return "month"
}
