package place

import (
	"cmp"
	"slices"

	"slipway/internal/calendar/book"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

type environmentRow struct {
	ID          id.Environment
	Key         string
	Tier        catalog.Tier
	Rank        int64
	Rule        catalog.Rule
	DefaultOpen bool
}

type serviceRow struct {
	ID      id.Service
	Key     string
	Product string
	Tier    int
}

// Of returns where releases go, by release: every service of the manifest in every environment, by environment and
// service. Many releases share services and environments, so that each of these is read once: three statements. It checks no permission.
func Of(tx *db.Tx, rs ...plan.Release) (map[id.Release][]book.Place, error) {
	out := make(map[id.Release][]book.Place, len(rs))
	if len(rs) == 0 {
		return out, nil
	}
	items, services, err := itemsOf(tx, rs)
	if err != nil || len(services) == 0 {
		return out, err
	}
	known, err := servicesByID(tx, services)
	if err != nil {
		return nil, err
	}
	environments, err := environmentsOf(tx, rs)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		es := make([]environmentRow, 0, len(r.Environments))
		for _, e := range r.Environments {
			es = append(es, environments[e])
		}
		slices.SortFunc(es, func(a, b environmentRow) int {
			return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Key, b.Key))
		})
		ss := make([]serviceRow, 0, len(items[r.ID]))
		for _, s := range items[r.ID] {
			ss = append(ss, known[s])
		}
		slices.SortFunc(ss, func(a, b serviceRow) int { return cmp.Compare(a.Key, b.Key) })
		list := make([]book.Place, 0, len(es)*len(ss))
		for _, e := range es {
			at := book.Place{Environment: e.Key, Tier: e.Tier.String(), Open: Opens(e.Rule, e.DefaultOpen)}
			for _, s := range ss {
				at.Product, at.Service, at.ServiceTier = s.Product, s.Key, s.Tier
				list = append(list, at)
			}
		}
		if len(list) > 0 {
			out[r.ID] = list
		}
	}
	return out, nil
}

// itemsOf returns the services of each manifest, and all of them once.
func itemsOf(tx *db.Tx, rs []plan.Release) (map[id.Release][]id.Service, []id.Service, error) {
	var w db.Where
	ids := make([]id.Release, len(rs))
	for i, r := range rs {
		ids[i] = r.ID
	}
	db.In(&w, "release", ids)
	items, known := make(map[id.Release][]id.Service, len(rs)), map[id.Service]bool{}
	var services []id.Service
	err := tx.Each(`SELECT release, service FROM release_item`+w.String(), w.Args, func(scan func(dst ...any) error) error {
		var r id.Release
		var s id.Service
		if err := scan(&r, &s); err != nil {
			return err
		}
		items[r] = append(items[r], s)
		if !known[s] {
			known[s] = true
			services = append(services, s)
		}
		return nil
	})
	return items, services, err
}

func servicesByID(tx *db.Tx, ids []id.Service) (map[id.Service]serviceRow, error) {
	var w db.Where
	db.In(&w, "s.id", ids)
	out := make(map[id.Service]serviceRow, len(ids))
	err := tx.Each(`SELECT s.id, s.key, p.key, s.tier FROM service s JOIN product p ON p.id = s.product`+w.String(), w.Args, func(scan func(dst ...any) error) error {
		var s serviceRow
		err := scan(&s.ID, &s.Key, &s.Product, &s.Tier)
		out[s.ID] = s
		return err
	})
	return out, err
}

func environmentsOf(tx *db.Tx, rs []plan.Release) (map[id.Environment]environmentRow, error) {
	out := map[id.Environment]environmentRow{}
	var ids []id.Environment
	for _, r := range rs {
		for _, e := range r.Environments {
			if _, known := out[e]; !known {
				out[e] = environmentRow{}
				ids = append(ids, e)
			}
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "id", ids)
	var rows []environmentRow
	err := tx.All(&rows, `SELECT id, key, tier, rank, rule, default_open FROM environment`+w.String(), w.Args...)
	for _, e := range rows {
		out[e.ID] = e
	}
	return out, err
}
