package job

import "slipway/internal/platform/db"

// turn moves a periodic kind to its next time if it is due, or if its time lies further away than its period is now. It
// reports whether it did and when the kind is due next.
func turn(tx *db.Tx, kind string, now, next db.Time) (bool, db.Time, error) {
	n, err := tx.Exec(`
		INSERT INTO job_periodic AS p (kind, next_at) VALUES ($1, $2)
		ON CONFLICT (kind) DO UPDATE SET next_at = excluded.next_at WHERE p.next_at <= $3 OR p.next_at > $2`, kind, next, now)
	if err != nil || n > 0 {
		return n > 0, next, err
	}
	var at db.Time
	err = tx.Get(&at, `SELECT next_at FROM job_periodic WHERE kind = $1`, kind)
	return false, at, err
}
