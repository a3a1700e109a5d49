package work

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const taskFrom = `SELECT t.id, t.release, r.key AS release_key, t.key, t.name, t.text, t.owner, t.phase, t.status, t.status_at, t.blocker,
	t.low AS "est.low", t.likely AS "est.likely", t.high AS "est.high", t.due, t.from_window, t.started_at, t.ended_at,
	t.rev, t.created_at, t.created_by, t.changed_at, t.changed_by
	FROM task t JOIN release r ON r.id = t.release`

func sortAt(due db.Time) int64 {
	if due.IsZero() {
		return math.MaxInt64
	}
	return int64(due)
}

func search(t Task) string { return strings.ToLower(t.Key + " " + t.Name) }

func taskByID(tx *db.Tx, ref string) (Task, error) { return oneTask(tx, ` WHERE t.id = $1`, ref) }

func taskByKey(tx *db.Tx, r id.Release, key string) (Task, error) {
	return oneTask(tx, ` WHERE t.release = $1 AND t.key = $2`, r, key)
}

func oneTask(tx *db.Tx, where string, args ...any) (Task, error) {
	var t Task
	err := tx.Get(&t, taskFrom+where, args...)
	if errors.Is(err, db.ErrNone) {
		return t, auth.Unseen("task")
	}
	if err != nil {
		return t, err
	}
	ts := []Task{t}
	err = fillNeeds(tx, ts)
	return ts[0], err
}

// tasksOf reads every task of a release in the order of lists.
func tasksOf(tx *db.Tx, r id.Release) ([]Task, error) {
	var out []Task
	if err := tx.All(&out, taskFrom+` WHERE t.release = $1 ORDER BY t.sort_at, t.id`, r); err != nil {
		return nil, err
	}
	return out, fillNeeds(tx, out)
}

type needRow struct{ Task, Key, Status string }

// fillNeeds reads the dependencies of a page of tasks at once; above 500 tasks, which are those of one release, by it.
func fillNeeds(tx *db.Tx, ts []Task) error {
	at := make(map[string]int, len(ts))
	for i, t := range ts {
		at[t.ID] = i
		ts[i].Needs = []string{}
	}
	var rows []needRow
	for i := 0; i < len(ts); i += 500 {
		var w db.Where
		part := ts[i:min(i+500, len(ts))]
		in := make([]string, len(part))
		for k, t := range part {
			in[k] = t.ID
		}
		db.In(&w, "n.task", in)
		var page []needRow
		if err := tx.All(&page, `SELECT n.task, x.key, x.status FROM task_need n JOIN task x ON x.id = n.need`+w.String()+` ORDER BY n.task, x.key`, w.Args...); err != nil {
			return err
		}
		rows = append(rows, page...)
	}
	for _, n := range rows {
		t := &ts[at[n.Task]]
		t.Needs = append(t.Needs, n.Key)
		if !Status(n.Status).Ended() {
			t.Waits = append(t.Waits, n.Key)
		}
	}
	return nil
}

func listTasks(tx *db.Tx, f Filter, w db.Where) ([]Task, error) {
	if f.AfterID != "" {
		w.And(`(t.sort_at, t.id) > (?, ?)`, f.AfterSort, f.AfterID)
	}
	var out []Task
	if err := tx.All(&out, taskFrom+w.String()+` ORDER BY t.sort_at, t.id LIMIT `+w.Arg(limited(f.Limit)), w.Args...); err != nil {
		return nil, err
	}
	return out, fillNeeds(tx, out)
}

func countTasks(tx *db.Tx, w db.Where) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT COUNT(*) FROM task t JOIN release r ON r.id = t.release`+w.String(), w.Args...)
	return n, err
}

func insertTask(tx *db.Tx, t Task) error {
	_, err := tx.Exec(`INSERT INTO task (id, release, key, name, text, owner, phase, status, status_at, blocker, low, likely, high, due, from_window, sort_at,
		started_at, ended_at, search, rev, created_at, created_by, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		t.ID, t.Release, t.Key, t.Name, t.Text, t.Owner, t.Phase, t.Status, t.StatusAt, t.Blocker, t.Estimate.Low, t.Estimate.Likely, t.Estimate.High,
		t.Due, t.Offset, sortAt(t.Due), t.StartedAt, t.EndedAt, search(t), t.Rev, t.CreatedAt, t.CreatedBy, t.ChangedAt, t.ChangedBy)
	return err
}

// updateTask writes what may change of a task whose Rev has just been raised.
func updateTask(tx *db.Tx, t Task) error {
	n, err := tx.Exec(`UPDATE task SET name = $1, text = $2, owner = $3, phase = $4, status = $5, status_at = $6, blocker = $7, low = $8, likely = $9, high = $10,
		due = $11, from_window = $12, sort_at = $13, started_at = $14, ended_at = $15, search = $16, rev = $17, changed_at = $18, changed_by = $19
		WHERE id = $20 AND rev = $21`,
		t.Name, t.Text, t.Owner, t.Phase, t.Status, t.StatusAt, t.Blocker, t.Estimate.Low, t.Estimate.Likely, t.Estimate.High,
		t.Due, t.Offset, sortAt(t.Due), t.StartedAt, t.EndedAt, search(t), t.Rev, t.ChangedAt, t.ChangedBy, t.ID, t.Rev-1)
	if err == nil && n != 1 {
		return fmt.Errorf("work: task %s is not at version %d", t.ID, t.Rev-1)
	}
	return err
}

// putNeeds replaces what a task needs.
func putNeeds(tx *db.Tx, task string, needs []string) error {
	if _, err := tx.Exec(`DELETE FROM task_need WHERE task = $1`, task); err != nil {
		return err
	}
	for _, n := range needs {
		if _, err := tx.Exec(`INSERT INTO task_need (task, need) VALUES ($1, $2)`, task, n); err != nil {
			return err
		}
	}
	return nil
}

// node is a task as its dependencies see it.
type node struct{ ID, Key, Need string }

// nodesOf reads the dependencies of a release: one row for each need, and one for a task without any.
func nodesOf(tx *db.Tx, r id.Release) ([]node, error) {
	var out []node
	err := tx.All(&out, `SELECT t.id, t.key, COALESCE(x.key, '') AS need FROM task t LEFT JOIN task_need n ON n.task = t.id LEFT JOIN task x ON x.id = n.need
		WHERE t.release = $1 ORDER BY t.sort_at, t.id, need`, r)
	return out, err
}

// CountOpen counts the tasks of a release with one statement. It checks no permission.
func CountOpen(tx *db.Tx, r id.Release) (Count, error) {
	var c Count
	err := tx.Get(&c, `SELECT count(*) AS total, count(*) FILTER (WHERE status IN ('todo', 'doing', 'blocked')) AS open, count(*) FILTER (WHERE status = 'blocked') AS blocked,
		count(*) FILTER (WHERE status IN ('todo', 'doing', 'blocked') AND due < $1) AS late, count(*) FILTER (WHERE status = 'done') AS done
		FROM task WHERE release = $2`, tx.Now, r)
	return c, err
}
