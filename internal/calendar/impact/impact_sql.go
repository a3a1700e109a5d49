package impact

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// ByRelease returns the impacts of releases, by service. It checks no permission.
func ByRelease(tx *db.Tx, releases ...id.Release) (map[id.Release][]Impact, error) {
	out := map[id.Release][]Impact{}
	for list := range slices.Chunk(releases, 500) {
		var rows []Impact
		var w db.Where
		db.In(&w, "i.release", list)
		if err := tx.All(&rows, `SELECT i.release, i.service, s.key AS service_key, i.kind, i.minutes, i.users, i.notice_hours, i.notice_at, i.rev, i.changed_at, i.changed_by
			FROM impact i JOIN service s ON s.id = i.service`+w.String()+` ORDER BY i.release, s.key`, w.Args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Release] = append(out[r.Release], r)
		}
	}
	return out, nil
}

func put(tx *db.Tx, i Impact) error {
	_, err := tx.Exec(`INSERT INTO impact (release, service, kind, minutes, users, notice_hours, notice_at, rev, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (release, service) DO UPDATE SET kind = $3, minutes = $4, users = $5, notice_hours = $6, notice_at = $7, rev = $8, changed_at = $9, changed_by = $10`,
		i.Release, i.Service, i.Kind, i.Minutes, i.Users, i.NoticeHours, i.NoticeAt, i.Rev, i.ChangedAt, i.ChangedBy)
	return err
}

func drop(tx *db.Tx, r id.Release, s id.Service) error {
	_, err := tx.Exec(`DELETE FROM impact WHERE release = $1 AND service = $2`, r, s)
	return err
}
