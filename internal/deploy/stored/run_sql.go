package stored

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const runColumns = `r.id, r.number, r.release, p.key AS release_key, p.name AS release_name, r.product, r.mode, r.runbook, r.version, r.state,
	r.started_at, r.started_by, r.finished_at, r.rev, r.given, r.course, r.assigned, r.overridden, r.heeded`

const runFrom = ` FROM run r JOIN release p ON p.id = r.release `

type runRow struct {
	Run
	Given, Course, Assigned, Overridden, Heeded db.JSON
}

func (r runRow) run() (Run, error) {
	out := r.Run
	return out, errors.Join(r.Given.Decode(&out.Given), r.Course.Decode(&out.Course), r.Assigned.Decode(&out.Assigned), r.Overridden.Decode(&out.Overridden), r.Heeded.Decode(&out.Heeded))
}

// By returns a run by its identifier, or the newest run of the release with the key. It fails with errs.NotFound and checks no
// permission.
func By(tx *db.Tx, r id.Run) (Run, error) {
	var row runRow
	where := `WHERE r.id = $1`
	if !id.Is(string(r)) {
		where = `WHERE p.key = $1 ORDER BY r.number DESC LIMIT 1`
	}
	err := tx.Get(&row, `SELECT `+runColumns+runFrom+where, r)
	if errors.Is(err, db.ErrNone) {
		return Run{}, auth.Unseen("run")
	}
	if err != nil {
		return Run{}, err
	}
	return row.run()
}

// text encodes what a column holds.
func text(vs ...any) (out []db.JSON, err error) {
	for _, v := range vs {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func overridden(r Run) []Override { return append([]Override{}, r.Overridden...) }

func heeded(r Run) []Heeded { return append([]Heeded{}, r.Heeded...) }

// Rev returns the version of a run's row. (A run's identifier and version name one content for ever.)
func Rev(tx *db.Tx, r id.Run) (rev int64, err error) {
	err = tx.Get(&rev, `SELECT rev FROM run WHERE id = $1`, r)
	return rev, err
}

// Wake returns when the run next has something to do by itself.
func Wake(r Run) db.Time {
	at, ok := runbook.NextWake(r.Course)
	if !ok {
		return 0
	}
	// Rounded up, so that the engine finds it due.
	t := db.At(at)
	if t.Std().Before(at) {
		t++
	}
	return t
}

// Insert stores a new run. open says whether something of it waits for any process.
func Insert(tx *db.Tx, r Run, open bool) error {
	c, err := text(r.Given, r.Course, Some(r.Assigned), overridden(r), heeded(r))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO run (id, number, release, product, mode, runbook, version, given, state, course, assigned, ended, open_work, wake_at, started_at, started_by, finished_at, overridden, heeded, rev)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		r.ID, r.Number, r.Release, r.Product, r.Mode, r.Runbook, r.Version, c[0], r.State, c[1], c[2], r.State.Ended(), open, Wake(r), r.StartedAt, r.StartedBy, r.FinishedAt, c[3], c[4], r.Rev)
	return err
}

// Update stores the run over the version that was read, r.Rev-1. It fails with errs.Conflict if that is not the newest.
func Update(tx *db.Tx, r Run, open bool) error {
	c, err := text(r.Course, Some(r.Assigned), overridden(r), heeded(r))
	if err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE run SET state = $1, course = $2, assigned = $3, ended = $4, open_work = $5, wake_at = $6, finished_at = $7, overridden = $8, heeded = $9, rev = $10
		WHERE id = $11 AND rev = $12`,
		r.State, c[0], c[1], r.State.Ended(), open, Wake(r), r.FinishedAt, c[2], c[3], r.Rev, r.ID, r.Rev-1)
	if err == nil && n != 1 {
		return errs.Conflict("row.stale", r, "Not done. The run changed in the same moment; look at it again.")
	}
	return err
}

// NextNumber returns the number of the next run of a release.
func NextNumber(tx *db.Tx, r id.Release) (int, error) {
	var n int
	err := tx.Get(&n, `SELECT COALESCE(MAX(number), 0) + 1 FROM run WHERE release = $1`, r)
	return n, err
}

// OpenLive returns the run of a release that goes on for real, if there is one.
func OpenLive(tx *db.Tx, r id.Release) (Run, bool, error) {
	var row runRow
	err := tx.Get(&row, `SELECT `+runColumns+runFrom+`WHERE r.release = $1 AND r.ended = $2 AND r.mode = $3 ORDER BY r.number DESC LIMIT 1`, r, false, Live)
	if errors.Is(err, db.ErrNone) {
		return Run{}, false, nil
	}
	if err != nil {
		return Run{}, false, err
	}
	out, err := row.run()
	return out, true, err
}

// Open returns every run that has not ended, of both modes.
func Open(tx *db.Tx) ([]Run, error) {
	var rows []runRow
	if err := tx.All(&rows, `SELECT `+runColumns+runFrom+`WHERE r.ended = $1 ORDER BY r.id`, false); err != nil {
		return nil, err
	}
	out := make([]Run, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.run(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenLives returns every live run that has not ended.
func OpenLives(tx *db.Tx) ([]Run, error) {
	all, err := Open(tx)
	return slices.DeleteFunc(all, func(r Run) bool { return r.Mode != Live }), err
}

// RunFilter narrows lists of runs, newest first.
type RunFilter struct {
	Release  id.Release
	Mode     Mode
	Open     bool    // only those that have not ended
	BeforeAt db.Time // with BeforeID the run behind which the page starts
	BeforeID id.Run
	Limit    int // 1 to 201; 0 means 50
}

// List returns runs, newest first: of every product if all is set, else of those in scopes.
func List(tx *db.Tx, f RunFilter, all bool, scopes []auth.Scope) ([]Run, error) {
	var w db.Where
	if !all {
		products := []id.Product{}
		for _, s := range scopes {
			if p, ok := strings.CutPrefix(string(s), "product/"); ok {
				products = append(products, id.Product(p))
			}
		}
		db.In(&w, "r.product", products)
	}
	if f.Release != "" {
		w.And("r.release = ?", f.Release)
	}
	if f.Mode != "" {
		w.And("r.mode = ?", f.Mode)
	}
	if f.Open {
		w.And("r.ended = ?", false)
	}
	if f.BeforeID != "" {
		w.And("(r.started_at, r.id) < (?, ?)", int64(f.BeforeAt), f.BeforeID)
	}
	var rows []runRow
	if err := tx.All(&rows, `SELECT `+runColumns+runFrom+w.String()+` ORDER BY r.started_at DESC, r.id DESC LIMIT `+w.Arg(limited(f.Limit)), w.Args...); err != nil {
		return nil, err
	}
	out := make([]Run, 0, len(rows))
	for _, row := range rows {
		r, err := row.run()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Due are the runs in which something waits for any replica: offers, conditions, timers.
func Due(tx *db.Tx, now db.Time, limit int) ([]id.Run, error) {
	var out []id.Run
	err := tx.All(&out, `SELECT id FROM run WHERE ended = $1 AND (open_work = $2 OR wake_at <= $3) ORDER BY wake_at NULLS FIRST LIMIT $4`, false, true, int64(now), limit)
	return out, err
}

// NextDue returns when the next timer of any run is due; none if there is none.
func NextDue(tx *db.Tx) (db.Time, error) {
	var at db.Time
	err := tx.Get(&at, `SELECT MIN(wake_at) FROM run WHERE ended = $1`, false)
	return at, err
}

// Comment is what somebody said about a run or one of its steps.
type Comment struct {
	ID     string    `json:"id"`
	Step   string    `json:"step,omitempty"`
	At     db.Time   `json:"at"`
	Person id.Person `json:"person,omitempty"`
	Text   string    `json:"text"`
}

// InsertComment stores a comment.
func InsertComment(tx *db.Tx, r id.Run, c Comment) error {
	_, err := tx.Exec(`INSERT INTO run_comment (id, run, step, at, person, text) VALUES ($1, $2, $3, $4, $5, $6)`, c.ID, r, c.Step, c.At, c.Person, c.Text)
	return err
}

// Comments returns what was said about a run, oldest first, the newest 500. It checks no permission.
func Comments(tx *db.Tx, r id.Run) ([]Comment, error) {
	var out []Comment
	err := tx.All(&out, `SELECT id, step, at, person, text FROM run_comment WHERE run = $1 ORDER BY at DESC, id DESC LIMIT 500`, r)
	slices.Reverse(out)
	return out, err
}

// Some stores a missing mapping as an empty one.
func Some[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

func limited(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 201)
}
