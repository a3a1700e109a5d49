package work

import (
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// quiet is a task of which nothing is heard.
type quiet struct {
	ID           string
	Release      id.Release
	Key, Name    string
	Owner        id.Person
	HeardAt, Due db.Time
}

// silent returns the tasks that are silent and of whose silence not all has been told, the longest first.
func silent(tx *db.Tx, limit int) ([]quiet, error) {
	var out []quiet
	err := tx.All(&out, `SELECT t.id, t.release, t.key, t.name, t.owner, t.heard_at, t.due FROM task t JOIN release r ON r.id = t.release
		WHERE t.status IN `+OpenStatuses+` AND t.heard_at < $1 AND (t.silent_told <> t.heard_at OR t.heard_at < $2 AND t.silent_raised <> t.heard_at)
		AND (t.status <> 'todo' OR t.due < $3) AND r.ended = FALSE AND r.state <> $4 ORDER BY t.heard_at, t.id LIMIT $5`,
		tx.Now.Add(-Silence), tx.Now.Add(-SilenceRaised), tx.Now.Add(SilenceDue), plan.Held, limit)
	return out, err
}

// tellSilence remembers that the silence since an instant was told. It is no word about the task, so nothing else of the row changes.
func tellSilence(tx *db.Tx, task string, since db.Time, raised bool) error {
	rest := ""
	if raised {
		rest = `, silent_raised = heard_at`
	}
	_, err := tx.Exec(`UPDATE task SET silent_told = heard_at`+rest+` WHERE id = $1 AND heard_at = $2`, task, since)
	return err
}
