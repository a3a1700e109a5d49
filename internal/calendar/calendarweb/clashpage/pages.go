package clashpage

import (
	"net/http"
	"slices"

	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/clash"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Path is where the list is.
const Path = "/calendar/conflicts"

type pages struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := pages{f}
	f.Site.Handle("GET "+Path, "calendar.read", p.list)
	f.Site.Handle("GET "+Path+"/{ref}", "calendar.read", p.show)
	f.Site.Handle("POST "+Path+"/{ref}/accept", "conflict.accept", p.accept)
	f.Site.Handle("POST "+Path+"/{ref}/reopen", "conflict.accept", p.reopen)
}

// query is what the list shows, as the address carries it.
type query struct {
	State       string  `form:"state"` // open, accepted or gone; "" for what stands
	Severity    string  `form:"severity"`
	Code        string  `form:"code"`
	Environment string  `form:"environment"`
	Release     string  `form:"release"`
	Past        bool    `form:"past"` // those too whose time is over
	AfterFrom   db.Time `form:"afterFrom"`
	AfterID     string  `form:"afterID"`
}

func (q query) url(fn func(*query)) string {
	q.AfterFrom, q.AfterID = 0, ""
	fn(&q)
	return web.Address(Path, q)
}

func (q query) keep() map[string]string {
	out := map[string]string{}
	if q.Past {
		out["past"] = "1"
	}
	return out
}

type listView struct {
	frame.Look
	query
	conflicts    []clash.Conflict
	cards        []Card // of them
	next         string
	environments []ui.Option
	errors       ui.Errors
}

const pageOf = 50

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := listView{Look: p.Look(ctx)}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	err := p.DB.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return err
		}
		es, err := catalog.Environments(tx)
		if err != nil {
			return err
		}
		v.environments = frame.Environments("All environments", es)
		f, err := v.filter(tx)
		if err != nil {
			return err
		}
		err = v.read(p, tx, f)
		v.cards = Gather(v.conflicts)
		return err
	})
	if err != nil && errs.CodeOf(err) != errs.CodeInvalid {
		return err
	}
	if err != nil {
		v.errors = ui.ErrorsOf(err)
		return p.Site.Again(w, r, err, v.page())
	}
	return p.Site.Render(w, r, v.page())
}

// read fills the page. The database knows no filter by code, so that pages are read until one is full.
func (v *listView) read(p pages, tx *db.Tx, f clash.Filter) error {
	for {
		cs, err := p.Conflicts.Read(tx, f)
		if err != nil {
			return err
		}
		for _, c := range cs {
			if v.Code != "" && c.Code != v.Code {
				continue
			}
			if len(v.conflicts) == pageOf {
				last := v.conflicts[pageOf-1]
				v.next = v.url(func(q *query) { q.AfterFrom, q.AfterID = last.From, last.ID })
				return nil
			}
			v.conflicts = append(v.conflicts, c)
		}
		if len(cs) < f.Limit {
			return nil
		}
		f.AfterFrom, f.AfterID = cs[len(cs)-1].From, cs[len(cs)-1].ID
	}
}

func (v *listView) filter(tx *db.Tx) (clash.Filter, error) {
	f := clash.Filter{Environment: v.Environment, AfterFrom: v.AfterFrom, AfterID: v.AfterID, Limit: 200}
	if !v.Past {
		f.From = tx.Now
	}
	var bad errs.Faults
	switch clash.State(v.State) {
	case "":
	case clash.Open, clash.Accepted, clash.Gone:
		f.States = []clash.State{clash.State(v.State)}
	default:
		bad.Say("state", "state.unknown", "The state is open, accepted or gone.")
	}
	switch clash.Severity(v.Severity) {
	case "", clash.Serious, clash.Minor:
		f.Severity = clash.Severity(v.Severity)
	default:
		bad.Say("severity", "severity.unknown", "The severity is serious or minor.")
	}
	if v.Code != "" && !slices.Contains(codes, v.Code) {
		bad.Say("code", "conflict.code", "There is no kind of conflict %.60q.", v.Code)
	}
	if v.Release != "" {
		x, err := plan.ReleaseByRef(tx, v.Release)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			bad.Say("release", "release.unknown", "There is no release %.60q, or you may not see it.", v.Release)
		case err != nil:
			return f, err
		}
		f.Release = x.ID
	}
	return f, bad.Err("The filter is not valid.", 0)
}

func (v listView) page() web.Page {
	page := web.Page{Title: "Conflicts", Nav: "calendar", Body: listBody(v)}
	if !v.errors.Any() {
		page.Live = []string{"conflicts"}
	}
	return page
}

func kindOptions() []ui.Option {
	out := []ui.Option{{Text: "All kinds"}}
	for _, c := range codes {
		out = append(out, ui.Option{Value: c, Text: kind(c)})
	}
	return out
}

// showView is the page of one conflict.
type showView struct {
	frame.Look
	card   Card
	mayNot string
	errors ui.Errors
	reason string
}

func (p pages) showView(r *http.Request) (showView, error) {
	ctx := r.Context()
	v := showView{Look: p.Look(ctx)}
	c, err := p.Conflicts.Get(ctx, r.PathValue("ref"))
	if err != nil {
		return v, err
	}
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		if v.card, err = p.same(tx, c); err != nil {
			return err
		}
		return Fill(p.Frame, tx, v.Look, &v.card, true)
	})
	if err != nil {
		return v, err
	}
	v.mayNot, err = p.MayNot(ctx, "conflict.accept", "only release managers accept conflicts.")
	return v, err
}

// same returns the conflict together with those that differ from it by the environment alone.
func (p pages) same(tx *db.Tx, c clash.Conflict) (Card, error) {
	one := Gather([]clash.Conflict{c})[0]
	i := slices.IndexFunc(c.Parties, func(x clash.Party) bool { return x.ID != "" })
	if i < 0 || c.Environment == "" {
		return one, nil
	}
	cs, err := p.Conflicts.Read(tx, clash.Filter{Party: c.Parties[i].ID, States: []clash.State{c.State}})
	if err != nil {
		return one, err
	}
	for _, x := range Gather(cs) {
		if x.ID == c.ID {
			return x, nil
		}
		if j := slices.IndexFunc(x.also, func(y clash.Conflict) bool { return y.ID == c.ID }); j >= 0 {
			x.Conflict, x.also[j] = x.also[j], x.Conflict
			return x, nil
		}
	}
	return one, nil
}

func (v showView) page() web.Page {
	return web.Page{Title: v.card.Title(), Nav: "calendar", Live: []string{"conflicts"}, Body: showBody(v)}
}

func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.showView(r)
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, v.page())
}

type answer struct {
	Also   []string `form:"also"` // the same conflict in other environments
	Reason string   `form:"reason"`
}

func (p pages) accept(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "Accepted", "It no longer holds up the publication. If it becomes worse, it is open again.", func(a answer) error {
		_, err := p.Conflicts.AcceptEach(r.Context(), append([]string{r.PathValue("ref")}, a.Also...), a.Reason)
		return err
	})
}

func (p pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "Open again", "It holds up the publication of the calendar while it is serious.", func(a answer) error {
		_, err := p.Conflicts.Reopen(r.Context(), r.PathValue("ref"), a.Reason)
		return err
	})
}

func (p pages) answer(w http.ResponseWriter, r *http.Request, title, text string, do func(answer) error) error {
	var a answer
	err := p.Site.Form(r, &a)
	if err == nil {
		err = do(a)
	}
	if err == nil {
		return p.Done(w, r, Path+"/"+r.PathValue("ref"), title, text)
	}
	if errs.Is(err, errs.CodeForbidden) || errs.Is(err, errs.CodeNotFound) {
		return err
	}
	v, e := p.showView(r)
	if e != nil {
		return e
	}
	v.errors, v.reason = ui.ErrorsOf(err), a.Reason
	return p.Site.Again(w, r, err, v.page())
}
