package keeper

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// age is a release that is worth a forecast, and when its last was made.
type age struct {
	Release     id.Release
	WindowStart db.Time
	MadeAt      db.Time // none for none
}

// worth is what makes a release worth a forecast.
const worth = `r.ended = FALSE AND r.window_start IS NOT NULL AND EXISTS (SELECT 1 FROM task t WHERE t.release = r.id AND t.status IN ('todo', 'doing', 'blocked'))`

// underway returns the releases that are worth a forecast, by identifier.
func underway(tx *db.Tx, after id.Release, limit int) ([]age, error) {
	var out []age
	err := tx.All(&out, `SELECT r.id AS release, r.window_start, f.made_at FROM release r LEFT JOIN outlook_forecast f ON f.release = r.id
		WHERE `+worth+` AND r.id > $1 ORDER BY r.id LIMIT $2`, after, limit)
	return out, err
}

// worthForecast returns those of some releases that are worth a forecast.
func worthForecast(tx *db.Tx, releases []id.Release) ([]id.Release, error) {
	var out []id.Release
	for part := range slices.Chunk(releases, 500) {
		var w db.Where
		db.In(&w, "r.id", part)
		w.And(worth)
		var page []id.Release
		if err := tx.All(&page, `SELECT r.id FROM release r`+w.String()+` ORDER BY r.id`, w.Args...); err != nil {
			return nil, err
		}
		out = append(out, page...)
	}
	return out, nil
}
