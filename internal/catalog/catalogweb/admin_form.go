package catalogweb

import (
	"context"
	"net/http"
	"strconv"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// input is what the forms of every kind send.
type input struct {
	Rev     int64  `form:"rev"`
	Key     string `form:"key"`
	Name    string `form:"name"`
	Text    string `form:"text"`
	Owner   string `form:"owner"`
	Product string `form:"product"`
	Team    string `form:"team"`
	Tier    string `form:"tier"` // the word of an environment's, the number of a service's
	Rank    int    `form:"rank"`
	Default string `form:"default"`
	Rule    string `form:"rule"`
}

func (in input) productSpec() catalog.ProductSpec {
	return catalog.ProductSpec{Key: in.Key, Name: in.Name, Text: in.Text, Owner: in.Owner}
}

func (in input) serviceSpec() (catalog.ServiceSpec, error) {
	s := catalog.ServiceSpec{Key: in.Key, Name: in.Name, Text: in.Text, Product: in.Product, Owner: in.Owner, Team: in.Team}
	if in.Tier == "" {
		return s, nil
	}
	n, err := strconv.Atoi(in.Tier)
	if err != nil {
		return s, errs.InvalidField("tier", "tier.out_of_range", "A tier is 1 to 4, or 0 for not stated.")
	}
	s.Tier = n
	return s, nil
}

func (in input) environmentSpec() catalog.EnvironmentSpec {
	return catalog.EnvironmentSpec{Key: in.Key, Name: in.Name, Text: in.Text, Tier: in.Tier, Rank: in.Rank, Owner: in.Owner, Default: in.Default, Rule: in.Rule}
}

// formView is a page with the form of one thing.
type formView struct {
	kind
	ref      string // "" for a new one
	name     string // as it is now
	in       input
	err      ui.Errors
	stale    string
	now      []ui.Fact // as it is now
	why      string    // the caller cannot change it
	people   []ui.Option
	teams    []ui.Option
	products []ui.Option
}

func (v formView) action() string {
	if v.ref == "" {
		return "/admin/catalog/add/" + v.kind.name
	}
	return v.editURL(v.ref)
}

func (v formView) heading() string {
	if v.ref == "" {
		return "Add " + article(v.one)
	}
	return v.name
}

func article(word string) string {
	if word == "environment" {
		return "an " + word
	}
	return "a " + word
}

func (v formView) page() web.Page {
	return web.Page{Title: v.heading(), Nav: "admin", Body: formBody(v)}
}

// form reads what the form of a kind shows: of ref, or of a new one for "".
func (p *Pages) form(r *http.Request, k kind, ref string) (formView, error) {
	v := formView{kind: k, ref: ref}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if _, _, err := auth.Scopes(tx, "catalog.read"); err != nil {
			return err
		}
		if v.why, err = p.whyNot(tx, k); err != nil {
			return err
		}
		if ref != "" {
			if err := v.read(tx); err != nil {
				return err
			}
		}
		return v.choices(tx)
	})
	return v, err
}

// read fills the form with what is stated now.
func (v *formView) read(tx *db.Tx) error {
	scope := auth.Everywhere
	var owner, team string
	switch v.kind.name {
	case "products":
		x, err := catalog.ProductByRef(tx, v.ref)
		if err != nil {
			return err
		}
		scope, owner = catalog.Scope(x.ID), string(x.Owner)
		v.in = input{Rev: x.Rev, Key: x.Key, Name: x.Name, Text: x.Text}
	case "services":
		x, err := catalog.ServiceByRef(tx, v.ref)
		if err != nil {
			return err
		}
		scope, owner, team = catalog.Scope(x.Product), string(x.Owner), string(x.Team)
		v.in = input{Rev: x.Rev, Key: x.Key, Name: x.Name, Text: x.Text, Product: x.ProductKey, Tier: strconv.Itoa(x.Tier)}
	default:
		x, err := catalog.EnvironmentByRef(tx, v.ref)
		if err != nil {
			return err
		}
		owner = string(x.Owner)
		v.in = input{Rev: x.Rev, Key: x.Key, Name: x.Name, Text: x.Text, Tier: x.Tier.String(), Rank: x.Rank, Rule: string(x.Rule), Default: defaultWords(x)}
	}
	v.ref, v.name = v.in.Key, v.in.Name
	if err := v.keys(tx, owner, team); err != nil {
		return err
	}
	may, err := auth.Allowed(tx, v.permission, scope)
	v.why = ""
	if !may {
		v.why = "your roles do not carry " + v.permission + " here."
	}
	return err
}

// keys puts the keys of owner and team into the form, and what is stated now beside it.
func (v *formView) keys(tx *db.Tx, owner, team string) error {
	ownerName, teamName := "Nobody", "None"
	if owner != "" {
		who, err := reader.WhoIs(tx, "Nobody", owner)
		if err != nil {
			return err
		}
		if x := who.Person(id.Person(owner)); x.ID != "" {
			v.in.Owner, ownerName = x.Key, x.Name
		}
	}
	if team != "" {
		t, err := auth.TeamByRef(tx, team)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return err
		}
		v.in.Team, teamName = t.Key, t.Name
	}
	in := v.in
	v.now = []ui.Fact{{Key: "Key", Body: ui.Mono(in.Key)}, {Key: "Name", Value: in.Name}, {Key: "Text", Value: in.Text}, {Key: "Owner", Value: ownerName}}
	switch v.kind.name {
	case "services":
		v.now = append(v.now, ui.Fact{Key: "Product", Value: in.Product}, ui.Fact{Key: "Team", Value: teamName}, ui.Fact{Key: "Tier", Value: in.Tier})
	case "environments":
		v.now = append(v.now, ui.Fact{Key: "Tier", Value: in.Tier}, ui.Fact{Key: "Rank", Value: strconv.Itoa(in.Rank)}, ui.Fact{Key: "Rule", Value: in.Rule},
			ui.Fact{Key: "Without a window", Value: in.Default})
	}
	return nil
}

func (v *formView) choices(tx *db.Tx) error {
	var err error
	if v.people, err = reader.People(tx, "Nobody"); err != nil {
		return err
	}
	if v.kind.name != "services" {
		return nil
	}
	v.teams = []ui.Option{{Text: "None"}}
	ts, err := auth.SelectTeams(tx, `WHERE t.closed_at IS NULL ORDER BY t.key LIMIT 500`)
	if err != nil {
		return err
	}
	for _, t := range ts {
		v.teams = append(v.teams, ui.Option{Value: t.Key, Text: t.Name})
	}
	v.products, err = productChoices(tx, "Choose")
	return err
}

func (p *Pages) askAdd(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r.PathValue("kind"))
	if err != nil {
		return err
	}
	v, err := p.form(r, k, "")
	if err != nil {
		return err
	}
	v.in.Default, v.in.Rule, v.in.Product = "closed", string(catalog.RuleOpen), r.URL.Query().Get("product")
	if k.name == "environments" {
		v.in.Tier = catalog.Staging.String()
	}
	return p.site.Render(w, r, v.page())
}

func (p *Pages) askSet(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r.PathValue("kind"))
	if err != nil {
		return err
	}
	v, err := p.form(r, k, r.PathValue("ref"))
	if err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request, k kind) error {
	var in input
	err := p.site.Form(r, &in)
	if err == nil {
		err = p.stated(r.Context(), k, "", in)
	}
	if err == nil {
		return p.site.Redirect(w, r, k.href(), web.Toast{State: ui.Go, Title: "Added " + in.Name})
	}
	v, fault := p.form(r, k, "")
	if fault != nil {
		return fault
	}
	v.in, v.err = in, ui.ErrorsOf(err)
	if errs.ReasonOf(err) == "key.taken" {
		v.err = ui.ErrorsOf(errs.InvalidField("key", "key.taken", "%s", errs.As(err).Msg))
	}
	return p.site.Again(w, r, err, v.page())
}

func (p *Pages) set(w http.ResponseWriter, r *http.Request, k kind) error {
	var in input
	err := p.site.Form(r, &in)
	ref := r.PathValue("ref")
	if err == nil {
		err = p.stated(r.Context(), k, ref, in)
	}
	if err == nil {
		return p.site.Redirect(w, r, k.href(), web.Toast{State: ui.Go, Title: "Changed " + in.Name})
	}
	v, fault := p.form(r, k, ref)
	if fault != nil {
		return fault
	}
	present := v.in.Rev
	in.Key = v.in.Key
	v.in, v.err = in, ui.ErrorsOf(err)
	if errs.ReasonOf(err) == "row.stale" {
		// The next attempt is made against what is shown beside the form.
		v.stale, v.err, v.in.Rev = errs.As(err).Msg, ui.Errors{}, present
	}
	return p.site.Again(w, r, err, v.page())
}

// stated carries the form out: it adds for an empty ref and sets otherwise.
func (p *Pages) stated(ctx context.Context, k kind, ref string, in input) (err error) {
	switch k.name {
	case "products":
		if ref == "" {
			_, err = p.catalog.AddProduct(ctx, in.productSpec())
		} else {
			_, err = p.catalog.SetProduct(ctx, ref, in.Rev, in.productSpec())
		}
	case "services":
		spec, fault := in.serviceSpec()
		switch {
		case fault != nil:
			return fault
		case ref == "":
			_, err = p.catalog.AddService(ctx, spec)
		default:
			_, err = p.catalog.SetService(ctx, ref, in.Rev, spec)
		}
	default:
		if ref == "" {
			_, err = p.catalog.AddEnvironment(ctx, in.environmentSpec())
		} else {
			_, err = p.catalog.SetEnvironment(ctx, ref, in.Rev, in.environmentSpec())
		}
	}
	return err
}
