package calendarweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/calendarweb/clashpage"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/calendarweb/weekpage"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/feed"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
)

// view is everything that the page shows.
type view struct {
	frame.Look
	query
	p               *Pages
	at              time.Time // the day that it is around
	first, from, to time.Time // of the month or quarter; of what is read
	survey          calendar.Survey
	freezes         []calendar.Stretched
	windows         []calendar.Stretched
	busy            []calendar.Stretched
	bookings        []booked.Booking
	drawn           []booked.Booking // on days of a month or hours of a week: all of them, or those that fit
	piled           []booked.Pile    // of a month or week with more bookings than are read: how many begin in each step of it
	imported        []feed.Event
	clashing        map[string]bool // parties of open conflicts
	booked          []booked.ID     // those of them that are bookings
	open            []clashpage.Card
	cards           []clashpage.Card // the first of them, with ways out
	marks           map[id.Release]Mark
	services        map[string]bool // of the chosen team
	known           []catalog.Environment
	environments    []ui.Option
	products        []ui.Option
	teams           []ui.Option
	mayNotFreeze    string
	mayNotWindow    string
	mayNotBook      string
	mayNotBusy      string

	weeks    []weekRow
	week     *weekpage.Week
	months   []monthBox
	entries  []entry // of the agenda
	next     string  // the page of the agenda behind these
	inSpan   int     // releases that begin in what the title names
	timeline *uifigure.Timeline
	bands    []band
	rows     int // of the timeline, on all pages
}

const (
	conflictsShown = 2
	bookingsDrawn  = 400 // in a month or week; of more only those that fit are read
	importedMax    = 500
)

func (p *Pages) calendar(w http.ResponseWriter, r *http.Request) error {
	v := &view{Look: p.Look(r.Context()), p: p}
	if err := v.ask(r); err != nil {
		return err
	}
	var err error
	if v.mayNotFreeze, err = p.mayNot(r.Context(), calendar.Freeze); err != nil {
		return err
	}
	if v.mayNotWindow, err = p.mayNot(r.Context(), calendar.Window); err != nil {
		return err
	}
	if v.mayNotBusy, err = p.mayNot(r.Context(), calendar.Busy); err != nil {
		return err
	}
	if v.mayNotBook, err = p.MayNot(r.Context(), "booking.request", "your roles do not let you book."); err != nil {
		return err
	}
	if v.services, err = v.ofTeam(r.Context()); err != nil {
		return err
	}
	if err := p.DB.Read(r.Context(), v.read); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: "Calendar, " + v.title(), Nav: "calendar", Live: []string{"releases", "windows", "freezes", "bookings", "conflicts", "sources"}, Body: calendarBody(v)})
}

// read reads what the view shows, in one snapshot, and lays it out.
func (v *view) read(tx *db.Tx) error {
	if err := v.choices(tx); err != nil {
		return err
	}
	var err error
	v.survey, err = v.p.Calendar.ReadSpan(tx, calendar.SurveyFilter{From: db.At(v.from), To: db.At(v.to), Environment: v.Environment, Product: v.Product, Query: v.Q})
	if err != nil {
		return err
	}
	for _, s := range v.survey.Periods {
		switch s.Kind {
		case calendar.Freeze:
			v.freezes = append(v.freezes, s)
		case calendar.Window:
			v.windows = append(v.windows, s)
		case calendar.Busy:
			v.busy = append(v.busy, s)
		}
	}
	if err := v.conflicts(tx); err != nil {
		return err
	}
	v.narrow()
	if v.imported, err = v.events(tx); err != nil {
		return err
	}
	return v.lay(tx)
}

// choices reads what the filters offer.
func (v *view) choices(tx *db.Tx) error {
	var err error
	if v.known, err = catalog.Environments(tx); err != nil {
		return err
	}
	v.environments = frame.Environments("All environments", v.known)
	ps, err := catalog.Products(tx, catalog.Filter{Limit: 200})
	if err != nil {
		return err
	}
	v.products = []ui.Option{{Text: "All products"}}
	for _, x := range ps {
		v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	ts, err := auth.EachTeam(tx)
	v.teams = []ui.Option{{Text: "All teams"}}
	for _, t := range ts {
		if !t.Closed() {
			v.teams = append(v.teams, ui.Option{Value: t.Key, Text: t.Name})
		}
	}
	return err
}

// conflicts reads what does not go together in the span: the serious first, then by time.
func (v *view) conflicts(tx *db.Tx) error {
	cs, err := v.p.Conflicts.Read(tx, clash.Filter{From: db.At(v.from), To: db.At(v.to), States: []clash.State{clash.Open}, Environment: v.Environment})
	if err != nil {
		return err
	}
	v.clashing = map[string]bool{}
	shown := map[string]bool{}
	for _, r := range v.survey.Releases {
		shown[string(r.ID)] = true
	}
	narrow := v.Product+v.Q+v.Team+v.Tier != ""
	cs = slices.DeleteFunc(cs, func(c clash.Conflict) bool {
		return narrow && !slices.ContainsFunc(c.Parties, func(p clash.Party) bool { return shown[p.ID] })
	})
	for _, c := range cs {
		for _, p := range c.Parties {
			if p.Kind == clash.PartyBooking && !v.clashing[p.ID] {
				v.booked = append(v.booked, booked.ID(p.ID))
			}
			v.clashing[p.ID] = true
		}
	}
	slices.SortStableFunc(cs, func(a, b clash.Conflict) int { return strings.Compare(string(b.Severity), string(a.Severity)) })
	v.open = clashpage.Gather(cs)
	for i := range v.open[:min(conflictsShown, len(v.open))] {
		if err := clashpage.Fill(v.p.Frame, tx, v.Look, &v.open[i], i == 0); err != nil {
			return err
		}
		v.cards = append(v.cards, v.open[i])
	}
	return nil
}

// narrow leaves out the releases that the filters of tier, team, kind and conflicts leave out.
func (v *view) narrow() {
	tier := map[string]bool{}
	for _, e := range v.known {
		if e.Tier.String() == v.Tier {
			tier[e.Key] = true
		}
	}
	v.survey.Releases = slices.DeleteFunc(v.survey.Releases, func(r plan.Release) bool {
		return v.Kind != "" && v.Kind != kindReleases || v.Conflicts && !v.clashing[string(r.ID)] ||
			v.Tier != "" && !slices.ContainsFunc(r.EnvironmentKeys, func(e string) bool { return tier[e] }) ||
			v.Team != "" && !slices.ContainsFunc(v.survey.Services[r.ID], func(s string) bool { return v.services[s] })
	})
	if v.Tier != "" {
		out := func(s calendar.Stretched) bool { return !s.Scope.Meets(book.Place{Tier: v.Tier}) }
		v.freezes, v.windows = slices.DeleteFunc(v.freezes, out), slices.DeleteFunc(v.windows, out)
	}
}

// ofTeam returns the services of the chosen team, nil without one.
func (v *view) ofTeam(ctx context.Context) (map[string]bool, error) {
	if v.Team == "" {
		return nil, nil
	}
	var team auth.Team
	err := v.p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		team, err = auth.TeamByRef(tx, v.Team)
		return err
	})
	if errs.Is(err, errs.CodeNotFound) {
		return nil, errs.InvalidField("team", "team.unknown", "There is no team %.60q.", v.Team)
	}
	out := map[string]bool{}
	for f := (catalog.Filter{Limit: 200}); err == nil; {
		var ss []catalog.Service
		if ss, err = v.p.Catalog.Services(ctx, f); err != nil {
			break
		}
		for _, s := range ss {
			if s.Team == team.ID {
				out[s.Key] = true
			}
		}
		if len(ss) < f.Limit {
			break
		}
		f.After = ss[len(ss)-1].Key
	}
	return out, err
}

// events reads the events of imported calendars, for who may see them.
func (v *view) events(tx *db.Tx) ([]feed.Event, error) {
	if v.Kind != "" && v.Kind != kindImported || v.Conflicts {
		return nil, nil
	}
	es, err := feed.Imported(tx, db.At(v.from), db.At(v.to), importedMax)
	if errs.Is(err, errs.CodeForbidden) {
		return nil, nil
	}
	return es, err
}

// lay puts what was read onto the view, then asks how the releases that are drawn stand.
func (v *view) lay(tx *db.Tx) error {
	v.count()
	var drawn []plan.Release
	var err error
	switch v.View {
	case quarter:
		drawn = append(v.layList(), v.survey.Releases[:min(quarterMarks, len(v.survey.Releases))]...)
	case timeline:
		return v.layTimeline(tx)
	case agenda:
		if drawn, err = v.layAgenda(tx); err != nil {
			return err
		}
	case week:
		if err := v.readDays(tx); err != nil {
			return err
		}
		drawn = v.layWeek()
	default:
		if err := v.readDays(tx); err != nil {
			return err
		}
		drawn = append(v.layMonth(), v.layList()...)
	}
	if v.View == month {
		drawn = append(drawn, v.twoWeeks()...)
	}
	if v.marks, err = v.p.MarksOf(tx, once(drawn)); err != nil {
		return err
	}
	switch v.View {
	case month:
		v.drawTwoWeeks()
	case quarter:
		v.layQuarter()
	}
	return nil
}

func once(rs []plan.Release) []plan.Release {
	seen := make(map[id.Release]bool, len(rs))
	return slices.DeleteFunc(rs, func(r plan.Release) bool {
		was := seen[r.ID]
		seen[r.ID] = true
		return was
	})
}

// count counts the releases that begin in what the title names.
func (v *view) count() {
	from, to := v.from, v.to
	if v.View == month {
		from, to = v.first, v.first.AddDate(0, 1, 0)
	}
	for _, r := range v.survey.Releases {
		if at := r.Window.Start.Std(); !at.Before(from) && at.Before(to) {
			v.inSpan++
		}
	}
}

// markOf is how a release is drawn.
func (v *view) markOf(r plan.Release) Mark {
	if m, ok := v.marks[r.ID]; ok {
		return m
	}
	return frame.MarkOf(r)
}

// summary is the line under the title.
func (v *view) summary() string {
	var s []string
	if now := v.Midnight(v.Now); !now.Before(v.from) && now.Before(v.to) {
		_, n := v.Now.In(v.Zone).ISOWeek()
		s = append(s, "Week "+strconv.Itoa(n)+".")
	}
	ahead := 0
	for _, f := range v.freezes {
		if f.Next != nil && !f.Active {
			ahead++
		}
	}
	where := "in these weeks"
	switch v.View {
	case month:
		where = "this month"
	case agenda:
		where = "from here on"
	case week, quarter:
		where = "this " + v.View
	}
	return strings.Join(append(s, ui.Plural(v.inSpan, "release", "releases")+" "+where+", "+ui.Plural(len(v.open), "conflict", "conflicts")+", "+
		ui.Plural(ahead, "freeze", "freezes")+" ahead. Times in "+ui.ZoneName(v.Now, v.Zone)+"."), " ")
}
