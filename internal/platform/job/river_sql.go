package job

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"slipway/internal/platform/db"
)

type announced struct{}

// announce makes the commit of tx wake River's fetchers. River announces insertions itself but leaves out those that come
// shortly after another, whose fetch may be over before this commit; the job would wait for the next poll.
func announce(tx *db.Tx) error {
	if tx.Value(announced{}) != nil {
		return nil
	}
	tx.SetValue(announced{}, true)
	_, err := tx.Exec(`SELECT pg_notify(current_schema() || '.river_insert', '{"queue": "default"}')`)
	return err
}

// A hint that comes while a unique job runs is kept in River's metadata of the job, as the microsecond at which it should
// run again; 0 means at once.

func hintRunning(tx *db.Tx, id int64, at db.Time) error {
	_, err := tx.Exec(`
		UPDATE river_job SET metadata = jsonb_set(metadata, '{slipway_again}',
			to_jsonb(LEAST((metadata->>'slipway_again')::bigint, $2::bigint)))
		WHERE id = $1 AND state = 'running'`, id, int64(at))
	return err
}

// hintWaiting brings a job that waits for its time or for its next attempt forward.
func hintWaiting(tx *db.Tx, id int64, at db.Time) error {
	if at.IsZero() {
		_, err := tx.Exec(`
			UPDATE river_job SET state = 'available', scheduled_at = now()
			WHERE id = $1 AND state IN ('available', 'scheduled', 'retryable') AND scheduled_at > now()`, id)
		return err
	}
	_, err := tx.Exec(`
		UPDATE river_job SET scheduled_at = to_timestamp($2::bigint / 1000000.0)
		WHERE id = $1 AND state IN ('available', 'scheduled', 'retryable') AND scheduled_at > to_timestamp($2::bigint / 1000000.0)`, id, int64(at))
	return err
}

// lockRunning locks the row of an attempt. mine is false if the attempt is over, as after a rescue.
func lockRunning(tx *db.Tx, id string, attempt int) (again db.Time, hinted, mine bool, err error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0, false, false, err
	}
	var at *int64
	err = tx.Get(&at, `
		SELECT (metadata->>'slipway_again')::bigint FROM river_job
		WHERE id = $1 AND state = 'running' AND attempt = $2 FOR UPDATE`, n, attempt)
	if errors.Is(err, db.ErrNone) {
		return 0, false, false, nil
	}
	if err != nil || at == nil {
		return 0, false, err == nil, err
	}
	return db.Time(*at), true, true, nil
}

func markCompleted(tx *db.Tx, id string) error {
	_, err := tx.Exec(`
		UPDATE river_job SET state = 'completed', finalized_at = now(), metadata = metadata - 'slipway_again'
		WHERE id = $1::text::bigint AND state = 'running'`, id)
	return err
}

func attemptError(attempt int, cause string, at db.Time) string {
	b, err := json.Marshal(map[string]any{"at": at.Std().Format(time.RFC3339Nano), "attempt": attempt, "error": cause, "trace": ""})
	if err != nil {
		return "{}" // a map of text and a number always has a form
	}
	return string(b)
}

func markDiscarded(tx *db.Tx, id string, attempt int, cause string) error {
	now, err := tx.ServerNow()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`
		UPDATE river_job SET state = 'discarded', finalized_at = now(), metadata = metadata - 'slipway_again',
			errors = array_append(errors, $2::jsonb)
		WHERE id = $1::text::bigint AND state = 'running'`, id, attemptError(attempt, cause, now))
	return err
}

// riverLook is how often River's scheduler looks: what is due sooner must be available already.
const riverLook = 5 * time.Second

// markRetry makes a failed attempt wait for the next.
func markRetry(tx *db.Tx, id string, attempt int, cause string, now, due db.Time) error {
	state := "retryable"
	if due.Sub(now) <= riverLook {
		state = "available"
	}
	_, err := tx.Exec(`
		UPDATE river_job SET metadata = metadata - 'slipway_again', errors = array_append(errors, $2::jsonb),
			state = $3::text::river_job_state, scheduled_at = to_timestamp($4::bigint / 1000000.0)
		WHERE id = $1::text::bigint AND state = 'running'`, id, attemptError(attempt, cause, now), state, int64(due))
	return err
}

// micros is the server's clock in microseconds since 1970.
const micros = `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`

func (l *lease) extend(ctx context.Context) error {
	_, err := l.pool.Exec(ctx, `
		INSERT INTO job_process (id, until_at) VALUES ($1, `+micros+` + $2)
		ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at`, l.process, l.life.Microseconds())
	return err
}

// rescue returns the jobs of processes whose lease has ended, and forgets those processes after an hour. Attempts count,
// so that a job that takes its process down with it is discarded in the end.
func (l *lease) rescue(ctx context.Context) (int64, error) {
	tag, err := l.pool.Exec(ctx, `
		UPDATE river_job SET
			state = (CASE WHEN attempt >= max_attempts AND NOT metadata ? 'slipway_again' THEN 'discarded' ELSE 'available' END)::river_job_state,
			finalized_at = CASE WHEN attempt >= max_attempts AND NOT metadata ? 'slipway_again' THEN now() END,
			scheduled_at = now(),
			errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', $1::text, 'trace', ''))
		WHERE state = 'running' AND id IN (
			SELECT j.id FROM river_job j
			WHERE j.state = 'running' AND NOT EXISTS (SELECT FROM job_process p
				WHERE p.id = j.attempted_by[array_upper(j.attempted_by, 1)] AND p.until_at > `+micros+`)
			FOR UPDATE SKIP LOCKED)`, orphaned)
	if err != nil {
		return 0, err
	}
	_, err = l.pool.Exec(ctx, `DELETE FROM job_process WHERE until_at < `+micros+` - 3600000000`)
	return tag.RowsAffected(), err
}

func (l *lease) end(ctx context.Context) error {
	_, err := l.pool.Exec(ctx, `DELETE FROM job_process WHERE id = $1`, l.process)
	return err
}

type riverRow struct {
	ID          int64
	Kind        string
	UniqueKey   string
	Args        string
	Attempt     int
	MaxAttempts int
	LastError   *string
	EnqueuedAt  db.Time
	FinishedAt  db.Time
}

func (q *riverQueue) discarded(tx *db.Tx, after string, limit int) ([]Record, error) {
	cond, args := "", []any{limit}
	if after != "" {
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return nil, errNoJob
		}
		cond, args = "AND id < $2", append(args, n)
	}
	var rows []riverRow
	err := tx.All(&rows, `
		SELECT id, kind, coalesce(args->>'unique', '') AS unique_key, (args->'args')::text AS args, attempt::int AS attempt,
			max_attempts::int AS max_attempts, errors[array_upper(errors, 1)]->>'error' AS last_error,
			(extract(epoch FROM created_at) * 1000000)::bigint AS enqueued_at,
			(extract(epoch FROM finalized_at) * 1000000)::bigint AS finished_at
		FROM river_job WHERE state = 'discarded' `+cond+` ORDER BY id DESC LIMIT $1`, args...)
	out := make([]Record, 0, len(rows))
	for _, j := range rows {
		rec := Record{ID: strconv.FormatInt(j.ID, 10), Kind: j.Kind, Unique: j.UniqueKey, Args: db.JSON(j.Args), Attempt: j.Attempt,
			MaxAttempts: j.MaxAttempts, EnqueuedAt: j.EnqueuedAt, FinishedAt: j.FinishedAt}
		if j.LastError != nil {
			rec.LastError = *j.LastError
		}
		out = append(out, rec)
	}
	return out, err
}

// drop deletes a discarded job and returns it.
func (q *riverQueue) drop(tx *db.Tx, id string) (riverRow, error) {
	var j riverRow
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return j, errNoJob
	}
	err = tx.Get(&j, `
		DELETE FROM river_job WHERE id = $1 AND state = 'discarded'
		RETURNING id, kind, coalesce(args->>'unique', '') AS unique_key, (args->'args')::text AS args, max_attempts::int AS max_attempts`, n)
	if errors.Is(err, db.ErrNone) {
		err = errNoJob
	}
	return j, err
}

func (q *riverQueue) revive(tx *db.Tx, id string) error {
	j, err := q.drop(tx, id)
	if err != nil {
		return err
	}
	return q.enqueue(tx, entry{kind: j.Kind, unique: j.UniqueKey, args: []byte(j.Args), max: j.MaxAttempts})
}

func (q *riverQueue) forget(tx *db.Tx, id string) error {
	_, err := q.drop(tx, id)
	return err
}

func (q *riverQueue) counts(tx *db.Tx) (map[State]int, error) {
	var rows []struct {
		State string
		N     int
	}
	err := tx.All(&rows, `
		SELECT CASE WHEN state = 'discarded' THEN 'discarded' WHEN state = 'running' THEN 'running'
			WHEN scheduled_at <= now() THEN 'waiting' WHEN attempt > 0 THEN 'retrying' ELSE 'scheduled' END AS state, count(*) AS n
		FROM river_job WHERE state NOT IN ('completed', 'cancelled') GROUP BY 1`)
	return counted(rows, err)
}
