package authweb

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

func sortedTeams(m map[id.Team]auth.Team) []auth.Team {
	return slices.SortedFunc(maps.Values(m), func(a, b auth.Team) int { return cmp.Compare(a.Key, b.Key) })
}

type teamForm struct {
	Name    string `form:"name"`
	Key     string `form:"key"`
	Text    string `form:"text"`
	Members string `form:"members"` // keys, one a line
	Rev     int64  `form:"rev"`
}

func (f teamForm) members() []id.Person {
	out := []id.Person{}
	for _, k := range strings.FieldsFunc(f.Members, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\t' }) {
		out = append(out, id.Person(k))
	}
	return out
}

type teamsView struct {
	adminView
	query  string
	closed bool // with closed ones
	teams  []auth.Team
	people map[id.Person]auth.Person
	first  string // addresses
	next   string
	form   teamForm
	errors ui.Errors
}

type teamsQuery struct {
	Query  string `form:"q"`
	Closed bool   `form:"closed"`
	After  string `form:"after"`
}

func (p *pages) teamsView(r *http.Request, q teamsQuery) (v teamsView, err error) {
	if v.adminView, err = p.adminView(r, "/admin/teams"); err != nil {
		return v, err
	}
	v.query, v.closed = q.Query, q.Closed
	var next string
	if v.teams, next, err = p.s.Teams(r.Context(), people.TeamFilter{Query: q.Query, Closed: q.Closed, After: q.After}); err != nil {
		return v, err
	}
	if q.After != "" {
		v.first = web.Address("/admin/teams", teamsQuery{Query: q.Query, Closed: q.Closed})
	}
	if next != "" {
		v.next = web.Address("/admin/teams", teamsQuery{q.Query, q.Closed, next})
	}
	var all []id.Person
	for _, t := range v.teams {
		all = append(all, t.Members[:min(len(t.Members), 5)]...)
	}
	v.people, err = p.s.PeopleByID(r.Context(), all...)
	return v, err
}

func (p *pages) teamsPage(w http.ResponseWriter, r *http.Request) error {
	var q teamsQuery
	if err := web.Query(r, &q); err != nil {
		return err
	}
	v, err := p.teamsView(r, q)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Teams", Nav: "admin", Body: teamsBody(v)})
}

func (p *pages) addTeam(w http.ResponseWriter, r *http.Request) error {
	var in teamForm
	err := p.site.Form(r, &in)
	var made auth.Team
	if err == nil {
		made, err = p.s.AddTeam(r.Context(), people.NewTeam{Key: in.Key, Name: in.Name, Text: in.Text, Members: in.members()})
	}
	if err == nil {
		return p.site.Redirect(w, r, "/admin/teams/"+made.Key, web.Toast{State: ui.Go, Title: "Added " + made.Name})
	}
	v, verr := p.teamsView(r, teamsQuery{})
	if verr != nil {
		return verr
	}
	v.form, v.errors = in, memberErrors(err)
	return p.site.Again(w, r, err, web.Page{Title: "Teams", Nav: "admin", Body: teamsBody(v)})
}

// memberErrors brings faults of single members to the one field that holds them all.
func memberErrors(err error) ui.Errors {
	e := errs.As(err)
	fields := slices.Clone(e.Fields)
	for i, f := range fields {
		if strings.HasPrefix(f.Name, "members[") {
			fields[i].Name = "members"
		}
	}
	c := *e
	c.Fields = fields
	return ui.ErrorsOf(&c)
}

type teamView struct {
	adminView
	team   auth.Team
	people []auth.Person
	grants []auth.Binding
	form   teamForm
	errors ui.Errors
	theirs *auth.Team
	give   grantForm
	giving ui.Errors

	burden  string    // why it cannot be closed
	reason  string    // of closing, as it was typed
	closing ui.Errors // of closing
	failed  string    // why an act did not happen
}

func (p *pages) teamView(r *http.Request, ref string) (v teamView, err error) {
	ctx := r.Context()
	if v.team, err = p.s.Team(ctx, ref); err != nil {
		return v, err
	}
	if v.adminView, err = p.adminView(r, "/admin/teams"); err != nil {
		return v, err
	}
	by, err := p.s.PeopleByID(ctx, v.team.Members...)
	if err != nil {
		return v, err
	}
	var keys []string
	for _, m := range v.team.Members {
		v.people = append(v.people, by[m])
		keys = append(keys, by[m].Key)
	}
	v.form = teamForm{Name: v.team.Name, Key: v.team.Key, Text: v.team.Text, Members: strings.Join(keys, "\n"), Rev: v.team.Rev}
	if v.grants, _, err = p.s.Grants(ctx, people.GrantFilter{Team: v.team.ID, Limit: 200}); err != nil {
		return v, err
	}
	v.burden, err = p.s.WhyNotClose(ctx, string(v.team.ID))
	return v, err
}

func teamPage(v teamView) web.Page {
	return web.Page{Title: v.team.Name, Nav: "admin", Crumbs: []web.Crumb{{Text: "Administration", Href: "/admin"}, {Text: "Teams", Href: "/admin/teams"}, {Text: v.team.Name}}, Body: teamBody(v)}
}

func (p *pages) teamPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.teamView(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.site.Render(w, r, teamPage(v))
}

func (p *pages) setTeam(w http.ResponseWriter, r *http.Request) error {
	var in teamForm
	ref := r.PathValue("ref")
	err := p.site.Form(r, &in)
	if err == nil {
		members := in.members()
		var now auth.Team
		now, err = p.s.SetTeam(r.Context(), ref, people.TeamChange{Name: &in.Name, Text: &in.Text, Members: &members, Version: in.Rev})
		if err == nil {
			return p.site.Redirect(w, r, "/admin/teams/"+now.Key, web.Toast{State: ui.Go, Title: "Saved", Text: now.Name})
		}
	}
	v, verr := p.teamView(r, ref)
	if verr != nil {
		return verr
	}
	if theirs, ok := errs.As(err).Theirs.(auth.Team); ok {
		v.theirs = &theirs
		in.Rev = theirs.Rev
	}
	v.form, v.errors = in, memberErrors(err)
	return p.site.Again(w, r, err, teamPage(v))
}

func (p *pages) closeTeam(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Reason string `form:"reason"`
	}
	err := p.site.Form(r, &in)
	var now auth.Team
	if err == nil {
		now, err = p.s.CloseTeam(r.Context(), r.PathValue("ref"), in.Reason)
	}
	if err == nil {
		return p.site.Redirect(w, r, "/admin/teams/"+now.Key, web.Toast{State: ui.Go, Title: "Closed", Text: now.Name})
	}
	v, verr := p.teamView(r, r.PathValue("ref"))
	if verr != nil {
		return verr
	}
	v.reason = in.Reason
	if e := errs.As(err); len(e.Fields) > 0 {
		v.closing = ui.ErrorsOf(err)
	} else {
		v.failed = e.Msg
	}
	return p.site.Again(w, r, err, teamPage(v))
}

func (p *pages) reopenTeam(w http.ResponseWriter, r *http.Request) error {
	now, err := p.s.ReopenTeam(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.site.Redirect(w, r, "/admin/teams/"+now.Key, web.Toast{State: ui.Go, Title: "Reopened", Text: now.Name})
}
