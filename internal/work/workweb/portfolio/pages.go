package portfolio

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
	"slipway/internal/work/outlook"
	"slipway/internal/work/workweb/gantt"
)

// Path is the address of the portfolio.
const Path = "/plans"

// pageLimit is how many releases a page draws.
const pageLimit = 40

// Pages are the pages of the portfolio.
type Pages struct {
	site    *web.Site
	db      *db.DB
	outlook *outlook.Outlooks
}

// New returns the pages.
func New(s *web.Site, d *db.DB, o *outlook.Outlooks) *Pages {
	return &Pages{site: s, db: d, outlook: o}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() { p.site.Handle("GET "+Path, "plan.read", p.list) }

// query is the state of the page, as the address carries it.
type query struct {
	Q       string `form:"q"`
	Product string `form:"product"`
	Owner   string `form:"owner"`
	State   string `form:"state"`
	Mine    bool   `form:"mine"`
	View    string `form:"view"` // table, or "" for the picture
	Zoom    string `form:"zoom"`
	From    string `form:"from"` // a day in the first week
	After   string `form:"after"`
}

// url is the address with something changed, from the first page on.
func (q query) url(fn func(*query)) string {
	q.After = ""
	fn(&q)
	return q.address()
}

func (q query) address() string {
	v := url.Values{}
	for k, s := range map[string]string{"q": q.Q, "product": q.Product, "owner": q.Owner, "state": q.State, "view": q.View, "zoom": q.Zoom, "from": q.From, "after": q.After} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if q.Mine {
		v.Set("mine", "1")
	}
	if len(v) == 0 {
		return Path
	}
	return Path + "?" + v.Encode()
}

// keep are the parts of the address that are no inputs of the filter form.
func (q query) keep() map[string]string {
	out := map[string]string{}
	for k, s := range map[string]string{"view": q.View, "zoom": q.Zoom, "from": q.From} {
		if s != "" {
			out[k] = s
		}
	}
	if q.Mine {
		out["mine"] = "1"
	}
	return out
}

func (q query) narrowed() bool {
	return q.Q != "" || q.Product != "" || q.Owner != "" || q.State != "" || q.Mine || q.After != ""
}

// view is everything that the page shows.
type view struct {
	query
	now      time.Time
	zone     *time.Location
	me       id.Person
	lines    []line
	axis     gantt.Axis
	products []ui.Option
	owners   []ui.Option
	next     string
}

// line is a release of the portfolio.
type line struct {
	plan.Release
	phases     []plan.Phase
	milestones []plan.Milestone
	forecast   *outlook.Forecast
}

type place struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	v := view{now: p.db.Clock().Now(), zone: time.UTC}
	if who, ok := auth.Viewer(r.Context()); ok {
		v.zone, v.me = who.Zone(), who.Person
	}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	f, err := v.filter()
	if err != nil {
		return err
	}
	if err := p.db.Read(r.Context(), func(tx *db.Tx) error { return p.read(tx, &v, f) }); err != nil {
		return err
	}
	v.lay()
	return p.site.Render(w, r, web.Page{Title: "Plans", Nav: "plans", Live: []string{"releases", "milestones", "phases"}, Body: body(v)})
}

func (v *view) filter() (plan.Filter, error) {
	open := false
	f := plan.Filter{Ended: &open, Query: v.Q, Product: v.Product, Owner: v.Owner, Limit: pageLimit + 1}
	if v.Mine {
		f.Owner = string(v.me)
	}
	if v.State != "" {
		if !slices.Contains(plan.States(), plan.State(v.State)) {
			return f, errs.InvalidField("state", "plan.state_unknown", "There is no state %.30q.", v.State)
		}
		f.States = []plan.State{plan.State(v.State)}
	}
	if v.View != "" && v.View != "table" {
		return f, errs.InvalidField("view", "plan.view_unknown", "Plans are shown as a picture or a table, not as %.30q.", v.View)
	}
	at, _, err := api.DecodeCursor[place]("plans", v.After)
	f.AfterSort, f.AfterID = at.At, at.ID
	return f, err
}

func (p *Pages) read(tx *db.Tx, v *view, f plan.Filter) error {
	rs, err := plan.Releases(tx, f)
	if err != nil {
		return err
	}
	if len(rs) > pageLimit {
		rs = rs[:pageLimit]
		last := rs[pageLimit-1]
		if v.next, err = api.EncodeCursor("plans", place{last.Order(), string(last.ID)}); err != nil {
			return err
		}
	}
	if v.lines, err = p.lines(tx, rs); err != nil {
		return err
	}
	return v.choices(tx)
}

// lines reads what is drawn of releases, each kind of it at once for all of them.
func (p *Pages) lines(tx *db.Tx, rs []plan.Release) ([]line, error) {
	ids := make([]id.Release, len(rs))
	for i, r := range rs {
		ids[i] = r.ID
	}
	phases, err := plan.PhasesEach(tx, ids)
	if err != nil {
		return nil, err
	}
	milestones, err := plan.MilestonesEach(tx, ids)
	if err != nil {
		return nil, err
	}
	forecasts, err := p.outlook.ReadForecasts(tx, rs)
	if err != nil {
		return nil, err
	}
	out := make([]line, len(rs))
	for i, r := range rs {
		out[i] = line{Release: r, phases: phases[r.ID], milestones: milestones[r.ID]}
		if f, ok := forecasts[r.ID]; ok {
			out[i].forecast = &f
		}
	}
	return out, nil
}

// choicesMost bounds what the filters offer.
const choicesMost = 200

func (v *view) choices(tx *db.Tx) error {
	v.products = []ui.Option{{Text: "Product: all"}}
	ps, err := catalog.Products(tx, catalog.Filter{Limit: choicesMost})
	if err != nil {
		return err
	}
	for _, x := range ps {
		v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	v.owners, err = reader.People(tx, "Owner: all", v.Owner)
	return err
}

// lay chooses the stretch of time: what is asked for, otherwise from four weeks back or so far that all of it fits.
func (v *view) lay() {
	z := gantt.Zoom(v.Zoom)
	if z.Days() == 0 {
		z = gantt.Month
	}
	if d, err := time.ParseInLocation(ui.DateLayout, v.From, v.zone); err == nil && d.Year() > 1970 && d.Year() < 2200 {
		v.axis = gantt.NewAxis(z, d, v.zone)
		return
	}
	v.axis = gantt.NewAxis(z, v.now.AddDate(0, 0, -z.Days()/5), v.zone)
}

// chart is the picture: one lane for each release.
func (v view) chart() gantt.Chart {
	g := gantt.Chart{Label: v.finding(), Axis: v.axis, Now: v.now, Wide: true}
	for _, x := range v.lines {
		g.Rows = append(g.Rows, x.row(v))
	}
	return g
}

func (v view) finding() string {
	return "Plans of " + ui.Plural(len(v.lines), "release", "releases") + " by window, " + ui.Date(v.axis.From, v.now, v.zone) + " to " + ui.Date(v.axis.To.AddDate(0, 0, -1), v.now, v.zone) + "."
}

func (x line) row(v view) gantt.Row {
	r := gantt.Row{Kind: gantt.Lane, Name: x.Name, Href: x.url(), Note: x.State.Words()}
	for _, p := range x.phases {
		s := gantt.Stretch{Name: p.Name, From: cmp.Or(p.ActualStart, p.PlannedStart).Std(), To: cmp.Or(p.ActualEnd, p.PlannedEnd).Std()}
		switch {
		case p.PlannedStart.IsZero() && p.ActualStart.IsZero():
			continue
		case !p.ActualEnd.IsZero():
			s.Class = "done"
		case !p.ActualStart.IsZero():
			s.Class = "now"
		}
		r.Stretches = append(r.Stretches, s)
	}
	if w := x.Window; !w.IsZero() {
		r.Stretches = append(r.Stretches, gantt.Stretch{Name: "Window " + ui.Period(w.Start.Std(), w.End.Std(), v.now, v.zone), From: w.Start.Std(), To: w.End.Std(), Class: "window"})
	}
	for _, m := range x.milestones {
		if at := cmp.Or(m.ActualAt, m.PlannedAt); !at.IsZero() && at != x.Window.Start { // that of the window would hide the window
			state, word := v.reach(m)
			r.Points = append(r.Points, gantt.Point{Name: m.Name + ", " + word + ", " + ui.Date(at.Std(), v.now, v.zone), At: at.Std(), State: gantt.State(state)})
		}
	}
	if f := x.forecast; f != nil && !f.P50.IsZero() && !f.P80.IsZero() {
		r.P50, r.P80 = f.P50.Std(), f.P80.Std()
	}
	r.Said = x.State.Words() + ", " + v.window(x)
	if c := x.chance(); c != "" {
		r.Said += ", chance " + c
	}
	return r
}

func (x line) url() string { return "/releases/" + url.PathEscape(x.Key) + "/plan" }

// reach is how a milestone stands.
func (v view) reach(m plan.Milestone) (ui.State, string) {
	switch {
	case !m.ActualAt.IsZero():
		return ui.Go, "reached"
	case m.PlannedAt.Before(db.At(v.now)):
		return ui.Hold, "late"
	}
	return ui.Wait, "to come"
}

func (v view) window(x line) string {
	if x.Window.IsZero() {
		return "no window yet"
	}
	return ui.Period(x.Window.Start.Std(), x.Window.End.Std(), v.now, v.zone)
}

// phase is the one under way, otherwise the next.
func (x line) phase() string {
	for _, p := range x.phases {
		if !p.ActualStart.IsZero() && p.ActualEnd.IsZero() {
			return p.Name
		}
	}
	for _, p := range x.phases {
		if p.ActualStart.IsZero() {
			return "before " + p.Name
		}
	}
	return ""
}

// milestone is the next one that is not reached.
func (v view) milestone(x line) string {
	for _, m := range x.milestones {
		if m.ActualAt.IsZero() && !m.PlannedAt.IsZero() {
			_, word := v.reach(m)
			s := m.Name + ", " + ui.Date(m.PlannedAt.Std(), v.now, v.zone)
			if word == "late" {
				s += ", late"
			}
			return s
		}
	}
	return ""
}

// chance is the forecast's chance of the window, "" without one.
func (x line) chance() string {
	if x.forecast == nil || x.forecast.Chance == nil {
		return ""
	}
	return strconv.Itoa(uifigure.PerCent(*x.forecast.Chance)) + " %"
}

// by is the date that belongs to the chance where a narrow table has no columns for it.
func (v view) by(x line) string {
	if x.forecast == nil || x.forecast.P80.IsZero() {
		return ""
	}
	return "P80 " + v.day(x.forecast.P80)
}

// day writes a date, a dash for none.
func (v view) day(t db.Time) string {
	if t.IsZero() {
		return "–"
	}
	return ui.Date(t.Std(), v.now, v.zone)
}

func (v view) moved(quarters int) string {
	return v.query.url(func(q *query) {
		q.Zoom, q.From = string(v.axis.Zoom), v.axis.Moved(quarters).From.Format(ui.DateLayout)
	})
}

func (v view) zooms() []ui.Tab {
	var out []ui.Tab
	for _, z := range gantt.Zooms() {
		word := string(z)
		out = append(out, ui.Tab{Text: string(word[0]-'a'+'A') + word[1:], Href: v.query.url(func(q *query) { q.Zoom = word }), Current: v.axis.Zoom == z})
	}
	return out
}

func (v view) states() []ui.Option {
	out := []ui.Option{{Text: "State: all"}}
	for _, s := range plan.States() {
		if !(plan.Release{State: s}).Ended() {
			w := s.Words()
			out = append(out, ui.Option{Value: string(s), Text: string(w[0]-'a'+'A') + w[1:]})
		}
	}
	return out
}

func (v view) pager() ui.Pager {
	p := ui.Pager{Count: len(v.lines), One: "release", Many: "releases", Order: "by window"}
	if v.After != "" {
		p.First = v.query.url(func(*query) {})
	}
	if v.next != "" {
		q := v.query
		q.After = v.next
		p.Next = q.address()
	}
	return p
}
