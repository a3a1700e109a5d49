package job

import (
	"errors"
	"fmt"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// jobRow is a row of the embedded queue.
type jobRow struct {
	ID          string
	Kind        string
	UniqueKey   *string
	Args        string
	State       string
	DueAt       db.Time
	Attempt     int
	MaxAttempts int
	Owner       *string
	LastError   *string
	EnqueuedAt  db.Time
	FinishedAt  db.Time
}

func (j jobRow) unique() string {
	if j.UniqueKey == nil {
		return ""
	}
	return *j.UniqueKey
}

func (j jobRow) claim(e *embedded, now db.Time) *claim {
	return &claim{id: j.ID, attempt: j.Attempt, drv: e, waited: now.Sub(j.DueAt),
		entry: entry{kind: j.Kind, unique: j.unique(), args: []byte(j.Args), max: j.MaxAttempts}}
}

// putJob inserts a job and returns its identifier, or that of the unique job which it joins: one that runs is marked to
// run again, one that waits is moved to the earlier of both times.
func putJob(tx *db.Tx, j jobRow) (string, error) {
	var stored string
	err := tx.Get(&stored, `
		INSERT INTO job (id, kind, unique_key, args, state, due_at, attempt, max_attempts, owner, enqueued_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state <> 'discarded' DO UPDATE SET
			again_at = CASE WHEN job.state = 'running' AND (job.again_at IS NULL OR job.again_at > excluded.due_at)
				THEN excluded.due_at ELSE job.again_at END,
			due_at = CASE WHEN job.state = 'waiting' AND job.due_at > excluded.due_at
				THEN excluded.due_at ELSE job.due_at END
		RETURNING id`,
		j.ID, j.Kind, j.UniqueKey, j.Args, j.State, j.DueAt, j.Attempt, j.MaxAttempts, j.Owner, j.EnqueuedAt)
	return stored, err
}

func placeholders(args *[]any, kinds []string) string {
	var b strings.Builder
	for i, k := range kinds {
		if i > 0 {
			b.WriteString(", ")
		}
		*args = append(*args, k)
		fmt.Fprintf(&b, "$%d", len(*args))
	}
	return b.String()
}

func claimJobs(tx *db.Tx, owner string, kinds []string, n int) ([]jobRow, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	args := []any{owner, tx.Now, n}
	in := placeholders(&args, kinds)
	var rows []jobRow
	err := tx.All(&rows, `
		UPDATE job SET state = 'running', owner = $1, attempt = attempt + 1
		WHERE id IN (SELECT id FROM job WHERE state = 'waiting' AND due_at <= $2 AND kind IN (`+in+`)
			ORDER BY due_at, id LIMIT $3)
		RETURNING id, kind, unique_key, args, due_at, attempt, max_attempts`, args...)
	return rows, err
}

// claimedJobs returns how many jobs a process has claimed and not ended.
func claimedJobs(tx *db.Tx, owner string) (n int, err error) {
	err = tx.Get(&n, `SELECT count(*) FROM job WHERE owner = $1 AND state = 'running'`, owner)
	return n, err
}

// nextDue returns when the earliest waiting job is due, or none.
func nextDue(tx *db.Tx, kinds []string) (db.Time, error) {
	if len(kinds) == 0 {
		return 0, nil
	}
	var args []any
	in := placeholders(&args, kinds)
	var at db.Time
	err := tx.Get(&at, `SELECT due_at FROM job WHERE state = 'waiting' AND kind IN (`+in+`) ORDER BY due_at, id LIMIT 1`, args...)
	if errors.Is(err, db.ErrNone) {
		return 0, nil
	}
	return at, err
}

// completeJob deletes a job that this process runs, unless a hint came in the meantime.
func completeJob(tx *db.Tx, id, owner string) (bool, error) {
	n, err := tx.Exec(`DELETE FROM job WHERE id = $1 AND owner = $2 AND state = 'running' AND again_at IS NULL`, id, owner)
	return n > 0, err
}

// rewindJob makes a job wait for the time of its hint, as if it were new.
func rewindJob(tx *db.Tx, id, owner string) (db.Time, error) {
	return oneTime(tx, `
		UPDATE job SET state = 'waiting', due_at = again_at, again_at = NULL, attempt = 0, owner = NULL, last_error = NULL
		WHERE id = $1 AND owner = $2 AND state = 'running' AND again_at IS NOT NULL RETURNING due_at`, id, owner)
}

// retryJob makes a job wait for its next attempt, or for a hint that comes sooner.
func retryJob(tx *db.Tx, id, owner string, due db.Time, cause string) (db.Time, error) {
	return oneTime(tx, `
		UPDATE job SET state = 'waiting', owner = NULL, last_error = $4, again_at = NULL,
			due_at = CASE WHEN again_at IS NOT NULL AND again_at < $3 THEN again_at ELSE $3 END
		WHERE id = $1 AND owner = $2 AND state = 'running' RETURNING due_at`, id, owner, due, cause)
}

// discardJob keeps a job for a person to decide and returns the time of a hint that came while it ran.
func discardJob(tx *db.Tx, id, owner, cause string) (db.Time, error) {
	again, err := oneTime(tx, `SELECT again_at FROM job WHERE id = $1 AND owner = $2 AND state = 'running'`, id, owner)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`
		UPDATE job SET state = 'discarded', owner = NULL, again_at = NULL, last_error = $3, finished_at = $4
		WHERE id = $1 AND owner = $2 AND state = 'running'`, id, owner, cause, tx.Now)
	return again, err
}

func oneTime(tx *db.Tx, query string, args ...any) (db.Time, error) {
	var at db.Time
	err := tx.Get(&at, query, args...)
	if errors.Is(err, db.ErrNone) {
		return 0, nil
	}
	return at, err
}

// returnJob takes an interrupted attempt back.
func returnJob(tx *db.Tx, id, owner string) error {
	_, err := tx.Exec(`
		UPDATE job SET state = 'waiting', owner = NULL, attempt = attempt - 1, again_at = NULL
		WHERE id = $1 AND owner = $2 AND state = 'running'`, id, owner)
	return err
}

func returnJobs(tx *db.Tx, owner string) error {
	_, err := tx.Exec(`
		UPDATE job SET state = 'waiting', owner = NULL, attempt = attempt - 1, again_at = NULL
		WHERE owner = $1 AND state = 'running'`, owner)
	return err
}

const orphaned = "The process ended while the job ran."

// rescueOrphans returns what a process that died was running. Its attempts count, so that a job that takes the process
// down with it is discarded in the end.
func rescueOrphans(tx *db.Tx, owner string) error {
	_, err := tx.Exec(`
		UPDATE job SET owner = NULL, last_error = $2, again_at = NULL, due_at = $3,
			state = CASE WHEN attempt >= max_attempts AND again_at IS NULL THEN 'discarded' ELSE 'waiting' END,
			finished_at = CASE WHEN attempt >= max_attempts AND again_at IS NULL THEN $3 ELSE finished_at END
		WHERE state = 'running' AND owner <> $1`, owner, orphaned, tx.Now)
	return err
}

func pruneDiscarded(tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(`DELETE FROM job WHERE state = 'discarded' AND finished_at < $1`, before)
	return err
}

func (e *embedded) discarded(tx *db.Tx, after string, limit int) ([]Record, error) {
	cond, args := "", []any{limit}
	if after != "" {
		cond, args = "AND id < $2", append(args, after)
	}
	var rows []jobRow
	err := tx.All(&rows, `
		SELECT id, kind, unique_key, args, attempt, max_attempts, last_error, enqueued_at, finished_at
		FROM job WHERE state = 'discarded' `+cond+` ORDER BY id DESC LIMIT $1`, args...)
	out := make([]Record, 0, len(rows))
	for _, j := range rows {
		rec := Record{ID: j.ID, Kind: j.Kind, Unique: j.unique(), Args: db.JSON(j.Args), Attempt: j.Attempt,
			MaxAttempts: j.MaxAttempts, EnqueuedAt: j.EnqueuedAt, FinishedAt: j.FinishedAt}
		if j.LastError != nil {
			rec.LastError = *j.LastError
		}
		out = append(out, rec)
	}
	return out, err
}

func (e *embedded) revive(tx *db.Tx, id string) error {
	var j jobRow
	err := tx.Get(&j, `DELETE FROM job WHERE id = $1 AND state = 'discarded' RETURNING id, kind, unique_key, args, max_attempts`, id)
	if errors.Is(err, db.ErrNone) {
		return errNoJob
	}
	if err != nil {
		return err
	}
	return e.enqueue(tx, entry{kind: j.Kind, unique: j.unique(), args: []byte(j.Args), max: j.MaxAttempts})
}

func (e *embedded) forget(tx *db.Tx, id string) error {
	n, err := tx.Exec(`DELETE FROM job WHERE id = $1 AND state = 'discarded'`, id)
	if err == nil && n == 0 {
		err = errNoJob
	}
	return err
}

func (e *embedded) counts(tx *db.Tx) (map[State]int, error) {
	var rows []struct {
		State string
		N     int
	}
	err := tx.All(&rows, `
		SELECT CASE WHEN state <> 'waiting' THEN state WHEN attempt > 0 AND due_at > $1 THEN 'retrying'
			WHEN due_at > $1 THEN 'scheduled' ELSE 'waiting' END AS state, count(*) AS n
		FROM job GROUP BY 1`, tx.Now)
	return counted(rows, err)
}

func counted(rows []struct {
	State string
	N     int
}, err error) (map[State]int, error) {
	out := map[State]int{}
	for _, s := range States() {
		out[s] = 0
	}
	for _, r := range rows {
		out[State(r.State)] += r.N
	}
	return out, err
}

var errNoJob = errs.NotFound("job.not_found", "There is no discarded job with this identifier. It may have been retried already.")
