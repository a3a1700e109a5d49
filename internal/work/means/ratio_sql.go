package means

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// finished is a task that is done, with what was expected of it.
type finished struct {
	Owner              id.Person
	Low, Likely, High  int64
	StartedAt, EndedAt db.Time
}

// past reads the tasks of a product that were done last and had an estimate.
func past(tx *db.Tx, product id.Product, limit int) ([]finished, error) {
	var out []finished
	err := tx.All(&out, `SELECT t.owner, t.low, t.likely, t.high, t.started_at, t.ended_at FROM task t JOIN release r ON r.id = t.release
		WHERE r.product = $1 AND t.status = 'done' AND t.likely > 0 AND t.started_at < t.ended_at ORDER BY t.ended_at DESC NULLS LAST, t.id LIMIT $2`, product, limit)
	return out, err
}

// pastOf says cheaply whether the past of a product is still the same.
type pastOf struct {
	Count  int64
	Newest db.Time
}

// pastCount counts the tasks of a product that past may read. It reads an index only.
func pastCount(tx *db.Tx, product id.Product) (pastOf, error) {
	var out pastOf
	err := tx.Get(&out, `SELECT COUNT(*) AS count, MAX(t.ended_at) AS newest FROM task t JOIN release r ON r.id = t.release
		WHERE r.product = $1 AND t.status = 'done' AND t.likely > 0 AND t.started_at < t.ended_at`, product)
	return out, err
}
