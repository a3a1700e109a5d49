package authweb

import (
	"net/http"
	"slices"
	"time"

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
	next    string
	paged   bool
	form    tokenForm
	errors  ui.Errors
	made    credential.Token
	secret  string
	canMake bool
}

func (p *pages) tokensView(r *http.Request, after string) (v tokensView, err error) {
	ctx := r.Context()
	if v.adminView, err = p.adminView(r, "/admin/tokens"); err != nil {
		return v, err
	}
	v.all, v.paged = v.may["token.manage"], after != ""
	var next string
	if v.tokens, next, err = p.s.Tokens(ctx, credential.TokenFilter{All: v.all, After: id.Token(after)}); err != nil {
		return v, err
	}
	if next != "" {
		v.next = "/admin/tokens?after=" + next
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
