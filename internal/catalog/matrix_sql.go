package catalog

import (
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// cellsOf returns what runs, or ran at an instant, of the services.
func cellsOf(tx *db.Tx, ss []Service, at db.Time) (map[id.Service]map[id.Environment]Cell, error) {
	out := map[id.Service]map[id.Environment]Cell{}
	if len(ss) == 0 {
		return out, nil
	}
	w := where{}
	in := make([]string, len(ss))
	for i, s := range ss {
		in[i] = w.arg(s.ID)
	}
	list := strings.Join(in, ", ")
	q := `SELECT service, environment, version, digest, since FROM running WHERE service IN (` + list + `)`
	if !at.IsZero() {
		q = `SELECT service, environment, version, digest, at AS since FROM (
			SELECT d.*, row_number() OVER (PARTITION BY service, environment ORDER BY at DESC, id DESC) AS nth
			FROM deployment d WHERE service IN (` + list + `) AND outcome <> 'failed' AND at <= ` + w.arg(at) + `) x WHERE nth = 1`
	}
	var rows []struct {
		Service     id.Service
		Environment id.Environment
		Version     string
		Digest      string
		Since       db.Time
	}
	if err := tx.All(&rows, q, w.args...); err != nil {
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
