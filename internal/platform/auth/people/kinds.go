package people

import (
	"cmp"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Scopes puts scopes into words for files: what a scope is belongs to another area.
type Scopes interface {
	// ScopeOf returns the scope of a product named by key. It fails with errs.NotFound.
	ScopeOf(tx *db.Tx, product string) (auth.Scope, error)
	// ProductOf returns the key of the product that a scope means.
	ProductOf(tx *db.Tx, s auth.Scope) (string, error)
}

// RoleDoc is one role that a person or team has, everywhere or on a product.
type RoleDoc struct {
	Role    string `yaml:"role"`
	Product string `yaml:"product,omitempty"`
}

type personDoc struct {
	Kind   string    `yaml:"kind"`
	Key    string    `yaml:"key"`
	Name   string    `yaml:"name"`
	Email  string    `yaml:"email,omitempty"`
	Type   string    `yaml:"type,omitempty"` // person or service
	Zone   string    `yaml:"zone,omitempty"`
	Locale string    `yaml:"locale,omitempty"`
	Roles  []RoleDoc `yaml:"roles,omitempty"`
}

type teamDoc struct {
	Kind    string    `yaml:"kind"`
	Key     string    `yaml:"key"`
	Name    string    `yaml:"name"`
	Text    string    `yaml:"text,omitempty"`
	Members []string  `yaml:"members,omitempty"`
	Roles   []RoleDoc `yaml:"roles,omitempty"`
}

// Kinds returns the documents of people and teams. A list of roles that is left out leaves the roles as they are; so does
// one of members.
func (s *Directory) Kinds(scopes Scopes) []apply.Kind {
	k := kinds{s, scopes}
	return []apply.Kind{
		{Name: "person", Apply: k.applyPerson, Finish: k.finishPerson, Export: k.people},
		{Name: "team", After: []string{"person"}, Apply: k.applyTeam, Finish: k.finishTeam, Export: k.teams},
	}
}

type kinds struct {
	s      *Directory
	scopes Scopes
}

func (k kinds) applyPerson(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in personDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	o, err := k.s.PutPerson(tx, PutPerson{Key: in.Key, Name: in.Name, Email: in.Email, Kind: in.Type, Zone: in.Zone, Locale: in.Locale})
	return in.Key, apply.Outcome(o), err
}

func (k kinds) finishPerson(tx *db.Tx, d strict.Document) (bool, error) {
	var in personDoc
	if err := d.Decode(&in); err != nil || in.Roles == nil {
		return false, err
	}
	p, err := auth.PersonByKey(tx, in.Key)
	if err != nil {
		return false, err
	}
	return k.roles(tx, Binding{Person: p.ID}, in.Roles)
}

func (k kinds) applyTeam(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in teamDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	put := PutTeam{Key: in.Key, Name: in.Name, Text: in.Text}
	if in.Members != nil {
		put.Members = &in.Members
	}
	o, err := k.s.PutTeam(tx, put)
	return in.Key, apply.Outcome(o), err
}

func (k kinds) finishTeam(tx *db.Tx, d strict.Document) (bool, error) {
	var in teamDoc
	if err := d.Decode(&in); err != nil || in.Roles == nil {
		return false, err
	}
	t, err := auth.TeamByRef(tx, in.Key)
	if err != nil {
		return false, err
	}
	return k.roles(tx, Binding{Team: t.ID}, in.Roles)
}

func (k kinds) roles(tx *db.Tx, holder Binding, want []RoleDoc) (bool, error) {
	grants := make([]Grant, 0, len(want))
	for _, r := range want {
		g := Grant{Role: r.Role}
		if r.Product != "" {
			s, err := k.scopes.ScopeOf(tx, r.Product)
			if errs.Is(err, errs.CodeNotFound) {
				return false, errs.InvalidField("roles", "product.not_found", "There is no product %.60q.", r.Product)
			}
			if err != nil {
				return false, err
			}
			g.Scope = s
		}
		grants = append(grants, g)
	}
	o, err := k.s.putGrants(tx, holder, &grants, Unchanged)
	return o == Changed, err
}

func (k kinds) people(tx *db.Tx) ([]any, error) {
	if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
		return nil, err
	}
	rows, err := everyone(tx)
	if err != nil {
		return nil, err
	}
	var out []any
	for _, p := range rows {
		if err := discreet(tx, &p); err != nil {
			return nil, err
		}
		roles, err := k.roleDocs(tx, p.ID, "")
		if err != nil {
			return nil, err
		}
		out = append(out, personDoc{Kind: "person", Key: p.Key, Name: p.Name, Email: p.Email, Type: p.Kind, Zone: p.Zone, Locale: p.Locale, Roles: roles})
	}
	return out, nil
}

func (k kinds) teams(tx *db.Tx) ([]any, error) {
	if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
		return nil, err
	}
	rows, err := auth.EachTeam(tx)
	if err != nil {
		return nil, err
	}
	var out []any
	for _, t := range rows {
		doc := teamDoc{Kind: "team", Key: t.Key, Name: t.Name, Text: t.Text}
		for _, m := range t.Members {
			p, err := auth.PersonByID(tx, m)
			if err != nil {
				return nil, err
			}
			doc.Members = append(doc.Members, p.Key)
		}
		if doc.Roles, err = k.roleDocs(tx, "", t.ID); err != nil {
			return nil, err
		}
		out = append(out, doc)
	}
	return out, nil
}

func (k kinds) roleDocs(tx *db.Tx, p id.Person, t id.Team) ([]RoleDoc, error) {
	grants, err := UndatedGrants(tx, p, t)
	if err != nil {
		return nil, err
	}
	var out []RoleDoc
	for _, g := range grants {
		d := RoleDoc{Role: g.Role}
		if g.Scope != auth.Everywhere {
			if d.Product, err = k.scopes.ProductOf(tx, g.Scope); err != nil {
				return nil, err
			}
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b RoleDoc) int {
		return cmp.Or(strings.Compare(a.Role, b.Role), strings.Compare(a.Product, b.Product))
	})
	return out, nil
}
