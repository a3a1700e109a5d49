package authweb

import (
	"net/http"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// adminView is what every page of the administration shows around its own.
type adminView struct {
	tabs   []ui.Tab
	may    map[string]bool
	scopes []ScopeName
	roles  []auth.Role
	now    time.Time
	zone   *time.Location
	house  string // the zone of the installation
}

func (p *pages) adminView(r *http.Request, current string) (adminView, error) {
	ctx := r.Context()
	v := adminView{house: p.house()}
	v.now, v.zone = p.now(ctx)
	var err error
	if v.may, err = p.s.May(ctx, "people.read", "people.edit", "team.edit", "role.define", "role.grant", "token.manage", "token.make"); err != nil {
		return v, err
	}
	if v.scopes, err = p.scopes(ctx); err != nil {
		return v, err
	}
	if v.may["people.read"] {
		if v.roles, err = p.s.Roles(ctx); err != nil {
			return v, err
		}
	}
	v.tabs, err = p.tabs(r, current, v.may["people.read"])
	return v, err
}

// tabs returns the tabs of the administration, those of auth with how much there is.
func (p *pages) tabs(r *http.Request, current string, reads bool) ([]ui.Tab, error) {
	tabs := Tabs()
	if p.o.Tabs != nil {
		var err error
		if tabs, err = p.o.Tabs(r.Context(), current); err != nil {
			return nil, err
		}
	}
	if !reads {
		return tabs, nil
	}
	c, err := p.s.Counts(r.Context())
	if err != nil {
		return nil, err
	}
	count := map[string]int{"/admin": c.People, "/admin/teams": c.Teams, "/admin/roles": c.Roles}
	for i, t := range tabs {
		tabs[i].Current = t.Href == current
		if n, counted := count[t.Href]; counted {
			tabs[i].Count = ui.Number(n)
		}
	}
	return tabs, nil
}

// why says why a button is off.
func (v adminView) why(permission, act string) string {
	if v.may[permission] {
		return ""
	}
	return "only an administrator can " + act + "."
}

type peopleView struct {
	adminView
	query    string
	inactive bool
	people   []auth.Person
	grants   map[id.Person][]auth.Binding
	first    string // addresses
	next     string
	add      addPersonForm
	errors   ui.Errors
}

type addPersonForm struct {
	Name  string `form:"name"`
	Email string `form:"email"`
	Key   string `form:"key"`
	Kind  string `form:"kind"`
	Role  string `form:"role"`
	Scope string `form:"scope"`
}

type listQuery struct {
	Query    string `form:"q"`
	Inactive bool   `form:"inactive"`
	After    string `form:"after"`
}

func (p *pages) peopleView(r *http.Request, q listQuery) (v peopleView, err error) {
	if v.adminView, err = p.adminView(r, "/admin"); err != nil {
		return v, err
	}
	v.query, v.inactive = q.Query, q.Inactive
	var next string
	if v.people, next, err = p.s.People(r.Context(), people.Filter{Query: q.Query, Inactive: q.Inactive, After: q.After}); err != nil {
		return v, err
	}
	if q.After != "" {
		v.first = web.Address("/admin", listQuery{Query: q.Query, Inactive: q.Inactive})
	}
	if next != "" {
		v.next = web.Address("/admin", listQuery{q.Query, q.Inactive, next})
	}
	v.grants, err = p.s.GrantsOf(r.Context(), v.people)
	return v, err
}

func (p *pages) peoplePage(w http.ResponseWriter, r *http.Request) error {
	var q listQuery
	if err := web.Query(r, &q); err != nil {
		return err
	}
	v, err := p.peopleView(r, q)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "People", Nav: "admin", Body: peopleBody(v)})
}

func (p *pages) addPerson(w http.ResponseWriter, r *http.Request) error {
	var in addPersonForm
	err := p.site.Form(r, &in)
	var made auth.Person
	if err == nil {
		n := people.NewPerson{Key: in.Key, Name: in.Name, Email: in.Email, Kind: in.Kind}
		if in.Role != "" {
			n.Grants = []auth.Grant{{Role: in.Role, Scope: auth.Scope(in.Scope)}}
		}
		made, err = p.s.AddPerson(r.Context(), n)
	}
	if err == nil {
		return p.site.Redirect(w, r, "/admin/people/"+made.Key, web.Toast{State: ui.Go, Title: "Added " + made.Name})
	}
	v, verr := p.peopleView(r, listQuery{})
	if verr != nil {
		return verr
	}
	v.add, v.errors = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, web.Page{Title: "People", Nav: "admin", Body: peopleBody(v)})
}

type personView struct {
	adminView
	person   auth.Person
	self     bool
	grants   []auth.Binding
	teams    map[id.Team]auth.Team
	sessions []credential.Session
	form     personForm
	errors   ui.Errors
	theirs   *auth.Person // after a conflict
	giving   ui.Errors
	give     grantForm
	link     string // of an invitation that was made just now
	until    string
	failed   string // why an act did not happen
}

type personForm struct {
	Name   string `form:"name"`
	Email  string `form:"email"`
	Zone   string `form:"zone"`
	Locale string `form:"locale"`
	Rev    int64  `form:"rev"`
}

type grantForm struct {
	Person id.Person `form:"person"`
	Team   id.Team   `form:"team"`
	Role   string    `form:"role"`
	Scope  string    `form:"scope"`
	From   string    `form:"from"`
	Until  string    `form:"until"`
}

func (p *pages) personView(r *http.Request, ref string) (v personView, err error) {
	ctx := r.Context()
	if v.person, err = p.s.Person(ctx, ref); err != nil {
		return v, err
	}
	if v.adminView, err = p.adminView(r, "/admin"); err != nil {
		return v, err
	}
	me, _ := auth.Viewer(ctx)
	v.self = me.Person == v.person.ID
	by, err := p.s.GrantsOf(ctx, []auth.Person{v.person})
	if err != nil {
		return v, err
	}
	v.grants = by[v.person.ID]
	teams, err := p.s.TeamsOf(ctx, v.person.ID)
	if err != nil {
		return v, err
	}
	v.teams = map[id.Team]auth.Team{}
	for _, t := range teams {
		v.teams[t.ID] = t
	}
	if v.self || v.may["people.edit"] {
		if v.sessions, err = p.s.Sessions(ctx, v.person.ID); err != nil {
			return v, err
		}
	}
	v.form = personForm{v.person.Name, v.person.Email, v.person.Zone, v.person.Locale, v.person.Rev}
	return v, nil
}

func personPage(v personView) web.Page {
	return web.Page{Title: v.person.Name, Nav: "admin", Crumbs: []web.Crumb{{Text: "Administration", Href: "/admin"}, {Text: v.person.Name}}, Body: personBody(v)}
}

func (p *pages) personPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.personView(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.site.Render(w, r, personPage(v))
}

func (p *pages) setPerson(w http.ResponseWriter, r *http.Request) error {
	var in personForm
	ref := r.PathValue("ref")
	err := p.site.Form(r, &in)
	if err == nil {
		var now auth.Person
		now, err = p.s.SetPerson(r.Context(), ref, people.PersonChange{Name: &in.Name, Email: &in.Email, Zone: &in.Zone, Locale: &in.Locale, Version: in.Rev})
		if err == nil {
			return p.site.Redirect(w, r, "/admin/people/"+now.Key, web.Toast{State: ui.Go, Title: "Saved", Text: now.Name})
		}
	}
	v, verr := p.personView(r, ref)
	if verr != nil {
		return verr
	}
	if theirs, ok := errs.As(err).Theirs.(auth.Person); ok {
		v.theirs = &theirs
		in.Rev = theirs.Rev // whoever saves again has seen both
	}
	v.form, v.errors = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, personPage(v))
}

func (p *pages) invite(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("ref")
	path, until, err := p.s.Invite(r.Context(), ref)
	v, verr := p.personView(r, ref)
	if verr != nil {
		return verr
	}
	if err != nil {
		v.failed = errs.As(err).Msg
		return p.site.Again(w, r, err, personPage(v))
	}
	scheme := "http://"
	if secure(r) {
		scheme = "https://"
	}
	v.link, v.until = scheme+r.Host+path, ui.Instant(until.Std(), v.now, v.zone)
	return p.site.Render(w, r, personPage(v))
}

func (p *pages) deactivate(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "Deactivated", p.s.Deactivate)
}

func (p *pages) reactivate(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "Reactivated", p.s.Reactivate)
}

func (p *pages) grant(w http.ResponseWriter, r *http.Request) error {
	var in grantForm
	err := p.site.Form(r, &in)
	_, zone := p.now(r.Context())
	b := auth.Binding{Person: in.Person, Team: in.Team, Grant: auth.Grant{Role: in.Role, Scope: auth.Scope(in.Scope)}}
	if err == nil {
		b.From, err = dateOf("from", in.From, zone, 0)
	}
	if err == nil {
		b.Until, err = dateOf("until", in.Until, zone, 1)
	}
	if err == nil {
		_, err = p.s.Grant(r.Context(), b)
	}
	if in.Team != "" {
		if err == nil {
			return p.site.Redirect(w, r, "/admin/teams/"+string(in.Team), web.Toast{State: ui.Go, Title: "Role given"})
		}
		v, verr := p.teamView(r, string(in.Team))
		if verr != nil {
			return verr
		}
		v.give, v.giving = in, ui.ErrorsOf(err)
		return p.site.Again(w, r, err, teamPage(v))
	}
	if err == nil {
		return p.site.Redirect(w, r, "/admin/people/"+string(in.Person), web.Toast{State: ui.Go, Title: "Role given"})
	}
	v, verr := p.personView(r, string(in.Person))
	if verr != nil {
		return verr
	}
	v.give, v.giving = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, personPage(v))
}

func (p *pages) revokeGrant(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Back string `form:"back"`
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	if err := p.s.Revoke(r.Context(), auth.BindingID(r.PathValue("grant"))); err != nil {
		return err
	}
	return p.site.Redirect(w, r, in.Back, web.Toast{State: ui.Go, Title: "Role taken back"})
}
