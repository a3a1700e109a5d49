package work

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// OpenStatuses are the statuses of tasks that have not ended, for SQL. The partial index of silent tasks is written with the same words.
const OpenStatuses = `('todo', 'doing', 'blocked')`

const taskFrom = `SELECT t.id, t.release, r.key AS release_key, t.key, t.name, t.text, t.owner, t.phase, t.status, t.status_at, t.blocker,
	t.low AS "est.low", t.likely AS "est.likely", t.high AS "est.high", t.due, t.from_window, t.started_at, t.ended_at,
	t.not_before, t.fixed_start, t.fixed_finish AS fixed_end, t.remaining, t.waits_for, t.waits_party, t.heard_at,
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
	err = fill(tx, ts)
	return ts[0], err
}

// tasksOf reads every task of a release in the order of lists.
func tasksOf(tx *db.Tx, r id.Release) ([]Task, error) {
	var out []Task
	if err := tx.All(&out, taskFrom+` WHERE t.release = $1 ORDER BY t.sort_at, t.id`, r); err != nil {
		return nil, err
	}
	return out, fill(tx, out)
}

// TasksOfEach returns every task of some releases by release, each in the order of lists. It checks no permission and costs four statements for every
// 500 tasks, and one for every 500 releases.
func TasksOfEach(tx *db.Tx, releases []id.Release) (map[id.Release][]Task, error) {
	var all []Task
	for part := range slices.Chunk(releases, 500) {
		var w db.Where
		db.In(&w, "t.release", part)
		var page []Task
		if err := tx.All(&page, taskFrom+w.String()+` ORDER BY t.release, t.sort_at, t.id`, w.Args...); err != nil {
			return nil, err
		}
		all = append(all, page...)
	}
	if err := fill(tx, all); err != nil {
		return nil, err
	}
	out := make(map[id.Release][]Task, len(releases))
	for _, t := range all {
		out[t.Release] = append(out[t.Release], t)
	}
	return out, nil
}

// fill reads the links, uses and scope items of a page of tasks at once.
func fill(tx *db.Tx, ts []Task) error {
	at := make(map[string]int, len(ts))
	for i, t := range ts {
		at[t.ID] = i
		ts[i].Needs = []string{}
	}
	for i := 0; i < len(ts); i += 500 {
		part := ts[i:min(i+500, len(ts))]
		in := make([]string, len(part))
		for k, t := range part {
			in[k] = t.ID
		}
		if err := fillLinks(tx, ts, at, in); err != nil {
			return err
		}
		if err := fillUses(tx, ts, at, in); err != nil {
			return err
		}
		if err := fillItems(tx, ts, at, in); err != nil {
			return err
		}
	}
	return nil
}

func fillLinks(tx *db.Tx, ts []Task, at map[string]int, in []string) error {
	var w db.Where
	db.In(&w, "l.task", in)
	var rows []struct {
		Task, Key, Kind, Status string
		Lag                     int64
		Elapsed, Begun          bool
	}
	err := tx.All(&rows, `SELECT l.task, x.key, l.kind, l.lag, l.elapsed, x.status, x.started_at IS NOT NULL AS begun FROM task_link l JOIN task x ON x.id = l.giver`+
		w.String()+` ORDER BY l.task, x.key, l.kind`, w.Args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t := &ts[at[r.Task]]
		l := After{r.Key, r.Kind, r.Lag, r.Elapsed}
		if l.plain() {
			t.Needs = append(t.Needs, l.Task)
		} else {
			t.After = append(t.After, l)
		}
		over := Status(r.Status).Ended() || r.Begun && l.Type == "SS"
		if n := len(t.Waits); l.starts() && !over && (n == 0 || t.Waits[n-1] != l.Task) {
			t.Waits = append(t.Waits, l.Task)
		}
	}
	return nil
}

func fillUses(tx *db.Tx, ts []Task, at map[string]int, in []string) error {
	var w db.Where
	db.In(&w, "u.task", in)
	var rows []struct {
		Task, Kind, Key string
		Units           int64
	}
	err := tx.All(&rows, `SELECT u.task, u.kind, u.key, u.units FROM task_use u`+w.String()+` ORDER BY u.task, u.kind, u.key`, w.Args...)
	for _, r := range rows {
		t := &ts[at[r.Task]]
		t.Uses = append(t.Uses, Use{r.Kind, r.Key, r.Units})
	}
	return err
}

func listTasks(tx *db.Tx, f Filter, w db.Where) ([]Task, error) {
	if f.AfterID != "" {
		w.And(`(t.sort_at, t.id) > (?, ?)`, f.AfterSort, f.AfterID)
	}
	var out []Task
	if err := tx.All(&out, taskFrom+w.String()+` ORDER BY t.sort_at, t.id LIMIT `+w.Arg(limited(f.Limit)), w.Args...); err != nil {
		return nil, err
	}
	return out, fill(tx, out)
}

func countTasks(tx *db.Tx, w db.Where) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT COUNT(*) FROM task t JOIN release r ON r.id = t.release`+w.String(), w.Args...)
	return n, err
}

func insertTask(tx *db.Tx, t Task) error {
	_, err := tx.Exec(`INSERT INTO task (id, release, key, name, text, owner, phase, status, status_at, blocker, low, likely, high, due, from_window, sort_at,
		started_at, ended_at, search, rev, created_at, created_by, changed_at, changed_by, not_before, fixed_start, fixed_finish, remaining, waits_for, waits_party, heard_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)`,
		t.ID, t.Release, t.Key, t.Name, t.Text, t.Owner, t.Phase, t.Status, t.StatusAt, t.Blocker, t.Estimate.Low, t.Estimate.Likely, t.Estimate.High,
		t.Due, t.Offset, sortAt(t.Due), t.StartedAt, t.EndedAt, search(t), t.Rev, t.CreatedAt, t.CreatedBy, t.ChangedAt, t.ChangedBy,
		t.NotBefore, t.FixedStart, t.FixedEnd, t.Remaining, t.WaitsFor, t.WaitsParty, t.HeardAt)
	return err
}

// updateTask writes what may change of a task whose Rev has just been raised.
func updateTask(tx *db.Tx, t Task) error {
	n, err := tx.Exec(`UPDATE task SET name = $1, text = $2, owner = $3, phase = $4, status = $5, status_at = $6, blocker = $7, low = $8, likely = $9, high = $10,
		due = $11, from_window = $12, sort_at = $13, started_at = $14, ended_at = $15, search = $16, rev = $17, changed_at = $18, changed_by = $19,
		not_before = $20, fixed_start = $21, fixed_finish = $22, remaining = $23, waits_for = $24, waits_party = $25, heard_at = $26
		WHERE id = $27 AND rev = $28`,
		t.Name, t.Text, t.Owner, t.Phase, t.Status, t.StatusAt, t.Blocker, t.Estimate.Low, t.Estimate.Likely, t.Estimate.High,
		t.Due, t.Offset, sortAt(t.Due), t.StartedAt, t.EndedAt, search(t), t.Rev, t.ChangedAt, t.ChangedBy,
		t.NotBefore, t.FixedStart, t.FixedEnd, t.Remaining, t.WaitsFor, t.WaitsParty, t.HeardAt, t.ID, t.Rev-1)
	if err == nil && n != 1 {
		return fmt.Errorf("work: task %s is not at version %d", t.ID, t.Rev-1)
	}
	return err
}

// linkRow is a link with the identifier of its giver.
type linkRow struct {
	giver string
	After
}

// putLinks replaces what a task hangs on.
func putLinks(tx *db.Tx, task string, links []linkRow) error {
	if _, err := tx.Exec(`DELETE FROM task_link WHERE task = $1`, task); err != nil {
		return err
	}
	for _, l := range links {
		if _, err := tx.Exec(`INSERT INTO task_link (task, giver, kind, lag, elapsed) VALUES ($1, $2, $3, $4, $5)`, task, l.giver, l.Type, l.Lag, l.Elapsed); err != nil {
			return err
		}
	}
	return nil
}

// putUses replaces what a task uses.
func putUses(tx *db.Tx, t Task) error {
	if _, err := tx.Exec(`DELETE FROM task_use WHERE task = $1`, t.ID); err != nil {
		return err
	}
	for _, u := range t.Uses {
		if _, err := tx.Exec(`INSERT INTO task_use (task, kind, key, units) VALUES ($1, $2, $3, $4)`, t.ID, u.Kind, u.Key, u.Units); err != nil {
			return err
		}
	}
	return nil
}

// node is a task as its dependencies see it.
type node struct{ ID, Key, Need string }

// nodesOf reads the dependencies of a release: one row for each link, and one for a task without any.
func nodesOf(tx *db.Tx, r id.Release) ([]node, error) {
	var out []node
	err := tx.All(&out, `SELECT t.id, t.key, COALESCE(x.key, '') AS need FROM task t LEFT JOIN task_link l ON l.task = t.id LEFT JOIN task x ON x.id = l.giver
		WHERE t.release = $1 ORDER BY t.sort_at, t.id, need`, r)
	return out, err
}

// CountOpen counts the tasks of a release with one statement. It checks no permission.
func CountOpen(tx *db.Tx, r id.Release) (Count, error) {
	var c Count
	err := tx.Get(&c, `SELECT count(*) AS total, count(*) FILTER (WHERE status IN `+OpenStatuses+`) AS open, count(*) FILTER (WHERE status = 'blocked') AS blocked,
		count(*) FILTER (WHERE status IN `+OpenStatuses+` AND due < $1) AS late, count(*) FILTER (WHERE status = 'done') AS done
		FROM task WHERE release = $2`, tx.Now, r)
	return c, err
}
