package intake

import (
	"context"
	"net/http"
	"net/url"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan/intake"
	"slipway/internal/plan/train"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// path is the address of the list.
const path = "/requests"

// rowsMost is how many requests the list shows at once.
const rowsMost = 50

// Pages are the pages of requests.
type Pages struct {
	site     *web.Site
	db       *db.DB
	requests *intake.Requests
	trains   *train.Trains
	catalog  *catalog.Catalog
}

// New returns the pages.
func New(s *web.Site, d *db.DB, r *intake.Requests, t *train.Trains, c *catalog.Catalog) *Pages {
	return &Pages{site: s, db: d, requests: r, trains: t, catalog: c}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET "+path, "request.read", p.list)
	p.site.Handle("GET "+path+"/new", "request.file", p.ask)
	p.site.Handle("POST "+path+"/new", "request.file", p.file)
	p.site.Handle("GET "+path+"/{request}", "request.read", p.show)
	p.site.Handle("POST "+path+"/{request}/accept", "request.answer", p.accept)
	p.site.Handle("POST "+path+"/{request}/defer", "request.answer", p.put)
	p.site.Handle("POST "+path+"/{request}/decline", "request.answer", p.decline)
	p.site.Handle("POST "+path+"/{request}/withdraw", "request.file", p.withdraw)
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(ctx context.Context) look { return look{reader.Of(ctx, p.db.Clock().Now())} }

func address(r intake.Request, below ...string) string {
	s := path + "/" + url.PathEscape(r.Key)
	for _, b := range below {
		s += "/" + b
	}
	return s
}

// stateOf returns the shape and the words of what became of a request.
func (l look) stateOf(r intake.Request) (ui.State, string) {
	switch r.State {
	case intake.StateAccepted:
		return ui.Go, "Accepted"
	case intake.StateDeferred:
		if r.Due {
			return ui.Hold, "Due again"
		}
		return ui.Skip, "Put off"
	case intake.StateDeclined:
		return ui.NoGo, "Declined"
	case intake.StateWithdrawn:
		return ui.Skip, "Withdrawn"
	}
	return ui.Wait, "New"
}

// query is the state of the list, as the address carries it.
type query struct {
	Q       string `form:"q"`
	Product string `form:"product"`
	Show    string `form:"show"` // all, mine, or "" for what waits for an answer
	After   string `form:"after"`
}

func (q query) url(fn func(*query)) string {
	q.After = ""
	fn(&q)
	v := url.Values{}
	for k, s := range map[string]string{"q": q.Q, "product": q.Product, "show": q.Show, "after": q.After} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if e := v.Encode(); e != "" {
		return path + "?" + e
	}
	return path
}

func (q query) keep() map[string]string {
	if q.Show == "" {
		return nil
	}
	return map[string]string{"show": q.Show}
}

// view is everything that the list shows.
type view struct {
	look
	query
	rows     []intake.Request
	total    int64
	due      int64
	next     string
	products []ui.Option
	fileWhy  string
}

type afterKey struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	v := view{look: p.look(r.Context())}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	if v.Show != "" && v.Show != "all" && v.Show != "mine" {
		return errs.InvalidField("show", "request.show_unknown", "The list shows all, mine, or what waits for an answer.")
	}
	var err error
	if v.products, err = p.products(r.Context(), "All products"); err != nil {
		return err
	}
	if err := p.db.Read(r.Context(), v.read); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Requests", Nav: "requests", Live: []string{"requests"}, Body: listBody(v)})
}

func (v *view) read(tx *db.Tx) error {
	f := intake.Filter{Product: v.Product, Query: v.Q, Due: v.Show == "", Mine: v.Show == "mine", Limit: rowsMost + 1}
	at, _, err := api.DecodeCursor[afterKey]("requests-page", v.After)
	if err != nil {
		return err
	}
	f.AfterAt, f.AfterID = at.At, at.ID
	if v.rows, err = intake.List(tx, f); err != nil {
		return err
	}
	if len(v.rows) > rowsMost {
		v.rows = v.rows[:rowsMost]
		last := v.rows[rowsMost-1]
		if v.next, err = api.EncodeCursor("requests-page", afterKey{int64(last.CreatedAt), string(last.ID)}); err != nil {
			return err
		}
	}
	if v.total, err = intake.Count(tx, f); err != nil {
		return err
	}
	if v.due, err = intake.Count(tx, intake.Filter{Due: true}); err != nil {
		return err
	}
	all, scopes, err := auth.Scopes(tx, "request.file")
	if err == nil && !all && len(scopes) == 0 {
		v.fileWhy = "your roles do not carry request.file anywhere."
	}
	return err
}

func (v view) sub() string {
	if v.due == 0 {
		return "What people ask releases for, and what became of it. Nothing waits for an answer."
	}
	return "What people ask releases for, and what became of it. " + ui.Plural(int(v.due), "request waits", "requests wait") + " for an answer."
}

func (v view) pager() ui.Pager {
	p := ui.Pager{Count: len(v.rows), Total: int(v.total), One: "request", Many: "requests", Order: "newest first"}
	if v.After != "" {
		p.First = v.query.url(func(*query) {})
	}
	if v.next != "" {
		p.Next = v.query.url(func(q *query) { q.After = v.next })
	}
	return p
}

func (p *Pages) products(ctx context.Context, none string) ([]ui.Option, error) {
	var out []ui.Option
	if none != "" {
		out = append(out, ui.Option{Text: none})
	}
	ps, err := p.catalog.Products(ctx, catalog.Filter{Limit: 200})
	for _, x := range ps {
		out = append(out, ui.Option{Value: x.Key, Text: x.Name})
	}
	return out, err
}
