package work

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// openRow is an open task with what hangs on it.
type openRow struct {
	ID, Key, Name string
	Release       id.Release
	ReleaseKey    string
	Owner         id.Person
	Phase         string
	PhaseName     string
	Status        Status
	StatusAt      db.Time
	WaitsFor      id.Person
	WaitsParty    string
	Due           db.Time
	NotBefore     db.Time
	CreatedAt     db.Time
	ReadyAt       db.Time // when the last of what it hangs on ended
	Givers        int64   // open tasks that keep it from starting
	Holds         int64   // open tasks that wait for it
}

// openRows reads the open tasks of releases that have not ended.
func openRows(tx *db.Tx, w db.Where) ([]openRow, error) {
	w.And("t.status IN " + OpenStatuses + " AND r.ended = FALSE")
	var out []openRow
	err := tx.All(&out, `SELECT t.id, t.key, t.name, t.release, r.key AS release_key, t.owner, t.phase, COALESCE(h.name, t.phase) AS phase_name, t.status, t.status_at, t.waits_for, t.waits_party, t.due, t.not_before, t.created_at,
		(SELECT MAX(x.ended_at) FROM task_link l JOIN task x ON x.id = l.giver WHERE l.task = t.id) AS ready_at,
		(SELECT COUNT(*) FROM task_link l JOIN task x ON x.id = l.giver
			WHERE l.task = t.id AND (l.kind = 'FS' AND x.status IN `+OpenStatuses+` OR l.kind = 'SS' AND x.status IN `+OpenStatuses+` AND x.started_at IS NULL)) AS givers,
		(SELECT COUNT(*) FROM task_link l JOIN task x ON x.id = l.task WHERE l.giver = t.id AND x.status IN `+OpenStatuses+`) AS holds
		FROM task t JOIN release r ON r.id = t.release LEFT JOIN release_phase h ON h.release = t.release AND h.key = t.phase`+w.String()+` ORDER BY t.sort_at, t.id`, w.Args...)
	return out, err
}
