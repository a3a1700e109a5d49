package calendarweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
)

// query is the state of the page, as the address carries it.
type query struct {
	Month       string `form:"month"`
	View        string `form:"view"` // "" for the month, or agenda
	Environment string `form:"environment"`
	Product     string `form:"product"`
	Q           string `form:"q"`
	Conflicts   bool   `form:"conflicts"` // only releases of conflicts
}

func (q query) url(fn func(*query)) string {
	fn(&q)
	v := url.Values{}
	for k, s := range map[string]string{"month": q.Month, "view": q.View, "environment": q.Environment, "product": q.Product, "q": q.Q} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if q.Conflicts {
		v.Set("conflicts", "1")
	}
	if len(v) == 0 {
		return "/calendar"
	}
	return "/calendar?" + v.Encode()
}

func (q query) keep() map[string]string {
	out := map[string]string{}
	if q.Month != "" {
		out["month"] = q.Month
	}
	if q.View != "" {
		out["view"] = q.View
	}
	if q.Conflicts {
		out["conflicts"] = "1"
	}
	return out
}

// event is a release on a day.
type event struct {
	plan.Release
	mark  Mark
	clash bool
	at    string // time of day
}

func (e event) title() string {
	t := e.Name
	if e.at != "" {
		t += ", " + e.at
	}
	if e.mark.Word != "" {
		t += ", " + e.mark.Word
	}
	return t
}

// day is a square of the month.
type day struct {
	date    time.Time
	number  string // "19", "1 Dec" outside of the month
	off     bool
	weekend bool
	today   bool
	frozen  bool
	label   string // of a freeze that begins here or goes on from the week before
	events  []event
	more    int
}

type week struct {
	number int
	days   []day
}

// monthView is everything that the page shows.
type monthView struct {
	look
	query
	first, from, to time.Time // of the month; of the grid
	weeks           []week
	agenda          []event
	survey          calendar.Survey
	conflicts       []conflict
	freezes         []calendar.Stretched
	windows         []calendar.Stretched
	environments    []ui.Option
	products        []ui.Option
	mayNotFreeze    string
	mayNotWindow    string
	inMonth         int
	timeline        *uifigure.Timeline
}

const (
	eventsADay   = 4
	agendaMax    = 300
	timelineRows = 24
	nameWidth    = .75 // of a letter beside a point, in per cent of the axis
)

func (p *Pages) month(w http.ResponseWriter, r *http.Request) error {
	v := monthView{look: p.look(r.Context())}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	if err := v.bounds(); err != nil {
		return err
	}
	if err := p.choices(r.Context(), &v); err != nil {
		return err
	}
	var err error
	v.survey, err = p.calendar.Survey(r.Context(), calendar.SurveyFilter{From: db.At(v.from), To: db.At(v.to), Environment: v.Environment, Product: v.Product, Query: v.Q})
	if err != nil {
		return err
	}
	marks, err := p.marks(r.Context(), v.survey.Releases)
	if err != nil {
		return err
	}
	v.fill(marks)
	return p.site.Render(w, r, web.Page{Title: "Calendar, " + v.first.Format("January 2006"), Nav: "calendar", Live: []string{"releases", "windows", "freezes"}, Body: monthBody(v)})
}

// bounds finds the month and the weeks that show it.
func (v *monthView) bounds() error {
	now := v.Now.In(v.Zone)
	v.first = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, v.Zone)
	if v.Month != "" {
		t, err := time.ParseInLocation("2006-01", v.Month, v.Zone)
		if err != nil || t.Year() < 2000 || t.Year() > 2199 {
			return errs.InvalidField("month", "month.malformed", "A month is written as 2026-11.")
		}
		v.first = t
	}
	if v.View != "" && v.View != "agenda" {
		return errs.InvalidField("view", "view.unknown", "The view is agenda, or left out for the month.")
	}
	v.from = v.first.AddDate(0, 0, -((int(v.first.Weekday()) + 6) % 7))
	v.to = v.first.AddDate(0, 1, 0)
	v.to = v.to.AddDate(0, 0, (8-int(v.to.Weekday()))%7)
	return nil
}

func (p *Pages) choices(ctx context.Context, v *monthView) error {
	es, err := p.catalog.Environments(ctx)
	if err != nil {
		return err
	}
	v.environments = []ui.Option{{Text: "All environments"}}
	for _, e := range es {
		v.environments = append(v.environments, ui.Option{Value: e.Key, Text: e.Name})
	}
	ps, err := p.catalog.Products(ctx, catalog.Filter{Limit: 200})
	if err != nil {
		return err
	}
	v.products = []ui.Option{{Text: "All products"}}
	for _, x := range ps {
		v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	if v.mayNotFreeze, err = p.mayNot(ctx, calendar.Freeze); err != nil {
		return err
	}
	v.mayNotWindow, err = p.mayNot(ctx, calendar.Window)
	return err
}

// fill puts releases and freezes onto their days.
func (v *monthView) fill(marks map[id.Release]Mark) {
	for _, s := range v.survey.Periods {
		if s.Kind == calendar.Freeze {
			v.freezes = append(v.freezes, s)
		} else {
			v.windows = append(v.windows, s)
		}
	}
	v.conflicts = gathered(v.survey.Conflicts)
	clash := map[id.Release]bool{}
	for _, c := range v.survey.Conflicts {
		for _, r := range c.Releases {
			clash[r.ID] = true
		}
	}
	by := map[string][]event{}
	for _, r := range v.survey.Releases {
		if v.Conflicts && !clash[r.ID] {
			continue
		}
		at := r.Window.Start.Std().In(v.Zone)
		e := event{Release: r, mark: marks[r.ID], clash: clash[r.ID], at: at.Format("15:04")}
		if !at.Before(v.first) && at.Before(v.first.AddDate(0, 1, 0)) {
			v.inMonth++
			if len(v.agenda) < agendaMax {
				v.agenda = append(v.agenda, e)
			}
		}
		// A window that began before the grid stands on its first day.
		if at.Before(v.from) {
			at, e.at = v.from, ""
		}
		key := at.Format(time.DateOnly)
		by[key] = append(by[key], e)
	}
	today := v.Now.In(v.Zone).Format(time.DateOnly)
	for d := v.from; d.Before(v.to); d = d.AddDate(0, 0, 7) {
		_, n := d.ISOWeek()
		w := week{number: n}
		for i := range 7 {
			x := d.AddDate(0, 0, i)
			y := v.day(x, i == 0, by[x.Format(time.DateOnly)])
			y.today = x.Format(time.DateOnly) == today
			w.days = append(w.days, y)
		}
		v.weeks = append(v.weeks, w)
	}
	v.timeline = v.twoWeeks(marks)
}

func (v *monthView) day(x time.Time, monday bool, events []event) day {
	y := day{date: x, number: strconv.Itoa(x.Day()), off: x.Month() != v.first.Month(), weekend: x.Weekday() == time.Saturday || x.Weekday() == time.Sunday}
	if x.Day() == 1 && y.off || x.Equal(v.from) && y.off {
		y.number = x.Format("2 Jan")
	}
	start, end := db.At(x), db.At(x.AddDate(0, 0, 1))
	for _, f := range v.freezes {
		for _, s := range f.Spans {
			if s.Start >= end || s.End <= start {
				continue
			}
			y.frozen = true
			switch {
			case y.label != "":
			case s.Start >= start:
				y.label = f.Name
				if !strings.Contains(strings.ToLower(f.Name), "freeze") {
					y.label += " freeze"
				}
			case monday:
				y.label = "Freeze, to " + (s.End - 1).Std().In(v.Zone).Format("Mon 2 Jan")
			}
		}
	}
	if y.events = events; len(events) > eventsADay {
		y.events, y.more = events[:eventsADay-1], len(events)-eventsADay+1
	}
	return y
}

// twoWeeks draws releases by service from the Monday of this week, or of the month's first week.
func (v *monthView) twoWeeks(marks map[id.Release]Mark) *uifigure.Timeline {
	from := v.from
	if now := v.Now.In(v.Zone); now.After(v.from) && now.Before(v.to) {
		from = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, v.Zone).AddDate(0, 0, -((int(now.Weekday()) + 6) % 7))
		if last := v.to.AddDate(0, 0, -14); from.After(last) {
			from = last
		}
	}
	to := from.AddDate(0, 0, 14)
	x := func(t time.Time) float64 {
		return min(100, max(0, float64(t.Sub(from))/float64(to.Sub(from))*100))
	}
	tl := &uifigure.Timeline{Label: "Timeline of two weeks", Div: 14, Min: "60rem"}
	for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
		tl.Marks = append(tl.Marks, uifigure.AxisMark{X: x(d), Text: d.Format("Mon 2")})
	}
	frozen := func(service string) []uifigure.Span {
		var out []uifigure.Span
		for _, f := range v.freezes {
			if !slices.ContainsFunc(v.survey.Places[service], f.Scope.Takes) {
				continue
			}
			for _, s := range f.Spans {
				if a, b := x(s.Start.Std()), x(s.End.Std()); b > a {
					out = append(out, uifigure.Span{X: a, W: b - a})
				}
			}
		}
		return out
	}
	lanes := map[string][]*uifigure.Lane{}
	ends := map[*uifigure.Lane]float64{} // where the last thing on a lane ends, its name included
	var names []string
	for _, r := range v.survey.Releases {
		a, b := r.Window.Start.Std(), r.Window.End.Std()
		if !a.Before(to) || !b.After(from) || r.State == plan.Cancelled {
			continue
		}
		at, width := x(a), x(b)-x(a)
		if width < 3 { // a point with its name beside it
			width = 0
		}
		for _, s := range v.survey.Services[r.ID] {
			if lanes[s] == nil {
				names = append(names, s)
			}
			var l *uifigure.Lane
			for _, o := range lanes[s] {
				if ends[o] < at {
					l = o
					break
				}
			}
			if l == nil {
				l = &uifigure.Lane{Label: s, Sub: strings.Join(r.EnvironmentKeys, ", "), Freezes: frozen(s)}
				lanes[s] = append(lanes[s], l)
			}
			ends[l] = at + max(width, 2.5+nameWidth*float64(len(r.Name)))
			m := marks[r.ID]
			l.Bars = append(l.Bars, uifigure.Bar{State: m.State, Said: m.Word, Span: uifigure.Span{X: at, W: width}, Text: r.Name, Href: "/releases/" + r.Key,
				Title: r.Name + ", " + ui.Period(a, b, v.Now, v.Zone)})
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	for _, n := range names {
		for _, l := range lanes[n] {
			if len(tl.Lanes) < timelineRows {
				tl.Lanes = append(tl.Lanes, *l)
			}
		}
	}
	if now := x(v.Now); now > 0 && now < 100 {
		tl.Now = &now
	}
	return tl
}

// summary is the line under the title.
func (v monthView) summary() string {
	var s []string
	if v.Now.In(v.Zone).Format("2006-01") == v.first.Format("2006-01") {
		_, n := v.Now.In(v.Zone).ISOWeek()
		s = append(s, "Week "+strconv.Itoa(n)+".")
	}
	ahead := 0
	for _, f := range v.freezes {
		if f.Next != nil && !f.Active {
			ahead++
		}
	}
	return strings.Join(append(s, ui.Plural(v.inMonth, "release", "releases")+" this month, "+ui.Plural(len(v.conflicts), "conflict", "conflicts")+", "+
		ui.Plural(ahead, "freeze", "freezes")+" ahead. Times in "+ui.ZoneName(v.Now, v.Zone)+"."), " ")
}

func (v monthView) step(months int) string {
	return v.url(func(q *query) { q.Month = v.first.AddDate(0, months, 0).Format("2006-01") })
}

// reach writes a scope as people read it.
func reach(s calendar.Scope) string {
	if s.Whole() {
		return "everything"
	}
	var out []string
	for _, l := range [][]string{s.Tiers, s.Environments, s.Products, s.Services} {
		if len(l) > 0 {
			out = append(out, ui.List(l...))
		}
	}
	for _, t := range s.ServiceTiers {
		out = append(out, "all Tier-"+strconv.Itoa(t))
	}
	return strings.Join(out, ", ")
}

func (v monthView) note(s calendar.Stretched) string {
	when := "over"
	if s.Next != nil {
		when = v.period(*s.Next)
	}
	if s.RRule != "" && s.Next != nil {
		when = "next " + when
	}
	return when + ", " + reach(s.Scope)
}

// due is the short word at the end of a row.
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
