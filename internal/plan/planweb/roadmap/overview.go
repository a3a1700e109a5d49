package roadmap

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/roadmap"
	"slipway/internal/plan/train"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// view is everything that the page shows.
type view struct {
	look
	query
	from, to   time.Time
	quarters   int
	road       roadmap.Road
	rows       []row
	focus      *roadmap.Date // whose negotiation is told
	products   []ui.Option
	publishWhy string
	proposeWhy string
	trainWhy   string
}

// row is a line of the picture: a product or a goal.
type row struct {
	name, note string
	lanes      int
	marks      []mark
	freezes    []roadmap.Freeze
}

// mark is a date of the picture.
type mark struct {
	roadmap.Mark
	x    float64
	lane int
	text string
}

const (
	trackRem = 52.0 // the least width of the picture without its labels
	charRem  = 0.42 // of a letter of a mark
	padRem   = 2.4  // of what stands around it
)

func (p *Pages) overview(w http.ResponseWriter, r *http.Request) error {
	v := view{look: p.look(r.Context())}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	if err := p.fill(r, &v); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Roadmap", Nav: "roadmap", Live: []string{"roadmap_dates", "releases", "trains", "freezes"}, Body: overviewBody(v)})
}

func (p *Pages) fill(r *http.Request, v *view) error {
	var err error
	if v.from, v.quarters, err = v.span(v.look); err != nil {
		return err
	}
	v.to = v.from.AddDate(0, 3*v.quarters, 0)
	all, err := p.catalog.Products(r.Context(), catalog.Filter{Limit: 200})
	if err != nil {
		return err
	}
	v.products = []ui.Option{{Text: "All products"}}
	for _, x := range all {
		v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	return p.db.Read(r.Context(), v.read(p))
}

func (v *view) read(p *Pages) func(tx *db.Tx) error {
	return func(tx *db.Tx) (err error) {
		v.road, err = p.roads.Read(tx, roadmap.Span{From: db.At(v.from), To: db.At(v.to), Product: v.Product, Published: v.Published != ""})
		if err != nil {
			return err
		}
		for _, x := range []struct {
			to         *string
			permission string
		}{{&v.publishWhy, "roadmap.publish"}, {&v.proposeWhy, "roadmap.propose"}, {&v.trainWhy, "train.edit"}} {
			if *x.to, err = whyNot(tx, x.permission); err != nil {
				return err
			}
		}
		if v.Published == "" && len(v.road.Open) > 0 {
			d, err := roadmap.Look(tx, string(v.road.Open[0].ID))
			if err != nil {
				return err
			}
			v.focus = &d
		}
		v.lay()
		return nil
	}
}

// lay puts every mark into its row and its lane.
func (v *view) lay() {
	if v.View == "goals" {
		v.rows = v.goals()
	} else {
		v.rows = v.byProduct()
	}
	span := v.to.Sub(v.from).Seconds()
	for i := range v.rows {
		r := &v.rows[i]
		var ends []float64 // of each lane
		for k := range r.marks {
			m := &r.marks[k]
			wide := (float64(len([]rune(m.text)))*charRem + padRem) / trackRem * 100
			m.x = min(m.Window.Start.Std().Sub(v.from).Seconds()/span*100, 100-wide)
			m.x = max(float64(int(m.x*100))/100, 0)
			m.lane = slices.IndexFunc(ends, func(e float64) bool { return e <= m.x })
			if m.lane < 0 {
				m.lane = len(ends)
				ends = append(ends, 0)
			}
			ends[m.lane] = m.x + wide
		}
		r.lanes = max(len(ends)-1, 0)
	}
}

func (v *view) shows(m roadmap.Mark) bool {
	return v.Proposals == "" || m.State == roadmap.StateAgreed
}

func (v *view) byProduct() []row {
	var out []row
	for _, x := range v.road.Rows {
		r := row{name: x.Product.Name, freezes: x.Freezes, note: v.trainNote(x.Product.Key)}
		for _, m := range x.Marks {
			if !v.shows(m) {
				continue
			}
			text := m.Version
			if m.Vendor != "" {
				text += ", forced"
				if r.note == "" {
					r.note = m.Vendor + ", forced"
				}
			}
			r.marks = append(r.marks, mark{Mark: m, text: text})
		}
		out = append(out, r)
	}
	return out
}

// goals are the objectives of releases, each with the releases that serve it; those that most serve first.
func (v *view) goals() []row {
	at := map[string]int{}
	var out []row
	for _, x := range v.road.Rows {
		for _, m := range x.Marks {
			if !v.shows(m) {
				continue
			}
			for _, g := range m.Goals {
				k, ok := at[g]
				if !ok {
					k = len(out)
					at[g] = k
					out = append(out, row{name: g})
				}
				out[k].marks = append(out[k].marks, mark{Mark: m, text: m.Name})
			}
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].marks, func(a, b mark) int { return cmp.Compare(a.Window.Start, b.Window.Start) })
		out[i].note = ui.Plural(len(out[i].marks), "release", "releases")
	}
	slices.SortStableFunc(out, func(a, b row) int { return cmp.Compare(len(b.marks), len(a.marks)) })
	return out
}

func (v *view) trainNote(product string) string {
	for _, t := range v.road.Trains {
		if t.ProductKey == product {
			return "train, " + strings.TrimPrefix(often(t.RRule), "every ")
		}
	}
	return ""
}

// sub says what is on the page.
func (v view) sub() string {
	n := map[roadmap.State]int{}
	for _, r := range v.road.Rows {
		for _, m := range r.Marks {
			n[m.State]++
		}
	}
	s := quarterName(v.from) + " to " + quarterName(v.to.AddDate(0, -1, 0)) + ", " + ui.Plural(len(v.road.Rows), "product", "products") + ". "
	if v.Published != "" {
		return s + ui.Plural(n[roadmap.StateAgreed], "published date", "published dates") + ", as they were when they were published."
	}
	return s + ui.Plural(n[roadmap.StateAgreed], "date", "dates") + " agreed, " + ui.Number(n[roadmap.StateProposed]) + " proposed, " + ui.Number(n[roadmap.StateNegotiation]) +
		" in negotiation. Only agreed dates are published."
}

// percent returns where an instant lies on the track.
func (v view) percent(t time.Time) float64 {
	x := t.Sub(v.from).Seconds() / v.to.Sub(v.from).Seconds() * 100
	return float64(int(max(min(x, 100), 0)*100)) / 100
}

type tick struct {
	x    float64
	text string
}

func (v view) quarterTicks() (out []tick) {
	for t := v.from; t.Before(v.to); t = t.AddDate(0, 3, 0) {
		out = append(out, tick{v.percent(t), quarterName(t)})
	}
	return out
}

func (v view) monthTicks() (out []tick) {
	for t := v.from; t.Before(v.to); t = t.AddDate(0, 1, 0) {
		out = append(out, tick{v.percent(t), t.Format("Jan")})
	}
	return out
}

// freezesOf returns the freezes of a row that are shown.
func (v view) freezesOf(r row) []roadmap.Freeze {
	if v.Freezes != "" {
		return nil
	}
	return r.freezes
}

// freezeText names the freezes of the page once each.
func (v view) freezeText() string {
	if v.Freezes != "" || v.View == "goals" {
		return ""
	}
	seen := map[string]bool{}
	var all []roadmap.Freeze
	for _, r := range v.road.Rows {
		for _, f := range r.Freezes {
			if k := f.Key + f.Window.Start.String(); !seen[k] {
				seen[k] = true
				all = append(all, f)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.SortStableFunc(all, func(a, b roadmap.Freeze) int { return cmp.Compare(a.Window.Start, b.Window.Start) })
	var names []string
	for i, f := range all {
		if i == freezesNamed {
			names = append(names, ui.Number(len(all)-i)+" more")
			break
		}
		names = append(names, f.Name+" "+f.Window.Start.Std().In(v.Zone).Format("2 Jan")+" to "+f.Window.End.Std().In(v.Zone).Format("2 Jan"))
	}
	return "Freezes: " + strings.Join(names, ", ") + "."
}

const freezesNamed = 6

// class of a mark.
func (m mark) class() string {
	switch {
	case m.State == roadmap.StateAgreed:
		return "rm agreed"
	case m.State == roadmap.StateNegotiation:
		return "rm dis"
	}
	return "rm prop"
}

func (m mark) shape() ui.State { s, _ := stateOf(m.State, m.Vendor); return s }

func (m mark) word() string { _, w := stateOf(m.State, m.Vendor); return w }

func (m mark) href() string { return hrefOf(m.Mark) }

func hrefOf(m roadmap.Mark) string {
	switch {
	case m.Date != "":
		return dateURL(m.Date)
	case m.Release != "":
		return "/releases/" + m.Release
	case m.Train != "":
		return trainURL(m.Train)
	}
	return path
}

// title of a mark: what a pointer over it tells; the table says the same.
func (v view) title(m roadmap.Mark) string {
	_, word := stateOf(m.State, m.Vendor)
	s := m.Name + ": " + strings.ToLower(word) + " " + ui.Instant(m.Window.Start.Std(), v.Now, v.Zone)
	if m.Train != "" {
		s += ", opened by its train " + v.Mid(m.OpensAt)
	}
	return s
}

// listed are the marks of the table, by date.
func (v view) listed() []roadmap.Mark {
	var out []roadmap.Mark
	for _, r := range v.road.Rows {
		for _, m := range r.Marks {
			if v.shows(m) {
				out = append(out, m)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b roadmap.Mark) int { return cmp.Compare(a.Window.Start, b.Window.Start) })
	return out
}

// others are the open dates beside the one that is told.
func (v view) others() []roadmap.Date {
	if len(v.road.Open) < 2 {
		return nil
	}
	return v.road.Open[1:]
}

// hidden carries the state of the page over a form.
func (v view) hidden() map[string]string { return map[string]string{"product": v.Product} }

func (p *Pages) publish(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Product string `form:"product"`
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	ds, err := p.roads.Publish(r.Context(), roadmap.Publication{Product: in.Product})
	if err != nil {
		return err
	}
	t := web.Toast{State: ui.Go, Title: ui.Plural(len(ds), "date published", "dates published")}
	if len(ds) == 0 {
		t = web.Toast{State: ui.Wait, Title: "Nothing to publish", Text: "Every agreed date is published as it was agreed."}
	}
	return p.site.Redirect(w, r, path+"?published=only", t)
}

// trainText says when a train departs and what it opens next.
func (v view) trainText(t train.Timetable) string {
	s := departs(t.RRule, t.Start)
	switch {
	case t.State == train.StatePaused:
		return s + ". Paused: " + t.StateReason
	case t.Fault != "":
		return s + ". Not opened: " + t.Fault
	case len(t.Ahead) == 0:
		return s + ". No date any more"
	}
	for _, d := range t.Past {
		if d.Boards(db.At(v.Now)) {
			return s + ". " + d.Version + " is open"
		}
	}
	d := t.Ahead[0]
	if d.Outcome == train.OutcomeSkipped {
		if day := d.At.Std().In(v.Zone).Format("2 Jan"); !strings.HasPrefix(d.Reason, day) {
			return s + ". " + day + " is left out. " + d.Reason
		}
		return s + ". " + d.Reason
	}
	return s + ". Next " + d.Version + " opens by itself " + v.Mid(d.OpensAt)
}

// windowText writes a window in a zone.
func (l look) windowText(w plan.Window) string {
	if w.IsZero() {
		return "–"
	}
	return ui.Period(w.Start.Std(), w.End.Std(), l.Now, l.Zone)
}
