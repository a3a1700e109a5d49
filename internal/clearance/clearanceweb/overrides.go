package clearanceweb

import (
	"net/http"
	"strings"

	"slipway/internal/clearance"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type overridesQuery struct {
	filter
	All    bool   `form:"all"`    // those that are over or withdrawn too
	Digest string `form:"digest"` // for the form alone
}

func (q overridesQuery) url(fn func(*overridesQuery)) string {
	fn(&q)
	q.Digest = ""
	return web.Address("/overrides", q)
}

func (q overridesQuery) keep() map[string]string {
	if q.All {
		return map[string]string{"all": "1"}
	}
	return nil
}

// giveForm is an override as the form has it.
type giveForm struct {
	Service     string `form:"service"`
	Environment string `form:"environment"`
	Digest      string `form:"digest"`
	Reason      string `form:"reason"`
	Until       string `form:"until"` // local time of the viewer
}

// overridesView is the list of overrides with the form of a new one.
type overridesView struct {
	look
	overridesQuery
	choices
	give   choices
	rows   []clearance.Given
	next   string
	who    reader.Who
	form   giveForm
	errors ui.Errors // of the form
	refuse ui.Errors // of a withdrawal
	noGive string
}

func (v overridesView) page() web.Page {
	page := web.Page{Title: "Overrides", Nav: nav, Body: overridesBody(v)}
	if !v.errors.Any() && !v.refuse.Any() { // the address of a form that was refused draws no page
		page.Live = []string{"overrides"}
	}
	return page
}

func (p *Pages) overridesView(r *http.Request) (overridesView, error) {
	var v overridesView
	if err := web.Query(r, &v.overridesQuery); err != nil {
		return v, err
	}
	v.form = giveForm{Service: v.Service, Environment: v.Environment, Digest: v.Digest}
	var err error
	if v.look, err = p.look(r, "/overrides"); err != nil {
		return v, err
	}
	if v.choices, err = p.choices(r, "All environments"); err != nil {
		return v, err
	}
	v.give.environments = append([]ui.Option{{Text: "Choose one"}}, v.environments[1:]...)
	if v.noGive, err = p.mayGive(r); err != nil {
		return v, err
	}
	f := clearance.GivenFilter{Service: v.Service, Environment: v.Environment, Standing: !v.All, Before: v.Before, Limit: pageSize + 1}
	if v.rows, err = p.clearance.Given(r.Context(), f); err != nil {
		return v, err
	}
	if len(v.rows) > pageSize {
		v.rows = v.rows[:pageSize]
		v.next = v.rows[pageSize-1].ID
	}
	actors := make([]string, 0, 2*len(v.rows))
	for _, o := range v.rows {
		actors = append(actors, string(o.By), o.WithdrawnBy)
	}
	return v, p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.who, err = reader.WhoIs(tx, "", actors...)
		return err
	})
}

func (p *Pages) overrides(w http.ResponseWriter, r *http.Request) error {
	v, err := p.overridesView(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

func (p *Pages) give(w http.ResponseWriter, r *http.Request) error {
	var f giveForm
	err := p.site.Form(r, &f)
	v, fault := p.overridesView(r)
	if fault != nil {
		return fault
	}
	v.form = f
	if err == nil {
		var o clearance.Override
		if o, err = p.grant(r, v.look, f); err == nil {
			return p.site.Redirect(w, r, "/overrides#o-"+o.ID,
				web.Toast{State: ui.Hold, Title: "The override stands", Text: "For this digest alone, until " + lower(v.near(o.Until.Std())) + ". You can withdraw it here."})
		}
	}
	v.errors = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

func (p *Pages) grant(r *http.Request, l look, f giveForm) (clearance.Override, error) {
	if f.Until == "" {
		return clearance.Override{}, errs.InvalidField("until", "override.until_missing", "Say up to when, at most seven days from now.")
	}
	until, err := l.read("until", f.Until)
	if err != nil {
		return clearance.Override{}, err
	}
	return p.clearance.Override(r.Context(), clearance.NewOverride{Service: f.Service, Environment: f.Environment, Digest: f.Digest, Reason: f.Reason, Until: until})
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	o, err := p.clearance.WithdrawOverride(r.Context(), r.PathValue("override"))
	if err == nil {
		return p.site.Redirect(w, r, "/overrides?all=1#o-"+o.ID, web.Toast{State: ui.Go, Title: "The override is withdrawn", Text: "What refused the digest refuses it again."})
	}
	v, fault := p.overridesView(r)
	if fault != nil {
		return fault
	}
	v.refuse = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

func (v overridesView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.rows), One: "override", Many: "overrides", Order: "newest first"}
	if v.Before != "" {
		p.First = v.url(func(q *overridesQuery) { q.Before = "" })
	}
	if v.next != "" {
		p.Next = v.url(func(q *overridesQuery) { q.Before = v.next })
	}
	return p
}

// standing is the shape and the word of how an override stands.
func standing(o clearance.Given) (ui.State, string) {
	switch o.State {
	case clearance.OverrideTakenBack:
		return ui.Skip, "Withdrawn"
	case clearance.OverrideOver:
		return ui.Skip, "Over"
	}
	return ui.Hold, "Stands"
}

// due is how an override stands, at the end of its row.
func (v overridesView) due(o clearance.Given) string {
	if o.State == clearance.OverrideStanding {
		return "until " + lower(v.near(o.Until.Std()))
	}
	_, word := standing(o)
	return strings.ToLower(word)
}

// story says who gave an override when, and how it ended.
func (v overridesView) story(o clearance.Given) string {
	s := "Given " + lower(v.near(o.At.Std())) + " by " + actorName(v.who, string(o.By))
	switch o.State {
	case clearance.OverrideTakenBack:
		s += ", withdrawn " + lower(v.near(o.WithdrawnAt.Std())) + " by " + actorName(v.who, o.WithdrawnBy)
	case clearance.OverrideOver:
		s += ", over since " + lower(v.near(o.Until.Std()))
	}
	return s + "."
}
