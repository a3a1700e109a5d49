package catalogweb

import (
	"net/http"
	"strconv"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// query is the state of the matrix, as the address carries it.
type query struct {
	Q       string `form:"q"`
	Product string `form:"product"`
	Tier    string `form:"tier"` // only environments of this tier
	Drift   bool   `form:"drift"`
	At      string `form:"at"` // local time of the viewer
	After   string `form:"after"`
}

func (q query) url(fn func(*query)) string {
	q.After = ""
	fn(&q)
	return web.Address("/environments", q)
}

func (q query) narrowed() bool { return q.Q != "" || q.Product != "" || q.Drift }

type matrixView struct {
	look
	query
	catalog.Matrix
	at       db.Time
	all      int // environments, whatever the tier
	next     string
	products []ui.Option
	tiers    []ui.Option
	addWhy   string
}

type afterKey struct {
	Key string `json:"k"`
}

// instant reads a local time of the viewer; "" is none.
func (l look) instant(field, text string) (db.Time, error) {
	if text == "" {
		return 0, nil
	}
	t, err := ui.ParseDateTime(field, text, l.Zone)
	return db.At(t), err
}

func (p *Pages) matrix(w http.ResponseWriter, r *http.Request) error {
	v := matrixView{look: p.look(r)}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	var err error
	if v.at, err = v.instant("at", v.At); err != nil {
		return err
	}
	key, _, err := api.DecodeCursor[afterKey]("matrix-page", v.After)
	if err != nil {
		return err
	}
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		f := catalog.MatrixFilter{Filter: catalog.Filter{Query: v.Q, Product: v.Product, After: key.Key}, At: v.at, Drift: v.Drift}
		if v.Matrix, err = catalog.ReadMatrix(tx, f); err != nil {
			return err
		}
		v.all = len(v.Environments)
		v.tiers = tierChoices(v.Environments)
		v.narrow()
		if v.products, err = productChoices(tx, "All products"); err != nil {
			return err
		}
		may, err := auth.Allowed(tx, "catalog.edit", auth.Everywhere)
		if !may {
			v.addWhy = "only a release manager adds products and services."
		}
		return err
	})
	if err != nil {
		return err
	}
	if v.Next != "" {
		if v.next, err = api.EncodeCursor("matrix-page", afterKey{v.Next}); err != nil {
			return err
		}
	}
	page := web.Page{Title: "What runs where", Nav: "environments", Body: matrixBody(v)}
	if v.at.IsZero() {
		page.Live = topics
	}
	return p.site.Render(w, r, page)
}

func tierChoices(es []catalog.Environment) []ui.Option {
	out := []ui.Option{{Text: "All tiers"}}
	for _, e := range es {
		word := e.Tier.String()
		if out[len(out)-1].Value != word {
			out = append(out, ui.Option{Value: word, Text: title(word)})
		}
	}
	return out
}

// narrow keeps the environments of the tier.
func (v *matrixView) narrow() {
	if v.Tier == "" {
		return
	}
	var es []catalog.Environment
	for _, e := range v.Environments {
		if e.Tier.String() == v.Tier {
			es = append(es, e)
		}
	}
	v.Environments = es
}

// cells puts the cells of a row under the environments; nil where nothing was recorded.
func (v matrixView) cells(row catalog.MatrixRow) []*catalog.Cell {
	return cellsUnder(v.Environments, row)
}

func cellsUnder(es []catalog.Environment, row catalog.MatrixRow) []*catalog.Cell {
	of := map[id.Environment]*catalog.Cell{}
	for i := range row.Cells {
		of[row.Cells[i].Environment] = &row.Cells[i]
	}
	out := make([]*catalog.Cell, len(es))
	for i, e := range es {
		out[i] = of[e.ID]
	}
	return out
}

// drift is one place that does not run what production runs.
type drift struct {
	service     catalog.Service
	environment catalog.Environment
	cell        catalog.Cell
	text        string
}

func (v matrixView) drifts() []drift {
	var out []drift
	for _, row := range v.Rows {
		out = append(out, driftsOf(v.look, v.Environments, row)...)
	}
	return out
}

func driftsOf(l look, es []catalog.Environment, row catalog.MatrixRow) []drift {
	var out []drift
	cells := cellsUnder(es, row)
	for i, c := range cells {
		if c == nil || c.Mark != catalog.Behind && c.Mark != catalog.Drift {
			continue
		}
		out = append(out, drift{row.Service, es[i], *c, driftText(l, reference(row), *c)})
	}
	return out
}

// reference is the version of production that the marks of a row were made against: the newest that is marked as the same
// somewhere. Without it there is none to name.
func reference(row catalog.MatrixRow) *catalog.Cell {
	for i := range row.Cells {
		if row.Cells[i].Mark == catalog.Same {
			return &row.Cells[i]
		}
	}
	return nil
}

func driftText(l look, ref *catalog.Cell, c catalog.Cell) string {
	since := " Since " + l.Mid(c.Since) + "."
	switch {
	case ref == nil:
		return "Runs " + c.Version + "." + since
	case ref.Version == c.Version:
		return "The same version with another artefact, " + ui.Digest(c.Digest) + "." + since
	case c.Mark == catalog.Behind:
		return "Still runs " + c.Version + ", production has " + ref.Version + "." + since
	}
	return "Runs " + c.Version + ", production has " + ref.Version + "." + since
}

// markClass is the class of a cell of the matrix.
func markClass(e catalog.Environment, c *catalog.Cell) string {
	s := ""
	if e.Tier == catalog.Production {
		s = "pr"
	}
	if c == nil {
		return s
	}
	switch c.Mark {
	case catalog.Ahead:
		s += " up"
	case catalog.Behind:
		if e.Tier == catalog.Production {
			return s + " df"
		}
		s += " dn"
	case catalog.Drift:
		s += " df"
	}
	return s
}

func (v matrixView) summary() string {
	n := ui.Plural(len(v.Rows), "service", "services")
	if v.next != "" || v.After != "" {
		n += " on this page"
	}
	s := n + " in " + ui.Plural(len(v.Environments), "environment", "environments") + ", as recorded "
	if v.at.IsZero() {
		s += "at " + ui.Clock(v.Now, v.Zone)
	} else {
		s += "until " + ui.Instant(v.at.Std(), v.Now, v.Zone)
	}
	s += ". "
	if v.Drifts == 0 {
		return s + "No drift."
	}
	return s + ui.Plural(v.Drifts, "drift", "drifts") + "."
}

func (v matrixView) keep() map[string]string {
	if v.Drift {
		return map[string]string{"drift": "1"}
	}
	return nil
}

func (v matrixView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.Rows), One: "service", Many: "services", Order: "by key"}
	if v.After != "" {
		p.First = v.url(func(*query) {})
	}
	if v.next != "" {
		p.Next = v.url(func(q *query) { q.After = v.next })
	}
	return p
}

// width gives a matrix of many environments room to scroll in.
func (v matrixView) width() string {
	n := len(v.Environments)
	if n <= 6 {
		return ""
	}
	return "min-width:" + strconv.Itoa(11+7*n) + "rem"
}
