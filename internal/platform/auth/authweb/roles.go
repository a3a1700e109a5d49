package authweb

import (
	"net/http"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type roleForm struct {
	Key         string   `form:"key"`
	Name        string   `form:"name"`
	Text        string   `form:"text"`
	Permissions []string `form:"permission"`
	Rev         int64    `form:"rev"`
}

type rolesView struct {
	adminView
	form   roleForm
	errors ui.Errors
}

func (p *pages) rolesPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.adminView(r, "/admin/roles")
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Roles", Nav: "admin", Body: rolesBody(rolesView{adminView: v})})
}

func (p *pages) addRole(w http.ResponseWriter, r *http.Request) error {
	var in roleForm
	err := p.site.Form(r, &in)
	if err == nil {
		_, err = p.s.DefineRole(r.Context(), auth.Role{Key: in.Key, Name: in.Name, Text: in.Text})
	}
	if err == nil {
		return p.site.Redirect(w, r, "/admin/roles/"+in.Key, web.Toast{State: ui.Go, Title: "Defined " + in.Name})
	}
	a, verr := p.adminView(r, "/admin/roles")
	if verr != nil {
		return verr
	}
	return p.site.Again(w, r, err, web.Page{Title: "Roles", Nav: "admin", Body: rolesBody(rolesView{a, in, ui.ErrorsOf(err)})})
}

type roleView struct {
	adminView
	role        auth.Role
	permissions []auth.Permission
	people      []auth.Person
	more        bool
	form        roleForm
	errors      ui.Errors
	theirs      *auth.Role
}

func (p *pages) roleView(r *http.Request, key string) (v roleView, err error) {
	if v.adminView, err = p.adminView(r, "/admin/roles"); err != nil {
		return v, err
	}
	found := false
	for _, x := range v.roles {
		if x.Key == key {
			v.role, found = x, true
		}
	}
	if !found {
		return v, auth.Unseen("role")
	}
	for _, x := range p.s.Catalog().All() {
		if !x.Signed && !x.Public {
			v.permissions = append(v.permissions, x)
		}
	}
	var next string
	if v.people, next, err = p.s.People(r.Context(), people.Filter{Role: key, Limit: 20}); err != nil {
		return v, err
	}
	v.more = next != ""
	v.form = roleForm{Key: key, Name: v.role.Name, Text: v.role.Text, Permissions: v.role.Permissions, Rev: v.role.Rev}
	return v, nil
}

func rolePage(v roleView) web.Page {
	return web.Page{Title: v.role.Name, Nav: "admin", Crumbs: []web.Crumb{{Text: "Administration", Href: "/admin"}, {Text: "Roles", Href: "/admin/roles"}, {Text: v.role.Name}}, Body: roleBody(v)}
}

func (p *pages) rolePage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.roleView(r, r.PathValue("role"))
	if err != nil {
		return err
	}
	return p.site.Render(w, r, rolePage(v))
}

func (p *pages) setRole(w http.ResponseWriter, r *http.Request) error {
	var in roleForm
	key := r.PathValue("role")
	err := p.site.Form(r, &in)
	if err == nil {
		_, err = p.s.DefineRole(r.Context(), auth.Role{Key: key, Name: in.Name, Text: in.Text, Permissions: in.Permissions, Rev: in.Rev})
	}
	if err == nil {
		return p.site.Redirect(w, r, "/admin/roles/"+key, web.Toast{State: ui.Go, Title: "Saved", Text: in.Name})
	}
	v, verr := p.roleView(r, key)
	if verr != nil {
		return verr
	}
	if theirs, ok := errs.As(err).Theirs.(auth.Role); ok {
		v.theirs = &theirs
		in.Rev = theirs.Rev
	}
	v.form, v.errors = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, rolePage(v))
}

// area is the first word of a permission, as a heading.
func area(permission string) string {
	a, _, _ := strings.Cut(permission, ".")
	return strings.ToUpper(a[:1]) + a[1:]
}
