package catalogweb

import (
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

const compareLimit = 50

type compareView struct {
	look
	A    string `form:"a"`
	B    string `form:"b"`
	Q    string `form:"q"`
	All  bool   `form:"all"` // those that are equal too
	From string `form:"after"`

	environments []catalog.Environment
	a, b         catalog.Environment
	rows         []pair
	next         string
}

// pair is what runs of a service in two environments; nil where nothing was recorded.
type pair struct {
	service catalog.Service
	a, b    *catalog.Cell
	mark    catalog.Mark // of a against b
}

func (v compareView) chosen() bool { return v.a.ID != "" && v.b.ID != "" }

func (v compareView) url(all bool, after string) string {
	v.All, v.From = all, after
	return web.Address("/environments/compare", v)
}

func (p *Pages) compare(w http.ResponseWriter, r *http.Request) error {
	v := compareView{look: p.look(r)}
	if err := web.Query(r, &v); err != nil {
		return err
	}
	key, _, err := api.DecodeCursor[afterKey]("compare", v.From)
	if err != nil {
		return err
	}
	last := ""
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		v.rows, last = nil, ""
		if v.environments, err = environments(tx); err != nil {
			return err
		}
		v.choose()
		if v.A == "" || v.B == "" {
			return nil
		}
		if v.a, err = catalog.EnvironmentByRef(tx, v.A); err != nil {
			return err
		}
		if v.b, err = catalog.EnvironmentByRef(tx, v.B); err != nil {
			return err
		}
		last, err = v.read(tx, key.Key)
		return err
	})
	if err != nil {
		return err
	}
	if last != "" {
		if v.next, err = api.EncodeCursor("compare", afterKey{last}); err != nil {
			return err
		}
	}
	return p.site.Render(w, r, web.Page{Title: "Compare two environments", Nav: "environments", Live: topics, Body: compareBody(v)})
}

// choose completes the pair with the environments nearest to users.
func (v *compareView) choose() {
	for i := len(v.environments) - 1; i >= 0; i-- {
		key := v.environments[i].Key
		switch {
		case v.B == "" && key != v.A:
			v.B = key
		case v.A == "" && key != v.B:
			v.A = key
		}
	}
}

// environments returns every environment to those who may see the catalog.
func environments(tx *db.Tx) ([]catalog.Environment, error) {
	if _, _, err := auth.Scopes(tx, "catalog.read"); err != nil {
		return nil, err
	}
	return catalog.Environments(tx)
}

// read fills one page and returns the key behind which the next one starts, "" after the last. Of the differences alone
// it reads on until the page is full.
func (v *compareView) read(tx *db.Tx, after string) (string, error) {
	for {
		m, err := catalog.ReadMatrix(tx, catalog.MatrixFilter{Filter: catalog.Filter{Query: v.Q, After: after}})
		if err != nil {
			return "", err
		}
		for i, row := range m.Rows {
			cells := cellsUnder([]catalog.Environment{v.a, v.b}, row)
			x := pair{service: row.Service, a: cells[0], b: cells[1]}
			if x.a != nil && x.b != nil {
				x.mark = catalog.Compare(x.a.Version, x.a.Digest, x.b.Version, x.b.Digest)
			}
			if x.a == nil && x.b == nil || !v.All && x.equal() {
				continue
			}
			v.rows = append(v.rows, x)
			if len(v.rows) == compareLimit && (i < len(m.Rows)-1 || m.Next != "") {
				return row.Service.Key, nil
			}
		}
		if m.Next == "" {
			return "", nil
		}
		after = m.Next
	}
}

func (x pair) equal() bool { return x.a != nil && x.b != nil && x.mark == catalog.Same }

// word says how the first stands to the second.
func (x pair) word() (ui.State, string) {
	switch {
	case x.a == nil || x.b == nil:
		return ui.Hold, "only in one"
	case x.mark == catalog.Ahead:
		return ui.Live, "ahead"
	case x.mark == catalog.Behind:
		return ui.Hold, "behind"
	case x.mark == catalog.Drift && x.a.Version == x.b.Version:
		return ui.Hold, "another artefact"
	case x.mark == catalog.Drift:
		return ui.Hold, "other version"
	}
	return ui.Go, "the same"
}

func (v compareView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.rows), One: "service", Many: "services", Order: "by key"}
	if v.From != "" {
		p.First = v.url(v.All, "")
	}
	if v.next != "" {
		p.Next = v.url(v.All, v.next)
	}
	return p
}
