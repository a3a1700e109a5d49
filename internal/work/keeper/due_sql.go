package keeper

import (
	"errors"
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// The lanes, in the order in which they are served.
const (
	byChange = 0
	byRound  = 1
)

// due is a release that waits to be looked at.
type due struct {
	Release id.Release
	Lane    int
	Turn    db.Time // the order in the lane
	DueAt   db.Time // not before
	Asked   int64   // how often, since it waits
}

// putDue has a release looked at. One that waits already keeps its place, unless a change asks for what only the round did.
func putDue(tx *db.Tx, x due) error {
	_, err := tx.Exec(`INSERT INTO outlook_due (release, lane, turn, due_at, asked) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (release) DO UPDATE SET asked = outlook_due.asked + 1,
			turn = CASE WHEN excluded.lane < outlook_due.lane THEN excluded.turn ELSE outlook_due.turn END,
			due_at = CASE WHEN excluded.lane < outlook_due.lane OR excluded.lane = outlook_due.lane AND excluded.due_at < outlook_due.due_at
				THEN excluded.due_at ELSE outlook_due.due_at END,
			lane = CASE WHEN excluded.lane < outlook_due.lane THEN excluded.lane ELSE outlook_due.lane END`,
		x.Release, x.Lane, x.Turn, x.DueAt)
	return err
}

// nextDue returns the release to look at now; none if there is none.
func nextDue(tx *db.Tx) (due, bool, error) {
	var out due
	err := tx.Get(&out, `SELECT release, lane, turn, due_at, asked FROM outlook_due WHERE due_at <= $1 ORDER BY lane, turn, release LIMIT 1`, tx.Now)
	if errors.Is(err, db.ErrNone) {
		return out, false, nil
	}
	return out, err == nil, err
}

// wake returns when the next release is due; none if none waits.
func wake(tx *db.Tx) (db.Time, error) {
	var out db.Time
	err := tx.Get(&out, `SELECT due_at FROM outlook_due ORDER BY due_at LIMIT 1`)
	if errors.Is(err, db.ErrNone) {
		return 0, nil
	}
	return out, err
}

// takeDue takes a release off the list, unless it was asked for again in the meantime.
func takeDue(tx *db.Tx, x due) error {
	_, err := tx.Exec(`DELETE FROM outlook_due WHERE release = $1 AND asked = $2`, x.Release, x.Asked)
	return err
}

// postpone lets a release wait.
func postpone(tx *db.Tx, r id.Release, until db.Time) error {
	_, err := tx.Exec(`UPDATE outlook_due SET due_at = $2 WHERE release = $1`, r, until)
	return err
}

// age is a release with work left, and when its last forecast was made.
type age struct {
	Release     id.Release
	WindowStart db.Time
	MadeAt      db.Time // none for none
}

// worth is what makes a release worth a forecast; once its last task is done, the one there is has still to say so.
const (
	opened = `r.ended = FALSE AND r.window_start IS NOT NULL AND `
	left   = `EXISTS (SELECT 1 FROM task t WHERE t.release = r.id AND t.status IN ` + work.OpenStatuses + `)`
	worth  = opened + `(` + left + ` OR EXISTS (SELECT 1 FROM outlook_forecast f WHERE f.release = r.id))`
)

// underway returns the releases with work left, by identifier.
func underway(tx *db.Tx, after id.Release, limit int) ([]age, error) {
	var out []age
	err := tx.All(&out, `SELECT r.id AS release, r.window_start, f.made_at FROM release r LEFT JOIN outlook_forecast f ON f.release = r.id
		WHERE `+opened+left+` AND r.id > $1 ORDER BY r.id LIMIT $2`, after, limit)
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
