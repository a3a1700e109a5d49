package release

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Manifests returns what releases carry, each by service, in one statement. It checks no permission.
func Manifests(tx *db.Tx, releases ...id.Release) (map[id.Release][]ManifestItem, error) {
	out := make(map[id.Release][]ManifestItem, len(releases))
	if len(releases) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "i.release", releases)
	var rows []struct {
		Release id.Release
		ManifestItem
	}
	err := tx.All(&rows, `SELECT i.release, i.service, s.key AS service_key, s.name AS service_name, i.version, i.digest, i.commit_id
		FROM release_item i JOIN service s ON s.id = i.service`+w.String()+` ORDER BY i.release, s.key`, w.Args...)
	for _, x := range rows {
		out[x.Release] = append(out[x.Release], x.ManifestItem)
	}
	return out, err
}
