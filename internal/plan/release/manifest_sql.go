package release

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Manifest returns what a release carries, by the service's key. It checks no permission.
func Manifest(tx *db.Tx, r id.Release) ([]ManifestItem, error) {
	out := []ManifestItem{}
	err := tx.All(&out, `SELECT i.service, s.key AS service_key, s.name AS service_name, i.version, i.digest, i.commit_id
		FROM release_item i JOIN service s ON s.id = i.service WHERE i.release = $1 ORDER BY s.key`, r)
	return out, err
}

// PutItem writes one item of a manifest.
func PutItem(tx *db.Tx, r id.Release, m ManifestItem) error {
	_, err := tx.Exec(`INSERT INTO release_item (release, service, version, digest, commit_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (release, service) DO UPDATE SET version = excluded.version, digest = excluded.digest, commit_id = excluded.commit_id`,
		r, m.Service, m.Version, m.Digest, m.Commit)
	return err
}

// DropItem takes a service out of a manifest.
func DropItem(tx *db.Tx, r id.Release, s id.Service) error {
	_, err := tx.Exec(`DELETE FROM release_item WHERE release = $1 AND service = $2`, r, s)
	return err
}

// Carrying returns the releases that carry a version of a service or an artefact of it by digest, the earliest window
// first; "" leaves version or digest out. Closed and cancelled ones are in it only if asked for. It checks no permission.
func Carrying(tx *db.Tx, s id.Service, version, digest string, ended bool) ([]Release, error) {
	var w db.Where
	w.And(`i.service = ?`, s)
	switch {
	case version != "" && digest != "":
		w.And(`(i.version = ? OR i.digest = ?)`, version, digest)
	case digest != "":
		w.And(`i.digest = ?`, digest)
	default:
		w.And(`i.version = ?`, version)
	}
	if !ended {
		w.And(`r.ended = ?`, false)
	}
	var out []Release
	err := tx.All(&out, releaseFrom+` JOIN release_item i ON i.release = r.id`+w.String()+` ORDER BY r.sort_at, r.id LIMIT 100`, w.Args...)
	if err != nil {
		return nil, err
	}
	return out, fillEnvironments(tx, out)
}

// Carried is one item of a release that has not ended.
type Carried struct {
	Release id.Release
	Service id.Service
	Version string
	Digest  string
}

// AllCarried calls fn with every item of every release that has not ended. It checks no permission and serves what is
// kept in memory. No other statement may run on the transaction meanwhile.
func AllCarried(tx *db.Tx, fn func(Carried)) error {
	return tx.Each(`SELECT i.release, i.service, i.version, i.digest FROM release_item i JOIN release r ON r.id = i.release WHERE r.ended = $1`, []any{false},
		func(scan func(dst ...any) error) error {
			var c Carried
			if err := scan(&c.Release, &c.Service, &c.Version, &c.Digest); err != nil {
				return err
			}
			fn(c)
			return nil
		})
}
