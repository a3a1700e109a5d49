package deploy

import (
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Attempt is one claim of a step: the intent that was committed before the effect.
type Attempt struct {
	ID       string       `json:"id"`
	Run      id.Run       `json:"run"`
	Step     string       `json:"step"`
	Attempt  int          `json:"attempt"`
	Round    int          `json:"round"`
	Checking bool         `json:"checking,omitempty"` // looks whether an attempt of unknown outcome took effect
	Kind     runbook.Kind `json:"kind"`
	// Outcome is empty while the attempt is open; then succeeded, failed, unknown or lost (its lease ran out).
	Outcome   string  `json:"outcome,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	StartedAt db.Time `json:"startedAt"`
	EndedAt   db.Time `json:"endedAt,omitzero"`

	Token      string  `json:"-"`
	Holder     string  `json:"-"`
	Place      string  `json:"-"`
	LeaseUntil db.Time `json:"-"`
	Logged     int64   `json:"-"`
	Stopping   bool    `json:"-"`
}

const attemptColumns = `id, run, step, attempt, round, checking, kind, token, holder, place, lease_until, logged, stopping, started_at, ended_at, outcome, reason`

func insertAttempt(tx *db.Tx, a Attempt) error {
	_, err := tx.Exec(`INSERT INTO run_attempt (`+attemptColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		a.ID, a.Run, a.Step, a.Attempt, a.Round, a.Checking, a.Kind, a.Token, a.Holder, a.Place, int64(a.LeaseUntil), a.Logged, a.Stopping, a.StartedAt, a.EndedAt, a.Outcome, a.Reason)
	return err
}

// endAttempt closes a claim if the token still holds it.
func endAttempt(tx *db.Tx, attempt, token, outcome, reason string) error {
	n, err := tx.Exec(`UPDATE run_attempt SET ended_at = $1, outcome = $2, reason = $3 WHERE id = $4 AND token = $5 AND ended_at IS NULL`, tx.Now, outcome, reason, attempt, token)
	if err == nil && n != 1 {
		return errs.Conflict("run.stale_result", nil, "The attempt is held by another token, so nothing was changed.")
	}
	return err
}

// handOver gives an open claim to another holder under a fresh token.
func handOver(tx *db.Tx, attempt, old, token, holder, place string, until db.Time) error {
	n, err := tx.Exec(`UPDATE run_attempt SET token = $1, holder = $2, place = $3, lease_until = $4 WHERE id = $5 AND token = $6 AND ended_at IS NULL`, token, holder, place, until, attempt, old)
	if err == nil && n != 1 {
		return errs.Conflict("run.stale_result", nil, "The attempt is held by another token, so nothing was changed.")
	}
	return err
}

func attemptByID(tx *db.Tx, attempt string) (Attempt, error) {
	var a Attempt
	err := tx.Get(&a, `SELECT `+attemptColumns+` FROM run_attempt WHERE id = $1`, attempt)
	return a, err
}

// renew prolongs every lease of a holder and returns what it still holds.
func renew(tx *db.Tx, holder string, until db.Time) ([]Attempt, error) {
	var out []Attempt
	err := tx.All(&out, `UPDATE run_attempt SET lease_until = $1 WHERE holder = $2 AND ended_at IS NULL RETURNING `+attemptColumns, until, holder)
	return out, err
}

// release lets others take over at once what a holder leaves.
func release(tx *db.Tx, holder string) error {
	_, err := tx.Exec(`UPDATE run_attempt SET lease_until = 0 WHERE holder = $1 AND ended_at IS NULL`, holder)
	return err
}

// orphans are open claims of others whose lease ran out, or whose holder is known to be dead: of the same place, or any with alone.
func orphans(tx *db.Tx, holder, place string, alone bool, now db.Time) ([]Attempt, error) {
	q, args := ` AND (lease_until < $2 OR place = $3)`, []any{holder, int64(now), place}
	if alone {
		q, args = ``, args[:1]
	}
	var out []Attempt
	err := tx.All(&out, `SELECT `+attemptColumns+` FROM run_attempt WHERE ended_at IS NULL AND holder <> $1`+q+` ORDER BY lease_until LIMIT 200`, args...)
	return out, err
}

func markStopping(tx *db.Tx, r id.Run, step, token string) ([]string, error) {
	var ids []string
	err := tx.All(&ids, `UPDATE run_attempt SET stopping = $1 WHERE run = $2 AND step = $3 AND token = $4 AND ended_at IS NULL RETURNING id`, true, r, step, token)
	return ids, err
}

// Attempts returns the claims of a run, or of one of its steps, oldest first, 1,000 at most. It checks no permission.
func Attempts(tx *db.Tx, r id.Run, step string) ([]Attempt, error) {
	q, args := `SELECT `+attemptColumns+` FROM run_attempt WHERE run = $1`, []any{r}
	if step != "" {
		q, args = q+` AND step = $2`, append(args, step)
	}
	var out []Attempt
	err := tx.All(&out, q+` ORDER BY started_at, id LIMIT 1000`, args...)
	return out, err
}

func logged(tx *db.Tx, attempt string, offset int64) error {
	_, err := tx.Exec(`UPDATE run_attempt SET logged = $1 WHERE id = $2`, offset, attempt)
	return err
}
