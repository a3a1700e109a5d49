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

const isOpen = `t.status IN ('todo', 'doing', 'blocked') AND NOT r.ended AND r.state <> 'held'`

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

// roleHolders are the people who hold a role.
type roleHolders struct {
	Key, Name string
	BuiltIn   bool
	People    []id.Person `db:"-"`

	nobody int // the unit of the work of the role that has no owner yet; 0 without any, which is always a person's or a thing's
}

// holders reads who holds which role at the transaction's instant, directly or through a team, on any scope.
func holders(tx *db.Tx) ([]roleHolders, error) {
	var rows []struct {
		Key, Name string
		BuiltIn   bool
		Person    id.Person
	}
	err := tx.All(&rows, `SELECT DISTINCT r.key, r.name, r.built_in, COALESCE(b.person, m.person) AS person FROM role r JOIN role_binding b ON b.role = r.key
		LEFT JOIN team_member m ON m.team = b.team
		WHERE COALESCE(b.person, m.person) IS NOT NULL AND (b.from_at IS NULL OR b.from_at <= $1) AND (b.until_at IS NULL OR b.until_at > $1)
		ORDER BY r.key, 4`, tx.Now)
	var out []roleHolders
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Key != r.Key {
			out = append(out, roleHolders{Key: r.Key, Name: r.Name, BuiltIn: r.BuiltIn})
		}
		out[len(out)-1].People = append(out[len(out)-1].People, r.Person)
	}
	return out, err
}

// RoleName is a role that the table has a row of.
type RoleName struct{ Key, Name string }

// Roles returns the roles beside the built-in ones that anybody holds, by key. It checks no permission.
func Roles(tx *db.Tx) ([]RoleName, error) {
	rows, err := holders(tx)
	out := []RoleName{}
	for _, r := range rows {
		if !r.BuiltIn {
			out = append(out, RoleName{r.Key, r.Name})
		}
	}
	return out, err
}
