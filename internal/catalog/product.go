package catalog

import (
	"context"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// ProductSpec is what a person states about a product.
type ProductSpec struct {
	Key   string `json:"key" yaml:"key" doc:"Human key, unique among products" example:"payments"`
	Name  string `json:"name" yaml:"name" doc:"Name as pages show it" example:"Payments"`
	Text  string `json:"text,omitempty" yaml:"text,omitempty" doc:"What it is, in a sentence"`
	Owner string `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who answers for it"`
}

// AddProduct adds a product. It fails with errs.Invalid for a faulty field and errs.Conflict for a key that is taken.
func (c *Catalog) AddProduct(ctx context.Context, in ProductSpec) (Product, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Product, error) {
		if err := auth.Check(tx, "catalog.edit", ""); err != nil {
			return Product{}, err
		}
		if err := free(tx, "product", in.Key, productByKey); err != nil {
			return Product{}, err
		}
		return addProduct(tx, in)
	})
}

// SetProduct replaces what is stated about a product; its key stays. rev is the version the caller read.
// It fails with errs.Conflict, carrying the present row, if that version is gone.
func (c *Catalog) SetProduct(ctx context.Context, ref string, rev int64, in ProductSpec) (Product, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Product, error) {
		p, err := ProductByRef(tx, ref)
		if err != nil {
			return Product{}, err
		}
		if err := auth.Check(tx, "catalog.edit", Scope(p.ID)); err != nil {
			return Product{}, err
		}
		if p.Rev != rev {
			return Product{}, stale(p, p.Name, p.ChangedAt)
		}
		p, _, err = changeProduct(tx, p, in)
		return p, err
	})
}

// Product returns a product by key or identifier. It fails with errs.NotFound if the caller may not see it.
func (c *Catalog) Product(ctx context.Context, ref string) (Product, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Product, error) { return ProductByRef(tx, ref) })
}

// Filter narrows lists of the catalog.
type Filter struct {
	Query   string // part of the key or name, without regard to case
	Product string // key or identifier; services only
	After   string // the key behind which the page starts
	Limit   int    // 1 to 201; 0 means 50. One more than the greatest page shows that there is another
}

// pageMax is how many rows the greatest page has.
const pageMax = 200

func (f Filter) limit() int {
	if f.Limit <= 0 {
		return 50
	}
	return min(f.Limit, pageMax+1)
}

// Products returns one page of the products that the caller may see, by key. Filter.Product is not looked at.
func (c *Catalog) Products(ctx context.Context, f Filter) ([]Product, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Product, error) { return Products(tx, f) })
}

// Products is the same inside the caller's snapshot.
func Products(tx *db.Tx, f Filter) ([]Product, error) {
	all, scopes, err := auth.Scopes(tx, "catalog.read")
	if err != nil {
		return nil, err
	}
	return products(tx, f, all, scopes)
}

func (in ProductSpec) check(tx *db.Tx) (id.Person, error) {
	return stated(tx, in.Key, in.Name, in.Text, in.Owner)
}

// stated checks what everything in the catalog states, looks the owner up, and joins the faults with those of further fields.
func stated(tx *db.Tx, key, name, text, owner string, further ...error) (id.Person, error) {
	var all *errs.Error
	add := func(err error) {
		if e := errs.As(err); all == nil {
			all = e
		} else {
			all = all.With(e.Fields...)
		}
	}
	for _, err := range append([]error{id.CheckKey("key", key), CheckText("name", name, NameMax, true), CheckText("text", text, TextMax, false)}, further...) {
		if err != nil {
			add(err)
		}
	}
	var who id.Person
	if owner != "" {
		p, err := auth.PersonByRef(tx, owner)
		switch {
		case err == nil:
			who = p.ID
		case errs.Is(err, errs.CodeNotFound):
			add(errs.InvalidField("owner", "owner.unknown", "There is no person %.60q. Give a person's key.", owner))
		default:
			return "", err
		}
	}
	if all != nil {
		return "", all
	}
	return who, nil
}

func addProduct(tx *db.Tx, in ProductSpec) (Product, error) {
	who, err := in.check(tx)
	if err != nil {
		return Product{}, err
	}
	p := Product{ID: id.New[id.Product](), Key: in.Key, Name: in.Name, Text: in.Text, Owner: who, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
	if err := insertProduct(tx, p); err != nil {
		return Product{}, err
	}
	ledger.Append(tx, ledger.Entry{Action: ProductAdded, Subject: ledger.Subject{Kind: "product", ID: string(p.ID)}, Scope: string(Scope(p.ID)), Payload: in})
	return p, nil
}

func changeProduct(tx *db.Tx, p Product, in ProductSpec) (Product, apply.Outcome, error) {
	in.Key = p.Key
	who, err := in.check(tx)
	if err != nil {
		return p, "", err
	}
	before, n := p, p
	n.Name, n.Text, n.Owner = in.Name, in.Text, who
	if n == before {
		return p, apply.Unchanged, nil
	}
	n.Rev, n.ChangedAt, n.ChangedBy = p.Rev+1, tx.Now, actor(tx)
	if err := updateProduct(tx, n); err != nil {
		return p, "", err
	}
	ledger.Append(tx, ledger.Entry{Action: ProductChanged, Subject: ledger.Subject{Kind: "product", ID: string(p.ID)}, Scope: string(Scope(p.ID)), Payload: changed(before, n)})
	return n, apply.Changed, nil
}

// changed is the payload of a change: what was and what is.
func changed(before, after any) any {
	return map[string]any{"before": before, "after": after}
}

// free fails with errs.Conflict if there is a thing of that key. what names its kind.
func free[T any](tx *db.Tx, what, key string, byKey func(*db.Tx, string) (T, error)) error {
	switch _, err := byKey(tx, key); {
	case errors.Is(err, db.ErrNone):
		return nil
	case err != nil:
		return err
	}
	return errs.Conflict("key.taken", nil, "There is a %s %s already. Choose another key, or change that one.", what, key)
}
