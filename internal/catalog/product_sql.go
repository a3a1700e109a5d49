package catalog

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const productColumns = `id, key, name, text, owner, rev, changed_at, changed_by`

// ProductByRef returns a product by key or identifier. It fails with errs.NotFound if it does not exist or the caller may
// not read it.
func ProductByRef(tx *db.Tx, ref string) (Product, error) {
	p, err := productByKey(tx, ref)
	if err != nil {
		return p, auth.Missing("product", err)
	}
	return p, auth.CheckSeen(tx, "catalog.read", Scope(p.ID), "product")
}

func productByKey(tx *db.Tx, ref string) (Product, error) {
	var p Product
	err := tx.Get(&p, `SELECT `+productColumns+` FROM product WHERE `+by(ref)+` = $1`, ref)
	return p, err
}

// by names the column that a reference is looked up in.
func by(ref string) string {
	if id.Is(ref) {
		return "id"
	}
	return "key"
}

func insertProduct(tx *db.Tx, p Product) error {
	_, err := tx.Exec(`INSERT INTO product (`+productColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Key, p.Name, p.Text, p.Owner, p.Rev, p.ChangedAt, p.ChangedBy)
	return err
}

func updateProduct(tx *db.Tx, p Product) error {
	_, err := tx.Exec(`UPDATE product SET name = $1, text = $2, owner = $3, rev = $4, changed_at = $5, changed_by = $6 WHERE id = $7`,
		p.Name, p.Text, p.Owner, p.Rev, p.ChangedAt, p.ChangedBy, p.ID)
	return err
}

func products(tx *db.Tx, f Filter, all bool, scopes []auth.Scope) ([]Product, error) {
	var w db.Where
	auth.Seen(&w, "id", "product", all, scopes)
	w.Words("lower(key || ' ' || name)", f.Query)
	if f.After != "" {
		w.And("key > ?", f.After)
	}
	var out []Product
	err := tx.All(&out, `SELECT `+productColumns+` FROM product`+w.String()+` ORDER BY key LIMIT `+w.Arg(f.limit()), w.Args...)
	return out, err
}
