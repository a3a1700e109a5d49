package outlook

import (
	"encoding/json"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const baselineColumns = `SELECT id, release, number, name, note, saved_at, saved_by FROM outlook_baseline `

// baselines is the number of the last baseline of a release.
func baselines(tx *db.Tx, r id.Release) (int64, error) {
	var n int64
	return n, tx.Get(&n, `SELECT COALESCE(MAX(number), 0) FROM outlook_baseline WHERE release = $1`, r)
}

func listBaselines(tx *db.Tx, r id.Release) ([]Baseline, error) {
	out := []Baseline{}
	return out, tx.All(&out, baselineColumns+`WHERE release = $1 ORDER BY number DESC`, r)
}

func baselineOf(tx *db.Tx, r id.Release, number int64) (Baseline, error) {
	var b Baseline
	var err error
	if number == 0 {
		err = tx.Get(&b, baselineColumns+`WHERE release = $1 ORDER BY number DESC LIMIT 1`, r)
	} else {
		err = tx.Get(&b, baselineColumns+`WHERE release = $1 AND number = $2`, r, number)
	}
	if errors.Is(err, db.ErrNone) {
		return b, errs.NotFound("baseline.none", "The release has no such baseline. Save one first.")
	}
	if err != nil {
		return b, err
	}
	var text string
	if err := tx.Get(&text, `SELECT content FROM outlook_baseline WHERE id = $1`, b.ID); err != nil {
		return b, err
	}
	b.Content = &Content{}
	return b, json.Unmarshal([]byte(text), b.Content)
}

func insertBaseline(tx *db.Tx, b Baseline) error {
	text, err := json.Marshal(b.Content)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO outlook_baseline (id, release, number, name, note, saved_at, saved_by, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		b.ID, b.Release, b.Number, b.Name, b.Note, b.SavedAt, b.SavedBy, string(text))
	return err
}
