package actions

import (
	"net/http"
	"net/url"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/register"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// input is what the forms send.
type input struct {
	Rev        int64    `form:"rev"`
	Title      string   `form:"title"`
	Text       string   `form:"text"`
	Owner      string   `form:"owner"`
	Due        string   `form:"due"`
	Source     string   `form:"source"`
	Ref        string   `form:"ref"`
	URL        string   `form:"url"`
	Release    string   `form:"release"`
	Product    string   `form:"product"`
	ClosesWith string   `form:"closesWith"`
	Verifier   string   `form:"verifier"`
	Proof      bool     `form:"proof"`
	Note       string   `form:"note"`
	Back       string   `form:"back"` // the query of the list that a button stood beside
	File       web.File `form:"file"`
}

// form is the page that adds or changes an action.
type form struct {
	look
	in       input
	card     *card // nil for a new action
	err      ui.Errors
	why      string
	owners   []ui.Option
	people   []ui.Option
	releases []ui.Option
	products []ui.Option
}

var sources = []ui.Option{{Value: "itself", Text: "Nothing else"}, {Value: "meeting", Text: "A meeting"}, {Value: "risk", Text: "A risk"}, {Value: "review", Text: "A review"},
	{Value: "audit", Text: "An audit"}, {Value: "report", Text: "A report"}, {Value: "conflict", Text: "A conflict"}, {Value: "plan", Text: "A plan"}}

// sourceFilter are the sources that the list is narrowed to.
var sourceFilter = append([]ui.Option{{Text: "Source: all"}, {Value: "condition", Text: "A go/no-go"}}, sources[1:]...)

func (f form) action() string {
	if f.card != nil {
		return actionURL(f.card.Action)
	}
	return Path + "/new"
}

func (f form) back() string {
	if f.card != nil {
		return actionURL(f.card.Action)
	}
	return Path
}

// choices fills the lists to choose from.
func (f *form) choices(tx *db.Tx) error {
	var err error
	if f.people, err = reader.People(tx, "Nobody in particular"); err != nil {
		return err
	}
	f.owners = f.people[1:]
	if f.card != nil { // those who are named stay to be chosen, whatever became of them
		f.owners = withPerson(f.owners, f.card.who.Person(f.card.Owner))
		f.people = withPerson(f.people, f.card.who.Person(f.card.Verifier))
	}
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: 200})
	if err != nil {
		return err
	}
	f.releases = []ui.Option{{Text: "None"}}
	for _, x := range rs {
		f.releases = append(f.releases, ui.Option{Value: x.Key, Text: x.Name})
	}
	ps, err := catalog.Products(tx, catalog.Filter{Limit: 200})
	f.products = []ui.Option{{Text: "None, for everybody"}}
	for _, x := range ps {
		f.products = append(f.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	return err
}

func (p *Pages) form(r *http.Request, ref string) (form, error) {
	f := form{look: p.look(r.Context())}
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		if ref != "" {
			c, err := p.cardOf(tx, f.look, ref)
			if err != nil {
				return err
			}
			f.card, f.why = &c, c.why["edit"]
		} else {
			all, scopes, err := auth.Scopes(tx, "action.add")
			if err != nil {
				return err
			}
			if _, _, err := auth.Scopes(tx, "action.read"); err != nil {
				return err
			}
			if !all && len(scopes) == 0 {
				f.why = "your roles do not carry action.add."
			}
		}
		return f.choices(tx)
	})
	return f, err
}

// ask shows the form of a new action; the address may say where it comes from.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	f, err := p.form(r, "")
	if err != nil {
		return err
	}
	var from struct {
		Source  string `form:"source"`
		Ref     string `form:"ref"`
		Release string `form:"release"`
		Product string `form:"product"`
	}
	if err := web.Query(r, &from); err != nil {
		return err
	}
	f.in = input{Source: from.Source, Ref: from.Ref, Release: from.Release, Product: from.Product, Proof: true}
	if v, ok := auth.Viewer(r.Context()); ok {
		f.in.Owner = v.Key
	}
	return p.site.Render(w, r, formPageOf(f))
}

func formPageOf(f form) web.Page {
	title, way := "Add an action", []web.Crumb{{Text: "Actions", Href: Path}}
	if f.card != nil {
		title = "Change " + f.card.Key
		way = append(way, web.Crumb{Text: f.card.Key, Href: actionURL(f.card.Action)})
	}
	return web.Page{Title: title, Nav: "actions", Crumbs: way, Body: formPage(f, title)}
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	var in input
	err := p.site.Form(r, &in)
	l := p.look(r.Context())
	var a register.Action
	spec := register.Spec{Title: in.Title, Text: in.Text, Owner: in.Owner, Source: in.Source, Ref: in.Ref, URL: in.URL, Release: in.Release, Product: in.Product, ClosesWith: in.ClosesWith, Verifier: in.Verifier, Proof: &in.Proof}
	if err == nil {
		spec.Due, err = l.dueOf(in.Due)
	}
	if err == nil {
		a, err = p.register.Add(r.Context(), spec)
	}
	if err == nil {
		return p.site.Redirect(w, r, actionURL(a), web.Toast{Title: a.Key + " is open", State: ui.Go})
	}
	f, fault := p.form(r, "")
	if fault != nil {
		return fault
	}
	f.in, f.err = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, formPageOf(f))
}

func (l look) dueOf(text string) (db.Time, error) {
	if text == "" {
		return 0, nil
	}
	t, err := ui.ParseDateTime("due", text, l.Zone)
	return db.At(t), err
}

// set changes an action; an empty due date takes the present one away.
func (p *Pages) set(w http.ResponseWriter, r *http.Request) error {
	var in input
	err := p.site.Form(r, &in)
	l := p.look(r.Context())
	ref := r.PathValue("action")
	if err == nil {
		var due db.Time
		if due, err = l.dueOf(in.Due); err == nil {
			_, err = p.register.Set(r.Context(), ref, in.Rev, register.Change{Title: &in.Title, Text: &in.Text, Owner: &in.Owner, Due: &due, ClosesWith: &in.ClosesWith, Verifier: &in.Verifier, Proof: &in.Proof, Note: in.Note})
		}
	}
	if err == nil {
		return p.site.Redirect(w, r, Path+"/"+ref, web.Toast{Title: ref + " is changed", State: ui.Go})
	}
	f, fault := p.form(r, ref)
	if fault != nil {
		return fault
	}
	f.in, f.err = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, formPageOf(f))
}

// act settles an action.
func (p *Pages) act(w http.ResponseWriter, r *http.Request) error {
	var in input
	web.Limit(r, register.ProofMax+1<<20)
	err := p.site.Form(r, &in)
	ref, ctx := r.PathValue("action"), r.Context()
	var a register.Action
	verb := r.PathValue("verb")
	switch {
	case err != nil:
	case verb == "start":
		a, err = p.register.Start(ctx, ref, in.Rev)
	case verb == "done":
		a, err = p.register.Prove(ctx, ref, in.Rev, register.Shown{Text: in.Text, URL: in.URL}, in.File.Name, in.File.Bytes)
	case verb == "close":
		a, err = p.register.Close(ctx, ref, in.Rev, in.Note)
	case verb == "back":
		a, err = p.register.SendBack(ctx, ref, in.Rev, in.Note)
	case verb == "drop":
		a, err = p.register.Drop(ctx, ref, in.Rev, in.Note)
	case verb == "reopen":
		a, err = p.register.Reopen(ctx, ref, in.Rev, in.Note)
	default:
		err = errs.NotFound("action.verb_unknown", "Nothing of that name is done to an action.")
	}
	if err == nil {
		return p.site.Redirect(w, r, backTo(a, in.Back), web.Toast{Title: a.Key + " is " + a.State.Words(), State: ui.Go})
	}
	return p.refused(w, r, in, err)
}

// refused shows again what was not done: beside the list if it was asked for there, otherwise on the action's own page.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, in input, err error) error {
	if list, bad := url.ParseQuery(in.Back); bad == nil && list.Get("sel") != "" {
		v := view{look: p.look(r.Context())}
		at := r.Clone(r.Context())
		at.URL = &url.URL{Path: Path, RawQuery: list.Encode()}
		if web.Query(at, &v.query) == nil && p.read(at, &v) == nil && v.card != nil {
			v.card.err, v.card.in, v.card.failed = ui.ErrorsOf(err), in, r.PathValue("verb")
			return p.site.Again(w, r, err, listPage(v))
		}
	}
	c, fault := p.find(r)
	if fault != nil {
		return fault
	}
	c.err, c.in, c.failed = ui.ErrorsOf(err), in, r.PathValue("verb")
	return p.site.Again(w, r, err, p.page(c))
}

// backTo is where an act leads: to the list that its button stood beside, or to the action.
func backTo(a register.Action, list string) string {
	q, err := url.ParseQuery(list)
	if err != nil || q.Get("sel") == "" {
		return actionURL(a)
	}
	q.Del("do")
	return Path + encode(q)
}

// withPerson adds somebody to choices that lack them.
func withPerson(list []ui.Option, p auth.Person) []ui.Option {
	if p.Key == "" || slices.ContainsFunc(list, func(o ui.Option) bool { return o.Value == p.Key }) {
		return list
	}
	return append(list[:len(list):len(list)], ui.Option{Value: p.Key, Text: p.Name})
}

// edit shows the form that changes an action.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	f, err := p.form(r, r.PathValue("action"))
	if err != nil {
		return err
	}
	a := f.card.Action
	f.in = input{Rev: a.Rev, Title: a.Title, Text: a.Text, Owner: f.card.who.Person(a.Owner).Key, ClosesWith: a.ClosesWith, Verifier: f.card.who.Person(a.Verifier).Key, Proof: a.ProofWanted}
	if !a.Due.IsZero() {
		f.in.Due = ui.DateTimeValue(a.Due.Std(), f.Zone)
	}
	return p.site.Render(w, r, formPageOf(f))
}
