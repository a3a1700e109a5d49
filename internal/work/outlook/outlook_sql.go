package outlook

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// rivalsMax bounds how many other releases levelling looks at.
const rivalsMax = 100

// rivals returns the releases that have not ended, whose windows come before that of r, and whose open tasks have one of the
// owners or use one of the environments, by identifier.
func rivals(tx *db.Tx, r plan.Release, owners []id.Person, places []string) ([]id.Release, error) {
	if r.Window.Start.IsZero() {
		return nil, nil
	}
	var out []id.Release
	look := func(rest string, w db.Where) error {
		var page []id.Release
		w.And("r.ended = FALSE AND t.status IN ('todo', 'doing', 'blocked') AND r.window_start < ? AND t.release <> ?", r.Window.Start, r.ID)
		err := tx.All(&page, `SELECT DISTINCT t.release FROM task t JOIN release r ON r.id = t.release `+rest+w.String(), w.Args...)
		out = append(out, page...)
		return err
	}
	for part := range slices.Chunk(owners, 500) {
		var w db.Where
		db.In(&w, "t.owner", part)
		if err := look("", w); err != nil {
			return nil, err
		}
	}
	for part := range slices.Chunk(places, 500) {
		var w db.Where
		db.In(&w, "u.key", part)
		if err := look("JOIN task_use u ON u.task = t.id AND u.kind = 'environment'", w); err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), rivalsMax)], nil
}

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
