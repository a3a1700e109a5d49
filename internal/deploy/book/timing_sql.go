package book

import (
	"time"

	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// KeepTimings notes how long the steps of an ended run of a runbook took. A run that ends again, after a late roll back,
// replaces its own.
func KeepTimings(tx *db.Tx, run id.Run, key string, steps []runbook.StepRun) error {
	for _, s := range steps {
		if s.State != runbook.StepSucceeded || s.StartedAt.IsZero() || s.EndedAt.Before(s.StartedAt) {
			continue
		}
		if _, err := tx.Exec(`INSERT INTO step_timing (run, step, runbook, took, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (run, step) DO UPDATE SET took = excluded.took, at = excluded.at`, run, s.Key, key, s.EndedAt.Sub(s.StartedAt).Microseconds(), tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// Timings returns how long the steps of a runbook took, from the newest runs.
func Timings(tx *db.Tx, key string) (map[string]Timing, error) {
	var rows []struct {
		Step string
		Took int64
	}
	err := tx.All(&rows, `SELECT step, took FROM (SELECT step, took, row_number() OVER (PARTITION BY step ORDER BY at DESC, run DESC) AS nr FROM step_timing WHERE runbook = $1) AS newest
		WHERE nr <= $2 ORDER BY step`, key, timingsKept)
	if err != nil {
		return nil, err
	}
	took := map[string][]time.Duration{}
	for _, r := range rows {
		took[r.Step] = append(took[r.Step], time.Duration(r.Took)*time.Microsecond)
	}
	out := make(map[string]Timing, len(took))
	for k, v := range took {
		out[k] = timing(v)
	}
	return out, nil
}
