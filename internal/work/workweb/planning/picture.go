package planning

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
	"slipway/internal/work/outlook"
	"slipway/internal/work/workweb/gantt"
)

// view is everything that the tab shows of the outlook.
type view struct {
	look
	query
	facts
	lines       []line
	links       []gantt.Link
	axis        gantt.Axis
	freezes     []gantt.Stretch
	forecast    *outlook.Forecast // none was made yet
	history     []outlook.Past    // newest first
	saved       []outlook.Baseline
	forecastWhy string // no forecast can be made
	planWhy     string // nothing can be changed
	hasMove     bool   // there is a page that moves the date
	hasFile     bool   // there is a page that takes plans in and hands them out
}

// Panel draws the outlook of a release on its plan: the forecast, what drives it, and the picture or its table, whose zoom, beginning, first row
// and baseline are in the query of the address. It fails with errs.NotFound if the caller may not see them.
func (p *Pages) Panel(ctx context.Context, r plan.Release, q url.Values) (templ.Component, error) {
	v, err := p.view(ctx, r, q)
	if err != nil {
		return nil, err
	}
	return panel(v), nil
}

// view reads what the tab shows: the baselines first, then everything else in one snapshot.
func (p *Pages) view(ctx context.Context, r plan.Release, q url.Values) (*view, error) {
	v := &view{look: p.look(ctx), hasMove: p.exists("/releases/{ref}/move"), hasFile: p.exists("/releases/{ref}/plan/file")}
	v.query, v.release = queryOf(q, v.Zone), r
	var err error
	if v.saved, err = p.outlook.Baselines(ctx, r.Key); err != nil {
		return nil, err
	}
	if v.baseline, err = p.base(ctx, r, v.base, v.saved); err != nil {
		return nil, err
	}
	return v, p.db.Read(ctx, func(tx *db.Tx) error { return p.fill(tx, v) })
}

func (p *Pages) fill(tx *db.Tx, v *view) (err error) {
	r := v.release
	s, err := p.outlook.ReadSight(tx, r.Key)
	if err != nil {
		return err
	}
	v.Now, v.forecast, v.history = tx.Now.Std(), s.Forecast, s.History
	if err := v.read(tx, s); err != nil {
		return err
	}
	v.lines, v.links = v.facts.lines(v.look)
	v.row = min(v.row, max(0, len(v.lines)-1))
	v.lay()
	if p.o.Freezes != nil {
		if v.freezes, err = p.o.Freezes(tx, r, db.At(v.axis.From), db.At(v.axis.To)); err != nil {
			return err
		}
	}
	if v.forecastWhy, err = whyNot(tx, r, "outlook.forecast"); err != nil {
		return err
	}
	v.planWhy, err = whyNot(tx, r, "work.plan")
	return err
}

// base is the baseline that is asked for, otherwise the last one.
func (p *Pages) base(ctx context.Context, r plan.Release, asked string, saved []outlook.Baseline) (*outlook.Baseline, error) {
	if len(saved) == 0 || asked == "none" {
		return nil, nil
	}
	n, err := strconv.ParseInt(asked, 10, 64)
	if err != nil || n < 1 {
		n = 0
	}
	b, err := p.outlook.Baseline(ctx, r.Key, n)
	if errs.Is(err, errs.CodeNotFound) {
		return nil, nil
	}
	return &b, err
}

// lay chooses the stretch of time: what is asked for, otherwise where the plan and now are.
func (v *view) lay() {
	from, to := v.span()
	z := v.zoom
	if z == "" {
		z = gantt.Fitting(from, to)
	}
	if !v.from.IsZero() {
		v.axis = gantt.NewAxis(z, v.from, v.Zone)
		return
	}
	v.axis = gantt.Around(z, from, to, v.Now, v.Zone)
}

// span is the time from the first to the last that is drawn.
func (v *view) span() (from, to time.Time) {
	from, to = v.Now, v.Now
	see := func(ts ...time.Time) {
		for _, t := range ts {
			if t.IsZero() {
				continue
			}
			if t.Before(from) {
				from = t
			}
			if t.After(to) {
				to = t
			}
		}
	}
	for _, x := range v.lines {
		see(x.Start, x.End, x.At)
	}
	if v.forecast != nil && !v.forecast.P80.IsZero() {
		see(v.forecast.P80.Std())
	}
	return from, to
}

// chart is the picture from the first row that is asked for.
func (v *view) chart() gantt.Chart {
	g := gantt.Chart{Label: v.finding(), Axis: v.axis, First: v.row, Count: rowsShown, Links: v.links, Now: v.Now, Freezes: v.freezes}
	for _, x := range v.lines {
		g.Rows = append(g.Rows, x.Row)
	}
	if w := v.release.Window; !w.IsZero() {
		g.Window, g.Target = gantt.Stretch{Name: "Window", From: w.Start.Std(), To: w.End.Std()}, w.Start.Std()
	}
	if f := v.forecast; f != nil && !f.P50.IsZero() && !f.P80.IsZero() {
		g.P50, g.P80 = f.P50.Std(), f.P80.Std()
	}
	return g
}

// drawn are the two halves of the picture.
func (v *view) drawn() (names, field templ.Component) {
	n, f := v.chart().Draw()
	return n, f
}

// shown are the rows of the table.
func (v *view) shown() []line { return v.lines[v.row:min(v.row+rowsShown, len(v.lines))] }

func (v *view) next() (row int, more bool) {
	return v.row + rowsShown, v.row+rowsShown < len(v.lines)
}

// finding is what the picture says, in words.
func (v *view) finding() string {
	s := "Plan of " + ui.Plural(len(v.schedule.Tasks), "task", "tasks") + " and " + ui.Plural(len(v.milestones), "milestone", "milestones")
	if v.schedule.Ready.IsZero() {
		return s + "."
	}
	s += ", ready " + v.Day(v.schedule.Ready)
	if m := v.schedule.Margin; m != nil {
		apart := uifigure.Slip(v.schedule.Ready.Std(), v.schedule.Start.Std(), v.Zone)
		switch {
		case *m < 0:
			s += ", " + apart + " after the window opens"
		case *m >= 60:
			s += ", " + apart + " before the window opens"
		}
	}
	return s + "." + v.chain()
}

// chain names the tasks that decide the date, as far as a sentence can.
func (v *view) chain() string {
	var names []string
	for _, key := range v.schedule.Critical {
		if k, known := v.at[key]; known && len(names) < 6 {
			names = append(names, v.tasks[k].Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	s := " Critical path: " + ui.List(names...)
	if n := len(v.schedule.Critical) - len(names); n > 0 {
		s += " and " + ui.Number(n) + " more"
	}
	return s + "."
}

// note is the quiet text after the title.
func (v *view) note() string {
	if v.baseline == nil {
		return "no baseline"
	}
	return v.baseline.Name + ", saved " + v.baseline.SavedAt.Std().In(v.Zone).Format("2 Jan")
}

// foot is what the picture leaves open: estimates that are missing, work without end.
func (v *view) foot() string {
	s := v.finding()
	if n := v.schedule.Vague; n > 0 {
		s += " " + ui.Plural(n, "open task has", "open tasks have") + " no estimate and counts for nothing."
	}
	if n := v.schedule.Unreached; n > 0 {
		s += " For " + ui.Plural(n, "task", "tasks") + " no working time is left within three years."
	}
	return s
}

func (v *view) pager() ui.Pager {
	last := min(v.row+rowsShown, len(v.lines))
	p := ui.Pager{Count: last - v.row, Before: v.row, Total: len(v.lines), One: "row", Many: "rows"}
	if v.row > 0 {
		p.Previous = v.with(v.release, paramRow, positive(v.row-rowsShown))
	}
	if row, more := v.next(); more {
		p.Next = v.with(v.release, paramRow, strconv.Itoa(row))
	}
	return p
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// zooms are the ways to look nearer and further; the beginning of the picture stays where it was chosen.
func (v *view) zooms() []ui.Tab {
	var out []ui.Tab
	for _, z := range gantt.Zooms() {
		word := string(z)
		out = append(out, ui.Tab{Text: string(word[0]-'a'+'A') + word[1:], Href: v.with(v.release, paramZoom, word), Current: v.axis.Zoom == z})
	}
	return out
}

func (v *view) moved(quarters int) string {
	return v.with(v.release, paramZoom, string(v.axis.Zoom), paramFrom, v.axis.Moved(quarters).From.Format(ui.DateLayout))
}

func (v *view) stretch() string {
	last := v.axis.To.AddDate(0, 0, -1)
	return ui.Date(v.axis.From, v.Now, v.Zone) + " to " + ui.Date(last, v.Now, v.Zone)
}

// rows answers with further rows alone, which the page puts where its last row ends; without script they are a page of their own.
func (p *Pages) rows(w http.ResponseWriter, r *http.Request) error {
	rel, err := p.release(r)
	if err != nil {
		return err
	}
	v, err := p.view(r.Context(), rel, r.URL.Query())
	if err != nil {
		return err
	}
	switch {
	case !ui.Partial(r):
		return p.site.Redirect(w, r, v.with(v.release, paramOnly, ""))
	case r.URL.Query().Get(paramOnly) != "":
		return p.site.Render(w, r, web.Page{Body: segment(v)})
	}
	return p.site.Render(w, r, web.Page{Body: further(v)})
}

// forecast has one made now.
func (p *Pages) forecast(w http.ResponseWriter, r *http.Request) error {
	f, err := p.outlook.MakeForecast(r.Context(), r.PathValue("ref"), outlook.ForecastOptions{})
	if err != nil {
		return err
	}
	toast := web.Toast{Title: "The forecast is made", Text: "Half of the samples are done by " + p.look(r.Context()).Day(f.P50) + ".", State: ui.Go}
	return p.site.Redirect(w, r, "/releases/"+url.PathEscape(f.ReleaseKey)+"/plan", toast)
}
