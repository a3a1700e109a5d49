package catalog

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// cellsOf returns what runs, or ran at an instant, of the services.
func cellsOf(tx *db.Tx, ss []id.Service, at db.Time) (map[id.Service]map[id.Environment]Cell, error) {
	out := map[id.Service]map[id.Environment]Cell{}
	if len(ss) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "service", ss)
	q := `SELECT service, environment, version, digest, since FROM running` + w.String()
	if !at.IsZero() {
		w.And("outcome <> 'failed'")
		w.And("at <= ?", at)
		q = `SELECT service, environment, version, digest, at AS since FROM (
			SELECT d.*, row_number() OVER (PARTITION BY service, environment ORDER BY at DESC, id DESC) AS nth
			FROM deployment d` + w.String() + `) x WHERE nth = 1`
	}
	var rows []struct {
		Service     id.Service
		Environment id.Environment
		Version     string
		Digest      string
		Since       db.Time
	}
	if err := tx.All(&rows, q, w.Args...); err != nil {
		return nil, err
	}
	for _, r := range rows {
		if out[r.Service] == nil {
			out[r.Service] = map[id.Environment]Cell{}
		}
		out[r.Service][r.Environment] = Cell{Environment: r.Environment, Version: r.Version, Digest: r.Digest, Since: r.Since}
	}
	return out, nil
}
