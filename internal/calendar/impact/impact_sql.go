package impact

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const columns = `i.release, i.service, s.key AS service_key, s.name AS service_name, i.kind, i.minutes, i.users, i.notice_hours, i.notice_at, i.rev, i.changed_at, i.changed_by`

// dueAt is when a notice is due in microseconds; without a window it is the last second that an instant in text can have, the year 9999.
const dueAt = `(CASE WHEN r.window_start IS NULL THEN 253402300799000000 ELSE r.window_start - i.notice_hours * 3600000000 END)`

// ByRelease returns the impacts of releases, by service, with the start that users were told. It checks no permission.
func ByRelease(tx *db.Tx, releases ...id.Release) (map[id.Release][]Impact, error) {
	out, _, err := of(tx, releases)
	return out, err
}

// of is ByRelease with what users know for whom a window was changed after they were told.
func of(tx *db.Tx, releases []id.Release) (map[id.Release][]Impact, map[on]heard, error) {
	out, news := map[id.Release][]Impact{}, map[on]heard{}
	for list := range slices.Chunk(releases, 500) {
		var rows []struct {
			Impact
			WindowStart db.Time
		}
		var w db.Where
		db.In(&w, "i.release", list)
		if err := tx.All(&rows, `SELECT `+columns+`, r.window_start
			FROM impact i JOIN service s ON s.id = i.service JOIN release r ON r.id = i.release`+w.String()+` ORDER BY i.release, s.key`, w.Args...); err != nil {
			return nil, nil, err
		}
		var told []id.Release
		for _, r := range rows {
			if !r.NoticeAt.IsZero() {
				told = append(told, r.Release)
			}
		}
		if err := heardOf(tx, told, news); err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			r.know(r.WindowStart, news[r.on()])
			out[r.Release] = append(out[r.Release], r.Impact)
		}
	}
	return out, news, nil
}

// list returns impacts with their releases, that of the earliest notice first.
func list(tx *db.Tx, f Filter, w db.Where) ([]Listed, error) {
	ahead(tx, &w)
	switch f.Show {
	case ShowOwed:
		w.And(`(i.notice_hours > 0 AND i.notice_at IS NULL OR ` + moved() + `)`)
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

// ahead keeps to releases that have not ended and whose window is not over.
func ahead(tx *db.Tx, w *db.Where) {
	w.And(`r.ended = ?`, false)
	w.And(`(r.window_end IS NULL OR r.window_end > ?)`, int64(tx.Now))
}

// since are the changes of an impact's window after its users were told; tied to the release, so that only those of releases that a list takes are looked at.
const since = `FROM release_change c WHERE c.release = r.id AND c.section = '` + plan.SectionWindow + `' AND c.at > i.notice_at ORDER BY `

// startIn cuts the start out of a recorded window: a canonical document has it last, and instants in text are of one length.
func startIn(column string) string {
	return `CASE WHEN ` + column + ` LIKE '%"start":"____-__-__T__:__:__.______Z"}' THEN substr(` + column + `, length(` + column + `) - 28, 27) END`
}

// moved says of an impact that its users know another start than the window of its release has now. Who was told before there was a
// window was told no start.
func moved() string {
	return `(SELECT ` + startIn("c.before") + ` ` + since + `c.at, c.id LIMIT 1) <> COALESCE((SELECT ` + startIn("c.after") + ` ` + since + `c.at DESC, c.id DESC LIMIT 1), '')`
}

// heard is what users know who were told.
type heard struct {
	since bool    // the window was changed after that
	start db.Time // that they were told then; zero where there was none
	moved db.Time // when the start was last moved, if they know another one than it has now
}

// movedOf returns what users know who know another start than the window has now, of some releases. It checks no permission.
func movedOf(tx *db.Tx, releases []id.Release) (map[on]heard, error) {
	out := map[on]heard{}
	for part := range slices.Chunk(releases, 500) {
		var w db.Where
		db.In(&w, "i.release", part)
		w.And(moved())
		if err := hear(tx, w, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// heardOf adds what users know for whom a window was changed after they were told, of at most 500 releases. It checks no permission, and costs nothing
// without any release.
func heardOf(tx *db.Tx, releases []id.Release, out map[on]heard) error {
	if len(releases) == 0 {
		return nil
	}
	var w db.Where
	db.In(&w, "i.release", releases)
	return hear(tx, w, out)
}

func hear(tx *db.Tx, w db.Where, out map[on]heard) error {
	var rows []struct {
		Release       id.Release
		Service       id.Service
		WindowStart   db.Time
		At            db.Time
		Before, After db.JSON
	}
	w.And(`c.section = ? AND c.at > i.notice_at`, plan.SectionWindow)
	if err := tx.All(&rows, `SELECT i.release, i.service, r.window_start, c.at, c.before, c.after
		FROM impact i JOIN release r ON r.id = i.release JOIN release_change c ON c.release = i.release`+w.String()+` ORDER BY i.release, i.service, c.at, c.id`, w.Args...); err != nil {
		return err
	}
	for _, x := range rows {
		before, err := startOf(x.Before)
		if err != nil {
			return err
		}
		after, err := startOf(x.After)
		if err != nil {
			return err
		}
		k := on{x.Release, x.Service}
		h := out[k]
		if !h.since {
			h.since, h.start = true, before
		}
		switch {
		case h.start.IsZero() || h.start == x.WindowStart:
			h.moved = 0
		case before != after: // and not only other environments, or another end
			h.moved = x.At
		}
		out[k] = h
	}
	return nil
}

// startOf is the start that a recorded window has, zero without one.
func startOf(j db.JSON) (db.Time, error) {
	var w plan.WindowContent
	if j == nil {
		return 0, nil
	}
	err := j.Decode(&w)
	return w.Start, err
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
