package deployweb

import (
	"net/http"
	"strconv"
	"strings"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/web"
)

const (
	booksPage = 50
	booksHere = 8 // runbooks on the page of runs
)

// indexView is the page of runs.
type indexView struct {
	desk.Look
	mode   string
	live   []deploy.View
	runs   []deploy.Run
	people reader.Who
	books  []deploy.Summary
	more   bool // there are more runbooks
	newWhy string
	first  string // address of the first page, "" on it
	older  string // address of the next page
}

func (p *Pages) index(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Mode   string `form:"mode"`
		Before string `form:"before"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	f := deploy.RunFilter{Mode: deploy.Mode(in.Mode), Limit: desk.RunsPage + 1}
	if in.Mode != "" && f.Mode != deploy.Live && f.Mode != deploy.Rehearsal {
		return errs.InvalidField("mode", "run.mode_unknown", "A run is live or a rehearsal.")
	}
	if in.Before != "" {
		at, run, ok := strings.Cut(in.Before, ".")
		n, err := strconv.ParseInt(at, 10, 64)
		if !ok || err != nil || !id.Is(run) {
			return errs.InvalidField("before", "run.cursor", "This is no place in the list of runs. Begin at its first page.")
		}
		f.BeforeAt, f.BeforeID = db.Time(n), id.Run(run)
	}
	v := indexView{Look: p.Look(r), mode: in.Mode}
	if in.Before != "" {
		v.first = web.Link("/runs", "mode", in.Mode)
	}
	if err := p.DB.Read(r.Context(), func(tx *db.Tx) error { return p.fillIndex(tx, &v, f) }); err != nil {
		return err
	}
	var err error
	if v.books, err = p.Books.List(r.Context(), deploy.Filter{Limit: booksHere + 1}); err != nil && !errs.Is(err, errs.CodeForbidden) {
		return err
	}
	if v.more = len(v.books) > booksHere; v.more {
		v.books = v.books[:booksHere]
	}
	return p.Site.Render(w, r, web.Page{Title: "Runs", Nav: desk.Nav, Live: []string{web.WatchTopic}, Body: indexBody(v)})
}

func (p *Pages) fillIndex(tx *db.Tx, v *indexView, f deploy.RunFilter) (err error) {
	v.live, v.older = nil, ""
	if v.first == "" {
		open, err := deploy.ListRuns(tx, deploy.RunFilter{Open: true, Limit: 20})
		if err != nil {
			return err
		}
		for _, x := range open {
			if f.Mode != "" && x.Mode != f.Mode {
				continue
			}
			view, err := p.Runs.ViewOf(tx, x)
			if err != nil {
				return err
			}
			v.live = append(v.live, view)
		}
	}
	if v.runs, err = deploy.ListRuns(tx, f); err != nil {
		return err
	}
	if len(v.runs) > desk.RunsPage {
		v.runs = v.runs[:desk.RunsPage]
		last := v.runs[desk.RunsPage-1]
		v.older = web.Link("/runs", "mode", v.mode, "before", strconv.FormatInt(int64(last.StartedAt), 10)+"."+string(last.ID))
	}
	ids := make([]id.Person, 0, len(v.runs))
	for _, x := range v.runs {
		ids = append(ids, x.StartedBy)
	}
	for _, x := range v.live {
		ids = append(ids, x.StartedBy)
	}
	if v.people, err = reader.WhoIs(tx, "Slipway", ids...); err != nil {
		return err
	}
	v.newWhy, err = desk.Allowed(tx, "runbook.edit", auth.Everywhere, "a release manager or an operator")
	return err
}
