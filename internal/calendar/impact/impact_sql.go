package impact

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const columns = `i.release, i.service, s.key AS service_key, s.name AS service_name, i.kind, i.minutes, i.users, i.notice_hours, i.notice_at, i.rev, i.changed_at, i.changed_by`

// dueAt is when a notice is due in microseconds: sort_at is the start of the window, or the greatest number without one.
const dueAt = `(r.sort_at - i.notice_hours * 3600000000)`

// ByRelease returns the impacts of releases, by service. It checks no permission.
func ByRelease(tx *db.Tx, releases ...id.Release) (map[id.Release][]Impact, error) {
	out := map[id.Release][]Impact{}
	for list := range slices.Chunk(releases, 500) {
		var rows []Impact
		var w db.Where
		db.In(&w, "i.release", list)
		if err := tx.All(&rows, `SELECT `+columns+`
			FROM impact i JOIN service s ON s.id = i.service`+w.String()+` ORDER BY i.release, s.key`, w.Args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Release] = append(out[r.Release], r)
		}
	}
	return out, nil
}

// list returns impacts with their releases, that of the earliest notice first.
func list(tx *db.Tx, f Filter, w db.Where) ([]Listed, error) {
	w.And(`r.ended = ?`, false)
	w.And(`(r.window_end IS NULL OR r.window_end > ?)`, int64(tx.Now))
	switch f.Show {
	case ShowOwed:
		w.And(`i.notice_hours > 0 AND i.notice_at IS NULL`)
	case ShowTold:
		w.And(`i.notice_at IS NOT NULL`)
	}
	if f.Mine {
		w.And(`r.owner = ?`, auth.Me(tx))
	}
	if !f.DueBefore.IsZero() {
		w.And(dueAt+` < ?`, int64(f.DueBefore))
	}
	if f.AfterService != "" {
		w.And(`(`+dueAt+`, i.release, i.service) > (?, ?, ?)`, int64(f.AfterAt), f.AfterRelease, f.AfterService)
	}
	out := []Listed{}
	err := tx.All(&out, `SELECT `+columns+`, r.key AS release_key, r.name AS release_name, r.owner, r.window_start, r.window_end, `+dueAt+` AS due_at
		FROM impact i JOIN service s ON s.id = i.service JOIN release r ON r.id = i.release`+w.String()+` ORDER BY due_at, i.release, i.service LIMIT `+w.Arg(f.Limit), w.Args...)
	return out, err
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
