package agenda

import (
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// stampsOf are those of the releases with open tasks that have neither ended nor are on hold. It reads every task of theirs.
func stampsOf(tx *db.Tx) ([]stamp, error) {
	var out []stamp
	return out, tx.All(&out, `SELECT r.id AS release, r.product, r.created_at, r.window_start, r.window_end, COUNT(*) AS tasks, CAST(SUM(t.rev) AS BIGINT) AS revs,
		MAX(t.changed_at) AS changed_at FROM release r JOIN task t ON t.release = r.id WHERE r.ended = FALSE AND r.state <> 'held'
		GROUP BY r.id, r.product, r.created_at, r.window_start, r.window_end HAVING SUM(CASE WHEN t.status IN `+work.OpenStatuses+` THEN 1 ELSE 0 END) > 0`)
}
