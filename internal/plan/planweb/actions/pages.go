package actions

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan/register"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Path is the address of the register.
const Path = "/actions"

// Pages are the pages of the action register.
type Pages struct {
	site     *web.Site
	db       *db.DB
	register *register.Register
}

// New returns the pages.
func New(s *web.Site, d *db.DB, r *register.Register) *Pages { return &Pages{s, d, r} }

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET /actions", "action.read", p.list)
	p.site.Handle("GET /actions.csv", "action.read", p.csv)
	p.site.Handle("GET /actions/new", "action.read", p.ask)
	p.site.Handle("POST /actions/new", "action.add", p.add)
	p.site.Handle("GET /actions/{action}", "action.read", p.one)
	p.site.Handle("GET /actions/{action}/edit", "action.read", p.edit)
	p.site.Handle("POST /actions/{action}", "action.read", p.set)
	p.site.Handle("POST /actions/{action}/{verb}", "action.read", p.act)
	p.site.Handle("GET /actions/{action}/proof", "action.read", p.proof)
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(ctx context.Context) look { return look{reader.Of(ctx, p.db.Clock().Now())} }

// near writes a due date as people say it.
func (l look) near(t db.Time) string {
	if t.IsZero() {
		return "no date"
	}
	return l.Near(t)
}

// due writes a due date as the list has it: the hour matters today only.
func (l look) due(t db.Time) string {
	if t.IsZero() {
		return "no date"
	}
	if s := l.near(t); strings.HasPrefix(s, "Today") {
		return s
	}
	return ui.Date(t.Std(), l.Now, l.Zone)
}

// within writes an instant inside a sentence.
func (l look) within(t db.Time) string {
	if t.IsZero() {
		return l.near(t)
	}
	return l.Mid(t)
}

func (l look) day(t db.Time) string { return t.Std().In(l.Zone).Format("2 Jan") }

func actionURL(a register.Action, verb ...string) string {
	s := Path + "/" + a.Key
	for _, v := range verb {
		s += "/" + v
	}
	return s
}

// csv answers with the register as the filters of the address narrow it.
func (p *Pages) csv(w http.ResponseWriter, r *http.Request) error {
	var q query
	if err := web.Query(r, &q); err != nil {
		return err
	}
	f, err := q.filter()
	if err != nil {
		return err
	}
	var rows []register.Action
	var who reader.Who
	if err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if rows, err = p.whole(tx, f); err != nil {
			return err
		}
		who, err = named(tx, rows)
		return err
	}); err != nil {
		return err
	}
	l := p.look(r.Context())
	table := [][]string{{"key", "title", "state", "owner", "due", "source", "release", "closes with", "proof"}}
	for _, a := range rows {
		due := ""
		if !a.Due.IsZero() {
			due = a.Due.Std().In(l.Zone).Format("2006-01-02 15:04")
		}
		table = append(table, []string{a.Key, a.Title, a.State.Words(), who.Name(a.Owner), due, sourceText(a), a.ReleaseKey, a.ClosesWith, a.Proof.Text + a.Proof.URL})
	}
	return web.CSV(w, "actions.csv", table)
}

// whole reads every page of a list.
func (p *Pages) whole(tx *db.Tx, f register.Filter) ([]register.Action, error) {
	var out []register.Action
	f.Limit = 1_000
	for {
		rows, err := p.register.Read(tx, f)
		out = append(out, rows...)
		if err != nil || len(rows) < f.Limit {
			return out, err
		}
		last := rows[len(rows)-1]
		f.AfterSort, f.AfterNumber = last.Order(), last.Number
	}
}

// named reads the people whom actions name.
func named(tx *db.Tx, rows []register.Action) (reader.Who, error) {
	var ids []id.Person
	for _, a := range rows {
		ids = append(ids, a.Owner, a.Verifier, a.Proof.By, id.Person(a.CreatedBy))
	}
	return reader.WhoIs(tx, "nobody", ids...)
}

// proof answers with the file that was shown.
func (p *Pages) proof(w http.ResponseWriter, r *http.Request) error {
	a, content, err := p.register.Proof(r.Context(), r.PathValue("action"))
	if err != nil {
		return err
	}
	w.Header().Set("Digest", "sha-256="+a.Proof.Digest)
	return httpx.Save(w, a.Proof.Name, "application/octet-stream", content)
}

func encode(v url.Values) string {
	if e := v.Encode(); e != "" {
		return "?" + e
	}
	return ""
}
