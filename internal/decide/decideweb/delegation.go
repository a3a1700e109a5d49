package decideweb

import (
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/decide"
	"slipway/internal/decide/decideweb/view"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// delegationsView lists delegations, with the form that makes one.
type delegationsView struct {
	view.Look
	rows    []decide.Delegation
	ended   bool
	manages bool
	first   string // address of the first page, "" on it
	next    string // address of the next page
	scopes  map[auth.Scope]string
	form    delegationForm
	faults  ui.Errors
}

type delegationForm struct {
	Role     string `form:"role"`
	Product  string `form:"product"`
	Delegate string `form:"delegate"`
	From     string `form:"from"`
	Until    string `form:"until"`
	Reason   string `form:"reason"`
}

type delegationsQuery struct {
	Ended bool   `form:"ended"`
	After string `form:"after"`
}

// delegationsShown is how many a page has.
const delegationsShown = 50

type delegationPlace struct {
	Until db.Time `json:"u"`
	ID    string  `json:"i"`
}

func (p *Pages) delegations(w http.ResponseWriter, r *http.Request) error {
	page, err := p.delegationsPage(r, delegationForm{}, nil)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, page)
}

func (p *Pages) delegationsPage(r *http.Request, form delegationForm, fault error) (web.Page, error) {
	var q delegationsQuery
	if r.Method == http.MethodGet {
		if err := web.Query(r, &q); err != nil {
			return web.Page{}, err
		}
	}
	k, _, err := api.DecodeCursor[delegationPlace]("delegations", q.After)
	if err != nil {
		return web.Page{}, err
	}
	rows, err := p.decisions.Delegations(r.Context(), decide.DelegationFilter{Ended: q.Ended, AfterUntil: k.Until, AfterID: k.ID, Limit: delegationsShown + 1})
	if err != nil {
		return web.Page{}, err
	}
	list, err := api.PageOf("delegations", rows, delegationsShown, func(x decide.Delegation) delegationPlace { return delegationPlace{x.Until, x.ID} })
	if err != nil {
		return web.Page{}, err
	}
	v := delegationsView{rows: list.Items, ended: q.Ended, scopes: map[auth.Scope]string{}, form: form, faults: ui.ErrorsOf(fault)}
	if q.After != "" {
		v.first = web.Address("/delegations", delegationsQuery{Ended: q.Ended})
	}
	if list.Next != "" {
		v.next = web.Address("/delegations", delegationsQuery{q.Ended, list.Next})
	}
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		v.Look = view.Of(tx)
		var ids []id.Person
		for _, x := range v.rows {
			ids = append(ids, x.Person, x.Delegate)
			if _, known := v.scopes[x.Scope]; known || x.Scope == auth.Everywhere {
				continue
			}
			key, err := catalog.Scopes{}.ProductOf(tx, x.Scope)
			if err != nil && !errs.Is(err, errs.CodeNotFound) {
				return err
			}
			if v.scopes[x.Scope] = key; key == "" {
				v.scopes[x.Scope] = "one product"
			}
		}
		var err error
		if v.manages, err = auth.Allowed(tx, "delegation.manage", auth.Everywhere); err != nil {
			return err
		}
		return v.Who.Learn(tx, ids...)
	})
	return web.Page{Title: "Delegations", Nav: "go-no-go", Body: delegationsBody(v)}, err
}

func (p *Pages) delegate(w http.ResponseWriter, r *http.Request) error {
	var in delegationForm
	err := p.site.Form(r, &in)
	var out decide.Delegation
	if err == nil {
		out, err = p.makeDelegation(r, in)
	}
	if err == nil {
		return p.site.Redirect(w, r, "/delegations", web.Toast{Title: "Delegated", Text: "The role " + out.Role + " until " + ui.Near(out.Until.Std(), p.db.Clock().Now(), view.Zone(r)) + ".", State: ui.Go})
	}
	switch errs.CodeOf(err) {
	case errs.CodeInternal, errs.CodeUnauthenticated, errs.CodeUnavailable:
		return err
	}
	page, fault := p.delegationsPage(r, in, err)
	if fault != nil {
		return fault
	}
	return p.site.Again(w, r, err, page)
}

func (p *Pages) makeDelegation(r *http.Request, in delegationForm) (decide.Delegation, error) {
	x := decide.NewDelegation{Role: in.Role, Product: in.Product, Delegate: in.Delegate, Reason: in.Reason}
	for _, f := range []struct {
		name, text string
		to         *db.Time
	}{{"from", in.From, &x.From}, {"until", in.Until, &x.Until}} {
		if f.text == "" {
			continue
		}
		t, err := ui.ParseDateTime(f.name, f.text, view.Zone(r))
		if err != nil {
			return decide.Delegation{}, err
		}
		*f.to = db.At(t)
	}
	return p.decisions.Delegate(r.Context(), x)
}

func (p *Pages) endDelegation(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.decisions.EndDelegation(r.Context(), r.PathValue("delegation")); err != nil {
		return err
	}
	return p.site.Redirect(w, r, "/delegations", web.Toast{Title: "The delegation is over", State: ui.Wait})
}

// standing returns the shape and the word of a delegation.
func (v delegationsView) standing(d decide.Delegation) (ui.State, string) {
	switch {
	case !d.EndedAt.IsZero():
		return ui.Skip, "Ended " + v.Near(d.EndedAt)
	case !d.Until.Std().After(v.Now):
		return ui.Skip, "Over"
	case d.From.Std().After(v.Now):
		return ui.Wait, "From " + v.Near(d.From)
	}
	return ui.Live, "In force"
}

func (v delegationsView) scope(s auth.Scope) string {
	if s == auth.Everywhere {
		return "wherever the role is held"
	}
	return v.scopes[s]
}
