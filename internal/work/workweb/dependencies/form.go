package dependencies

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/dependency"
)

func escape(s string) string { return url.QueryEscape(s) }

// input is what the forms send.
type input struct {
	Rev          int64             `form:"rev"`
	Key          string            `form:"key"`
	What         string            `form:"what"`
	Text         string            `form:"text"`
	Giver        string            `form:"giver"`
	GiverOutside string            `form:"giverOutside"`
	Taker        string            `form:"taker"`
	TakerOutside string            `form:"takerOutside"`
	Release      string            `form:"release"`
	Type         dependency.Type   `form:"type"`
	Lag          string            `form:"lag"`
	Owner        string            `form:"owner"`
	Status       dependency.Status `form:"status"`
	Note         string            `form:"note"`
	Promised     string            `form:"promised"`
}

// verb is a form.
type verb struct{ name, permission, title, text, save string }

var (
	newVerb = verb{"new", "dependency.plan", "Add a dependency", "Who gives what to whom. By when it is needed follows from the window of who waits.", "Add dependency"}
	verbs   = []verb{
		{"edit", "dependency.plan", "Change", "The two sides stay: another pair is another dependency.", "Save"},
		{"answer", "dependency.agree", "Answer", "What the giver's side says. Who is hit by a later date is told with it.", "Save answer"},
		{"withdraw", "dependency.plan", "Withdraw", "It is not needed any more, or not given. It stays in the record.", "Withdraw"},
	}
)

// form is a page with one form.
type form struct {
	look
	verb
	d        *dependency.Dependency // nil for a new one
	in       input
	err      ui.Errors
	stale    string
	why      string
	parties  []ui.Option
	releases []ui.Option
	people   []ui.Option
	services []catalog.Service
}

func (f form) action() string {
	if f.d == nil {
		return path + "/new"
	}
	return address(*f.d, f.name)
}

func (f form) back() string {
	if f.d == nil {
		return path
	}
	return address(*f.d)
}

func (f form) page() web.Page {
	title := f.title
	if f.d != nil {
		title += " " + f.d.Key
	}
	return web.Page{Title: title, Nav: "dependencies", Body: formBody(f)}
}

// offer reads what can be chosen, and whatever else belongs to the form.
func (p *Pages) offer(ctx context.Context, f *form, more func(tx *db.Tx) error) (err error) {
	if f.services, err = p.catalog.Services(ctx, catalog.Filter{Limit: choicesMost}); err != nil {
		return err
	}
	return p.db.Read(ctx, func(tx *db.Tx) error {
		if err := more(tx); err != nil {
			return err
		}
		return f.choices(tx)
	})
}

// choices reads what can be chosen beside services.
func (f *form) choices(tx *db.Tx) error {
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: choicesMost})
	if err != nil {
		return err
	}
	f.releases, f.parties = []ui.Option{{Text: "The taker's, or none"}}, []ui.Option{{Text: "Somebody outside, named below"}}
	for _, r := range rs {
		f.releases = append(f.releases, ui.Option{Value: r.Key, Text: r.Name})
		f.parties = append(f.parties, ui.Option{Value: "release:" + r.Key, Text: r.Name, Group: "Releases"})
	}
	if f.in.Release != "" && !slices.ContainsFunc(f.releases, func(o ui.Option) bool { return o.Value == f.in.Release }) {
		f.releases = append(f.releases, ui.Option{Value: f.in.Release, Text: f.in.Release})
	}
	for _, s := range f.services {
		f.parties = append(f.parties, ui.Option{Value: "service:" + s.Key, Text: s.Name, Group: "Services"})
	}
	teams, err := auth.EachTeam(tx)
	if err != nil {
		return err
	}
	for _, t := range teams {
		f.parties = append(f.parties, ui.Option{Value: "team:" + t.Key, Text: t.Name, Group: "Teams"})
	}
	f.people, err = reader.People(tx, "Nobody")
	return err
}

// stated fills the form with what the dependency says.
func (f *form) stated(tx *db.Tx) error {
	d := f.d
	f.in = input{Rev: d.Rev, What: d.What, Text: d.Text, Release: d.ReleaseKey, Type: d.Type, Lag: string(d.Lag), Status: d.Status, Note: d.Note,
		Promised: ui.DateTimeValue(d.Promised.Std(), f.Zone)}
	if d.Owner == "" {
		return nil
	}
	p, err := auth.PersonByID(tx, d.Owner)
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	f.in.Owner = p.Key
	return err
}

func (p *Pages) askNew(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		Giver string `form:"giver"`
		Taker string `form:"taker"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	f := form{look: p.look(r.Context()), verb: newVerb, in: input{Type: dependency.FinishStart, Giver: q.Giver, Taker: q.Taker}}
	f.in.Giver, f.in.GiverOutside = named(q.Giver)
	f.in.Taker, f.in.TakerOutside = named(q.Taker)
	err := p.offer(r.Context(), &f, func(tx *db.Tx) error {
		// Where it may be added is known once its sides are: here it is enough to be allowed to somewhere.
		all, scopes, err := auth.Scopes(tx, "dependency.plan")
		if err != nil {
			return err
		}
		if !all && len(scopes) == 0 {
			return auth.Check(tx, "dependency.plan", auth.Everywhere)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Render(w, r, f.page())
}

// named splits a reference into the choice of the list and the name of somebody outside.
func named(ref string) (choice, outside string) {
	const prefix = "outside:"
	if len(ref) > len(prefix) && ref[:len(prefix)] == prefix {
		return "", ref[len(prefix):]
	}
	return ref, ""
}

func joined(choice, outside string) string {
	if choice == "" && outside != "" {
		return "outside:" + outside
	}
	return choice
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	f := form{look: p.look(r.Context()), verb: newVerb}
	err := p.site.Form(r, &f.in)
	var d dependency.Dependency
	if err == nil {
		in := f.in
		spec := dependency.Spec{Key: in.Key, What: in.What, Text: in.Text, Giver: joined(in.Giver, in.GiverOutside), Taker: joined(in.Taker, in.TakerOutside), Release: in.Release,
			Type: in.Type, Lag: plan.Offset(in.Lag), Owner: in.Owner}
		if spec.Promised, err = f.promised(); err == nil {
			d, err = p.deps.Add(r.Context(), spec)
		}
	}
	if err == nil {
		return p.site.Redirect(w, r, address(d), web.Toast{State: ui.Go, Title: "Dependency added", Text: d.Taker.Name + " waits for " + d.Giver.Name + "."})
	}
	if fault := p.offer(r.Context(), &f, func(*db.Tx) error { return nil }); fault != nil {
		return fault
	}
	f.err = ui.ErrorsOf(f.unnamed(err))
	return p.site.Again(w, r, err, f.page())
}

// unnamed says of a side that was left out what the form asks for.
func (f form) unnamed(err error) error {
	e := errs.As(err)
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for i, x := range out.Fields {
		switch {
		case x.Name == "giver" && joined(f.in.Giver, f.in.GiverOutside) == "":
			out.Fields[i].Msg = "Choose who gives it, or name somebody outside."
		case x.Name == "taker" && joined(f.in.Taker, f.in.TakerOutside) == "":
			out.Fields[i].Msg = "Choose who waits for it, or name somebody outside."
		}
	}
	return &out
}

// promised reads the date of the form in the viewer's zone.
func (f form) promised() (db.Time, error) {
	if f.in.Promised == "" {
		return 0, nil
	}
	t, err := ui.ParseDateTime("promised", f.in.Promised, f.Zone)
	if err != nil {
		return 0, err
	}
	return db.At(t), nil
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	k := slices.IndexFunc(verbs, func(v verb) bool { return v.name == r.PathValue("verb") })
	if k < 0 {
		return errs.NotFound("page.not_found", "There is no such action on a dependency.")
	}
	f := form{look: p.look(r.Context()), verb: verbs[k]}
	if err := p.fill(r.Context(), &f, r.PathValue("dependency")); err != nil {
		return err
	}
	if f.name == "answer" && f.in.Status == dependency.Proposed {
		f.in.Status = dependency.Agreed
	}
	if f.name == "withdraw" {
		f.in.Note = ""
	}
	return p.site.Render(w, r, f.page())
}

func (p *Pages) fill(ctx context.Context, f *form, ref string) error {
	return p.offer(ctx, f, func(tx *db.Tx) error {
		d, err := dependency.Get(tx, ref)
		if err != nil {
			return err
		}
		f.d = &d
		if err := f.stated(tx); err != nil {
			return err
		}
		f.why, err = whyNot(tx, d, f.permission)
		return err
	})
}

// whyNot says in a sentence why the caller may not do this, "" when it may.
func whyNot(tx *db.Tx, d dependency.Dependency, permission string) (string, error) {
	plans, agrees, err := dependency.May(tx, d)
	if permission == "dependency.plan" && !plans || permission == "dependency.agree" && !agrees {
		return "your roles do not carry " + permission + " here.", err
	}
	return "", err
}

func (p *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	return p.carry(w, r, verbs[0], "is changed", func(ctx context.Context, ref string, f form) (dependency.Dependency, error) {
		in := f.in
		lag := plan.Offset(in.Lag)
		return p.deps.Set(ctx, ref, in.Rev, dependency.Change{What: &in.What, Text: &in.Text, Release: &in.Release, Type: &in.Type, Lag: &lag, Owner: &in.Owner})
	})
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	return p.carry(w, r, verbs[1], "is answered", func(ctx context.Context, ref string, f form) (dependency.Dependency, error) {
		at, err := f.promised()
		if err != nil {
			return dependency.Dependency{}, err
		}
		return p.deps.Answer(ctx, ref, f.in.Rev, dependency.Answer{Status: &f.in.Status, Note: &f.in.Note, Promised: &at})
	})
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return p.carry(w, r, verbs[2], "is withdrawn", func(ctx context.Context, ref string, f form) (dependency.Dependency, error) {
		return p.deps.Withdraw(ctx, ref, f.in.Rev, f.in.Note)
	})
}

// carry does what a form asks for, or shows it again with what is wrong.
func (p *Pages) carry(w http.ResponseWriter, r *http.Request, v verb, done string, do func(context.Context, string, form) (dependency.Dependency, error)) error {
	f := form{look: p.look(r.Context()), verb: v}
	var in input
	err := p.site.Form(r, &in)
	ref := r.PathValue("dependency")
	var d dependency.Dependency
	if err == nil {
		f.in = in
		d, err = do(r.Context(), ref, f)
	}
	if err == nil {
		t := web.Toast{State: ui.Go, Title: d.Key + " " + done}
		if d.Late > 0 {
			t.State, t.Text = ui.Hold, "It comes "+ui.Duration(time.Duration(d.Late)*time.Minute)+" later than it is needed."
		}
		return p.site.Redirect(w, r, address(d), t)
	}
	if fault := p.fill(r.Context(), &f, ref); fault != nil {
		return fault
	}
	present := f.in.Rev
	f.in, f.err = in, ui.ErrorsOf(err)
	if errs.ReasonOf(err) == "row.stale" {
		// The next attempt is made against what is shown beside the form.
		f.stale, f.err, f.in.Rev = errs.As(err).Msg, ui.Errors{}, present
	}
	f.in.Type = cmp.Or(f.in.Type, f.d.Type)
	return p.site.Again(w, r, err, f.page())
}
