package deployweb

import (
	"net/http"
	"strconv"
	"strings"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// booksView is the list of runbooks.
type booksView struct {
	desk.Look
	query       string
	first, next string // addresses
	books       []deploy.Summary
	newWhy      string
}

func (p *Pages) runbooks(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Query string `form:"q"`
		After string `form:"after"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	v := booksView{Look: p.Look(r), query: in.Query}
	if in.After != "" {
		v.first = web.Link("/runbooks", "q", in.Query)
	}
	var err error
	if v.books, err = p.Books.List(r.Context(), deploy.Filter{Query: in.Query, After: in.After, Limit: booksPage + 1}); err != nil {
		return err
	}
	if len(v.books) > booksPage {
		v.books = v.books[:booksPage]
		v.next = web.Link("/runbooks", "q", in.Query, "after", v.books[booksPage-1].Key)
	}
	if v.newWhy, err = p.editWhy(r); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: "Runbooks", Nav: desk.NavBooks, Body: booksBody(v)})
}

func (p *Pages) editWhy(r *http.Request) (why string, err error) {
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if _, _, err := auth.Scopes(tx, "runbook.read"); err != nil {
			return err
		}
		why, err = desk.Allowed(tx, "runbook.edit", auth.Everywhere, "a release manager or an operator")
		return err
	})
	return why, err
}

// bookView is one version of a runbook.
type bookView struct {
	desk.Look
	deploy.Version
	versions      []deploy.Version
	people        reader.Who
	roles         map[string]string
	plan, backOut runbook.Plan
	source        string
	editWhy       string
}

func (p *Pages) book(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Version int `form:"version"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	key := r.PathValue("runbook")
	v := bookView{Look: p.Look(r)}
	var err error
	if v.Version, err = p.Books.Get(r.Context(), key, in.Version); err != nil {
		return err
	}
	if v.versions, err = p.Books.Versions(r.Context(), key); err != nil {
		return err
	}
	source, err := runbookfile.Marshal(v.Runbook)
	if err != nil {
		return err
	}
	v.source = string(source)
	e, err := runbook.Compile(&v.Runbook)
	if err != nil {
		return errs.Internal("runbook.unusable", err)
	}
	v.plan, v.backOut = e.Plan(nil), e.BackOutPlan(nil)
	ids := make([]id.Person, 0, len(v.versions))
	for _, x := range v.versions {
		ids = append(ids, x.Person)
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.people, err = reader.WhoIs(tx, "Slipway", ids...); err != nil {
			return err
		}
		if v.roles, err = desk.RolesOf(tx, desk.Owners(v.Runbook)); err != nil {
			return err
		}
		v.editWhy, err = desk.Allowed(tx, "runbook.edit", auth.Everywhere, "a release manager or an operator")
		return err
	})
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: v.title(), Nav: desk.NavBooks, Live: []string{"runbook/" + key}, Body: bookBody(v)})
}

func (v bookView) title() string {
	if v.Runbook.Name != "" {
		return v.Runbook.Name
	}
	return v.Key
}

// sourceForm is the text of a runbook in a form.
type sourceForm struct {
	key    string // "" for a new one
	Source string `form:"source,raw"`
	faults ui.Errors
	lines  []errs.Field
	why    string
}

func (p *Pages) newBook(w http.ResponseWriter, r *http.Request) error {
	return p.bookForm(w, r, sourceForm{Source: string(runbookfile.Example())})
}

func (p *Pages) editBook(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Books.Get(r.Context(), r.PathValue("runbook"), 0)
	if err != nil {
		return err
	}
	source, err := runbookfile.Marshal(v.Runbook)
	if err != nil {
		return err
	}
	return p.bookForm(w, r, sourceForm{key: v.Key, Source: string(source)})
}

func (p *Pages) bookForm(w http.ResponseWriter, r *http.Request, f sourceForm) (err error) {
	if f.why, err = p.editWhy(r); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: f.title(), Nav: desk.NavBooks, Body: sourceBody(f)})
}

func (f sourceForm) title() string {
	if f.key == "" {
		return "New runbook"
	}
	return "New version of " + f.key
}

func (f sourceForm) action() string {
	if f.key == "" {
		return "/runbooks"
	}
	return desk.BookURL(f.key)
}

// sourceMax bounds the body of the form: the greatest runbook, escaped.
const sourceMax = 4 << 20

// putBook stores another version of a runbook, or says what is wrong with it, line by line.
func (p *Pages) putBook(w http.ResponseWriter, r *http.Request) error {
	web.Limit(r, sourceMax)
	f := sourceForm{key: r.PathValue("runbook")}
	err := p.Site.Form(r, &f)
	var v deploy.Version
	var o apply.Outcome
	if err == nil {
		v, o, err = p.put(r, f)
	}
	if err != nil {
		e := errs.As(err)
		f.faults = ui.Errors{Msg: e.Msg, Reason: e.Reason}
		f.lines = e.Fields
		return p.Site.Again(w, r, err, web.Page{Title: f.title(), Nav: desk.NavBooks, Body: sourceBody(f)})
	}
	t := web.Toast{Title: "Version " + strconv.Itoa(v.Version) + " of " + v.Key, Text: "Releases keep the version they chose.", State: ui.Go}
	if o == apply.Unchanged {
		t.Title, t.Text = "Nothing changed", "The runbook says the same as version "+strconv.Itoa(v.Version)+"."
	}
	return p.Site.Redirect(w, r, desk.BookURL(v.Key), t)
}

func (p *Pages) put(r *http.Request, f sourceForm) (deploy.Version, apply.Outcome, error) {
	why, err := p.editWhy(r)
	if err != nil {
		return deploy.Version{}, "", err
	}
	if why != "" {
		return deploy.Version{}, "", errs.Forbidden("auth.permission_missing", "Not allowed: %s", why)
	}
	b, err := runbookfile.Parse("runbook", []byte(f.Source))
	if err != nil {
		return deploy.Version{}, "", err
	}
	if f.key != "" && b.Key != f.key {
		return deploy.Version{}, "", errs.InvalidField("key", "runbook.other_key", "This is the runbook %s, and its key stays. Make a new runbook for %.100q.", f.key, b.Key)
	}
	return p.Books.Put(r.Context(), b)
}

// place says where a fault is: the line if it is known, and the field.
func place(f errs.Field) string {
	var parts []string
	if f.Line > 0 {
		parts = append(parts, "Line "+strconv.Itoa(f.Line))
	}
	if f.Name != "" {
		parts = append(parts, f.Name)
	}
	return strings.Join(parts, ", ")
}
