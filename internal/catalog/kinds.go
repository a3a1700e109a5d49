package catalog

import (
	"errors"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/strict"
)

// Kinds returns the documents of the catalog.
func (c *Catalog) Kinds() []apply.Kind {
	return []apply.Kind{
		{Name: "product", After: []string{"person"}, Apply: applyProduct, Export: exportProducts},
		{Name: "service", After: []string{"product", "team"}, Apply: applyService, Export: exportServices},
		{Name: "environment", After: []string{"person"}, Apply: applyEnvironment, Export: exportEnvironments},
	}
}

type productDoc struct {
	Kind        string `yaml:"kind"`
	ProductSpec `yaml:",inline"`
}

type serviceDoc struct {
	Kind        string `yaml:"kind"`
	ServiceSpec `yaml:",inline"`
}

type environmentDoc struct {
	Kind            string `yaml:"kind"`
	EnvironmentSpec `yaml:",inline"`
}

func applyProduct(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in productDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	p, err := productByKey(tx, in.Key)
	switch {
	case errors.Is(err, db.ErrNone):
		if err := auth.Check(tx, "catalog.edit", ""); err != nil {
			return in.Key, "", err
		}
		_, err := addProduct(tx, in.ProductSpec)
		return in.Key, apply.Created, err
	case err != nil:
		return in.Key, "", err
	}
	if err := auth.Check(tx, "catalog.edit", Scope(p.ID)); err != nil {
		return in.Key, "", err
	}
	_, o, err := changeProduct(tx, p, in.ProductSpec)
	return in.Key, o, err
}

func applyService(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in serviceDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	p, err := ownerProduct(tx, in.Product)
	if err != nil {
		return in.Key, "", err
	}
	if err := auth.Check(tx, "catalog.edit", Scope(p.ID)); err != nil {
		return in.Key, "", err
	}
	s, err := serviceByKey(tx, in.Key)
	switch {
	case errors.Is(err, db.ErrNone):
		_, err := addService(tx, p, in.ServiceSpec)
		return in.Key, apply.Created, err
	case err != nil:
		return in.Key, "", err
	}
	if err := auth.Check(tx, "catalog.edit", Scope(s.Product)); err != nil {
		return in.Key, "", err
	}
	_, o, err := changeService(tx, s, in.ServiceSpec)
	return in.Key, o, err
}

func applyEnvironment(tx *db.Tx, d strict.Document) (string, apply.Outcome, error) {
	var in environmentDoc
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	if err := auth.Check(tx, "environment.edit", ""); err != nil {
		return in.Key, "", err
	}
	e, err := environmentByKey(tx, in.Key)
	switch {
	case errors.Is(err, db.ErrNone):
		_, err := addEnvironment(tx, in.EnvironmentSpec)
		return in.Key, apply.Created, err
	case err != nil:
		return in.Key, "", err
	}
	_, o, err := changeEnvironment(tx, e, in.EnvironmentSpec)
	return in.Key, o, err
}

// exportPage is how many rows an export reads at a time.
const exportPage = 200

// exportAll reads what the caller may see page by page, by key, and returns a document of each. doc returns the key with it.
func exportAll[T any](tx *db.Tx, read func(*db.Tx, Filter, bool, []auth.Scope) ([]T, error), doc func(T) (string, any, error)) ([]any, error) {
	all, scopes, err := auth.Scopes(tx, "catalog.read")
	if err != nil {
		return nil, err
	}
	var out []any
	for f := (Filter{Limit: exportPage}); ; {
		rows, err := read(tx, f, all, scopes)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			key, d, err := doc(row)
			if err != nil {
				return nil, err
			}
			out, f.After = append(out, d), key
		}
		if len(rows) < exportPage {
			return out, nil
		}
	}
}

func exportProducts(tx *db.Tx) ([]any, error) {
	return exportAll(tx, products, func(p Product) (string, any, error) {
		who, err := personKey(tx, string(p.Owner))
		return p.Key, productDoc{"product", ProductSpec{Key: p.Key, Name: p.Name, Text: p.Text, Owner: who}}, err
	})
}

func exportServices(tx *db.Tx) ([]any, error) {
	every := func(tx *db.Tx, f Filter, all bool, scopes []auth.Scope) ([]Service, error) {
		return services(tx, f, "", all, scopes)
	}
	return exportAll(tx, every, func(s Service) (string, any, error) {
		who, err := personKey(tx, string(s.Owner))
		if err != nil {
			return "", nil, err
		}
		var team auth.Team
		if s.Team != "" {
			team, err = auth.TeamByRef(tx, string(s.Team))
		}
		return s.Key, serviceDoc{"service", ServiceSpec{Key: s.Key, Name: s.Name, Text: s.Text, Product: s.ProductKey, Owner: who, Team: team.Key, Tier: s.Tier}}, err
	})
}

func exportEnvironments(tx *db.Tx) ([]any, error) {
	if _, _, err := auth.Scopes(tx, "catalog.read"); err != nil {
		return nil, err
	}
	es, err := Environments(tx)
	if err != nil {
		return nil, err
	}
	var out []any
	for _, e := range es {
		who, err := personKey(tx, string(e.Owner))
		if err != nil {
			return nil, err
		}
		def := "closed"
		if e.DefaultOpen {
			def = "open"
		}
		out = append(out, environmentDoc{"environment", EnvironmentSpec{Key: e.Key, Name: e.Name, Text: e.Text, Tier: e.Tier.String(), Rank: e.Rank, Owner: who, Default: def, Rule: string(e.Rule)}})
	}
	return out, nil
}

// personKey returns the key of a person, or "" for nobody and for one who no longer exists.
func personKey(tx *db.Tx, ref string) (string, error) {
	if ref == "" {
		return "", nil
	}
	p, err := auth.PersonByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		return "", nil
	}
	return p.Key, err
}
