package roadmap

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/roadmap"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiform"
	"slipway/internal/platform/web"
)

// proposing is what the form sends.
type proposing struct {
	Release  string   `form:"release"`
	Product  string   `form:"product"`
	Version  string   `form:"version"`
	Title    string   `form:"title"`
	Start    string   `form:"start"`
	End      string   `form:"end"`
	Roles    []string `form:"roles"`
	Role     string   `form:"role"`
	Vendor   string   `form:"vendor"`
	AnswerBy string   `form:"answerBy"`
	Reason   string   `form:"reason"`
}

// proposal is the page of the form.
type proposal struct {
	look
	in       proposing
	err      ui.Errors
	releases []ui.Option
	products []ui.Option
	roles    []ui.Option
}

func (v proposal) page() web.Page {
	return web.Page{Title: "Propose a date", Nav: "roadmap", Body: proposeBody(v)}
}

func (p *Pages) askPropose(w http.ResponseWriter, r *http.Request) error {
	v := proposal{look: p.look(r.Context())}
	var q struct {
		Release string `form:"release"`
		Product string `form:"product"`
		Version string `form:"version"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	v.in.Release, v.in.Product, v.in.Version = q.Release, q.Product, q.Version
	if err := p.offer(r.Context(), &v); err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

// offer reads what can be chosen.
func (p *Pages) offer(ctx context.Context, v *proposal) error {
	ps, err := p.catalog.Products(ctx, catalog.Filter{Limit: 200})
	if err != nil {
		return err
	}
	v.products = []ui.Option{{Text: "That of the release"}}
	for _, x := range ps {
		v.products = append(v.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	return p.db.Read(ctx, func(tx *db.Tx) error {
		if err := somewhere(tx, "roadmap.propose"); err != nil {
			return err
		}
		if err := v.offerRoles(tx); err != nil {
			return err
		}
		open := false
		rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: 200})
		v.releases = []ui.Option{{Text: "None yet: a version of a product"}}
		for _, x := range rs {
			v.releases = append(v.releases, ui.Option{Value: x.Key, Text: x.Name})
			if x.Key == v.in.Release && v.in.Start == "" && !x.Window.IsZero() {
				v.in.Start, v.in.End = ui.DateTimeValue(x.Window.Start.Std(), v.Zone), ui.DateTimeValue(x.Window.End.Std(), v.Zone)
			}
		}
		return err
	})
}

// offerRoles reads the roles that can agree.
func (v *proposal) offerRoles(tx *db.Tx) error {
	rs, err := auth.Roles(tx)
	for _, r := range rs {
		v.roles = append(v.roles, ui.Option{Value: r.Key, Text: r.Name})
	}
	return err
}

// oneRole are the roles of which one or none is chosen.
func (v proposal) oneRole() []ui.Option {
	return append([]ui.Option{{Text: "None: I do not agree by proposing"}}, v.roles...)
}

// rolesErr is what is wrong with the roles, whichever of them it is.
func (v proposal) rolesErr() string {
	for i := range len(uiform.Picked(v.in.Roles)) {
		if s := v.err.Of("roles[" + strconv.Itoa(i) + "]"); s != "" {
			return s
		}
	}
	return v.err.Of("roles")
}

func (p *Pages) propose(w http.ResponseWriter, r *http.Request) error {
	v := proposal{look: p.look(r.Context())}
	err := p.site.Form(r, &v.in)
	var d roadmap.Date
	if err == nil {
		var in roadmap.Proposal
		if in, err = v.proposal(); err == nil {
			d, err = p.roads.Propose(r.Context(), in)
		}
	}
	if err == nil {
		state, word := stateOf(d.State, d.Vendor)
		t := web.Toast{State: state, Title: subject(d) + ": " + strings.ToLower(word)}
		if d.Open() {
			t.Text = "It waits for " + waits(d) + "."
		}
		return p.site.Redirect(w, r, dateURL(d.Key), t)
	}
	if fault := p.offer(r.Context(), &v); fault != nil {
		return fault
	}
	v.err = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

func (v proposal) proposal() (roadmap.Proposal, error) {
	in := v.in
	out := roadmap.Proposal{Release: in.Release, Product: in.Product, Version: in.Version, Title: in.Title, Role: in.Role, Vendor: in.Vendor, Reason: in.Reason}
	if in.Release != "" {
		out.Product, out.Version = "", ""
	}
	out.Roles = uiform.Picked(in.Roles)
	var bad errs.Faults
	var err error
	out.Window, err = v.window("window", in.Start, in.End)
	bad.Add(err)
	if in.AnswerBy != "" {
		t, err := ui.ParseDateTime("answerBy", in.AnswerBy, v.Zone)
		bad.Add(err)
		out.AnswerBy = db.At(t)
	}
	return out, bad.Err("The date is not valid.", 0)
}
