package riskweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
	"slipway/internal/risk"
)

const (
	pageLimit = 50
	markLimit = 201 // risks of the heat map
	cellLimit = 6   // links in one cell of it
)

// query is the state of the register, as the address carries it.
type query struct {
	Q           string        `form:"q"`
	Show        string        `form:"show"` // open, accepted, closed, all, or "" for open and accepted
	Product     string        `form:"product"`
	Owner       string        `form:"owner"`
	Category    string        `form:"category"`
	Response    risk.Response `form:"response"`
	Blocking    bool          `form:"blocking"`
	Due         bool          `form:"due"` // reviews that are due
	Residual    bool          `form:"residual"`
	Probability int           `form:"p"`
	Impact      int           `form:"i"`
	Selected    string        `form:"sel"`
	After       string        `form:"after"`
}

// keep are the filters that are no inputs of the filter form.
func (q query) keep() map[string]string {
	out := map[string]string{}
	v := web.Values(query{Show: q.Show, Blocking: q.Blocking, Due: q.Due, Residual: q.Residual, Probability: q.Probability, Impact: q.Impact})
	for k := range v {
		out[k] = v.Get(k)
	}
	return out
}

func (q query) narrowed() bool {
	return q.Q != "" || q.Show != "" || q.Product != "" || q.Owner != "" || q.Category != "" || q.Response != "" || q.Blocking || q.Due || q.cell()
}

func (q query) cell() bool { return q.Probability != 0 || q.Impact != 0 }

func (q query) filter(l look) risk.Filter {
	f := risk.Filter{Query: q.Q, Product: q.Product, Owner: q.Owner, Category: q.Category, Response: q.Response, Blocking: q.Blocking, Residual: q.Residual,
		Probability: q.Probability, Impact: q.Impact}
	switch q.Show {
	case "":
	case "all":
		f.States = risk.States()
	default:
		f.States = []risk.State{risk.State(q.Show)}
	}
	if q.Due {
		f.ReviewBy = l.today()
		if q.Show == "" {
			f.States = []risk.State{risk.Open, risk.Accepted}
		}
	}
	return f
}

// view is everything that the register shows.
type view struct {
	look
	query
	base       string        // the address without query
	release    *plan.Release // of its tab; nil on the register of all
	rows       []risk.Risk
	marks      []uifigure.HeatMark
	more       bool // more risks than the map shows
	stats      risk.Stats
	who        reader.Who
	selected   *card
	next       string
	products   []ui.Option
	owners     []ui.Option
	categories []ui.Option
	addWhy     string
}

// url writes the state as an address of the register, changed by fn, from its first page on.
func (v view) url(fn func(*query)) string {
	q := v.query
	q.After = ""
	fn(&q)
	return web.Address(v.base, q)
}

func (v view) score(r risk.Risk) int {
	if v.Residual {
		return r.ResidualScore
	}
	return r.Score
}

func (v view) levels(r risk.Risk) (int, int) { return risk.Filter{Residual: v.Residual}.Levels(r) }

type afterKey struct {
	Score  int   `json:"s"`
	Number int64 `json:"n"`
}

func (v view) cursorName() string {
	if v.Residual {
		return "risks-page-residual"
	}
	return "risks-page"
}

func (p *Pages) register(w http.ResponseWriter, r *http.Request) error {
	v := view{look: p.look(r), base: "/risks"}
	if err := p.fill(r, &v, ""); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Risks", Nav: "risks", Live: []string{"risks"}, Body: registerBody(v)})
}

// tab is the register of one release inside its frame.
func (p *Pages) tab(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("release")
	v := view{look: p.look(r), base: "/releases/" + url.PathEscape(ref) + "/risks"}
	if err := p.fill(r, &v, ref); err != nil {
		return err
	}
	return p.frame(w, r, ref, "risks", web.Page{Title: "Risks", Live: []string{"risks"}, Body: tabBody(v)})
}

func (p *Pages) fill(r *http.Request, v *view, release string) error {
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	key, _, err := api.DecodeCursor[afterKey](v.cursorName(), v.After)
	if err != nil {
		return err
	}
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		v.release, v.marks, v.next, v.selected, v.more = nil, nil, "", nil, false
		f := v.filter(v.look)
		if release != "" {
			rel, err := plan.ReleaseByRef(tx, release)
			if err != nil {
				return err
			}
			v.release, f.Release = &rel, string(rel.ID)
		}
		page := f
		page.AfterScore, page.AfterNumber, page.Limit = key.Score, key.Number, pageLimit+1
		if v.rows, err = risk.Risks(tx, page); err != nil {
			return err
		}
		if len(v.rows) > pageLimit {
			v.rows = v.rows[:pageLimit]
			score, number := f.Order(v.rows[pageLimit-1])
			if v.next, err = api.EncodeCursor(v.cursorName(), afterKey{score, number}); err != nil {
				return err
			}
		}
		if v.stats, err = risk.StatsOf(tx, risk.Filter{Release: f.Release}); err != nil {
			return err
		}
		if v.who, err = owners(tx, v.rows); err != nil {
			return err
		}
		if err := v.choose(tx); err != nil {
			return err
		}
		if err := v.heat(tx, f); err != nil {
			return err
		}
		return v.choices(tx)
	})
}

// choose reads the risk beside the map: the one in the address, or the worst of the page.
func (v *view) choose(tx *db.Tx) error {
	ref := v.Selected
	if ref == "" && len(v.rows) > 0 {
		ref = v.rows[0].Key
	}
	if ref == "" {
		return nil
	}
	c, err := cardOf(tx, v.look, ref)
	v.selected = &c
	return err
}

// heat reads what the map shows: the filter without the cell, so that a cell can be left again.
func (v *view) heat(tx *db.Tx, f risk.Filter) error {
	f.Probability, f.Impact, f.Limit = 0, 0, markLimit
	rs, err := risk.Risks(tx, f)
	if err != nil {
		return err
	}
	if v.more = len(rs) == markLimit; v.more {
		rs = rs[:markLimit-1]
	}
	in := map[[2]int]int{}
	for _, r := range rs {
		p, i := v.levels(r)
		in[[2]int{p, i}]++
	}
	shown := map[[2]int]int{}
	for _, r := range rs {
		p, i := v.levels(r)
		at := [2]int{p, i}
		full := in[at] > cellLimit
		if shown[at]++; full && shown[at] > cellLimit {
			continue
		}
		m := uifigure.HeatMark{Likelihood: p, Impact: i}
		if full && shown[at] == cellLimit {
			m.Text = "+" + strconv.Itoa(in[at]-cellLimit+1)
			m.Title = ui.Number(in[at]) + " risks with a score of " + strconv.Itoa(p*i)
			m.Href = v.url(func(q *query) { q.Probability, q.Impact, q.Selected = p, i, "" }) + "#list"
		} else {
			m.Text, m.Title = strconv.FormatInt(r.Number, 10), r.Key+": "+r.Title+", score "+strconv.Itoa(v.score(r))
			m.Href = v.url(func(q *query) { q.Selected = r.Key }) + "#selected"
			m.Current = v.selected != nil && v.selected.ID == r.ID
		}
		v.marks = append(v.marks, m)
	}
	return nil
}

func (v *view) choices(tx *db.Tx) error {
	scope := auth.Everywhere
	var err error
	if v.release != nil {
		scope = plan.Scope(*v.release)
		if v.release.Ended() {
			v.addWhy = "the release is " + v.release.State.Words() + "."
		}
	} else {
		v.products = []ui.Option{{Text: "All products"}}
		ps, err := catalog.Products(tx, catalog.Filter{Limit: 200})
		if err != nil {
			return err
		}
		for _, x := range ps {
			v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
		}
	}
	all, scopes, err := auth.Scopes(tx, "risk.open")
	if err != nil {
		return err
	}
	may := all || scope == auth.Everywhere && len(scopes) > 0
	for _, s := range scopes {
		may = may || scope != auth.Everywhere && s.Covers(scope)
	}
	if !may {
		v.addWhy = "your roles do not open risks here."
	}
	v.categories = []ui.Option{{Text: "All categories"}}
	cs, err := risk.Categories(tx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		v.categories = append(v.categories, ui.Option{Value: c, Text: c})
	}
	v.owners, err = reader.People(tx, "Everybody's")
	return err
}

func (v view) newURL() string {
	if v.release != nil {
		return "/risks/new?release=" + url.QueryEscape(v.release.Key)
	}
	return "/risks/new"
}

// summary is the line under the title.
func (v view) summary() string {
	s := v.stats
	parts := []string{ui.Plural(int(s.Open), "open risk", "open risks")}
	if s.Accepted > 0 {
		parts = append(parts, ui.Number(int(s.Accepted))+" accepted")
	}
	if s.Ten > 0 {
		parts = append(parts, ui.Number(int(s.Ten))+" at 10 or more")
	}
	switch {
	case s.Blocking == 1:
		parts = append(parts, "1 blocks a gate")
	case s.Blocking > 1:
		parts = append(parts, ui.Number(int(s.Blocking))+" block a gate")
	}
	return strings.Join(parts, ", ") + "."
}

func (v view) shows(state string) func(*query) {
	return func(q *query) {
		q.Selected = ""
		if q.Show == state {
			q.Show = ""
		} else {
			q.Show = state
		}
	}
}

func (v view) pager() ui.Pager {
	p := ui.Pager{Count: len(v.rows), One: "risk", Many: "risks", Order: "the worst first"}
	if v.After != "" {
		p.First = v.url(func(*query) {})
	}
	if v.next != "" {
		p.Next = v.url(func(q *query) { q.After, q.Selected = v.next, "" })
	}
	return p
}

// card is a risk with what stands around it.
type card struct {
	risk.Risk
	look
	who    reader.Who
	points []point
	may    map[string]string // verb: why it is not available, "" if it is
}

func cardOf(tx *db.Tx, l look, ref string) (card, error) {
	r, err := risk.ByRef(tx, ref)
	c := card{Risk: r, look: l}
	if err != nil {
		return c, err
	}
	if c.who, err = reader.WhoIs(tx, "Nobody", r.Owner, id.Person(r.StateBy)); err != nil {
		return c, err
	}
	scored, err := risk.ScoresOf(tx, r.ID)
	if err != nil {
		return c, err
	}
	c.points = weeks(scored, l.Now, l.Zone)
	c.may, err = mays(tx, r)
	return c, err
}
