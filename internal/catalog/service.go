package catalog

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// ServiceSpec is what a person states about a service.
type ServiceSpec struct {
	Key     string `json:"key" yaml:"key" doc:"Human key, unique among services" example:"payments-core"`
	Name    string `json:"name" yaml:"name" doc:"Name as pages show it"`
	Text    string `json:"text,omitempty" yaml:"text,omitempty" doc:"What it does, in a sentence"`
	Product string `json:"product" yaml:"product" doc:"Key or identifier of the product that owns it"`
	Owner   string `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who answers for it"`
	Team    string `json:"team,omitempty" yaml:"team,omitempty" doc:"Key or identifier of the team that runs it"`
	Tier    int    `json:"tier,omitempty" yaml:"tier,omitempty" minimum:"0" maximum:"4" doc:"Importance, 1 the highest; 0 not stated"`
}

// AddService adds a service to a product. It fails with errs.Invalid for a faulty field and errs.Conflict for a key that
// is taken.
func (c *Catalog) AddService(ctx context.Context, in ServiceSpec) (Service, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Service, error) {
		p, err := ownerProduct(tx, in.Product)
		if err != nil {
			return Service{}, err
		}
		if err := auth.Check(tx, "catalog.edit", Scope(p.ID)); err != nil {
			return Service{}, err
		}
		if err := free(tx, "service", in.Key, serviceByKey); err != nil {
			return Service{}, err
		}
		return addService(tx, p, in)
	})
}

// SetService replaces what is stated about a service; its key stays. Moving it to another product needs the right on
// both. It fails with errs.Conflict, carrying the present row, if the version the caller read is gone.
func (c *Catalog) SetService(ctx context.Context, ref string, rev int64, in ServiceSpec) (Service, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Service, error) {
		s, err := ServiceByRef(tx, ref)
		if err != nil {
			return Service{}, err
		}
		if err := auth.Check(tx, "catalog.edit", Scope(s.Product)); err != nil {
			return Service{}, err
		}
		if s.Rev != rev {
			return Service{}, stale(s, s.Name, s.ChangedAt)
		}
		s, _, err = changeService(tx, s, in)
		return s, err
	})
}

// Service returns a service by key or identifier. It fails with errs.NotFound if the caller may not see it.
func (c *Catalog) Service(ctx context.Context, ref string) (Service, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Service, error) { return ServiceByRef(tx, ref) })
}

// Services returns one page of the services that the caller may see, by key. It fails with errs.NotFound for a product that
// the caller may not see.
func (c *Catalog) Services(ctx context.Context, f Filter) ([]Service, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Service, error) {
		all, scopes, err := auth.Scopes(tx, "catalog.read")
		if err != nil {
			return nil, err
		}
		var p id.Product
		if f.Product != "" {
			of, err := ProductByRef(tx, f.Product)
			if err != nil {
				return nil, err
			}
			p = of.ID
		}
		return services(tx, f, p, all, scopes)
	})
}

// ownerProduct looks a product up for a field of another thing, where its absence is a fault of that field.
func ownerProduct(tx *db.Tx, ref string) (Product, error) {
	if ref == "" {
		return Product{}, errs.InvalidField("product", "product.missing", "Name the product that owns it.")
	}
	p, err := ProductByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) {
		return p, errs.InvalidField("product", "product.not_found", "There is no product %.60q.", ref)
	}
	return p, err
}

func (in ServiceSpec) check(tx *db.Tx) (id.Person, id.Team, error) {
	var tier error
	if in.Tier < 0 || in.Tier > 4 {
		tier = errs.InvalidField("tier", "tier.out_of_range", "A tier is 1 to 4, or 0 for not stated.")
	}
	who, err := stated(tx, in.Key, in.Name, in.Text, in.Owner, tier)
	if err != nil || in.Team == "" {
		return who, "", err
	}
	t, err := auth.TeamByRef(tx, in.Team)
	if errs.Is(err, errs.CodeNotFound) {
		return who, "", errs.InvalidField("team", "team.unknown", "There is no team %.60q. Give a team's key.", in.Team)
	}
	if err == nil && t.Closed() {
		err = errs.InvalidField("team", "team.closed", "The team %s is closed and takes nothing over. Choose another team, or reopen it.", t.Key)
	}
	return who, t.ID, err
}

func addService(tx *db.Tx, p Product, in ServiceSpec) (Service, error) {
	who, team, err := in.check(tx)
	if err != nil {
		return Service{}, err
	}
	s := Service{ID: id.New[id.Service](), Key: in.Key, Name: in.Name, Text: in.Text, Product: p.ID, ProductKey: p.Key, ProductName: p.Name,
		Owner: who, Team: team, Tier: in.Tier, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
	if err := insertService(tx, s); err != nil {
		return Service{}, err
	}
	ledger.Append(tx, ledger.Entry{Action: ServiceAdded, Subject: ledger.Subject{Kind: "service", ID: string(s.ID)}, Scope: string(Scope(p.ID)), Payload: in})
	return s, nil
}

func changeService(tx *db.Tx, s Service, in ServiceSpec) (Service, apply.Outcome, error) {
	in.Key = s.Key
	p, err := ownerProduct(tx, in.Product)
	if err != nil {
		return s, "", err
	}
	if p.ID != s.Product {
		if err := auth.Check(tx, "catalog.edit", Scope(p.ID)); err != nil {
			return s, "", err
		}
	}
	who, team, err := in.check(tx)
	if err != nil {
		return s, "", err
	}
	n := s
	n.Name, n.Text, n.Product, n.ProductKey, n.ProductName, n.Owner, n.Team, n.Tier = in.Name, in.Text, p.ID, p.Key, p.Name, who, team, in.Tier
	if n == s {
		return s, apply.Unchanged, nil
	}
	n.Rev, n.ChangedAt, n.ChangedBy = s.Rev+1, tx.Now, actor(tx)
	if err := updateService(tx, n); err != nil {
		return s, "", err
	}
	ledger.Append(tx, ledger.Entry{Action: ServiceChanged, Subject: ledger.Subject{Kind: "service", ID: string(s.ID)}, Scope: string(Scope(p.ID)), Payload: changed(s, n)})
	return n, apply.Changed, nil
}
