package item

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

type replanRow struct {
	Replan
	MoveList db.JSON `db:"moves"`
}

func insertReplan(tx *db.Tx, r Replan) error {
	moves, err := db.Canonical(r.Moves)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO release_replan (id, release, at, changed_by, person, reason, moves) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, r.Release, r.At, r.By, r.Person, r.Reason, moves)
	return err
}

// Replans returns the re-plans of a release, newest first, 500 at most. It checks no permission.
func Replans(tx *db.Tx, r id.Release) ([]Replan, error) {
	var rows []replanRow
	if err := tx.All(&rows, `SELECT id, release, at, changed_by, person, reason, moves FROM release_replan WHERE release = $1 ORDER BY at DESC, id DESC LIMIT 500`, r); err != nil {
		return nil, err
	}
	out := make([]Replan, len(rows))
	for i, row := range rows {
		out[i] = row.Replan
		if err := row.MoveList.Decode(&out[i].Moves); err != nil {
			return nil, err
		}
		out[i].Minutes = shift(out[i].Moves)
	}
	return out, nil
}
