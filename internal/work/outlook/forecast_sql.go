package outlook

import (
	"encoding/json"
	"errors"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

func lastForecast(tx *db.Tx, r id.Release) (Forecast, error) {
	var f Forecast
	var text string
	err := tx.Get(&text, `SELECT result FROM outlook_forecast WHERE release = $1`, r)
	if errors.Is(err, db.ErrNone) {
		return f, errs.NotFound("forecast.none", "No forecast of the release has been made yet. Make one first.")
	}
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal([]byte(text), &f)
}

// lastForecasts returns those of some releases, in one statement for every 500.
func lastForecasts(tx *db.Tx, releases []id.Release) (map[id.Release]Forecast, error) {
	out := map[id.Release]Forecast{}
	for part := range slices.Chunk(releases, 500) {
		var w db.Where
		db.In(&w, "release", part)
		var texts []string
		if err := tx.All(&texts, `SELECT result FROM outlook_forecast`+w.String(), w.Args...); err != nil {
			return nil, err
		}
		for _, text := range texts {
			var f Forecast
			if err := json.Unmarshal([]byte(text), &f); err != nil {
				return nil, err
			}
			out[f.Release] = f
		}
	}
	return out, nil
}

func putForecast(tx *db.Tx, f Forecast) error {
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO outlook_forecast (release, digest, made_at, result) VALUES ($1, $2, $3, $4)
		ON CONFLICT (release) DO UPDATE SET digest = excluded.digest, made_at = excluded.made_at, result = excluded.result`, f.Release, f.Digest, f.At, string(b))
	return err
}

// made is what the last forecast rests on, and when it was made.
type made struct {
	Digest string
	MadeAt db.Time
}

// lastMade returns the zero value where no forecast was made.
func lastMade(tx *db.Tx, r id.Release) (made, error) {
	var out made
	err := tx.Get(&out, `SELECT digest, made_at FROM outlook_forecast WHERE release = $1`, r)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return out, err
}
