package clearance

import (
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/platform/db"
)

const serviceFrom = `SELECT s.id, s.key, s.name, s.product, p.key AS product_key, p.name AS product_name, s.tier FROM service s JOIN product p ON p.id = s.product`

func allServices(tx *db.Tx) (map[string]*catalog.Service, error) {
	out := map[string]*catalog.Service{}
	err := tx.Each(serviceFrom, nil, func(scan func(dst ...any) error) error {
		var s catalog.Service
		if err := scan(&s.ID, &s.Key, &s.Name, &s.Product, &s.ProductKey, &s.ProductName, &s.Tier); err != nil {
			return err
		}
		out[s.Key], out[string(s.ID)] = &s, &s
		return nil
	})
	return out, err
}

// someServices returns services by identifier; those that do not exist are missing.
func someServices(tx *db.Tx, ids map[string]bool) (map[string]*catalog.Service, error) {
	if len(ids) > 500 {
		return allServices(tx)
	}
	var in []string
	var args []any
	for i := range ids {
		args = append(args, i)
		in = append(in, placeholder(len(args)))
	}
	var rows []catalog.Service
	if err := tx.All(&rows, serviceFrom+` WHERE s.id IN (`+strings.Join(in, ", ")+`)`, args...); err != nil {
		return nil, err
	}
	out := map[string]*catalog.Service{}
	for i := range rows {
		s := &rows[i]
		out[s.Key], out[string(s.ID)] = s, s
	}
	return out, nil
}
