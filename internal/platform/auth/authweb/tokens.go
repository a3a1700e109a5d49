package authweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type tokenForm struct {
	Name  string `form:"name"`
	Owner string `form:"owner"`
	Role  string `form:"role"`
	Scope string `form:"scope"`
	Days  int    `form:"days"`
}

type tokensView struct {
	adminView
	all     bool
	tokens  []credential.Token
	owners  map[id.Person]auth.Person
	first   string // addresses
	next    string
	form    tokenForm
	errors  ui.Errors
	made    credential.Token
	secret  string
	canMake bool

	changed  id.Token // the token whose change was refused
	change   tokenChangeForm
	changing ui.Errors
}

type tokenChangeForm struct {
	Name string `form:"name"`
	Days string `form:"days"` // none leaves the end as it is
}

func (p *pages) tokensView(r *http.Request, after string) (v tokensView, err error) {
	ctx := r.Context()
	if v.adminView, err = p.adminView(r, "/admin/tokens"); err != nil {
		return v, err
	}
	v.all = v.may["token.manage"]
	if after != "" {
		v.first = "/admin/tokens"
	}
	var next string
	if v.tokens, next, err = p.s.Tokens(ctx, credential.TokenFilter{All: v.all, After: id.Token(after)}); err != nil {
		return v, err
	}
	if next != "" {
		v.next = web.Link("/admin/tokens", "after", next)
	}
	v.canMake = v.may["token.make"]
	if v.may["people.read"] {
		var owners []id.Person
		for _, t := range v.tokens {
			owners = append(owners, t.Owner)
		}
		v.owners, err = p.s.PeopleByID(ctx, owners...)
	}
	if v.form.Days == 0 {
		v.form.Days = int(credential.TokenLife / (24 * time.Hour))
	}
	return v, err
}

func (p *pages) tokensPage(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		After string `form:"after"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	v, err := p.tokensView(r, q.After)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Tokens", Nav: "admin", Body: tokensBody(v)})
}

func (p *pages) makeToken(w http.ResponseWriter, r *http.Request) error {
	var in tokenForm
	err := p.site.Form(r, &in)
	var made credential.Token
	var secret string
	if err == nil {
		n := credential.NewToken{Owner: id.Person(in.Owner), Name: in.Name, Roles: slices.DeleteFunc([]string{in.Role}, func(s string) bool { return s == "" })}
		if in.Scope != "" {
			n.Scopes = []auth.Scope{auth.Scope(in.Scope)}
		}
		n.Expires, err = p.expires(in.Days)
		if err == nil {
			made, secret, err = p.s.MakeToken(r.Context(), n)
		}
	}
	v, verr := p.tokensView(r, "")
	if verr != nil {
		return verr
	}
	if err != nil {
		v.form, v.errors = in, ui.ErrorsOf(err)
		return p.site.Again(w, r, err, web.Page{Title: "Tokens", Nav: "admin", Body: tokensBody(v)})
	}
	// The secret is in this answer only, so there is no redirect that would have to carry it.
	v.made, v.secret = made, secret
	return p.site.Render(w, r, web.Page{Title: "Tokens", Nav: "admin", Body: tokensBody(v)})
}

func (p *pages) revokeToken(w http.ResponseWriter, r *http.Request) error {
	t, err := p.s.RevokeToken(r.Context(), id.Token(r.PathValue("name")))
	if err != nil {
		return err
	}
	return p.site.Redirect(w, r, "/admin/tokens", web.Toast{State: ui.Go, Title: "Revoked", Text: t.Name})
}

func (p *pages) setToken(w http.ResponseWriter, r *http.Request) error {
	var in tokenChangeForm
	which := id.Token(r.PathValue("name"))
	err := p.site.Form(r, &in)
	var now credential.Token
	if err == nil {
		now, err = p.changeToken(r, which, in)
	}
	if err == nil {
		return p.site.Redirect(w, r, "/admin/tokens", web.Toast{State: ui.Go, Title: "Saved", Text: now.Name})
	}
	if errs.Is(err, errs.CodeNotFound) {
		return err
	}
	v, verr := p.tokensView(r, "")
	if verr != nil {
		return verr
	}
	v.changed, v.change, v.changing = which, in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, web.Page{Title: "Tokens", Nav: "admin", Body: tokensBody(v)})
}

func (p *pages) changeToken(r *http.Request, which id.Token, in tokenChangeForm) (t credential.Token, err error) {
	c := credential.TokenChange{Name: &in.Name}
	if text := strings.TrimSpace(in.Days); text != "" {
		days, err := strconv.Atoi(text)
		if err != nil {
			days = 0 // no number of days, which expires refuses
		}
		end, err := p.expires(days)
		if err != nil {
			return t, err
		}
		c.Expires = &end
	}
	return p.s.SetToken(r.Context(), which, c)
}

// changeForm is what the form of a token shows: what was typed if it was refused, else the token as it is.
func (v tokensView) changeForm(t credential.Token) (tokenChangeForm, ui.Errors) {
	if t.ID == v.changed {
		return v.change, v.changing
	}
	return tokenChangeForm{Name: t.Name}, ui.Errors{}
}
