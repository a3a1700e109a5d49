package outlook

import (
	"math"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// putPast keeps a forecast as the last of its day, and forgets what is older than is kept.
func putPast(tx *db.Tx, f Forecast) error {
	var chance *int64
	if f.Chance != nil {
		c := int64(math.Round(*f.Chance * 10_000))
		chance = &c
	}
	today := day(f.At)
	_, err := tx.Exec(`INSERT INTO outlook_history (release, day, made_at, samples, p50, p80, p95, window_start, chance) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (release, day) DO UPDATE SET made_at = excluded.made_at, samples = excluded.samples, p50 = excluded.p50, p80 = excluded.p80, p95 = excluded.p95,
			window_start = excluded.window_start, chance = excluded.chance`,
		f.Release, today, f.At, f.Samples, f.P50, f.P80, f.P95, f.Window, chance)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM outlook_history WHERE release = $1 AND day <= $2`, f.Release, today-kept)
	return err
}

// pastForecasts are those of a release, newest first.
func pastForecasts(tx *db.Tx, r id.Release) ([]Past, error) {
	var rows []struct {
		MadeAt        db.Time
		Samples       int
		P50, P80, P95 db.Time
		WindowStart   db.Time
		Chance        *int64
	}
	err := tx.All(&rows, `SELECT made_at, samples, p50, p80, p95, window_start, chance FROM outlook_history WHERE release = $1 ORDER BY day DESC`, r)
	out := make([]Past, len(rows))
	for i, x := range rows {
		out[i] = Past{At: x.MadeAt, Samples: x.Samples, P50: x.P50, P80: x.P80, P95: x.P95, Window: x.WindowStart}
		if x.Chance != nil {
			c := float64(*x.Chance) / 10_000
			out[i].Chance = &c
		}
	}
	return out, err
}
