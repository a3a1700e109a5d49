package capacity

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/resource"
)

// taskRow is an open task that has an estimate, and an owner or a role that somebody of is to do it.
type taskRow struct {
	ID, Key, Name            string
	Owner                    id.Person
	Due                      db.Time
	Low, Likely, High        int64
	Release                  id.Release
	ReleaseKey, ReleaseName  string
	Product                  id.Product
	WindowStart              db.Time
	PlannedStart, PlannedEnd db.Time
	NotBefore                db.Time
	FixedStart, FixedFinish  db.Time
	Remaining                *int64
	Skill, Role              string // that the task uses, the first of several
}

// left is what is still to do in minutes: as somebody said, or the mean of the estimate, as work.Estimate has it.
func (r taskRow) left() int64 {
	if r.Remaining != nil {
		return *r.Remaining
	}
	return work.Estimate{Low: r.Low, Likely: r.Likely, High: r.High}.Expected()
}

const isOpen = `t.status IN ` + work.OpenStatuses + ` AND NOT r.ended AND r.state <> 'held'`

func openTasks(tx *db.Tx) ([]taskRow, error) {
	var out []taskRow
	return out, tx.All(&out, `SELECT t.id, t.key, t.name, t.owner, t.due, t.low, t.likely, t.high, t.release, r.key AS release_key, r.name AS release_name, r.product, r.window_start,
		h.planned_start, h.planned_end, t.not_before, t.fixed_start, t.fixed_finish, t.remaining,
		COALESCE((SELECT MIN(u.key) FROM task_use u WHERE u.task = t.id AND u.kind = 'skill'), '') AS skill,
		COALESCE((SELECT MIN(u.key) FROM task_use u WHERE u.task = t.id AND u.kind = 'role'), '') AS role
		FROM task t JOIN release r ON r.id = t.release LEFT JOIN release_phase h ON h.release = t.release AND h.key = t.phase
		WHERE `+isOpen+` AND (t.owner <> '' OR EXISTS (SELECT 1 FROM task_use u WHERE u.task = t.id AND u.kind = 'role')) AND (t.likely > 0 OR t.remaining > 0) ORDER BY t.sort_at, t.id`)
}

func openNeeds(tx *db.Tx) ([]struct{ Task, Need string }, error) {
	var out []struct{ Task, Need string }
	return out, tx.All(&out, `SELECT n.task, n.giver AS need FROM task_link n JOIN task t ON t.id = n.task JOIN release r ON r.id = t.release WHERE n.kind = 'FS' AND `+isOpen)
}

// helpedTasks are the minutes that others do of tasks from a week on, by the task.
func helpedTasks(tx *db.Tx, since resource.Day) (map[string]int64, error) {
	var rows []Allocation
	err := tx.All(&rows, `SELECT task, weekly, first, last FROM allocation WHERE task <> '' AND person <> '' AND last >= $1 AND weekly > 0`, since)
	out := map[string]int64{}
	for _, a := range rows {
		out[a.Task] += a.Weekly * int64(a.Last.Sub(max(a.First, since))/7+1)
	}
	return out, err
}
