package repository

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const from = `SELECT r.id, r.product, p.key AS product_key, r.key, r.service, COALESCE(s.key, '') AS service_key, r.url, r.pattern, r.excuse, r.tag, r.login, r.secret,
	r.fetched_at, r.tried_at, r.fault, r.rev, r.changed_at, r.changed_by
	FROM repository r JOIN product p ON p.id = r.product LEFT JOIN service s ON s.id = r.service`

func repositories(tx *db.Tx, product id.Product) ([]Repository, error) {
	out := []Repository{}
	err := tx.All(&out, from+` WHERE r.product = $1 ORDER BY r.key LIMIT 1000`, product)
	return out, err
}

// ofRelease returns the repositories of a product and of services that other products own.
func ofRelease(tx *db.Tx, product id.Product, services []id.Service) ([]Repository, error) {
	out, err := repositories(tx, product)
	if err != nil || len(services) == 0 {
		return out, err
	}
	var w db.Where
	w.And(`r.product <> ?`, product)
	db.In(&w, "r.service", services)
	var more []Repository
	err = tx.All(&more, from+w.String()+` ORDER BY r.key LIMIT 1000`, w.Args...)
	return append(out, more...), err
}

// due returns the repositories that were not tried since an instant, the longest first.
func due(tx *db.Tx, before db.Time, most int) ([]Repository, error) {
	var out []Repository
	err := tx.All(&out, from+` WHERE r.tried_at IS NULL OR r.tried_at < $1 ORDER BY r.tried_at NULLS FIRST, r.id LIMIT $2`, int64(before), most)
	return out, err
}

// addresses returns what names the mirrors of all repositories.
func addresses(tx *db.Tx) ([]Repository, error) {
	var out []Repository
	err := tx.All(&out, `SELECT id, url FROM repository`)
	return out, err
}

func repositoryBy(tx *db.Tx, product id.Product, ref string) (Repository, error) {
	var r Repository
	err := tx.Get(&r, from+` WHERE r.product = $1 AND (r.key = $2 OR r.id = $2)`, product, ref)
	return r, err
}

func insertRepository(tx *db.Tx, r Repository) error {
	_, err := tx.Exec(`INSERT INTO repository (id, product, key, service, url, pattern, excuse, tag, login, secret, fetched_at, tried_at, fault, rev, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.ID, r.Product, r.Key, r.Service, r.URL, r.Pattern, r.Excuse, r.Tag, r.Login, r.Secret, r.FetchedAt, r.TriedAt, r.Fault, r.Rev, r.ChangedAt, r.ChangedBy)
	return err
}

func updateRepository(tx *db.Tx, r Repository) error {
	_, err := tx.Exec(`UPDATE repository SET service = $1, url = $2, pattern = $3, excuse = $4, tag = $5, login = $6, secret = $7, fetched_at = $8, tried_at = $9, fault = $10,
		rev = $11, changed_at = $12, changed_by = $13 WHERE id = $14`,
		r.Service, r.URL, r.Pattern, r.Excuse, r.Tag, r.Login, r.Secret, r.FetchedAt, r.TriedAt, r.Fault, r.Rev, r.ChangedAt, r.ChangedBy, r.ID)
	return err
}

// noteFetch writes how a fetch of an address went, unless the address is another one by now.
func noteFetch(tx *db.Tx, r Repository) error {
	_, err := tx.Exec(`UPDATE repository SET fetched_at = $1, tried_at = $2, fault = $3 WHERE id = $4 AND url = $5`, r.FetchedAt, r.TriedAt, r.Fault, r.ID, r.URL)
	return err
}

func deleteRepository(tx *db.Tx, ref string) error {
	_, err := tx.Exec(`DELETE FROM repository WHERE id = $1`, ref)
	return err
}
