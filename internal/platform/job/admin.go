package job

import "slipway/internal/platform/db"

// pageMax bounds how many discarded jobs one call lists.
const pageMax = 200

// Discarded lists the jobs that failed for good, newest first, that come after the given identifier; "" starts at the
// newest. They stay for 90 days. limit is at most 200.
func (r *Runner) Discarded(tx *db.Tx, after string, limit int) ([]Record, error) {
	if limit <= 0 || limit > pageMax {
		limit = pageMax
	}
	return r.drv.discarded(tx, after, limit)
}

// Revive lets a discarded job start again at once with all its attempts before it. If a unique job of its kind and key
// waits or runs, it joins that one. It fails with errs.NotFound if no discarded job has the identifier.
func (r *Runner) Revive(tx *db.Tx, id string) error { return r.drv.revive(tx, id) }

// Forget deletes a discarded job. It fails with errs.NotFound if no discarded job has the identifier.
func (r *Runner) Forget(tx *db.Tx, id string) error { return r.drv.forget(tx, id) }

// Counts returns how many jobs are in each state; every state has an entry. It reads the whole queue, which is short while
// the product is well.
func (r *Runner) Counts(tx *db.Tx) (map[State]int, error) { return r.drv.counts(tx) }
