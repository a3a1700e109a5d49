package catalog

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const serviceFrom = `SELECT s.id, s.key, s.name, s.text, s.product, p.key AS product_key, p.name AS product_name, s.owner, s.team, s.tier, s.rev, s.changed_at, s.changed_by
	FROM service s JOIN product p ON p.id = s.product`

// ServiceByRef returns a service by key or identifier. It fails with errs.NotFound if it does not exist or the caller may
// not read its product.
func ServiceByRef(tx *db.Tx, ref string) (Service, error) {
	s, err := serviceByKey(tx, ref)
	if err != nil {
		return s, auth.Missing("service", err)
	}
	return s, auth.CheckSeen(tx, "catalog.read", Scope(s.Product), "service")
}

func serviceByKey(tx *db.Tx, ref string) (Service, error) {
	var s Service
	err := tx.Get(&s, serviceFrom+` WHERE s.`+by(ref)+` = $1`, ref)
	return s, err
}

func insertService(tx *db.Tx, s Service) error {
	_, err := tx.Exec(`INSERT INTO service (id, key, name, text, product, owner, team, tier, rev, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.ID, s.Key, s.Name, s.Text, s.Product, s.Owner, s.Team, s.Tier, s.Rev, s.ChangedAt, s.ChangedBy)
	return err
}

func updateService(tx *db.Tx, s Service) error {
	_, err := tx.Exec(`UPDATE service SET name = $1, text = $2, product = $3, owner = $4, team = $5, tier = $6, rev = $7, changed_at = $8, changed_by = $9 WHERE id = $10`,
		s.Name, s.Text, s.Product, s.Owner, s.Team, s.Tier, s.Rev, s.ChangedAt, s.ChangedBy, s.ID)
	return err
}

func services(tx *db.Tx, f Filter, p id.Product, all bool, scopes []auth.Scope) ([]Service, error) {
	var w db.Where
	auth.Seen(&w, "s.product", "product", all, scopes)
	w.Words("lower(s.key || ' ' || s.name)", f.Query)
	if p != "" {
		w.And("s.product = ?", p)
	}
	if f.After != "" {
		w.And("s.key > ?", f.After)
	}
	var out []Service
	err := tx.All(&out, serviceFrom+w.String()+` ORDER BY s.key LIMIT `+w.Arg(f.limit()), w.Args...)
	return out, err
}

// servicesRunBy returns the services of a team by key, whoever asks.
func servicesRunBy(tx *db.Tx, t id.Team) ([]Service, error) {
	var out []Service
	err := tx.All(&out, serviceFrom+` WHERE s.team = $1 ORDER BY s.key`, t)
	return out, err
}
