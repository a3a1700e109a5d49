package outlook

import (
	"encoding/json"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

func lastForecast(tx *db.Tx, r id.Release) (Forecast, error) {
	var f Forecast
	var text string
	err := tx.Get(&text, `SELECT result FROM outlook_forecast WHERE release = $1`, r)
	if errors.Is(err, db.ErrNone) {
		return f, errs.NotFound("forecast.none", "No forecast of the release has been made yet.")
	}
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal([]byte(text), &f)
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

// digests are those of the kept forecasts, by release.
func digestOf(tx *db.Tx, r id.Release) (string, error) {
	var out string
	err := tx.Get(&out, `SELECT digest FROM outlook_forecast WHERE release = $1`, r)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return out, err
}
